/** Exports held against GDAL (through rasterio) and rio-cogeo, and read back by ourselves. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Crs } from "../core/georef/crs";
import type { Geotransform } from "../core/georef/geotransform";
import { noise } from "../testing/array-raster";
import {
  computedMask,
  EXPORT_CLASSES,
  exportGrid,
  NORTH_UP,
  saveBlob,
  temporaryFolder,
  UTM32,
  withTemporaryFolder,
} from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf } from "../testing/test-data";
import { createBlobSink } from "./byte-sink";
import { reduceByMode } from "./cog/pyramid";
import { openRaster } from "./open-raster";
import { formatCategoryAuxXml, writeClassMapCog } from "./write-class-map";
import { type ExportGrid, writeCog } from "./write-cog";
import { writeConfidenceCog } from "./write-confidence";

const DESCRIBE = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from rasterio.enums import ColorInterp, Resampling
from rio_cogeo.cogeo import cog_validate

def corners(level, missing):
    """The four of each 2 x 2 block, in reading order; missing beyond the edge."""
    padded = np.pad(level, [(0, n % 2) for n in level.shape], constant_values=missing)
    return np.stack([padded[0::2, 0::2], padded[0::2, 1::2], padded[1::2, 0::2], padded[1::2, 1::2]])

def mode(level):
    """The class that is first to be counted as often as any."""
    block = corners(level, 255)
    seen = np.stack([(block[:i + 1] == block[i]).sum(0) for i in range(4)]) * (block != 255)
    return np.where(seen.max(0) > 0, np.take_along_axis(block, seen.argmax(0)[None], 0)[0], 255)

def mean(level):
    return np.nanmean(corners(level.astype("float64"), np.nan), 0).astype("float32")

def gdal_mode(path, source, values):
    profile = dict(driver="GTiff", width=source.width, height=source.height, count=1, dtype="uint8", nodata=255)
    with rasterio.open(path + ".gdal.tif", "w", **profile) as copy:
        copy.write(values, 1)
    with rasterio.open(path + ".gdal.tif", "r+") as copy:
        copy.build_overviews([2], Resampling.mode)
    with rasterio.open(path + ".gdal.tif", overview_level=0) as first:
        return first.read(1)

def describe(path):
    valid, errors, notes = cog_validate(path, strict=True, quiet=True)
    with rasterio.open(path) as source:
        values = source.read(1)
        isFloat = values.dtype.kind == "f"
        expected = np.fromfile(path + ".raw", dtype=values.dtype).reshape(values.shape)
        colormap = source.colormap(1) if source.colorinterp[0] == ColorInterp.palette else {}
        levels = [values]
        for index in range(len(source.overviews(1))):
            with rasterio.open(path, overview_level=index) as overview:
                levels.append(overview.read(1))
        same = (lambda a, b: a.shape == b.shape and np.allclose(a, b, rtol=1e-6, equal_nan=True)) if isFloat else np.array_equal
        halved = [bool(same((mean if isFloat else mode)(a), b)) for a, b in zip(levels, levels[1:])]
        # On odd sizes GDAL's windows drift against ours, which stay 2 x 2.
        even = not isFloat and source.width % 2 == 0 and source.height % 2 == 0
        return {
            "valid": valid, "errors": errors, "notes": notes,
            "equal": bool(np.array_equal(values, expected, equal_nan=isFloat)),
            "epsg": source.crs.to_epsg() if source.crs else None,
            "crs": source.crs.to_dict() if source.crs else None,
            "unitMetres": source.crs.linear_units_factor[1] if source.crs else None,
            "transform": source.transform.to_gdal(),
            "nodata": str(source.nodata), "dtype": source.dtypes[0], "interp": source.colorinterp[0].name,
            "colours": [list(colormap[i]) for i in sorted(colormap)][:6] if colormap else [],
            "names": {k: v for k, v in source.tags(1).items() if k.startswith("CATEGORY")},
            "tags": source.tags(), "overviews": source.overviews(1), "overviewsHalved": halved,
            "firstAsGdal": bool(np.array_equal(gdal_mode(path, source, values), levels[1])) if even and halved else None,
            "structure": source.tags(ns="IMAGE_STRUCTURE"), "blocks": list(source.block_shapes[0]),
        }

print(json.dumps([describe(path) for path in json.load(sys.stdin)]))
`;

interface Described {
  readonly valid: boolean;
  readonly errors: string[];
  readonly notes: string[];
  readonly equal: boolean;
  readonly epsg: number | null;
  readonly crs: Record<string, unknown> | null;
  readonly unitMetres: number | null;
  readonly transform: number[];
  readonly nodata: string;
  readonly dtype: string;
  readonly interp: string;
  readonly colours: number[][];
  readonly names: Record<string, string>;
  readonly tags: Record<string, string>;
  readonly overviews: number[];
  /** Per overview, whether NumPy makes it of the level above. */
  readonly overviewsHalved: boolean[];
  readonly firstAsGdal: boolean | null;
  readonly structure: Record<string, string>;
  readonly blocks: number[];
}

async function exportClassMap(path: string, grid: ExportGrid, bigTiff?: boolean) {
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
  await saveBlob(path, sink.toBlob());
  const values = await mask.read({ col: 0, row: 0, widthPx: grid.widthPx, heightPx: grid.heightPx });
  writeFileSync(`${path}.raw`, values);
  return values;
}

/** Confidence of `(7·col + 3·row) mod 256` under the class map's holes. */
async function exportConfidence(path: string, grid: ExportGrid) {
  const { widthPx, heightPx } = grid;
  const mask = computedMask(widthPx, heightPx);
  const confidence = computedMask(widthPx, heightPx, (col, row) => (col * 7 + row * 3) % 256);
  const sink = createBlobSink("image/tiff");
  await writeConfidenceCog({ mask, confidence, grid, sink });
  await saveBlob(path, sink.toBlob());
  const whole = { col: 0, row: 0, widthPx, heightPx };
  const [bytes, ids] = [await confidence.read(whole), await mask.read(whole)];
  const expected = Float32Array.from(bytes, (byte, at) => (ids[at] === 255 ? Number.NaN : byte / 255));
  writeFileSync(`${path}.raw`, new Uint8Array(expected.buffer));
}

const LAMBERT =
  'PROJCS["My_Lambert",GEOGCS["GCS_North_American_1983",DATUM["D_North_American_1983",SPHEROID["GRS_1980",6378137.0,298.257222101]],PRIMEM["Greenwich",0.0],UNIT["Degree",0.0174532925199433]],PROJECTION["Lambert_Conformal_Conic"],PARAMETER["False_Easting",1312335.958],PARAMETER["False_Northing",0.0],PARAMETER["Central_Meridian",-120.5],PARAMETER["Standard_Parallel_1",43.0],PARAMETER["Standard_Parallel_2",45.5],PARAMETER["Latitude_Of_Origin",41.75],UNIT["Foot",0.3048]]';

/** Odd and even at every halving, overviews of one, two and no level, wide and tall. */
const SIZES = [
  [1, 1],
  [255, 257],
  [513, 1030],
  [1040, 1300],
  [1027, 514],
  [2050, 3],
] as const;

const CONFIDENCE_SIZES = [[513, 1030]] as const;

const PLACED: Readonly<Record<string, Geotransform>> = {
  sheared: [1000, 0.5, 0.2, 2000, 0.1, -0.4],
  "south-up": [1000, 1, 0, 2000, 0, 1],
};

describe.skipIf(withoutPython)("exports as GDAL sees them", () => {
  const folder = temporaryFolder();
  const pathOf = (name: string) => join(folder, `${name}.tif`);
  let seen: ReadonlyMap<string, Described>;

  beforeAll(async () => {
    const names: string[] = [];
    const add = (name: string) => {
      names.push(name);
      return pathOf(name);
    };
    for (const [widthPx, heightPx] of SIZES) {
      await exportClassMap(add(`classes ${widthPx} ${heightPx}`), exportGrid(widthPx, heightPx));
    }
    for (const [widthPx, heightPx] of CONFIDENCE_SIZES) {
      await exportConfidence(add(`confidence ${widthPx} ${heightPx}`), exportGrid(widthPx, heightPx));
    }
    for (const [name, geotransform] of Object.entries(PLACED)) {
      await exportClassMap(add(name), exportGrid(20, 30, { geotransform }));
    }
    await exportClassMap(add("big"), exportGrid(700, 600), true);
    const crs: Crs = { ...UTM32, epsg: null, wkt: LAMBERT, metresPerUnit: 0.3048, name: "My_Lambert" };
    await exportClassMap(add("lambert"), exportGrid(20, 30, { crs }));
    const described = runPython(DESCRIBE, names.map(pathOf)) as Described[];
    seen = new Map(names.map((name, at) => [name, described[at]!]));
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));

  test.each(SIZES)(
    "a class map of %i × %i: a valid COG with palette, names, nodata and equal values",
    (width, height) => {
      const map = seen.get(`classes ${width} ${height}`)!;
      expect(map).toMatchObject({ valid: true, errors: [], notes: [], equal: true });
      expect(map).toMatchObject({
        epsg: 25832,
        nodata: "255.0",
        dtype: "uint8",
        interp: "palette",
        blocks: [512, 512],
      });
      expect(map.transform).toEqual(NORTH_UP);
      expect(map.colours.slice(0, 3)).toEqual([
        [255, 255, 255, 255],
        [0, 0, 255, 255],
        [0, 255, 255, 255],
      ]);
      expect(map.names).toEqual({
        CATEGORY_0: "impervious surface",
        CATEGORY_1: 'building & <"shed">',
        CATEGORY_2: "low vegetation",
        CATEGORY_4: "car",
      });
      expect(map.tags.NADIR_MODEL).toBe("emsnet & co");
      expect(map.structure).toMatchObject({ COMPRESSION: "DEFLATE", LAYOUT: "COG" });
    },
  );

  test.each(CONFIDENCE_SIZES)(
    "confidence of %i × %i: a float COG with NaN where nothing was predicted",
    (width, height) => {
      const map = seen.get(`confidence ${width} ${height}`)!;
      expect(map).toMatchObject({ valid: true, errors: [], notes: [], equal: true, nodata: "nan", dtype: "float32" });
      expect(map.structure).toMatchObject({ COMPRESSION: "DEFLATE", PREDICTOR: "3" });
    },
  );

  test.each([
    ["classes 1 1", 0],
    ["classes 255 257", 0],
    ["classes 513 1030", 2],
    ["classes 1040 1300", 2],
    ["classes 1027 514", 2],
    ["classes 2050 3", 3],
    ["confidence 513 1030", 2],
  ])("%s: every overview is the mode, or the mean, of the level above (%i of them)", (name, levels) => {
    expect(seen.get(name)!.overviewsHalved).toEqual(Array.from({ length: levels }, () => true));
  });

  test("where sizes are even the first overview is GDAL's own", () => {
    expect([...seen.values()].map(({ firstAsGdal }) => firstAsGdal).filter((same) => same !== null)).toEqual([
      true,
      true,
    ]);
  });

  test("BigTIFF, as maps beyond 4 GB get it, is read by GDAL and by us", async () => {
    expect(seen.get("big")).toMatchObject({ valid: true, errors: [], equal: true, epsg: 25832, overviews: [2] });
    expect(seen.get("big")!.overviewsHalved).toEqual([true]);
    expect(readFileSync(pathOf("big"))[2]).toBe(43);
    const source = await openRaster({ file: await blobOf(pathOf("big")) });
    const read = await source.read({ rect: { col: 0, row: 0, widthPx: 700, heightPx: 600 }, bands: [0] });
    expect(Buffer.compare(read.bands[0] as Uint8Array, readFileSync(`${pathOf("big")}.raw`))).toBe(0);
  });

  test.each(Object.entries(PLACED))("a %s grid keeps its transformation", (name, geotransform) => {
    expect(seen.get(name)!.equal).toBe(true);
    expect(seen.get(name)!.transform).toEqual(geotransform);
  });

  test("a CRS known only as WKT without a code arrives", async () => {
    const { crs, unitMetres } = seen.get("lambert")!;
    expect(crs).toMatchObject({ proj: "lcc", lat_1: 43, lat_2: 45.5, lon_0: -120.5 });
    expect(unitMetres).toBeCloseTo(0.3048, 9);
    const { facts } = await openRaster({ file: await blobOf(pathOf("lambert")) });
    expect(facts.crs).toMatchObject({ name: "My_Lambert", kind: "projected", metresPerUnit: 0.3048 });
  });
});

/** One tile of samples said to be that large: the form of the file is decided by the size, before anything is written. */
test.each([
  // 512 × 512 × 11 200 B and a third more for the overviews stay below 4 GB; 200 B more per sample do not.
  [11_200, 42],
  [11_400, 43],
])("samples of %i bytes make a TIFF of version %i", async (bytesPerSample, version) => {
  const sink = createBlobSink("image/tiff");
  await writeCog<Uint8Array>({
    grid: exportGrid(512, 512),
    sink,
    readRows: async (_, count) => new Uint8Array(512 * count),
    createRow: (length) => new Uint8Array(length),
    reduce: () => undefined,
    nodata: 0,
    encodeTile: (tile) => tile.slice(),
    sampleFields: [],
    mainFields: [],
    bytesPerSample,
  });
  expect(new Uint8Array(await sink.toBlob().arrayBuffer())[2]).toBe(version);
});

test("overviews too large to keep are made again, into the very same file", async () => {
  const [widthPx, heightPx] = [1300, 2100];
  const ids = Uint8Array.from({ length: widthPx * heightPx }, (_, at) => noise(1, at) & 255);
  const write = async (mostKeptBytes: number) => {
    const sink = createBlobSink("image/tiff");
    let rowsRead = 0;
    await writeCog<Uint8Array>({
      grid: exportGrid(widthPx, heightPx),
      sink,
      readRows: async (row, count) => {
        rowsRead += count;
        return ids.subarray(row * widthPx, (row + count) * widthPx);
      },
      createRow: (length) => new Uint8Array(length),
      reduce: reduceByMode(255),
      nodata: 255,
      encodeTile: (tile) => tile.slice(),
      sampleFields: [],
      mainFields: [],
      bytesPerSample: 1,
      mostKeptBytes,
    });
    return { file: Buffer.from(await sink.toBlob().arrayBuffer()), times: rowsRead / heightPx };
  };
  const [all, some, none] = await Promise.all([2 ** 30, 300_000, 0].map(write));
  // Overviews of 650 × 1050, 325 × 525 and 163 × 263 pixels.
  expect([all!.times, some!.times, none!.times]).toEqual([2, 3, 5]);
  expect(some!.file.equals(all!.file)).toBe(true);
  expect(none!.file.equals(all!.file)).toBe(true);
});

describe("class maps read back", () => {
  test("an export dropped again has the same pixels, place, palette, names and nodata", () =>
    withTemporaryFolder(async (folder) => {
      const path = join(folder, "map.tif");
      const values = await exportClassMap(path, exportGrid(700, 1100));
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
