/** Holes in heights: what is closed, with what, and how much it says it was. The film itself is Python's. */
import { describe, expect, test } from "vitest";
import { arrayRaster } from "../../testing/array-raster";
import { runPython, withoutPython } from "../../testing/run-python";
import type { RasterSource } from "../raster/raster";
import { closeHoles } from "./close-holes";

const plane = (col: number, row: number) => 50 + 0.25 * col - 0.125 * row;

const readWhole = async (source: RasterSource) => {
  const { widthPx, heightPx } = source.facts;
  return source.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [0] });
};

function raster(widthPx: number, heightPx: number, isHole: (col: number, row: number) => boolean) {
  const value = (_: number, col: number, row: number) => (isHole(col, row) ? -9999 : plane(col, row));
  return arrayRaster({ widthPx, heightPx, roles: ["height"], dtype: "float32", nodata: -9999, value });
}

describe("holes in heights", () => {
  test("a raster without one is left as it is, and so is one of nothing else", async () => {
    expect(
      await closeHoles(
        raster(30, 20, () => false),
        0,
      ),
    ).toBeNull();
    expect(
      await closeHoles(
        raster(30, 20, () => true),
        0,
      ),
    ).toBeNull();
  });

  test.skipIf(withoutPython)(
    "are closed by the film that Python lays over them, and nothing else changes",
    async () => {
      const source = raster(90, 70, (col, row) => Math.hypot(col - 40, row - 30) < 12 || (col > 80 && row > 50));
      const before = await readWhole(source);
      const closed = (await closeHoles(source, 0))!;
      const after = await readWhole(closed.source);
      const judged = runPython(
        `import json, sys
import numpy as np
sys.path.insert(0, "models")
from nadir_models.heights.fill_holes import fill_holes
g = json.load(sys.stdin)
dsm = np.array(g["heights"], "float64").reshape(70, 90)
print(json.dumps(fill_holes(dsm, dsm == -9999).ravel().tolist()))`,
        { heights: [...before.bands[0]!] },
      ) as number[];
      expect(after.valid).toBeNull();
      const differences = judged.map((height, at) => Math.abs(height - after.bands[0]![at]!));
      expect(Math.max(...differences)).toBeLessThan(1e-4);
      for (const [at, height] of before.bands[0]!.entries()) {
        if (height !== -9999) expect(after.bands[0]![at]).toBe(height);
      }
      expect(closed.closedShare).toBe([...before.bands[0]!].filter((height) => height === -9999).length / (90 * 70));
    },
  );

  test("are closed over coarse cells in a raster too large to hold, read in pieces as whole", async () => {
    const [widthPx, heightPx] = [1300, 1100];
    const closed = (await closeHoles(
      raster(widthPx, heightPx, (col, row) => Math.hypot(col - 600, row - 500) < 40),
      0,
    ))!;
    const rect = { col: 590, row: 470, widthPx: 7, heightPx: 60 };
    const { bands, valid } = await closed.source.read({ rect, bands: [0] });
    expect(valid).toBeNull();
    const worst = [...bands[0]!].reduce((most, height, at) => {
      const [col, row] = [rect.col + (at % 7), rect.row + Math.floor(at / 7)];
      return Math.max(most, Math.abs(height - plane(col, row)));
    }, 0);
    // The plane falls by 20 m across the hole.
    expect(worst).toBeLessThan(1);
  });

  test("in whole numbers are closed by whole numbers", async () => {
    const source = arrayRaster({
      widthPx: 9,
      heightPx: 9,
      roles: ["height"],
      dtype: "int16",
      nodata: -1,
      value: (_, col, row) => (col === 4 && row === 4 ? -1 : col < 4 ? 10 : 13),
    });
    const { bands } = await readWhole((await closeHoles(source, 0))!.source);
    expect([11, 12, 13]).toContain(bands[0]![40]);
  });

  test("a run that is cancelled stops reading", async () => {
    const cancel = new AbortController();
    cancel.abort();
    const reading = closeHoles(
      raster(30, 20, () => false),
      0,
      cancel.signal,
    );
    await expect(reading).rejects.toMatchObject({ name: "AbortError" });
  });
});
