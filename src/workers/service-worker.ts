/**
 * Service worker: serves what was kept when the network is off, and adds the isolation headers a static host lacks.
 *
 * Files with a hash in their name never change and come from the cache first; everything else comes from the network
 * and falls back to the cache. Only answers of the page's own origin are kept. What is kept in advance is decided by
 * the page (`actions/models/offline.ts`); this file only adds what passes through.
 */
declare const self: ServiceWorkerGlobalScope;

const CACHE = "nadir-files";

self.addEventListener("install", () => {
  void self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  event.waitUntil(self.clients.claim());
});

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method === "GET" && url.origin === self.location.origin && !request.headers.has("range")) {
    event.respondWith(answer(request, url));
  }
});

async function answer(request: Request, url: URL): Promise<Response> {
  const cache = await caches.open(CACHE);
  const neverChanges = url.pathname.includes("/assets/");
  const kept = neverChanges ? await cache.match(request, { ignoreVary: true }) : undefined;
  if (kept !== undefined) {
    return isolated(kept);
  }
  try {
    const response = await fetch(request);
    if (response.ok && response.type === "basic") {
      await cache.put(request, response.clone());
    }
    return isolated(response);
  } catch (error) {
    const fallback = await cache.match(request, { ignoreVary: true, ignoreSearch: request.mode === "navigate" });
    if (fallback !== undefined) {
      return isolated(fallback);
    }
    throw error;
  }
}

/** The same answer with the headers that allow WebAssembly threads. */
function isolated(response: Response): Response {
  if (response.status === 0 || response.headers.has("Cross-Origin-Embedder-Policy")) {
    return response;
  }
  const headers = new Headers(response.headers);
  headers.set("Cross-Origin-Opener-Policy", "same-origin");
  headers.set("Cross-Origin-Embedder-Policy", "require-corp");
  headers.set("Cross-Origin-Resource-Policy", "same-origin");
  return new Response(response.body, { status: response.status, statusText: response.statusText, headers });
}

export {};
