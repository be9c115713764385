import { expect, test } from "vitest";
import type { RasterSource } from "../core/raster/raster";
import { arrayRaster } from "../testing/array-raster";
import { joinBands } from "./join-bands";

/** A band of 40 × 20 pixels with overviews of these widths. */
function band(...overviews: readonly number[]): RasterSource {
  const source = arrayRaster({ widthPx: 40, heightPx: 20, roles: ["grey"], value: (_, col) => col });
  const levels = [40, ...overviews].map((widthPx) => ({ widthPx, heightPx: widthPx / 2 }));
  return { ...source, facts: { ...source.facts, levels } };
}

function joined(...sources: readonly RasterSource[]) {
  const file = { file: new File([], "b.tif"), sideFiles: [], folder: "", sha256Sampled: "" };
  const bands = sources.map(() => ({ ...file, role: "red" as const }));
  return joinBands({ name: "joined", size: 0, bands }, sources, {}).facts.levels.map(({ widthPx }) => widthPx);
}

test("a joined photo has the levels that all of its bands have", () => {
  expect(joined(band(), band())).toEqual([40]);
  expect(joined(band(20, 10), band(20, 10))).toEqual([40, 20, 10]);
  expect(joined(band(20, 10), band(20))).toEqual([40, 20]);
  expect(joined(band(20, 10), band(10))).toEqual([40]);
  expect(joined(band(20), band(20, 10))).toEqual([40, 20]);
});
