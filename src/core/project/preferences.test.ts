import { expect, test } from "vitest";
import { keepNonFinite } from "../json/non-finite";
import { type Preferences, parsePreferences } from "./preferences";

const preferences: Preferences = {
  theme: "light",
  opacity: 1,
  palette: "soft",
  colours: { tree: [0, 90, 40] },
  settings: {
    modelIds: ["emsnet"],
    backend: "wasm",
    overlapFraction: 0.9,
    blend: "gaussian",
    testTimeAugmentation: "d4",
    confidence: false,
    papers: true,
  },
  polygons: { simplifyPx: 1.5, roofClasses: ["building", "shed"], leastIou: 0.9 },
  corrections: { "a#.tif|1×float32|": { use: "ndsm", nodata: { 0: Number.NaN } }, b: { scheme: null } },
};

const reread = (changed: unknown) => parsePreferences(JSON.parse(JSON.stringify(changed, keepNonFinite)));

test("what is stored comes back", () => {
  expect(reread(preferences)).toEqual(preferences);
});

test.each([
  ["modelIds", null],
  ["modelIds", "emsnet"],
  ["modelIds", [7]],
  ["backend", "abacus"],
  ["overlapFraction", 0.91],
  ["overlapFraction", "0.5"],
  ["blend", "nonsense"],
  ["testTimeAugmentation", "D4"],
  ["confidence", 1],
  ["papers", "no"],
])("settings.%s = %j is left out, the rest stays", (name, value) => {
  const read = reread({ ...preferences, settings: { ...preferences.settings, [name]: value } });
  const { [name as "blend"]: _, ...others } = preferences.settings;
  expect(read.settings).toEqual(others);
});

test.each([
  ["simplifyPx", 101],
  ["simplifyPx", "1"],
  ["roofClasses", "building"],
  ["leastIou", 1.1],
])("polygons.%s = %j is left out, the rest stays", (name, value) => {
  const read = reread({ ...preferences, polygons: { ...preferences.polygons, [name]: value } });
  const { [name as "leastIou"]: _, ...others } = preferences.polygons;
  expect(read.polygons).toEqual(others);
});

test.each([
  ["theme", "pink"],
  ["opacity", 1.01],
  ["opacity", -0.1],
  ["opacity", null],
  ["palette", ""],
])("%s = %j is left out, the rest stays", (name, value) => {
  const { [name as "theme"]: _, ...others } = preferences;
  expect(reread({ ...preferences, [name]: value })).toEqual(others);
});

test.each([null, 7, "x", [], {}, { settings: null, corrections: 3 }])("%j holds none", (json) => {
  expect(parsePreferences(json)).toEqual({ settings: {}, polygons: {}, corrections: {} });
});
