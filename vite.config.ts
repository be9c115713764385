/**
 * Build, dev server and unit tests.
 *
 * The headers that ship stand in `scripts/page-headers.ts`, the stricter policy of the page itself in `index.html`, so
 * that any static host serves it.
 */
import react from "@vitejs/plugin-react";
import { playwright } from "@vitest/browser-playwright";
import { defineConfig } from "vitest/config";
import { chromiumLaunchOptions } from "./e2e/chromium.ts";
import { ISOLATION_HEADERS, PAGE_HEADERS } from "./scripts/page-headers.ts";
import { quickTests } from "./scripts/quick-tests.ts";
import { modelZoo } from "./scripts/zoo-plugin.ts";

/** Many static hosts know no type for .mjs, and browsers refuse a module without one. */
function assetFileNames({ names }: { names: string[] }): string {
  return names.some((name) => name.endsWith(".mjs")) ? "assets/[name]-[hash].js" : "assets/[name]-[hash][extname]";
}

const QUICK = [...quickTests()];
const NODE = {
  include: ["{src,scripts}/**/*.test.{ts,tsx}"],
  exclude: ["src/**/*.{gpu,slow}.test.ts"],
  testTimeout: 300_000,
  hookTimeout: 300_000,
};

export default defineConfig({
  base: "./",
  plugins: [react(), modelZoo()],
  worker: { format: "es", rollupOptions: { output: { assetFileNames } } },
  // Known before the first request: a worker that finds a dependency late cannot reload the way a page does.
  optimizeDeps: {
    // It finds its WebAssembly beside itself.
    exclude: ["@sqlite.org/sqlite-wasm"],
    include: [
      "@cornerstonejs/codec-libjpeg-turbo-8bit/decode",
      "@jsquash/webp/decode.js",
      "fast-png",
      "fflate",
      "fzstd",
      "geotiff",
      "lerc",
      "onnxruntime-web/jspi",
      "onnxruntime-web/webgpu",
      "proj4",
    ],
  },
  build: {
    target: "es2023",
    chunkSizeWarningLimit: 2048,
    rollupOptions: {
      input: { page: "index.html", sw: "src/workers/service-worker.ts" },
      // A service worker's scope is its folder, and its name must stay the same from build to build.
      output: {
        entryFileNames: ({ name }) => (name === "sw" ? "sw.js" : "assets/[name]-[hash].js"),
        assetFileNames,
      },
    },
  },
  server: { headers: ISOLATION_HEADERS },
  preview: { headers: PAGE_HEADERS },
  test: {
    // The default leaves a core idle, of two every other one.
    maxWorkers: "100%",
    // Read from here alone, whatever a project says.
    browser: { connectTimeout: 300_000 },
    projects: [
      { test: { name: "node", ...NODE } },
      // `npm test` runs these two. Files share a context per worker: loading the same modules for each would take as long
      // as testing in the one, and a seventh of the time in the other.
      { test: { name: "quick", ...NODE, include: QUICK, isolate: false } },
      { test: { name: "rest", ...NODE, exclude: [...NODE.exclude, ...QUICK], isolate: false } },
      { test: { name: "slow", include: ["src/**/*.slow.test.ts"], testTimeout: 600_000 } },
      {
        extends: true,
        test: {
          name: "webgpu",
          include: ["src/**/*.gpu.test.ts"],
          testTimeout: 300_000,
          hookTimeout: 300_000,
          // The software adapter uses both cores by itself.
          fileParallelism: false,
          browser: {
            enabled: true,
            headless: true,
            screenshotFailures: false,
            provider: playwright({ launchOptions: chromiumLaunchOptions() }),
            instances: [{ browser: "chromium" }],
          },
        },
      },
    ],
  },
});
