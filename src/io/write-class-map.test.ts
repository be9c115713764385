/** Exports held against GDAL (through rasterio) and rio-cogeo, and read back by ourselves. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import {
  computedMask,
  EXPORT_CLASSES,
  exportGrid,
  NORTH_UP,
  saveBlob,
  UTM32,
  withTemporaryFolder,
} from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import { createBlobSink } from "./byte-sink";
import { openRaster } from "./open-raster";
import { formatCategoryAuxXml, writeClassMapCog } from "./write-class-map";
import type { ExportGrid } from "./write-cog";
import { writeConfidenceCog } from "./write-confidence";

const DESCRIBE = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rasterio.enums import ColorInterp, Resampling
from rio_cogeo.cogeo import cog_validate
asked = json.load(sys.stdin)
valid, errors, notes = cog_validate(asked["path"], strict=True, quiet=True)
with rasterio.open(asked["path"]) as source:
    values = source.read(1)
    expected = np.fromfile(asked["raw"], dtype=values.dtype).reshape(values.shape)
    colormap = source.colormap(1) if source.colorinterp[0] == ColorInterp.palette else {}
    overview = None
    if source.overviews(1):
        with rasterio.open(asked["path"], overview_level=0) as first:
            overview = first.read(1)
    if overview is not None and asked.get("mode"):
        profile = dict(driver="GTiff", width=source.width, height=source.height, count=1, dtype="uint8", nodata=255)
        with rasterio.open(asked["path"] + ".gdal.tif", "w", **profile) as copy:
            copy.write(values, 1)
        with rasterio.open(asked["path"] + ".gdal.tif", "r+") as copy:
            copy.build_overviews([2], Resampling.mode)
        with rasterio.open(asked["path"] + ".gdal.tif", overview_level=0) as first:
            overview = bool(np.array_equal(overview, first.read(1)))
    else:
        overview = None
    print(json.dumps({
        "valid": valid, "errors": errors, "notes": notes,
        "equal": bool(np.array_equal(values, expected, equal_nan=values.dtype.kind == "f")),
        "epsg": source.crs.to_epsg() if source.crs else None,
        "transform": source.transform.to_gdal(),
        "nodata": str(source.nodata), "dtype": source.dtypes[0], "interp": source.colorinterp[0].name,
        "colours": [list(colormap[i]) for i in sorted(colormap)][:6] if colormap else [],
        "names": {k: v for k, v in source.tags(1).items() if k.startswith("CATEGORY")},
        "tags": source.tags(), "overviews": source.overviews(1), "overviewEqualsGdal": overview,
        "structure": source.tags(ns="IMAGE_STRUCTURE"), "blocks": list(source.block_shapes[0]),
    }))
`;

interface Described {
  readonly valid: boolean;
  readonly errors: string[];
  readonly notes: string[];
  readonly equal: boolean;
  readonly epsg: number | null;
  readonly transform: number[];
  readonly nodata: string;
  readonly dtype: string;
  readonly interp: string;
  readonly colours: number[][];
  readonly names: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly overviews: number[];
  readonly overviewEqualsGdal: boolean | null;
  readonly structure: Record<string, string>;
  readonly blocks: number[];
}

async function exportClassMap(folder: string, grid: ExportGrid, bigTiff?: boolean) {
  const mask = computedMask(grid.widthPx, grid.heightPx);
  const sink = createBlobSink("image/tiff");
  await writeClassMapCog({
    mask,
    grid,
    classes: EXPORT_CLASSES,
    sink,
    metadata: { NADIR_MODEL: "emsnet & co" },
    ...(bigTiff === undefined ? {} : { bigTiff }),
  });
  const path = await saveBlob(join(folder, "map.tif"), sink.toBlob());
  const raw = join(folder, "map.raw");
  const values = await mask.read({ col: 0, row: 0, widthPx: grid.widthPx, heightPx: grid.heightPx });
  writeFileSync(raw, values);
  return { path, raw, values };
}

describe.skipIf(withoutPython)("class maps as GDAL sees them", () => {
  test.each([
    [1, 1],
    [255, 257],
    [513, 1030],
    [1040, 1300],
  ])("%i × %i is a valid COG with palette, names, nodata and equal values", (widthPx, heightPx) =>
    withTemporaryFolder(async (folder) => {
      const { path, raw } = await exportClassMap(folder, exportGrid(widthPx, heightPx));
      const seen = runPython(DESCRIBE, { path, raw, mode: true }) as Described;
      expect(seen).toMatchObject({ valid: true, errors: [], notes: [], equal: true });
      expect(seen).toMatchObject({
        epsg: 25832,
        nodata: "255.0",
        dtype: "uint8",
        interp: "palette",
        blocks: [512, 512],
      });
      expect(seen.transform).toEqual(NORTH_UP);
      expect(seen.colours.slice(0, 3)).toEqual([
        [255, 255, 255, 255],
        [0, 0, 255, 255],
        [0, 255, 255, 255],
      ]);
      expect(seen.names).toEqual({
        CATEGORY_0: "impervious surface",
        CATEGORY_1: 'building & <"shed">',
        CATEGORY_2: "low vegetation",
        CATEGORY_4: "car",
      });
      expect(seen.tags.NADIR_MODEL).toBe("emsnet & co");
      expect(seen.structure).toMatchObject({ COMPRESSION: "DEFLATE", LAYOUT: "COG" });
      expect(seen.overviews).toEqual(heightPx > 1024 ? [2, 4] : []);
      // On odd sizes GDAL's windows drift against ours, which stay 2 × 2.
      if (widthPx % 2 === 0 && heightPx % 2 === 0) expect(seen.overviewEqualsGdal).toBe(true);
    }),
  );

  test("BigTIFF, as maps beyond 4 GB get it, is read by GDAL and by us", () =>
    withTemporaryFolder(async (folder) => {
      const { path, raw, values } = await exportClassMap(folder, exportGrid(700, 600), true);
      const seen = runPython(DESCRIBE, { path, raw }) as Described;
      expect(seen).toMatchObject({ valid: true, errors: [], equal: true, epsg: 25832, overviews: [2] });
      expect(readFileSync(path)[2]).toBe(43);
      const source = await openRaster({ file: await blobOf(path) });
      const read = await source.read({ rect: { col: 0, row: 0, widthPx: 700, heightPx: 600 }, bands: [0] });
      expect(Buffer.compare(read.bands[0] as Uint8Array, values)).toBe(0);
    }));

  test.each<[string, Geotransform]>([
    ["rotated", [1000, 0.6, 0.8, 2000, 0.8, -0.6]],
    ["south-up", [1000, 1, 0, 2000, 0, 1]],
  ])("a %s grid keeps its transformation", (_, geotransform) =>
    withTemporaryFolder(async (folder) => {
      const { path, raw } = await exportClassMap(folder, exportGrid(20, 30, { geotransform }));
      const seen = runPython(DESCRIBE, { path, raw }) as Described;
      expect(seen.equal).toBe(true);
      expect(seen.transform).toEqual(geotransform);
    }),
  );

  test("a CRS known only as WKT without a code arrives", () =>
    withTemporaryFolder(async (folder) => {
      const wkt =
        'PROJCS["My_Lambert",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",1312335.958],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-120.5],PARAMETER["Standard_Parallel_1",43.0],PARAMETER["Standard_Parallel_2",45.5],PARAMETER["Latitude_Of_Origin",41.75],UNIT["Foot",0.3048]]';
      const crs: Crs = { ...UTM32, epsg: null, wkt, metresPerUnit: 0.3048, name: "My_Lambert" };
      const { path } = await exportClassMap(folder, exportGrid(20, 30, { crs }));
      const seen = runPython(
        "import json, sys, rasterio\ncrs = rasterio.open(json.load(sys.stdin)).crs\nprint(json.dumps([crs.to_dict(), crs.linear_units_factor]))",
        path,
      ) as [Record<string, unknown>, [string, number]];
      expect(seen[0]).toMatchObject({ proj: "lcc", lat_1: 43, lat_2: 45.5, lon_0: -120.5 });
      expect(seen[1][1]).toBeCloseTo(0.3048, 9);
      const { facts } = await openRaster({ file: await blobOf(path) });
      expect(facts.crs).toMatchObject({ name: "My_Lambert", kind: "projected", metresPerUnit: 0.3048 });
    }));

  test("confidence is a float COG with NaN where nothing was predicted", () =>
    withTemporaryFolder(async (folder) => {
      const grid = exportGrid(700, 600);
      const mask = computedMask(700, 600);
      const confidence = computedMask(700, 600, (col, row) => (col * 7 + row * 3) % 256);
      const sink = createBlobSink("image/tiff");
      await writeConfidenceCog({ mask, confidence, grid, sink });
      const path = await saveBlob(join(folder, "confidence.tif"), sink.toBlob());
      const whole = { col: 0, row: 0, widthPx: 700, heightPx: 600 };
      const [bytes, ids] = [await confidence.read(whole), await mask.read(whole)];
      const raw = join(folder, "confidence.raw");
      const expected = Float32Array.from(bytes, (byte, at) => (ids[at] === 255 ? Number.NaN : byte / 255));
      writeFileSync(raw, new Uint8Array(expected.buffer));
      const seen = runPython(DESCRIBE, { path, raw }) as Described;
      expect(seen).toMatchObject({ valid: true, errors: [], notes: [], equal: true, nodata: "nan", dtype: "float32" });
      expect(seen.structure).toMatchObject({ COMPRESSION: "DEFLATE", PREDICTOR: "3" });
    }));
});

describe("class maps read back", () => {
  test("an export dropped again has the same pixels, place, palette, names and nodata", () =>
    withTemporaryFolder(async (folder) => {
      const { path, values } = await exportClassMap(folder, exportGrid(700, 1100));
      const source = await openRaster({ file: await blobOf(path) });
      const { facts } = source;
      expect(facts).toMatchObject({ widthPx: 700, heightPx: 1100, geotransform: NORTH_UP });
      expect(facts.crs).toMatchObject({ epsg: 25832, kind: "projected", metresPerUnit: 1 });
      expect(facts.bands[0]).toMatchObject({ role: "class", nodata: 255, dtype: "uint8" });
      expect(facts.palette?.slice(0, 5)).toEqual([
        [255, 255, 255],
        [0, 0, 255],
        [0, 255, 255],
        [0, 0, 0],
        [255, 255, 0],
      ]);
      expect(facts.categoryNames).toEqual(["impervious surface", 'building & <"shed">', "low vegetation", "", "car"]);
      expect(facts.levels).toEqual([
        { widthPx: 700, heightPx: 1100 },
        { widthPx: 350, heightPx: 550 },
        { widthPx: 175, heightPx: 275 },
      ]);
      const { bands, valid } = await source.read({
        rect: { col: 0, row: 0, widthPx: 700, heightPx: 1100 },
        bands: [0],
      });
      // Compared as buffers: element-wise comparison of a million numbers takes seconds.
      expect(Buffer.compare(bands[0] as Uint8Array, values)).toBe(0);
      const expected = values.map((value) => (value === 255 ? 0 : 1));
      expect(Buffer.compare(valid!, expected)).toBe(0);
    }));

  test("category names stand in the .aux.xml too, where GDAL and QGIS look for them", async () => {
    const xml = formatCategoryAuxXml(EXPORT_CLASSES);
    expect(xml).toContain(
      "<Category>low vegetation</Category>\n      <Category></Category>\n      <Category>car</Category>",
    );
    expect(xml).toContain("building &amp; &lt;&quot;shed&quot;&gt;");
  });

  test("cancelling stops the export", async () => {
    const abort = new AbortController();
    const mask = computedMask(60, 3000, () => {
      abort.abort();
      return 1;
    });
    const sink = createBlobSink("image/tiff");
    const request = { mask, grid: exportGrid(60, 3000), classes: EXPORT_CLASSES, sink, signal: abort.signal };
    await expect(writeClassMapCog(request)).rejects.toMatchObject({ name: "AbortError" });
  });
});
