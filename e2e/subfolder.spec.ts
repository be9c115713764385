/** `dist/` on a plain static host, in a subfolder, no headers, few file types: threads, run and export all the same. */
import { createReadStream, existsSync, statSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join, normalize } from "node:path";
import { expect, test } from "@playwright/test";
import { describeRaster } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

const FOLDER = "/maps/nadir/";
const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
  ".json": "application/json",
  ".webmanifest": "application/manifest+json",
  ".wasm": "application/wasm",
};

let server: Server;
let address: string;
/** Paths asked for that the folder does not hold. */
const strays: string[] = [];

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const { pathname } = new URL(request.url ?? "/", "http://localhost");
    const inside = pathname.startsWith(FOLDER) ? pathname.slice(FOLDER.length) || "index.html" : null;
    const file = inside === null ? null : join("dist", normalize(`/${decodeURIComponent(inside)}`));
    if (file === null || !existsSync(file) || !statSync(file).isFile()) {
      strays.push(pathname);
      response.writeHead(404).end();
      return;
    }
    response.writeHead(200, { "Content-Type": TYPES[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}${FOLDER}`;
});

test.afterAll(() => new Promise((resolve) => server.close(resolve)));

test("a plain host in a subfolder: isolated after the first visit, from the sample to the export", async ({
  page,
}, info) => {
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page, "shipped");
  await page.goto(address);
  await expect.poll(() => page.evaluate(() => crossOriginIsolated).catch(() => false)).toBe(true);
  await expect(page.getByRole("heading", { name: "Nadir" })).toBeVisible();
  await studio.openSample();
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.runToEnd();
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const saved = await studio.export("GeoTIFF", info.outputDir);
  expect(describeRaster(saved.tif!)).toMatchObject({ size: [1024, 1024], nodata: 255 });
  expect(strays).toEqual([]);
  studio.expectNothingSent();
});
