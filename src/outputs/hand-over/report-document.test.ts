import { describe, expect, test } from "vitest";
import { LANGUAGES } from "../../core/vocabulary/languages";
import { reportWords } from "./choose-report-words";
import type { HandedRun, HandedTile } from "./handed";
import { reportDocument } from "./report-document";

/** Two classes; 8 of 10 pixels right in one model, 5 of 10 in the other: 80 % and 50 %. */
function tile(): HandedTile {
  const run = (modelName: string, counts: readonly number[]) =>
    ({
      modelName,
      windowPx: 256,
      classes: CLASSES,
      grid: { widthPx: 5, heightPx: 2, geotransform: null, crs: null },
      result: {
        ...{ modelId: "m", modelVersion: "1", graphSha256: "abc", warnings: [], inputs: [] },
        settings: {
          stridePx: 192,
          blend: "trapezoid",
          testTimeAugmentation: "none",
          areaOfInterest: null,
          heights: "as-is",
        },
        backend: { kind: "wasm", adapter: "here", precision: "fp32" },
      },
      evaluation: {
        ...{ classes: CLASSES, boundaryPx: 3 },
        notes: [{ say: "truth-without-class", classes: ["water"] }],
        withBoundary: matrix(counts),
        noBoundary: matrix(counts),
      },
    }) as unknown as HandedRun;
  const scene = { name: "tile_1", optical: { facts: { fileName: "tile_1.tif" } }, auxiliary: null, truth: null };
  const truth = { classes: CLASSES, classPixels: { 0: 5, 1: 5 }, unknown: [], notes: [] };
  const compared = { ...run("a", [4, 1, 1, 4]), changes: [LATER] };
  return { scene, truth, runs: [compared, run("b", [3, 2, 3, 2])] } as unknown as HandedTile;
}

const CLASSES = [
  { id: 0, name: "roof", colour: [0, 0, 255], scored: true },
  { id: 1, name: "tree", colour: [0, 255, 0], scored: true },
] as const;

const NOTHING = { count: 0, pixels: 0, squareMetres: 0, heightChangeMetres: null };

/** A hectare of trees became roofs, of which one is 3.5 m higher; the map lies askew. */
const LATER = {
  ...{ sceneName: "tile_1_later", modelName: "a", placement: null },
  changes: {
    ...{ classes: CLASSES, pairs: [{ from: 1, to: 0 }], unknownPixels: 1234 },
    pixels: [
      [400, 0],
      [100, 500],
    ],
    squareMetres: [
      [40_000, 0],
      [10_000, 50_000],
    ],
    shift: { cols: -3, rows: 2, agreement: 0.9, agreementInPlace: 0.7 },
    objects: {
      ...{ least: 2.5, unit: "m²" },
      appeared: [{ ...NOTHING, count: 1, squareMetres: 10_000, heightChangeMetres: 3.5 }, NOTHING],
      gone: [NOTHING, { ...NOTHING, count: 2, squareMetres: 10_000 }],
    },
  },
};

function matrix(counts: readonly number[]) {
  return { classCount: 2, counts: Float64Array.from(counts), ignoredTruth: 0, missingPrediction: 0 };
}

describe("the report", () => {
  test.each(LANGUAGES)("is written in %s, with the better figure bold", async (language) => {
    const html = reportDocument([tile()], [], new Date(0), await reportWords(language));
    expect(html).toContain(`<html lang="${language}">`);
    // IoU of a roof: 4 of 6 pixels in one, 3 of 8 in the other.
    const [better, worse] = language === "en" ? ["66.7", "37.5"] : ["66,7", "37,5"];
    expect(html).toContain(`<td><b>${better}</b></td>`);
    expect(html).toContain(`<td>${worse}</td>`);
    expect(html).not.toMatch(/undefined|\[object/);
    const row = (name: string, ...cells: string[]) =>
      `<tr><th scope="row">${name}</th>${cells.map((cell) => `<td>${language === "en" ? cell : cell.replace(".", ",")}</td>`).join("")}</tr>`;
    expect(html).toContain("<h3>tile_1, a → tile_1_later, a</h3>");
    expect(html).toContain(row("tree", "1.0000", "5.0000"));
    expect(html).toContain(row("roof", "4.0000", "0.0000", "1.0000", "5.0000"));
    expect(html).toContain(row("roof", "1", "1.0000", "3.50", "0", "0.0000", "–"));
    const [left, up] = {
      en: ["3 px to the left", "2 px down"],
      de: ["3 px nach links", "2 px nach unten"],
      fr: ["3 px vers la gauche", "2 px vers le bas"],
    }[language];
    expect(html).toContain(left);
    expect(html).toContain(up);
  });

  test("no English is left in another language", async () => {
    const texts = await Promise.all(
      LANGUAGES.map(async (language) => {
        const html = reportDocument([tile()], [], new Date(0), await reportWords(language));
        return [...html.matchAll(/<(?:h2|li|dt|p)[^>]*>([^<]+)</g)].map(([, text]) => text!);
      }),
    );
    const [english, ...others] = texts as [string[], string[], string[]];
    const same = others.map((own) => own.filter((text, at) => text === english[at] && text !== "SHA-256"));
    // French shares a word for it, and files have names.
    expect(same).toEqual([["tile_1"], ["Confusion", "tile_1"]]);
  });
});
