/** Rasters made by GDAL (rasterio) and Pillow in many shapes, read here and compared sample by sample. */
import { readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { temporaryFolder } from "../testing/export-fixtures";
import { runPython, withoutPython } from "../testing/run-python";
import { blobOf, isWithoutTestData, testDataPath } from "../testing/test-data";
import { openRaster } from "./open-raster";
import { readPreview } from "./read-preview";

const MAKE = `
import json, sys, warnings
warnings.filterwarnings("ignore")
import numpy as np, rasterio
from PIL import Image
folder = json.load(sys.stdin)
def create(name, width, height, count, dtype, **options):
    return rasterio.open(folder + "/" + name, "w", driver="GTiff", width=width, height=height, count=count, dtype=dtype, **options)
random = np.random.RandomState(7)
W, H = 301, 203
base = (np.add.outer(np.arange(H) * 3, np.arange(W) * 2) + random.randint(0, 9, (H, W)))
def save(name, array, **options):
    array = np.atleast_3d(array) if array.ndim == 2 else array
    if array.shape[2] <= 4 and array.shape[0] == H: array = np.moveaxis(array, 2, 0)
    transform = options.pop("transform", rasterio.Affine(0.5, 0, 100, 0, -0.5, 200))
    with create(name + ".tif", W, H, array.shape[0], array.dtype, transform=transform, **options) as d:
        d.write(array)
    made.append([name + ".tif", str(array.dtype), array.shape[0]])
    np.ascontiguousarray(array).tofile(folder + "/" + name + ".tif.raw")
made = []
rgb = np.stack([base % 256, (base * 3) % 256, (base * 7) % 256], 2).astype("uint8")
for compress in ["none", "lzw", "deflate", "packbits", "zstd", "lerc", "lerc_deflate", "lerc_zstd"]:
    for interleave in ["band", "pixel"]:
        for layout in [dict(), dict(tiled=True, blockxsize=64, blockysize=48)]:
            tag = "_".join([compress, "tile" if "tiled" in layout else "strip", interleave])
            save("u8_" + tag, rgb, compress=compress, interleave=interleave, **layout)
for dtype in ["uint16", "uint32", "int16", "int32", "float32", "float64"]:
    values = (base * (97 if dtype[0] != "f" else 0.37) - (20000 if dtype[0] in "if" else 0)).astype(dtype)
    for predictor in [1, 2] + ([3] if dtype[0] == "f" else []):
        for endian in ["LITTLE", "BIG"]:
            if predictor == 2 and dtype == "float64": continue
            save(f"{dtype}_p{predictor}_{endian}", values, compress="deflate", predictor=predictor, endianness=endian)
            save(f"{dtype}_p{predictor}_{endian}_two_tile", np.stack([values, values[::-1]], 2), compress="lzw", predictor=predictor, endianness=endian, tiled=True, blockxsize=64, blockysize=64, interleave="pixel")
for dtype, predictor in [("uint16", 2), ("int32", 1), ("float32", 3), ("float64", 1)]:
    values = (base * 97.25).astype(dtype)
    save(f"{dtype}_p{predictor}_BIG_zstd", np.stack([values, values[::-1]], 2), compress="zstd", predictor=predictor, endianness="BIG", interleave="band", tiled=True, blockxsize=304, blockysize=208)
for bits in [1, 2, 4]:
    save(f"bits{bits}", (base % (2 ** bits)).astype("uint8"), nbits=bits)
save("bits12", (base % 4096).astype("uint16"), nbits=12)
save("big", rgb, bigtiff="YES", compress="deflate", tiled=True)
save("webp", rgb, compress="webp", webp_lossless=True, tiled=True, blockxsize=64, blockysize=64, interleave="pixel")
images = {"rgb8.png": rgb, "grey8.png": rgb[..., 0], "rgba8.png": np.dstack([rgb, rgb[..., 1]]), "grey16.png": (base * 50 % 65536).astype("uint16")}
for name, array in images.items():
    Image.fromarray(array).save(folder + "/" + name)
    bands = np.atleast_3d(array)
    made.append([name, str(array.dtype), bands.shape[2]])
    np.ascontiguousarray(np.moveaxis(bands, 2, 0)).tofile(folder + "/" + name + ".raw")
for name, options in {"colour.jpg": dict(quality=80), "smooth.jpg": dict(quality=95, subsampling=0, progressive=True)}.items():
    Image.fromarray(rgb).save(folder + "/" + name, **options)
    array = np.asarray(Image.open(folder + "/" + name))
    made.append([name, "uint8", 3])
    np.ascontiguousarray(np.moveaxis(array, 2, 0)).tofile(folder + "/" + name + ".raw")
Image.fromarray(rgb[..., 0]).save(folder + "/grey.jpg")
made.append(["grey.jpg", "uint8", 1])
np.asarray(Image.open(folder + "/grey.jpg")).tofile(folder + "/grey.jpg.raw")

# Blocks that were never written: what GDAL reads there is nodata.
with create("sparse.tif", 130, 100, 1, "float32", nodata=-9999, tiled=True, blockxsize=64, blockysize=64, SPARSE_OK=True) as d:
    d.write(np.arange(64 * 36, dtype="float32").reshape(1, 36, 64), window=rasterio.windows.Window(64, 64, 64, 36))
with rasterio.open(folder + "/sparse.tif") as d: d.read().tofile(folder + "/sparse.raw")

Image.new("RGB", (8, 6)).save(folder + "/tile.png")
with create("scaled.tif", 4, 3, 2, "int16", nodata=-32768, crs="EPSG:32633", transform=rasterio.Affine(2, 0, 10, 0, -2, 20)) as d:
    d.write(np.arange(24, dtype="int16").reshape(2, 3, 4))
    d.scales, d.offsets, d.units = (0.1, 1), (5, 0), ("metre", "")
    d.set_band_description(1, "height & <more>")
    d.update_tags(AREA_OR_POINT="Point")
# A sheared grid; GDAL's transform of the corner, whatever the file says of pixels.
for point in ["Area", "Point"]:
    with create(f"sheared_{point}.tif", 4, 3, 1, "uint8", crs="EPSG:32633", transform=rasterio.Affine(0.5, 0.2, 1000, 0.1, -0.4, 2000)) as d:
        d.update_tags(AREA_OR_POINT=point)
with rasterio.Env(GDAL_TIFF_INTERNAL_MASK=True):
    with create("masked.tif", 64, 64, 3, "uint8", tiled=True, blockxsize=32, blockysize=32) as d:
        d.write(np.full((3, 64, 64), 9, dtype="uint8"))
        mask = np.full((64, 64), 255, dtype="uint8"); mask[10:20, 30:50] = 0
        d.write_mask(mask)
with rasterio.open(folder + "/masked.tif", "r+") as d: d.build_overviews([2], rasterio.enums.Resampling.nearest)
framed = np.full((50, 50), 130, dtype="float32"); framed[:3] = -9999
with create("dsm.tif", 50, 50, 1, "float32") as d: d.write(framed, 1)

sheared = [list(rasterio.open(folder + f"/sheared_{point}.tif").transform.to_gdal()) for point in ["Area", "Point"]]
print(json.dumps(dict(made=made, sheared=sheared, wkt=rasterio.crs.CRS.from_epsg(25832).to_wkt(version="WKT1_ESRI"))))
`;

interface Made {
  /** File name, sample type, bands. */
  readonly made: readonly (readonly [string, string, number])[];
  /** GDAL's geotransform where pixels are areas, and where they are points. */
  readonly sheared: readonly (readonly number[])[];
  readonly wkt: string;
}

describe.skipIf(withoutPython)("rasters made by other programs", () => {
  const folder = temporaryFolder();
  let files: Made;
  beforeAll(() => {
    files = runPython(MAKE, folder) as Made;
  }, 300_000);
  afterAll(() => rmSync(folder, { recursive: true }));
  const open = async (name: string) => openRaster({ file: await blobOf(join(folder, name)) });

  test("every sample of every shape is the one that was written", async () => {
    const { made } = files;
    expect(made.length).toBeGreaterThan(100);
    const wrong: string[] = [];
    for (const [name, dtype, bandCount] of made) {
      const source = await open(name);
      const { widthPx, heightPx, bands } = source.facts;
      const wanted = bands.map(({ index }) => index);
      const read = await source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: wanted });
      const ours = Buffer.concat(read.bands.map((band) => Buffer.from(band.buffer, band.byteOffset, band.byteLength)));
      const expected = readFileSync(join(folder, `${name}.raw`));
      const same = bands.length === bandCount && bands[0]!.dtype === dtype && ours.equals(expected);
      if (!same) wrong.push(`${name} (${bands.length} × ${bands[0]!.dtype})`);
      // Any rectangle is a piece of the whole, and so is any band.
      const rect = { col: 61, row: 45, widthPx: 70, heightPx: 5 };
      const last = bands.length - 1;
      const part = await source.read({ rect, bands: [last] });
      for (let row = 0; row < rect.heightPx; row++) {
        const from = (rect.row + row) * widthPx + rect.col;
        const whole = read.bands[last]!.slice(from, from + rect.widthPx);
        const piece = part.bands[0]!.slice(row * rect.widthPx, (row + 1) * rect.widthPx);
        if (whole.join() !== piece.join()) wrong.push(`${name} by parts`);
      }
    }
    expect(wrong).toEqual([]);
  });

  test("samples of fewer bits than their type has say how many", async () => {
    const bits = async (name: string) => (await open(name)).facts.bands[0]!.significantBits;
    expect([await bits("bits1.tif"), await bits("bits4.tif"), await bits("bits12.tif")]).toEqual([1, 4, 12]);
    expect(await bits("big.tif")).toBeUndefined();
  });

  test("blocks that were never written are nodata, not height 0", async () => {
    const source = await open("sparse.tif");
    const { bands, valid } = await source.read({ rect: { col: 0, row: 0, widthPx: 130, heightPx: 100 }, bands: [0] });
    const gdal = new Float32Array(readFileSync(join(folder, "sparse.raw")).buffer.slice(0, 4 * 13000));
    expect([...bands[0]!]).toEqual([...gdal]);
    expect([...valid!]).toEqual(Array.from(gdal, (value) => (value === -9999 ? 0 : 1)));
    const hole = await source.read({ rect: { col: 3, row: 5, widthPx: 2, heightPx: 1 }, bands: [0] });
    expect([[...hole.bands[0]!], [...hole.valid!]]).toEqual([
      [-9999, -9999],
      [0, 0],
    ]);
  });

  test("a sheared grid lies where GDAL puts it, pixels being areas or points", async () => {
    for (const [at, name] of ["sheared_Area.tif", "sheared_Point.tif"].entries()) {
      const { geotransform } = (await open(name)).facts;
      for (const [index, value] of geotransform!.entries()) expect(value).toBeCloseTo(files.sheared[at]![index]!, 9);
    }
  });

  test("side files place an image: world file, .prj, .aux.xml", async () => {
    const { wkt } = files;
    const file = await blobOf(join(folder, "tile.png"));
    const world = new File(["0.1\n0\n0\n-0.1\n500000.05\n5599999.95\n"], "TILE.PGW");
    const prj = new File([wkt], "tile.prj");
    const foreign = new File(["1\n0\n0\n-1\n0\n0\n"], "other.pgw");
    const { facts } = await openRaster({ file, sideFiles: [foreign, world, prj] });
    expect(facts.geotransform!.map((value) => Number(value.toFixed(9)))).toEqual([500000, 0.1, 0, 5600000, 0, -0.1]);
    expect(facts.crs).toMatchObject({ epsg: 25832, kind: "projected", metresPerUnit: 1 });
    expect(facts.crs?.proj4).not.toBeNull();
    expect(facts.notes).toEqual(["Position read from TILE.PGW.", "Coordinate system read from tile.prj."]);

    const aux = new File(
      [
        `<PAMDataset><SRS>${wkt.replace(/"/g, "&quot;")}</SRS><GeoTransform>10, 2, 0, 20, 0, -2</GeoTransform>`,
        '<PAMRasterBand band="1"><NoDataValue>7</NoDataValue><Description>near infrared</Description></PAMRasterBand></PAMDataset>',
      ],
      "tile.png.aux.xml",
    );
    const described = await openRaster({ file, sideFiles: [aux, world] });
    expect(described.facts.geotransform).toEqual([10, 2, 0, 20, 0, -2]);
    expect(described.facts.bands[0]).toMatchObject({ nodata: 7, name: "near infrared", role: "nir" });
  });

  test("scale, offset, unit, names, PixelIsPoint and masks arrive as GDAL wrote them", async () => {
    const scaled = (await open("scaled.tif")).facts;
    expect(scaled.bands[0]).toMatchObject({
      scale: 0.1,
      offset: 5,
      unit: "metre",
      name: "height & <more>",
      nodata: -32768,
    });
    expect(scaled.bands[0]!.role).toBe("height");
    expect(scaled.geotransform).toEqual([10, 2, 0, 20, 0, -2]);
    expect(scaled.notes.join()).toContain("PixelIsPoint");

    const source = await open("masked.tif");
    expect(source.facts).toMatchObject({ mask: "mask", levels: [{ widthPx: 64 }, { widthPx: 32 }] });
    const { valid } = await source.read({ rect: { col: 0, row: 0, widthPx: 64, heightPx: 64 }, bands: [0] });
    expect(valid!.reduce((sum, value) => sum + (1 - value), 0)).toBe(200);
    const small = await source.read({ rect: { col: 0, row: 0, widthPx: 32, heightPx: 32 }, bands: [0], level: 1 });
    expect(small.valid!.reduce((sum, value) => sum + (1 - value), 0)).toBe(50);
  });

  test("an undeclared −9999 frame around heights is taken as missing, and said", async () => {
    const source = await open("dsm.tif");
    expect(source.facts.bands[0]).toMatchObject({ nodata: -9999, nodataIsAssumed: true });
    expect(source.facts.notes.join()).toContain("-9999");
    const preview = await readPreview(source, { maxSidePx: 10, bands: [0] });
    expect(preview).toMatchObject({ widthPx: 10, heightPx: 10, from: "full-resolution" });
    expect(preview.bands[0]![99]).toBe(130);
    expect([...preview.valid!.subarray(0, 10)]).toEqual(new Array(10).fill(0));

    const corrected = await openRaster({
      file: await blobOf(join(folder, "dsm.tif")),
      corrections: { nodata: { 0: null } },
    });
    const { valid } = await corrected.read({ rect: { col: 0, row: 0, widthPx: 50, heightPx: 1 }, bands: [0] });
    expect(valid).toBeNull();
    await expect(corrected.read({ rect: { col: 0, row: 0, widthPx: 51, heightPx: 1 }, bands: [0] })).rejects.toThrow(
      /51×1 at \(0, 0\) leaves the level of 50×50/,
    );
    corrected.close();
    await expect(corrected.read({ rect: { col: 0, row: 0, widthPx: 1, heightPx: 1 }, bands: [0] })).rejects.toThrow(
      /closed/,
    );
  });
});

test.skipIf(isWithoutTestData("conformance"))(
  "a photo in a palette says how to open it as one, labels do not",
  async () => {
    const notesOf = async (name: string) =>
      (await openRaster({ file: await blobOf(testDataPath("conformance", "gdal_autotest", "autotest", name)) })).facts
        .notes;
    expect((await notesOf("gdrivers/data/small_world_pct.tif")).join()).toContain("gdal_translate -expand rgb");
    expect((await notesOf("gcore/data/test_average_palette.tif")).join()).not.toContain("expand");
  },
);
