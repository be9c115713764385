/** Photos whose files say where they lie in ways that no geotransform can: refused to be placed, with what to do. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { runPython, withoutPython } from "../testing/run-python";
import { openRaster } from "./open-raster";

/** By rasterio: rational polynomials alone, and control points that no affine grid goes through. */
const WRITE = `
import json, sys, warnings, numpy as np, rasterio
from rasterio.control import GroundControlPoint as Point
from rasterio.rpc import RPC
warnings.filterwarnings("ignore")
root = json.load(sys.stdin)
def write(file, **more):
    with rasterio.open(f"{root}/{file}", "w", driver="GTiff", width=40, height=40, count=3, dtype="uint8", **more) as out:
        out.write(np.arange(4800, dtype=np.int64).reshape(3, 40, 40).astype(np.uint8))
ones = [1.0] + [0.0] * 19
rpc = RPC(err_bias=0, err_rand=0, height_off=0, height_scale=500, lat_off=48, lat_scale=0.1, long_off=9, long_scale=0.1, line_off=20,
          line_scale=20, samp_off=20, samp_scale=20, line_num_coeff=[0, 0, 1.0] + [0.0] * 17, line_den_coeff=ones,
          samp_num_coeff=[0, 1.0] + [0.0] * 18, samp_den_coeff=ones)
write("rpc.tif", rpcs=rpc)
bent = [Point(r, c, 400000 + c * 0.5 + (c * r) * 0.02, 5800000 - r * 0.5) for r in (0, 20, 40) for c in (0, 20, 40)]
write("bent.tif", gcps=bent, crs="EPSG:25832")
print("null")
`;

describe.skipIf(withoutPython)("photos without a grid", () => {
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-unplaced-"));
    runPython(WRITE, root);
  });
  afterAll(() => rmSync(root, { recursive: true }));

  test.each([
    ["rpc.tif", "gdalwarp -rpc first"],
    ["bent.tif", "gdalwarp -tps"],
  ])("%s: %s", async (name, advice) => {
    const { facts, ...source } = await openRaster({ file: new File([readFileSync(join(root, name))], name) });
    source.close();
    expect([facts.geotransform, facts.notes.join()]).toEqual([null, expect.stringContaining(advice)]);
  });
});
