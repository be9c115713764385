/** Rasters at an address: read by ranges from a second server, only after the user typed it; what cannot be read is said. */
import { mkdirSync, readFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@playwright/test";
import { python } from "./judge";
import { picture } from "./picture";
import { StudioPage } from "./regions/studio";

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
    if (body === undefined) {
      answer(404, Buffer.alloc(0));
    } else if (range !== null) {
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

test("a cloud-optimised GeoTIFF is read in parts and shown", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  python(WRITE, info.outputDir);
  files = { "town.tif": readFileSync(`${info.outputDir}/town.tif`) };
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

  await page.getByRole("button", { name: "Address…" }).click();
  const dialog = page.getByRole("dialog", { name: "Open from an address" });
  await dialog.getByLabel("Address of a raster").fill(`${origin}/cog/town.tif`);
  await picture(page, "test-results/screens/address.png");
  await dialog.getByRole("button", { name: "Open", exact: true }).click();
  await expect(dialog).toBeHidden();
  await expect(studio.scenes.cards).toHaveCount(1);
  await studio.panes.settled();
  const shown = asked.reduce((sum, { bytes }) => sum + bytes, 0);
  expect(shown).toBeLessThan(files["town.tif"]!.length / 4);
  expect(asked.every(({ range, cookie }) => range !== undefined && cookie === undefined)).toBe(true);
  await expect(page.locator("[data-role=remote-hosts]")).toContainText("reads from localhost");
});

test("what the browser alone can tell is said in the dialog", async ({ page }, info) => {
  mkdirSync(info.outputDir, { recursive: true });
  python(WRITE, info.outputDir);
  files = { "town.tif": readFileSync(`${info.outputDir}/town.tif`) };
  const studio = new StudioPage(page);
  await studio.open();
  await page.keyboard.press("u");
  const dialog = page.getByRole("dialog", { name: "Open from an address" });
  const trials: [string, string][] = [
    ["town.tif", "This is no address"],
    [`${origin}/no-cors/town.tif`, "does not allow other pages to read it (CORS)"],
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
print("{}")
`;
