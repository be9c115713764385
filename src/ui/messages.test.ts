import { describe, expect, test } from "vitest";
import { chooseLanguage } from "./language";
import { type Messages, messages } from "./messages";
import { german } from "./messages.de";
import { french } from "./messages.fr";

/** Signs, units, names and words that both languages have. */
const SAME_IN_GERMAN =
  ".nadir|.nadirz|CPU|Download|Export…|Filter|Gamma|GeoTIFF|Graph|IR|IoU|Name|Nodata|Palette|SAR|Version|WebAssembly (CPU)|WebAssembly|WebGPU|mIoU 0 %|orthophoto|px".split(
    "|",
  );

/** The same of French. */
const SAME_IN_FRENCH =
  ".nadir|.nadirz|Calibration|Classes|Confusion|Gamma|GeoTIFF|IoU|Licence|Nodata|Orthophoto|Palette|Pixels|Scores|Verdict|Version|WebAssembly|WebGPU|classes|https://…/orthophoto.tif|mIoU 0 %|orthophoto|px".split(
    "|",
  );

/** Every fixed text, and of every function how many values it takes, by its path. */
function leaves(value: unknown, path = ""): [path: string, text: string][] {
  if (typeof value === "string") return [[path, value]];
  if (typeof value === "function") return [[`${path}()`, `(${value.length})`]];
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe("language of the page", () => {
  test("the first wanted language that exists is taken, whatever its region", () => {
    expect(chooseLanguage(["it", "fr-CA", "en"], ["en", "fr"])).toBe("fr");
    expect(chooseLanguage(["pt-BR"], ["en", "pt", "pt-BR"])).toBe("pt-BR");
    expect(chooseLanguage(["zh-Hans-CN"], ["en", "zh"])).toBe("zh");
  });

  test("who wants none of them is served the first", () => {
    expect(chooseLanguage(["tlh", ""], ["en", "fr"])).toBe("en");
    expect(chooseLanguage([], ["en"])).toBe("en");
  });

  test("a language that leaves out a text does not compile", () => {
    const { showAll, ...rest } = messages.legend;
    // @ts-expect-error: `showAll` is missing
    const incomplete: Messages = { ...messages, legend: rest };
    expect(incomplete.legend).not.toHaveProperty("showAll", showAll);
  });

  test.each([
    ["German", german, SAME_IN_GERMAN],
    ["French", french, SAME_IN_FRENCH],
  ] as const)("%s says everything in its own words", (_, translated, same) => {
    const own = new Map(leaves(translated));
    const untranslated = leaves(messages).flatMap(([path, text]) => (text === own.get(path) ? [text] : []));
    expect(untranslated.filter((text) => /\p{L}{2}/u.test(text) && !same.includes(text))).toEqual([]);
    expect(leaves(translated).map(([path]) => path)).toEqual(leaves(messages).map(([path]) => path));
  });

  test("German counts, too", () => {
    expect(german.emptyState.opening(1)).toBe("1 Datei wird geöffnet…");
    expect(german.emptyState.opening(12)).toBe("12 Dateien werden geöffnet…");
  });

  test("French counts nothing as it counts one", () => {
    expect(french.emptyState.opening(0)).toBe("Ouverture de 0 fichier…");
    expect(french.emptyState.opening(1)).toBe("Ouverture de 1 fichier…");
    expect(french.emptyState.opening(12)).toBe("Ouverture de 12 fichiers…");
  });

  test("counts form their plural", () => {
    expect(messages.emptyState.opening(1)).toBe("Opening 1 file…");
    expect(messages.emptyState.opening(1200)).toBe("Opening 1\u2009200 files…");
  });
});
