/** The resolution a run computes at, by hand; the share of windows against a plan counted out. */
import { expect, test } from "vitest";
import { spellInEnglish } from "../remarks/spell";
import { chooseScale, scaleRemark, scaleWarnings } from "./run-scale";

const MODEL = { groundSamplingDistanceMetres: { min: 0.1, max: 0.4, best: 0.2 } };
const WITHOUT_BEST = { groundSamplingDistanceMetres: { min: 0.1, max: 0.4 } };

test.each([
  ["inside the model's range: the image's", "auto", MODEL, 0.15, 1],
  ["at its ends: the image's", "auto", MODEL, 0.1, 1],
  ["a hair beyond, for the rounding of a geotransform", "auto", MODEL, 0.0995, 1],
  ["finer: what the model works best at", "auto", MODEL, 0.05, 4],
  ["coarser: the same, enlarged", "auto", MODEL, 0.8, 0.25],
  ["finer, without a best: the nearest end", "auto", WITHOUT_BEST, 0.05, 2],
  ["coarser, without a best", "auto", WITHOUT_BEST, 0.8, 0.5],
  ["the model's, inside its range too", "model", MODEL, 0.16, 1.25],
  ["the model's, nearly the image's", "model", MODEL, 0.1995, 1],
  ["the model's without a best, inside its range", "model", WITHOUT_BEST, 0.16, 1],
  ["the image's, however far off", "image", MODEL, 0.01, 1],
  ["a number, whatever the image", 3.5, MODEL, 0.2, 3.5],
  ["an image of unknown pixel size", "model", MODEL, null, 1],
  ["four digits are enough", "auto", MODEL, 0.057, 3.509],
  ["never beyond what can be run", "auto", MODEL, 0.0001, 100],
] as const)("%s", (_, asked, model, imageMetres, scale) => {
  expect(chooseScale(asked, model, imageMetres)).toBe(scale);
});

test("the card says what it is and what it saves", () => {
  const settings = { stridePx: 192, blend: "flat", areaOfInterest: null } as const;
  const image = { widthPx: 6000, heightPx: 6000 };
  const said = (...of: Parameters<typeof scaleRemark>) => {
    const remark = scaleRemark(...of);
    return remark && spellInEnglish(remark);
  };
  // 1 + ⌈(6000 − 256) / 192⌉ = 31 windows along a side; 1710 pixels need 1 + ⌈(1710 − 256) / 192⌉ = 9.
  expect(said({ ...settings, scale: 3.509 }, image, 256, 0.057)).toBe(
    "5.7 cm image, run at 20 cm: 1/12 of the windows.",
  );
  expect(said({ ...settings, scale: 0.5 }, image, 256, 1.6)).toBe("1.6 m image, run at 80 cm: 4 × the windows.");
  expect(said({ ...settings, scale: 3 }, { widthPx: 200, heightPx: 90 }, 256, null)).toBe("Run at 1:3.");
  expect(said({ ...settings, scale: 0.2 / 0.05001 }, { widthPx: 200, heightPx: 90 }, 256, null)).toBe("Run at 1:4.");
  expect(said(settings, image, 256, 0.05)).toBeNull();
});

test("only an enlarged image is warned of", () => {
  expect([scaleWarnings({}), scaleWarnings({ scale: 4 })]).toEqual([[], []]);
  expect(scaleWarnings({ scale: 0.25 })[0]).toContain("enlarged 4 times");
});
