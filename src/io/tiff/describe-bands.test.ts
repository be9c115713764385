import { expect, test } from "vitest";
import { describeBands } from "./describe-bands";

/** Roles of an 8-bit RGB file with these extra samples. */
function roles(...extraSamples: readonly number[]) {
  const layout = { bandCount: 3 + extraSamples.length, dtype: "uint8", bits: 8, photometric: 2 };
  const side = { metadata: null };
  const bands = describeBands({
    layout: layout as never,
    metadata: null,
    side: side as never,
    extraSamples,
    nodata: null,
    fileName: "a.tif",
    hasPalette: false,
    heightUnit: null,
  });
  return bands.map(({ role }) => role);
}

test("extra samples: 1 and 2 are alpha (TIFF 6.0, ExtraSamples), 0 is not", () => {
  expect(roles()).toEqual(["red", "green", "blue"]);
  expect(roles(1)).toEqual(["red", "green", "blue", "alpha"]);
  expect(roles(2)).toEqual(["red", "green", "blue", "alpha"]);
  expect(roles(0)).toEqual(["red", "green", "blue", "unknown"]);
  expect(roles(0, 2)).toEqual(["red", "green", "blue", "unknown", "alpha"]);
});
