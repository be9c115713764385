/** The sample as photos of more than eight bits: the same ground is found in them, through both doors. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nadir } from "../testing/command-line";
import { evaluated, runToEnd, sceneReady } from "../testing/journey";
import { runPython, withoutPython } from "../testing/run-python";
import { fileAt, JOURNEY } from "../testing/studio-in-node";
import { studiosOfTests } from "../testing/studios";
import { shippedModel } from "../testing/zoo-in-node";

/** Twelve bits of a camera, reflectance × 10000 as satellites deliver it, and the same with declared scale and offset. */
const WRITE = `
import json, sys, numpy as np, rasterio
from rasterio.windows import Window
root = json.load(sys.stdin)
window = Window(0, 0, 300, 300)
for source, to in (("public/sample/top_nadir_1_1_RGB.tif", None), ("public/sample/dsm_nadir_01_01.tif", "dsm_crop.tif"),
                   ("public/sample/top_nadir_1_1_label.tif", "crop_label.tif")):
    with rasterio.open(source) as src:
        if to == "dsm_crop.tif":
            pixels, grid = src.read(), src.transform
        else:
            pixels, grid = src.read(window=window), src.window_transform(window)
        def write(file, values, **more):
            with rasterio.open(f"{root}/{file}", "w", driver="GTiff", count=len(values), height=values.shape[1], width=values.shape[2],
                               dtype=values.dtype, crs=src.crs, transform=grid, **more) as out:
                out.write(values)
        if to: write(to, pixels)
        else:
            rgb = pixels.astype(np.float64)
            write("8-bit/crop_RGB.tif", pixels, photometric="RGB")
            write("12-bit/crop_RGB.tif", np.rint(rgb * 4095 / 255).astype(np.uint16), photometric="RGB")
            write("reflectance/crop_RGB.tif", np.rint(rgb * 3000 / 255).astype(np.uint16), photometric="RGB")
            write("scale-offset/crop_RGB.tif", np.rint(rgb * 3000 / 255).astype(np.uint16) + 1000, photometric="RGB")
            with rasterio.open(f"{root}/scale-offset/crop_RGB.tif", "r+") as out:
                out.scales, out.offsets = [0.0001] * 3, [-0.1] * 3
print("null")
`;

const MADE = ["12-bit", "reflectance", "scale-offset"] as const;
const MODEL = "emsnet-nano";

describe.skipIf(withoutPython)("photos of more than eight bits", JOURNEY, () => {
  const studios = studiosOfTests();
  let root: string;
  beforeAll(() => {
    root = mkdtempSync(join(tmpdir(), "nadir-16-bit-"));
    for (const make of ["8-bit", ...MADE]) mkdirSync(join(root, make));
    runPython(WRITE, root);
  });
  afterAll(() => existsSync(root) && rmSync(root, { recursive: true }));

  const accuracies = new Map<string, Promise<number>>();
  /** Overall accuracy, per cent. */
  function inTerminal(make: string): Promise<number> {
    const found = accuracies.get(make) ?? run(make);
    accuracies.set(make, found);
    return found;
  }

  async function run(make: string): Promise<number> {
    const at = (name: string) => join(root, name);
    const report = at(`${make}.json`);
    const { status, stderr } = await nadir([
      ...["segment", "--model", `models/zoo/${MODEL}.nadir.json`, "--optical", at(`${make}/crop_RGB.tif`)],
      ...["--dsm", at("dsm_crop.tif"), "--truth", at("crop_label.tif"), "--out", at(`${make}.tif`), "--report", report],
      ...["--backend", "cpu"],
    ]);
    if (status !== 0) throw new Error(stderr);
    const { runs } = JSON.parse(readFileSync(report, "utf8")) as {
      runs: [{ evaluation: { withBoundary: { allClasses: { overallAccuracy: number } } } }];
    };
    return 100 * runs[0].evaluation.withBoundary.allClasses.overallAccuracy;
  }

  test.each(MADE)("%s: accuracy within a point of the 8-bit photo's", async (make) => {
    const [eight, more] = [await inTerminal("8-bit"), await inTerminal(make)];
    expect(eight).toBeGreaterThan(70);
    expect(Math.abs(more - eight)).toBeLessThan(1);
  });

  test("the page comes to the same", async () => {
    const of = async (make: string) => {
      const names = [`${make}/crop_RGB.tif`, "dsm_crop.tif", "crop_label.tif"];
      const files = await Promise.all(names.map((name) => fileAt(join(root, name))));
      const { studio } = await studios.open({ files, models: [shippedModel(MODEL)] });
      await sceneReady(studio);
      const [done] = await runToEnd(studio);
      const { classCount, counts } = (await evaluated(studio, done!.id)).withBoundary;
      const right = counts.filter((_, cell) => cell % (classCount + 1) === 0);
      const sum = (values: Float64Array) => values.reduce((total, count) => total + count, 0);
      return (100 * sum(right)) / sum(counts);
    };
    const [eight, more] = [await of("8-bit"), await of("scale-offset")];
    expect(eight).toBeGreaterThan(70);
    expect(Math.abs(more - eight)).toBeLessThan(1);
  });
});
