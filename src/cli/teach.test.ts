/**
 * `nadir teach` from files to files: a class the network never had (red roofs) on a made-up scene, learnt from strokes on
 * some of it and scored on the whole by counting pixels.
 */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parseManifest } from "../core/manifest/parse-manifest";
import { openRaster } from "../io/open-raster";
import { noise } from "../testing/array-raster";
import { nadir } from "../testing/command-line";
import { temporaryFolder } from "../testing/export-fixtures";
import { plainTiff } from "../testing/plain-tiff";
import { blobOf } from "../testing/test-data";

const SIDE_PX = 192;
/** Squares of 24 px in every other place of a grid are red, the rest is green; both are noisy. */
const isRoof = (col: number, row: number) => Math.floor(col / 24) % 2 === 1 && Math.floor(row / 24) % 2 === 1;

const mapAt = (col: number, row: number) => [500_000 + col / 5, 5_600_000 - row / 5];

describe("nadir teach", () => {
  const folder = temporaryFolder();
  const at = (name: string) => join(folder, name);
  const model = "models/zoo/mfnet-nano.nadir.json";
  const args = ["--optical", at("photo.tif"), "--dsm", at("dsm.tif"), "--threads", "1"];
  const teach = (...more: string[]) =>
    nadir(["teach", ...args, "--strokes", at("s.geojson"), "--model", model, "--out", at("red.onnx"), ...more]);

  const stroke = (name: string, col: number, row: number) => ({
    type: "Feature",
    properties: { class: name, width: 1 },
    // 0.2 m pixels, north up, from (500 000, 5 600 000).
    geometry: { type: "LineString", coordinates: [mapAt(col, row), mapAt(col + 14, row + 6)] },
  });
  const write = (features: readonly unknown[]) =>
    writeFileSync(at("s.geojson"), JSON.stringify({ type: "FeatureCollection", features }));

  beforeAll(() => {
    const pixels = SIDE_PX ** 2;
    const colours = Uint8Array.from({ length: 3 * pixels }, (_, index) => {
      const [pixel, band] = [Math.floor(index / 3), index % 3];
      const roof = isRoof(pixel % SIDE_PX, Math.floor(pixel / SIDE_PX));
      return [roof ? 170 : 70, roof ? 60 : 110, 60][band]! + (noise(2, index) % 40);
    });
    const size = { widthPx: SIDE_PX, heightPx: SIDE_PX, pixelSizeMetres: 0.2 };
    writeFileSync(at("photo.tif"), plainTiff({ ...size, samples: colours }));
    writeFileSync(
      at("dsm.tif"),
      plainTiff({ ...size, samples: Float32Array.from({ length: pixels }, (_, i) => (noise(3, i) % 100) / 500) }),
    );
    const [roofs, lawns] = [
      [
        [26, 26],
        [32, 38],
        [74, 40],
        [80, 26],
        [26, 80],
        [30, 90],
        [78, 76],
        [74, 88],
      ],
      [
        [4, 40],
        [50, 20],
        [52, 44],
        [4, 4],
        [54, 54],
        [100, 30],
        [30, 50],
        [30, 104],
      ],
    ] as const;
    write([
      ...roofs.map(([col, row]) => stroke("red roof", col, row)),
      ...lawns.map(([col, row]) => stroke("low vegetation", col, row)),
    ]);
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  test("makes an ordinary model, which segment runs and which knows the new class", async () => {
    const taught = await teach("--name", "Red roofs");
    expect(taught.stderr).toMatch(/red roof: 8 strokes, told rightly – → \d+ %/);
    expect([taught.status, taught.stdout]).toEqual([0, `${at("red.nadir.json")}\n`]);
    const manifest = parseManifest(JSON.parse(readFileSync(at("red.nadir.json"), "utf8")), "red");
    expect(manifest.classes.at(-1)).toMatchObject({ id: 6, name: "red roof" });
    expect(manifest.taught).toMatchObject({
      base: { id: "mfnet-nano" },
      strokes: 16,
      strokesFile: "red.strokes.geojson",
    });
    const base = readFileSync("models/zoo/mfnet-nano.onnx");
    expect(readFileSync(at("red.onnx")).subarray(0, base.length).equals(base)).toBe(true);

    const run = await nadir(["segment", ...args, "--model", at("red.nadir.json"), "--out", at("mask.tif")]);
    expect(run.stderr).toContain("self-check passed");
    expect(run.status).toBe(0);
    const mask = await openRaster({ file: await blobOf(at("mask.tif")) });
    const rect = { col: 0, row: 0, widthPx: SIDE_PX, heightPx: SIDE_PX };
    const ids = (await mask.read({ rect, bands: [0] })).bands[0]!;
    mask.close();
    let [both, either] = [0, 0];
    for (const [pixel, id] of ids.entries()) {
      const roof = isRoof(pixel % SIDE_PX, Math.floor(pixel / SIDE_PX));
      if (roof && id === 6) both++;
      if (roof || id === 6) either++;
    }
    expect(both / either).toBeGreaterThan(0.5);

    const again = await nadir([
      "teach",
      ...args,
      "--strokes",
      at("s.geojson"),
      "--model",
      at("red.nadir.json"),
      "--out",
      at("twice.onnx"),
    ]);
    expect(again.stderr).toContain("taught from the one it began with (mfnet-nano)");
    expect(again.status).toBe(4);
  });

  test("strokes elsewhere, in another CRS, or no strokes at all are refused", async () => {
    write([stroke("red roof", 9000, 9000)]);
    expect(await teach()).toMatchObject({ status: 3, stderr: expect.stringContaining("No stroke covers a pixel") });
    const crs = { type: "name", properties: { name: "urn:ogc:def:crs:EPSG::2154" } };
    const features = [stroke("red roof", 29, 29)];
    writeFileSync(at("s.geojson"), JSON.stringify({ type: "FeatureCollection", crs, features }));
    expect(await teach()).toMatchObject({ status: 3, stderr: expect.stringContaining("The strokes are in EPSG:2154") });
    writeFileSync(at("s.geojson"), "{");
    expect(await teach()).toMatchObject({ status: 3, stderr: expect.stringContaining("This is not JSON") });
  });

  test("an output that is no graph, or one of the inputs, is refused", async () => {
    expect(await teach("--out", at("red.tif"))).toMatchObject({ status: 2 });
    write([stroke("red roof", 29, 29)]);
    expect(await teach("--out", "models/zoo/mfnet-nano.onnx")).toMatchObject({ status: 6 });
  });
});
