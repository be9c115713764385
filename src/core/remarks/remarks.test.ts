import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../vocabulary/languages";
import type { Remark, RemarkKey, RemarkValues } from "./remark";
import { remarkWords, spell, spellInEnglish } from "./spell";

const MADE = { how: "from-surface", files: ["dsm"], closedShare: 0.0314 } as const;
const WITHIN = { kind: "within", metres: 1.5, betterGrids: ["a_grid"], usedGrids: [] } as const;

/** One of each; names without full stops, so that what stands between digits is a mark before decimals. */
const EXAMPLES: { readonly [K in RemarkKey]: RemarkValues[K] } = {
  "grids-aligned": {},
  "grid-lies": { label: "DSM", way: { is: "coarser", times: 2.5 }, share: 0.931 },
  "grid-apart": { gapMetres: 2100 },
  "grid-by-size": {},
  "grid-by-shape": { label: "truth" },
  "grid-not-placed": {},
  "covers-part": { label: "DSM", share: 0.0423 },
  "coarser-than-image": { label: "nDSM", times: 2.75 },
  "finer-than-image": { label: "truth", times: 10.25 },
  "shifted-by-fraction": { label: "DSM", px: [0.25, -0.5] },
  "no-overlap": { label: "DSM", gapMetres: 12_345 },
  "size-tells-nothing": {
    file: null,
    sizes: [
      [10, 20],
      [30, 40],
    ],
  },
  "matched-by-size": { file: "photo", label: "prediction" },
  "corners-taken-as-equal": { dx: -1, dy: 0 },
  stretched: {
    label: "DEM",
    sizes: [
      [10, 20],
      [30, 40],
    ],
  },
  "no-conversion": { image: "A", other: "B", why: null },
  "crs-assumed": { file: "photo" },
  reprojected: { from: "A", to: "B", accuracy: WITHIN, pixels: 7.5 },
  "no-valid-pixel": { label: "DSM" },
  "nodata-share": { label: "DSM", share: 0.123 },
  "same-value": { label: "DSM", value: 1.5 },
  "height-unit": { unit: "ft" },
  "no-heights": { values: { low: -9999.5, high: -9999.5, count: 1, gap: 12.5 }, unit: "m" },
  "classes-by": { role: "truth", by: "palette colour", scheme: "ISPRS", chosen: true },
  "nearest-colour": { role: "truth", pixels: 12 },
  "of-no-class": { role: "prediction", pixels: 12, share: 0.0123, values: ["7", "9"] },
  "photo-missing": { role: "truth", pixels: 12, share: 0.5 },
  "laid-nearest": { how: { say: "grid-lies", label: "truth", way: { is: "finer", times: 1.25 }, share: 1 } },
  "table-of": { file: "other" },
  "values-not-scored": { share: 0.25, values: ["7"] },
  "unseen-not-scored": { share: 0.0625 },
  "truth-without-class": { classes: ["car", "tree"] },
  "mask-without-class": { classes: ["clutter"] },
  "strokes-left-out": { pixels: 321 },
  "heights-made": { made: MADE },
  "runs-with": { made: { how: "minus-terrain", files: ["dsm", "dtm"] } },
  "run-at": { scale: 3.509, imageMetres: 0.057, windows: 1 / 12 },
  "must-lie-over-photo": { label: "DSM" },
  "same-place-or-crs": { label: "truth" },
  "maps-shifted": { shift: { cols: -3, rows: 1, agreement: 0.91, agreementInPlace: 0.7 } },
  "maps-in-place": {},
  "drop-photo-first": {},
  "models-loading": {},
  "choose-model-first": {},
  "raster-left-out": { model: "EMSNet", label: "DSM" },
  "run-settings": {
    windowPx: 256,
    settings: {
      ...{ stridePx: 192, scale: 3.5, blend: "trapezoid", testTimeAugmentation: "none" },
      areaOfInterest: { col: 1, row: 2, widthPx: 3, heightPx: 4 },
    },
    heights: MADE,
  },
};

const REMARKS = Object.entries(EXAMPLES).map(([say, values]) => ({ say, ...values }) as Remark);

describe("remarks", () => {
  test.each(LANGUAGES)("every one is a sentence in %s", async (language) => {
    const words = await remarkWords(language);
    const spelled = REMARKS.map((remark) => spell(remark, words));
    expect(spelled.filter((text) => /undefined|NaN|\[object|null/.test(text))).toEqual([]);
    expect(new Set(spelled).size).toBe(spelled.length);
    const wrong = language === "en" ? /\d,\d(?!\d\d)/ : /\d\.\d(?!\d\d)/;
    expect(spelled.filter((text) => wrong.test(text))).toEqual([]);
  });

  test.each(["de", "fr"] as const)("none is left in English in %s", async (language) => {
    const words = await remarkWords(language);
    expect(REMARKS.filter((remark) => spell(remark, words) === spellInEnglish(remark))).toEqual([]);
  });

  test("what stood in a file is said as it stands", async () => {
    expect(spell("A sentence of 2025.", await remarkWords("de"))).toBe("A sentence of 2025.");
  });

  test("figures keep what they mean", () => {
    const covers = (share: number) => spellInEnglish({ say: "covers-part", label: "DSM", share });
    // Nearly all is not all.
    expect(covers(0.99999)).toContain("99.9 %");
    expect(covers(0.0423)).toContain("4.2 %");
    expect(spellInEnglish({ say: "heights-made", made: { ...MADE, closedShare: 1e-6 } })).toContain("less than 0.01 %");
  });
});
