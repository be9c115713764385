/** Rasters at an address: read by ranges from a second server, only after the user typed it; what cannot be read is said. */
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { StudioPage } from "./regions/studio";
import { zooModel } from "./zoo";

interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly cookie: string | undefined;
  readonly bytes: number;
}

let server: Server;
let origin: string;
let asked: Asked[] = [];
let files: Readonly<Record<string, Buffer>> = {};

test.beforeAll(async () => {
  server = createServer((request, response) => {
    const [, way = "", name = ""] = (request.url ?? "").split("/");
    const body = files[name];
    const range = /bytes=(\d+)-(\d+)/.exec(request.headers.range ?? "");
    if (way !== "no-cors") {
      response.setHeader("Access-Control-Allow-Origin", "*");
      response.setHeader("Access-Control-Expose-Headers", way === "hidden-size" ? "" : "Content-Range");
    }
    const answer = (status: number, part: Buffer) => {
      asked.push({
        path: request.url ?? "",
        range: request.headers.range,
        cookie: request.headers.cookie,
        bytes: part.length,
      });
      response.writeHead(status, { "Content-Length": part.length });
      response.end(request.method === "HEAD" ? undefined : part);
    };
    if (way === "secret") {
      answer(403, Buffer.alloc(0));
    } else if (body === undefined) {
      answer(404, Buffer.alloc(0));
    } else if (range !== null && way !== "no-ranges") {
      const [from, to] = [Number(range[1]), Math.min(Number(range[2]), body.length - 1)];
      response.setHeader("Content-Range", `bytes ${from}-${to}/${body.length}`);
      answer(206, body.subarray(from, to + 1));
    } else {
      answer(200, body);
    }
  });
  await new Promise<void>((listening) => server.listen(0, () => listening()));
  origin = `http://localhost:${(server.address() as AddressInfo).port}`;
});

test.afterAll(() => new Promise((closed) => server.close(closed)));

test.beforeEach(() => {
  asked = [];
});

test("a cloud-optimised GeoTIFF is read in parts, shown and run over", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  python(WRITE, info.outputDir);
  files = { "town.tif": readFileSync(`${info.outputDir}/town.tif`) };
  const nano = zooModel("emsnet-nano");
  const studio = new StudioPage(page);
  await studio.open();
  await expect(studio.runs.models.getByRole("checkbox").first()).toBeVisible();
  expect(asked).toEqual([]);
  await expect(page.locator("[data-role=bytes-sent]")).toHaveText("0 bytes sent");
  // The page itself may not reach another origin, whatever runs in it.
  expect(
    await page.evaluate(
      (url) =>
        fetch(url).then(
          () => "reached",
          () => "forbidden",
        ),
      `${origin}/cog/town.tif`,
    ),
  ).toBe("forbidden");
  expect(asked).toEqual([]);

  await page.getByRole("button", { name: "From address…" }).click();
  const dialog = page.getByRole("dialog", { name: "Open from an address" });
  await dialog.getByLabel("Address of a raster").fill(`${origin}/cog/town.tif`);
  await page.screenshot({ path: "test-results/screens/address.png" });
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.panes.settled();
  const shown = asked.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(shown).toBeLessThan(files["town.tif"]!.length / 4);
  expect(asked.every(({ range, cookie }) => range !== undefined && cookie === undefined)).toBe(true);
  await expect(page.locator("[data-role=remote-hosts]")).toContainText("reads from localhost");

  await studio.scenes.add([`${info.outputDir}/town_dsm.tif`]);
  await expect(studio.scenes.cards.first()).toContainText("DSM");
  await studio.runs.choose(nano.name);
  await studio.runs.settings({ backend: "wasm", overlapPercent: 0 });
  await studio.runs.models.getByRole("button", { name: "Settings…" }).click();
  const form = page.getByRole("form", { name: "Area of interest" });
  for (const [side, value] of Object.entries({ left: 1000, top: 800, width: 128, height: 128 })) {
    await form.getByLabel(side).fill(String(value));
  }
  await form.getByRole("button", { name: "Set" }).click();
  await page.keyboard.press("Escape");
  const [runId] = await studio.runs.runToEnd();
  await expect(studio.runs.card(`Run ${nano.name}`)).toHaveAttribute("data-status", "done");
  const histogram = await page.evaluate((id) => window.nadir?.histogram(id!), runId);
  expect(histogram?.slice(0, 255).reduce((sum, count) => sum + count, 0)).toBe(128 * 128);
  expect(asked.reduce((sum, { bytes }) => sum + bytes, 0)).toBeLessThan(files["town.tif"]!.length);
});

test("what cannot be read is said in words", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  python(WRITE, info.outputDir);
  files = {
    "town.tif": readFileSync(`${info.outputDir}/town.tif`),
    "notes.tif": Buffer.from("field notes, no image at all"),
  };
  const studio = new StudioPage(page);
  await studio.open();
  await page.keyboard.press("u");
  const dialog = page.getByRole("dialog", { name: "Open from an address" });
  const trials: [string, string][] = [
    ["town.tif", "This is no address"],
    ["file:///etc/hosts", "begin with file: cannot be read"],
    [`${origin}/cog/gone.tif`, "has no file at this address (404)"],
    [`${origin}/secret/town.tif`, "does not give this file to everybody (403)"],
    [`${origin}/no-ranges/town.tif`, "sends whole files only"],
    [`${origin}/no-cors/town.tif`, "does not allow other pages to read it (CORS)"],
    ["http://localhost:9/town.tif", "cannot be reached"],
    [`${origin}/cog/notes.tif`, "starts with the text"],
  ];
  for (const [address, sentence] of trials) {
    await dialog.getByLabel("Address of a raster").fill(address);
    await dialog.getByRole("button", { name: "Open", exact: true }).click();
    await expect(dialog.getByRole("alert")).toContainText(sentence);
  }
  // The size hidden from pages is asked for by HEAD.
  await dialog.getByLabel("Address of a raster").fill(`${origin}/hidden-size/town.tif`);
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(studio.scenes.cards).toHaveCount(1);
});

const WRITE = `
import sys, warnings, numpy as np, rasterio
warnings.filterwarnings("ignore")
from rasterio.io import MemoryFile
from rasterio.shutil import copy
folder = sys.argv[1]
grid = dict(crs="EPSG:25832", transform=rasterio.Affine(0.2, 0, 500000, 0, -0.2, 5600000))
rng = np.random.default_rng(5)
with MemoryFile() as memory:
    with memory.open(driver="GTiff", width=3000, height=2400, count=3, dtype="uint8", photometric="RGB", **grid) as d:
        d.write(rng.integers(0, 255, (3, 2400, 3000), dtype=np.uint8))
    copy(memory.name, folder + "/town.tif", driver="COG", compress="DEFLATE", blocksize=512)
with rasterio.open(folder + "/town_dsm.tif", "w", driver="GTiff", width=3000, height=2400, count=1, dtype="float32", tiled=True, compress="deflate", **grid) as d:
    d.write(rng.uniform(90, 120, (1, 2400, 3000)).astype("float32"))
print("{}")
`;
