/**
 * `npm run bench`: counters and ratios of the engine in Chromium, as a table and as JSON (`bench/results.json`).
 *
 * NADIR_BENCH_ZOO   folder of the models (default models/zoo)
 * NADIR_BENCH_SIZE  `small` (default, minutes on a software adapter) or `full` (6000 × 6000, for a real GPU)
 * NADIR_BENCH_ARGS  extra Chromium flags, for example those that give a real GPU
 * A name as argument runs only the measurements whose name contains it.
 */
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, loadavg } from "node:os";
import { join } from "node:path";
import { chromium, type Page } from "playwright";
import { createServer } from "vite";
import { chromiumLaunchOptions } from "../e2e/chromium.ts";
import type { ModelManifest } from "../src/core/manifest/manifest.ts";
import { PYTHON } from "../src/testing/run-python.ts";
import { measurements } from "./measurements.ts";
import { nodeModelMs } from "./node-provider.ts";

const zoo = process.env.NADIR_BENCH_ZOO ?? "models/zoo";
const only = process.argv[2] ?? "";

async function openPage(): Promise<{ page: Page; close: () => Promise<void> }> {
  const server = await createServer({
    // A file saved while the bench runs must not reload its page.
    server: { port: 0, hmr: false, watch: null },
    logLevel: "error",
  });
  await server.listen();
  const launch = chromiumLaunchOptions();
  const extra = process.env.NADIR_BENCH_ARGS?.split(" ") ?? [];
  const browser = await chromium.launch({
    ...launch,
    args: [
      ...(extra.length > 0 ? ["--no-sandbox", "--enable-unsafe-webgpu", ...extra] : launch.args),
      "--js-flags=--expose-gc",
      "--enable-precise-memory-info",
    ],
  });
  const page = await browser.newPage();
  // A machine may be busy with other things; nobody waits for the bench.
  page.setDefaultTimeout(0);
  page.on("console", (message) => console.error(`  page: ${message.text()}`));
  page.on("pageerror", (error) => console.error(`  page: ${error.message}`));
  await page.route("**/bench-zoo/*", (route) => {
    const path = join(zoo, new URL(route.request().url()).pathname.split("/").at(-1)!);
    return existsSync(path) ? route.fulfill({ body: readFileSync(path) }) : route.abort();
  });
  const { port } = server.httpServer!.address() as { port: number };
  await page.goto(`http://localhost:${port}/bench/page.html`);
  await page.waitForFunction(() => globalThis.nadirBench !== undefined);
  return {
    page,
    close: async () => {
      await browser.close();
      await server.close();
    },
  };
}

const results: Record<string, Record<string, number | string>> = {};
const context = {
  size: process.env.NADIR_BENCH_SIZE === "full" ? ("full" as const) : ("small" as const),
  hasModel: (model: string) => model.startsWith("tiny:") || existsSync(join(zoo, `${model}.nadir.json`)),
  windowPx: (model: string) =>
    (JSON.parse(readFileSync(join(zoo, `${model}.nadir.json`), "utf8")) as ModelManifest).window.sizePx,
  nodeModelMs: (model: string, runs: number) => nodeModelMs(join(zoo, model), runs),
  torchMs: (network: string, variant: string, batch: number, runs: number) =>
    JSON.parse(
      execFileSync(PYTHON, ["bench/pytorch_ms.py", network, variant, String(batch), String(runs)], {
        encoding: "utf8",
      }),
    ) as { device: string; ms: number },
};

for (const [name, measurement] of Object.entries(measurements)) {
  if (!name.includes(only)) continue;
  const { page, close } = await openPage();
  try {
    console.log(`\n${name}`);
    const rows = await measurement(page, context);
    results[name] = rows;
    for (const [label, value] of Object.entries(rows)) {
      console.log(`  ${label.padEnd(58)} ${typeof value === "number" ? round(value) : value}`);
    }
  } finally {
    await close();
  }
}

function round(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toPrecision(4);
}

const file = "bench/results.json";
const before = only !== "" && existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as object) : {};
const machine = { cores: availableParallelism(), loadAverage: loadavg()[0], date: new Date().toISOString() };
writeFileSync(file, `${JSON.stringify({ ...before, machine, ...results }, null, 2)}\n`);
process.exit(0);
