/** Alignment reports of real scenes, number by number against GDAL (rasterio) and PROJ (pyproj). */

import { describe, expect, test } from "vitest";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import { spellInEnglish } from "../core/remarks/spell";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { openRaster } from "./open-raster";
import { bandStatistics } from "./raster-statistics";
import { createReprojection } from "./reproject";

const scene = (...parts: string[]) => testDataPath("scenes", ...parts);

async function report(opticalPath: string, otherPath: string): Promise<AlignmentReport> {
  const optical = await openRaster({ file: await blobOf(opticalPath) });
  const other = await openRaster({ file: await blobOf(otherPath) });
  return alignRasters(optical.facts, other.facts, {
    reprojection: createReprojection(optical.facts.crs, other.facts.crs),
    statistics: await bandStatistics(other, 0),
    label: "DSM",
  });
}

interface Judged {
  readonly offset: [number, number];
  readonly ratio: number;
  readonly overlap: number;
  readonly min: number;
  readonly max: number;
  readonly nodata: number;
  readonly gap: number;
  readonly rect: [col: number, row: number, endCol: number, endRow: number];
}

/** Offset, ratio, overlap from GDAL's transforms; range and nodata from its pixels; distance along the ellipsoid. */
function judge(opticalPath: string, otherPath: string): Judged {
  return runPython(
    `
import json, math, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from pyproj import Geod
from rasterio.warp import transform
a, b = (rasterio.open(p) for p in json.load(sys.stdin))
col, row = ~a.transform * (b.transform.c, b.transform.f)
ratio = math.sqrt(abs(b.transform.determinant / a.transform.determinant))
c1, r1 = ~a.transform * (b.transform * (b.width, b.height))
overlap = max(0, min(c1, a.width) - max(col, 0)) * max(0, min(r1, a.height) - max(row, 0)) / (a.width * a.height)
inside = lambda lo, hi, size: [max(0, math.ceil(lo - 0.01)), min(size, math.floor(hi + 0.01))]
(x0, x1), (y0, y1) = inside(col, c1, a.width), inside(row, r1, a.height)
data = b.read(1, masked=True)
def outline(s):
    steps = np.linspace(0, 1, 65)
    xy = [s.transform * (t * s.width, 0) for t in steps] + [s.transform * (t * s.width, s.height) for t in steps] \\
       + [s.transform * (0, t * s.height) for t in steps] + [s.transform * (s.width, t * s.height) for t in steps]
    return np.array(transform(s.crs, "EPSG:4326", *zip(*xy))).T
gap = 0
if a.crs != b.crs:
    A, B = outline(a), outline(b)
    lon1, lon2 = np.meshgrid(A[:, 0], B[:, 0]); lat1, lat2 = np.meshgrid(A[:, 1], B[:, 1])
    gap = float(Geod(ellps="GRS80").inv(lon1, lat1, lon2, lat2)[2].min())
print(json.dumps(dict(offset=[col, row], ratio=ratio, overlap=overlap, min=float(data.min()), max=float(data.max()),
    nodata=float(np.ma.getmaskarray(data).mean()), gap=gap, rect=[x0, y0, x1, y1])))`,
    [opticalPath, otherPath],
  ) as Judged;
}

describe.skipIf(isWithoutTestData("scenes") || withoutPython)("alignment of real scenes", () => {
  test.each([
    ["autzen", "autzen_ortho.tif", "dsm.tif", "DSM 2× coarser, covers 4.3 %, resampled"],
    ["neon", "JERC_049.tif", "JERC_049_CHM.tif", "DSM 10× coarser, covers 98 %, resampled"],
    ["neon", "SJER_052.tif", "SJER_052_CHM.tif", "DSM 10× coarser, covers 99 %, resampled"],
    ["poitou", "rgb_from_points.tif", "dsm.tif", "grids aligned"],
    ["burgundy", "rgb_from_points.tif", "ndsm.tif", "grids aligned"],
  ])("%s/%s with %s: %s", async (folder, opticalName, otherName, summary) => {
    const [opticalPath, otherPath] = [scene(folder, opticalName), scene(folder, otherName)];
    const [ours, gdal] = [await report(opticalPath, otherPath), judge(opticalPath, otherPath)];
    expect(spellInEnglish(ours.summary)).toBe(summary);
    expect(ours.offsetPx[0]).toBeCloseTo(gdal.offset[0], 6);
    expect(ours.offsetPx[1]).toBeCloseTo(gdal.offset[1], 6);
    expect(ours.resolutionRatio).toBeCloseTo(gdal.ratio, 9);
    expect(ours.overlapFraction).toBeCloseTo(gdal.overlap, 9);
    expect(ours.nodataFraction).toBeCloseTo(gdal.nodata, 9);
    expect(ours.valueRange?.min).toBeCloseTo(gdal.min, 5);
    expect(ours.valueRange?.max).toBeCloseTo(gdal.max, 5);
    expect(ours.gapMetres).toBeNull();
    const rect = ours.overlapRect!;
    expect([rect.col, rect.row, rect.col + rect.widthPx, rect.row + rect.heightPx]).toEqual(gdal.rect);
  });

  test("farapart is refused with the distance along the ellipsoid", async () => {
    const [opticalPath, otherPath] = [
      scene("farapart", "m_4709963_se_14_1_20200831.tif"),
      scene("farapart", "dsm.tif"),
    ];
    const [ours, gdal] = [await report(opticalPath, otherPath), judge(opticalPath, otherPath)];
    expect(ours.verdict).toBe("refused");
    expect(ours.overlapFraction).toBe(0);
    expect(ours.gapMetres! / gdal.gap).toBeCloseTo(1, 2);
    expect(Math.abs(ours.gapMetres! / gdal.gap - 1)).toBeLessThan(0.005);
    expect(spellInEnglish(ours.summary)).toMatch(/^no overlap, 2,00\d km apart$/);
  });

  test("a CRS in feet without a code: pixel area and distances are in metres", async () => {
    const { facts } = await openRaster({ file: await blobOf(scene("autzen", "autzen_ortho.tif")) });
    expect(facts.crs).toMatchObject({ epsg: null, kind: "projected", metresPerUnit: 0.3048 });
    const shifted = { ...facts, geotransform: [...facts.geotransform!] as unknown as typeof facts.geotransform };
    (shifted.geotransform as unknown as number[])[0]! += facts.widthPx + 1000;
    expect(alignRasters(facts, shifted).gapMetres).toBeCloseTo(304.8, 6);
  });
});

describe.skipIf(withoutPython)("grids in another CRS", () => {
  test.each([
    ["UTM 32 on UTM 31", "EPSG:25832", "EPSG:25831", 0.2, 3000],
    ["UTM 32 on longitude and latitude", "EPSG:32632", "EPSG:4326", 0.5, 6000],
    ["UTM 18 on Web Mercator, wide", "EPSG:26918", "EPSG:3857", 5, 12000],
  ])("%s: control points stay within a tenth of a pixel of PROJ", (_, opticalCrs, otherCrs, pixelSize, side) => {
    const setUp = runPython(
      `
import json, sys, warnings
warnings.filterwarnings("ignore")
import rasterio
from pyproj import Transformer
from rasterio.crs import CRS
from rasterio.io import MemoryFile
optical, other, size, side = json.load(sys.stdin)
to = Transformer.from_crs(optical, other, always_xy=True)
x0, y0 = 480000, 5400000 if not optical.endswith("26918") else 4300000
cx, cy = to.transform(x0 + side * size / 2, y0 - side * size / 2)
px, _ = to.transform(x0 + side * size / 2 + size, y0 - side * size / 2)
step = abs(px - cx) * 2
origin = [cx - step * side / 2, cy + step * side / 2]
def keys(crs, x, y):
    with MemoryFile() as memory:
        with memory.open(driver="GTiff", width=1, height=1, count=1, dtype="uint8", crs=CRS.from_string(crs),
                         transform=rasterio.Affine(1, 0, x, 0, -1, y)) as d: pass
        return list(memory.read())
points = [[c * side / 7, r * side / 7] for c in range(8) for r in range(8)]
out = []
for c, r in points:
    x, y = to.transform(x0 + c * size, y0 - r * size)
    out.append([(x - origin[0]) / step, (origin[1] - y) / step])
print(json.dumps(dict(optical=keys(optical, x0, y0), other=keys(other, cx, cy), x0=x0, y0=y0, origin=origin, step=step, points=points, out=out)))`,
      [opticalCrs, otherCrs, pixelSize, side],
    ) as {
      optical: number[];
      other: number[];
      x0: number;
      y0: number;
      origin: [number, number];
      step: number;
      points: [number, number][];
      out: [number, number][];
    };
    return (async () => {
      const open = async (bytes: number[]) =>
        (await openRaster({ file: new File([Uint8Array.from(bytes)], "grid.tif") })).facts;
      const optical = {
        ...(await open(setUp.optical)),
        widthPx: side,
        heightPx: side,
        geotransform: [setUp.x0, pixelSize, 0, setUp.y0, 0, -pixelSize] as const,
      };
      const other = {
        ...(await open(setUp.other)),
        widthPx: side,
        heightPx: side,
        geotransform: [setUp.origin[0], setUp.step, 0, setUp.origin[1], 0, -setUp.step] as const,
      };
      const mapping = planPixelMapping(optical, other, createReprojection(optical.crs, other.crs))!;
      expect(mapping.kind).toBe("control-grid");
      for (const [at, [col, row]] of setUp.points.entries()) {
        const [otherCol, otherRow] = mapPixel(mapping, col, row);
        expect(Math.hypot(otherCol - setUp.out[at]![0], otherRow - setUp.out[at]![1])).toBeLessThan(0.1);
      }
    })();
  });
});
