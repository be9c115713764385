/** How photos are shown, held against NumPy on rasters that GDAL wrote: every combination, stretch and gamma. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { RasterSource } from "../core/raster/raster";
import { TILE_PX } from "../core/raster/tile-grid";
import type { PhotoDisplay } from "../core/view/photo-display";
import { runPython, withoutPython } from "../testing/run-python";
import { OpticalTiles } from "../workers/optical-tiles";
import { chooseStretch } from "./display-stretch";
import { openRaster } from "./open-raster";

const SIZE = { widthPx: 120, heightPx: 90 };

/** As rasterio counts its bands: red 1, green 2, blue 3, near infrared 4. */
const DISPLAYS: readonly (readonly [string, PhotoDisplay])[] = [
  ["natural colours, 2nd to 98th percentile", { combination: "natural", stretch: "percentiles" }],
  ["infrared, least to greatest", { combination: "infrared", stretch: "min-max" }],
  ["infrared, gamma 2", { combination: "infrared", stretch: "percentiles", gamma: 2 }],
  ["band 3 alone, least to greatest, gamma 0.5", { combination: "single", band: 2, stretch: "min-max", gamma: 0.5 }],
  ["NDVI of reflectances", { combination: "ndvi" }],
  ["NDVI, 2nd to 98th percentile", { combination: "ndvi", stretch: "percentiles" }],
];

describe.skipIf(withoutPython)("a photo of four 16-bit bands is shown as NumPy would", () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-shown-"));
  let source: RasterSource;
  let plain: RasterSource;
  beforeAll(async () => {
    const displays = DISPLAYS.map(([, display]) => display);
    runPython(EXPECTED, { ...SIZE, folder, displays });
    const open = (name: string) => openRaster({ file: new File([readFileSync(join(folder, name))], name) });
    source = await open("four.tif");
    plain = await open("plain.tif");
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  /** Largest difference from the picture of that number, 0–255. */
  async function difference(raster: RasterSource, display: PhotoDisplay, picture: string): Promise<number> {
    const tile = await new OpticalTiles(raster, await chooseStretch(raster, display)).tile({ level: 0, x: 0, y: 0 });
    const expected = readFileSync(join(folder, picture));
    let largest = 0;
    for (let row = 0; row < SIZE.heightPx; row++) {
      for (let at = 0; at < SIZE.widthPx * 3; at++) {
        const found = tile[(row * TILE_PX + Math.floor(at / 3)) * 4 + (at % 3)]!;
        largest = Math.max(largest, Math.abs(found - expected[row * SIZE.widthPx * 3 + at]!));
      }
    }
    return largest;
  }

  // One step of 255: NumPy and we may round to different sides of a whole number.
  test.each(DISPLAYS.map(([name, display], at) => [name, display, at] as const))("%s", async (_, display, at) => {
    expect(await difference(source, display, `${at}.rgb`)).toBeLessThanOrEqual(1);
  });

  test("as it is: the bytes of an 8-bit photo, and those of a stretch are others", async () => {
    expect(await difference(plain, { stretch: "as-is" }, "plain.rgb")).toBe(0);
    expect(await difference(plain, {}, "plain.rgb")).toBe(0);
    expect(await difference(plain, { stretch: "min-max" }, "plain.rgb")).toBeGreaterThan(20);
  });

  test("what its bands do not give is shown as suits it", async () => {
    expect(await difference(plain, { combination: "infrared" }, "plain.rgb")).toBe(0);
    expect((await chooseStretch(plain, { combination: "ndvi" })).shown.kind).toBe("colours");
  });
});

/** The ramp's colours are ColorBrewer's; numpy.interp goes between them. */
const EXPECTED = `
import json, sys
import numpy as np, rasterio
asked = json.load(sys.stdin)
height, width, folder = asked["heightPx"], asked["widthPx"], asked["folder"]
rng = np.random.default_rng(7)
bands = (1200 + rng.gamma(4, [[[220]], [[180]], [[150]], [[500]]], (4, height, width))).astype(np.uint16)
bands[:, :3, :3] = 1000  # no reflectance at all
form = dict(driver="GTiff", width=width, height=height, crs="EPSG:25832", transform=rasterio.Affine(0.1, 0, 5e5, 0, -0.1, 5.6e6))
with rasterio.open(f"{folder}/four.tif", "w", count=4, dtype="uint16", photometric="rgb", **form) as out:
    out.write(bands)
    out.colorinterp = [rasterio.enums.ColorInterp[name] for name in ("red", "green", "blue", "nir")]
    out.scales, out.offsets = (1e-4,) * 4, (-0.1,) * 4
plain = rng.integers(30, 200, (3, height, width), dtype=np.uint8)
with rasterio.open(f"{folder}/plain.tif", "w", count=3, dtype="uint8", photometric="rgb", **form) as out:
    out.write(plain)
plain.transpose(1, 2, 0).tofile(f"{folder}/plain.rgb")

CHOSEN = {"natural": [0, 1, 2], "infrared": [3, 0, 1]}
RAMP = np.array([[166, 97, 26], [223, 194, 125], [245, 245, 245], [128, 205, 193], [1, 133, 113]], float)
def share(values, stretch, gamma):
    ends = {"min-max": (0, 100), "percentiles": (2, 98)}
    low, high = (-1, 1) if stretch is None else np.percentile(values, ends[stretch])
    return np.clip((values - low) / (high - low), 0, 1) ** (1 / gamma)
for at, display in enumerate(asked["displays"]):
    combination, stretch, gamma = display["combination"], display.get("stretch"), display.get("gamma", 1)
    if combination == "ndvi":
        red, nir = (bands[b] * 1e-4 - 0.1 for b in (0, 3))
        with np.errstate(invalid="ignore", divide="ignore"):
            index = np.nan_to_num((nir - red) / (nir + red), nan=0.0)
        place = share(index, stretch, gamma) * 4
        picture = np.stack([np.interp(place, range(5), RAMP[:, c]) for c in range(3)], -1)
    else:
        chosen = CHOSEN.get(combination) or [display["band"]] * 3
        picture = np.stack([share(bands[b].astype(float), stretch, gamma) * 255 for b in chosen], -1)
    picture.astype(np.uint8).tofile(f"{folder}/{at}.rgb")
print("null")
`;
