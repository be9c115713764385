/**
 * Headers that the built page is served with by `npm start`, and that a static host should send (`docs/hosting.md`).
 *
 * The Content-Security-Policy stands in `index.html` too, stricter: a page takes both together. Workers and the document's
 * frame take the header alone, so that it must be sent with every file. Only workers connect elsewhere: the raster
 * worker reads addresses the user typed.
 */
const POLICY: Readonly<Record<string, string>> = {
  "default-src": "'none'",
  "script-src": "'self' 'wasm-unsafe-eval'",
  "worker-src": "'self' blob:",
  "connect-src": "'self' blob: https: http:",
  "img-src": "'self' blob: data:",
  "style-src": "'self' 'unsafe-inline'",
  "font-src": "'self'",
  "manifest-src": "'self'",
  "base-uri": "'self'",
  "form-action": "'none'",
  "frame-ancestors": "'none'",
};

/** WebAssembly threads (SharedArrayBuffer) need a page that shares its process with no other origin. */
export const ISOLATION_HEADERS = {
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Embedder-Policy": "require-corp",
} as const;

export const PAGE_HEADERS: Readonly<Record<string, string>> = {
  ...ISOLATION_HEADERS,
  "Cross-Origin-Resource-Policy": "same-origin",
  "Content-Security-Policy": Object.entries(POLICY)
    .map((directive) => directive.join(" "))
    .join("; "),
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
};
