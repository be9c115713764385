/**
 * `nadir segment` against the usual Python loop (rasterio, NumPy, onnxruntime, no blending) on the same raster, windows
 * and cores. Both read the files, run the network and leave a class map; runs alternate, the medians are compared.
 *
 *   npx tsx bench/cli-vs-python.ts [MANIFEST] [ROUNDS]
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PYTHON } from "../src/testing/run-python";

const OPTICAL = "public/sample/top_nadir_1_1_RGB.tif";
const DSM = "public/sample/dsm_nadir_01_01.tif";
const [manifest = "models/zoo/emsnet.nadir.json", rounds = "3"] = process.argv.slice(2);

const folder = mkdtempSync(join(tmpdir(), "nadir-bench-"));
const commands = {
  nadir: [process.execPath, "--import", "tsx", "src/cli/main.ts", "segment", "--optical", OPTICAL, "--dsm", DSM].concat(
    "--model",
    manifest,
    "--backend",
    "cpu",
    "--out",
    join(folder, "mask.tif"),
  ),
  python: [PYTHON, "models/tests/reference_segment.py", OPTICAL, DSM, manifest, join(folder, "mask.u8"), "--no-blend"],
};
const seconds: Record<keyof typeof commands, number[]> = { nadir: [], python: [] };
try {
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
console.log(JSON.stringify({ manifest, rounds: Number(rounds), seconds, ratio: nadir / python }, null, 2));

function median(values: readonly number[]): number {
  const sorted = values.toSorted((left, right) => left - right);
  return sorted[Math.floor(sorted.length / 2)]!;
}
