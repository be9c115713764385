/** Programs we did not write judge what the page exports: rasterio (GDAL) and scikit-learn, in the models' environment. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { decode } from "fast-png";

const PYTHON = "models/.venv/bin/python";

/** Where a picture of the page goes: into the documentation when asked to, else among the test's results. */
export function screenPath(name: string): string {
  return process.env.NADIR_SCREENS === "1" ? `docs/screens/${name}` : `test-results/screens/${name}`;
}

export interface RasterReport {
  readonly size: readonly [number, number];
  readonly crs: string | null;
  readonly epsg: number | null;
  readonly transform: readonly number[];
  readonly count: number;
  readonly dtype: string;
  readonly nodata: number | null;
  /** RGBA by index, for palette rasters. */
  readonly colormap: Readonly<Record<string, readonly number[]>> | null;
  readonly interpretation: string;
  readonly overviews: readonly number[];
  readonly compression: string | null;
  /** Pixels per value of band 1. */
  readonly histogram: readonly number[];
  readonly sha: string;
}

const DESCRIBE = `
import sys, json, hashlib, numpy as np, rasterio
with rasterio.open(sys.argv[1]) as d:
    band = d.read(1)
    try: colormap = {str(k): list(v) for k, v in d.colormap(1).items()}
    except ValueError: colormap = None
    print(json.dumps(dict(size=[d.width, d.height], crs=d.crs.to_wkt() if d.crs else None,
        epsg=d.crs.to_epsg() if d.crs else None, transform=list(d.transform)[:6], count=d.count, dtype=d.dtypes[0],
        nodata=d.nodata, colormap=colormap, interpretation=d.colorinterp[0].name, overviews=d.overviews(1),
        compression=d.compression.value if d.compression else None,
        histogram=np.bincount(band.ravel(), minlength=256).tolist() if band.dtype == np.uint8 else [],
        sha=hashlib.sha256(np.ascontiguousarray(band).tobytes()).hexdigest())))
`;

export function describeRaster(path: string): RasterReport {
  return python(DESCRIBE, path) as RasterReport;
}

export interface ScikitScores {
  readonly confusion: readonly (readonly number[])[];
  readonly iou: readonly number[];
  readonly f1: readonly number[];
  readonly oa: number;
  readonly kappa: number;
}

/** Scores of an exported mask against truth in the ISPRS colours; classes are the truth's, in the given order. */
const SCORE = `
import sys, json, numpy as np, rasterio
from sklearn import metrics
mask_path, truth_path, table = sys.argv[1], sys.argv[2], json.loads(sys.argv[3])
mask = rasterio.open(mask_path).read(1)
rgb = rasterio.open(truth_path).read([1, 2, 3])
truth = np.full(mask.shape, 255, np.uint8)
for index, colour in enumerate(table["colours"]):
    truth[np.all(rgb == np.array(colour, np.uint8)[:, None, None], axis=0)] = index
lookup = np.full(256, 255, np.uint8)
for mask_id, index in table["maskToClass"].items():
    lookup[int(mask_id)] = index
predicted = lookup[mask]
kept = (truth != 255) & (predicted != 255)
t, p, labels = truth[kept], predicted[kept], list(range(len(table["colours"])))
print(json.dumps(dict(confusion=metrics.confusion_matrix(t, p, labels=labels).tolist(),
    iou=metrics.jaccard_score(t, p, labels=labels, average=None, zero_division=0).tolist(),
    f1=metrics.f1_score(t, p, labels=labels, average=None, zero_division=0).tolist(),
    oa=metrics.accuracy_score(t, p), kappa=metrics.cohen_kappa_score(t, p))))
`;

export function scoreWithScikit(
  maskPath: string,
  truthPath: string,
  table: { colours: readonly (readonly number[])[]; maskToClass: Readonly<Record<number, number>> },
): ScikitScores {
  return python(SCORE, maskPath, truthPath, JSON.stringify(table)) as ScikitScores;
}

/** What gdalinfo prints, as text; empty where GDAL's tools are not installed. */
export function gdalinfo(path: string): string {
  try {
    return execFileSync("gdalinfo", [path], { encoding: "utf8" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") {
      return "";
    }
    throw error;
  }
}

export function python(script: string, ...args: string[]): unknown {
  return runPython("-c", script, ...args);
}

function runPython(...args: string[]): unknown {
  return JSON.parse(execFileSync(PYTHON, args, { encoding: "utf8", maxBuffer: 1 << 26 }));
}

/**
 * Holds every figure of a handed-over folder against scikit-learn on its rasters; how much was compared.
 * @param labels  Folder of the tiles' labels in ISPRS's colours.
 * @throws With what differs.
 */
export function judgeHandOver(handed: string, labels: string): Readonly<Record<string, number>> {
  return runPython("e2e/hand_over_judge.py", handed, labels) as Readonly<Record<string, number>>;
}

/** Folder with the two ISPRS benchmarks under their true names, made once of made-up pixels. */
export function isprsTiles(sidePx: number): string {
  return madeTiles(String(sidePx));
}

/** Folder with tiles of a town that lie beside each other: photo, DSM and label of each. */
export function townTiles(tiles: number, sidePx: number): string {
  return madeTiles(String(sidePx), String(tiles));
}

function madeTiles(...wanted: string[]): string {
  const script = "e2e/isprs_tiles.py";
  const made = createHash("sha256").update(readFileSync(script)).digest("hex").slice(0, 16);
  return keptFolder(`.cache/tiles/${made}-${wanted.join("-")}`, (folder) =>
    execFileSync(PYTHON, [script, folder, ...wanted], { stdio: "pipe" }),
  );
}

/** A folder that is filled once for all tests, whichever process is first. */
function keptFolder(kept: string, fill: (folder: string) => unknown): string {
  if (existsSync(kept)) return kept;
  const partial = `${kept}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  fill(partial);
  try {
    renameSync(partial, kept);
  } catch (error) {
    // Another process was first.
    rmSync(partial, { recursive: true });
    if (!existsSync(kept)) throw error;
  }
  return kept;
}

/**
 * A corner of the sample scene as files of its own, for specs that need no large one: orthophoto, DSM (on its own
 * grid) and truth. Many tests want the same corner: it is cut once, and copied.
 */
export function cropSample(folder: string, sidePx: number): string[] {
  const names = ["RGB", "dsm", "label"].map((part) => `crop_${part}.tif`);
  const kept = keptFolder(`.cache/crops/${sampleHash()}-${sidePx}`, (partial) => python(CROP, partial, String(sidePx)));
  mkdirSync(folder, { recursive: true });
  return names.map((name) => {
    copyFileSync(`${kept}/${name}`, `${folder}/${name}`);
    return `${folder}/${name}`;
  });
}

/** Of the sample's files and of how they are cut. */
function sampleHash(): string {
  const hash = createHash("sha256").update(CROP);
  for (const name of readdirSync("public/sample").sort()) hash.update(readFileSync(`public/sample/${name}`));
  return hash.digest("hex").slice(0, 16);
}

const CROP = `
import sys, rasterio
from rasterio.windows import Window, from_bounds
folder, side = sys.argv[1], int(sys.argv[2])
def crop(source, target, window):
    with rasterio.open("public/sample/" + source) as d:
        profile = d.profile | dict(width=int(window.width), height=int(window.height), transform=d.window_transform(window), tiled=False)
        for key in ("blockxsize", "blockysize"): profile.pop(key, None)
        with rasterio.open(f"{folder}/crop_{target}.tif", "w", **profile) as out: out.write(d.read(window=window))
        return out.bounds
box = crop("top_nadir_1_1_RGB.tif", "RGB", Window(300, 300, side, side))
crop("top_nadir_1_1_label.tif", "label", Window(300, 300, side, side))
with rasterio.open("public/sample/dsm_nadir_01_01.tif") as d:
    window = from_bounds(box.left - 1, box.bottom - 1, box.right + 1, box.top + 1, d.transform).round_offsets().round_lengths()
crop("dsm_nadir_01_01.tif", "dsm", window)
print("{}")
`;

/** Largest mean difference of a row between two pictures, of 255: in their upper half and in their lowest tenth. */
export function changedRows(before: Buffer, after: Buffer): { readonly top: number; readonly bottom: number } {
  const [was, is] = [decode(before), decode(after)];
  const { width, height, channels } = was;
  const [fromCol, endCol] = [Math.floor(0.4 * width), Math.floor(0.6 * width)];
  const rows = Array.from({ length: height }, (_, row) => {
    let sum = 0;
    for (let at = channels * (row * width + fromCol); at < channels * (row * width + endCol); at++) {
      sum += Math.abs(was.data[at]! - is.data[at]!);
    }
    return sum / (channels * (endCol - fromCol));
  });
  return { top: Math.max(...rows.slice(0, height / 2)), bottom: Math.max(...rows.slice(Math.floor(0.9 * height))) };
}
