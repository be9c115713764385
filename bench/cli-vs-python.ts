/**
 * `nadir segment` against the usual Python loop (rasterio, NumPy, onnxruntime, no blending) on the same raster, windows
 * and cores. Both read the files, run the network and leave a class map; runs alternate, the medians are compared.
 *
 *   npx tsx bench/cli-vs-python.ts [MANIFEST] [ROUNDS] [TILES]
 *
 * The raster is the sample scene, laid TILES × TILES times side by side.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PYTHON, runPython } from "../src/testing/run-python";

const SAMPLE = { optical: "public/sample/top_nadir_1_1_RGB.tif", dsm: "public/sample/dsm_nadir_01_01.tif" };
const [manifest = "models/zoo/emsnet.nadir.json", rounds = "3", tiles = "2"] = process.argv.slice(2);

const REPEAT = `
import json, sys
import numpy, rasterio
given = json.load(sys.stdin)
for role, path in given["sample"].items():
    with rasterio.open(path) as raster:
        pixels = numpy.tile(raster.read(), (1, given["tiles"], given["tiles"]))
        profile = raster.profile | {"height": pixels.shape[1], "width": pixels.shape[2], "tiled": True,
                                    "blockxsize": 256, "blockysize": 256, "compress": "deflate"}
    with rasterio.open(given[role], "w", **profile) as out:
        out.write(pixels)
print("null")
`;

const folder = mkdtempSync(join(tmpdir(), "nadir-bench-"));
const [optical, dsm] = [join(folder, "top_RGB.tif"), join(folder, "dsm.tif")];
const commands = {
  nadir: [process.execPath, "scripts/nadir.mjs", "segment", "--optical", optical, "--dsm", dsm].concat(
    "--model",
    manifest,
    "--backend",
    "cpu",
    "--out",
    join(folder, "mask.tif"),
  ),
  python: [PYTHON, "models/tests/reference_segment.py", optical, dsm, manifest, join(folder, "mask.u8"), "--no-blend"],
};
const seconds: Record<keyof typeof commands, number[]> = { nadir: [], python: [] };
try {
  runPython(REPEAT, { sample: SAMPLE, tiles: Number(tiles), optical, dsm });
  for (let round = 0; round < Number(rounds); round++) {
    for (const name of ["nadir", "python"] as const) {
      const [program = "", ...args] = commands[name];
      const start = performance.now();
      execFileSync(program, args, { stdio: ["ignore", "ignore", "ignore"] });
      seconds[name].push((performance.now() - start) / 1000);
    }
  }
} finally {
  rmSync(folder, { recursive: true, force: true });
}
const [nadir, python] = [median(seconds.nadir), median(seconds.python)];
console.log(JSON.stringify({ manifest, tiles: Number(tiles), seconds, ratio: nadir / python }, null, 2));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)]!;
}
