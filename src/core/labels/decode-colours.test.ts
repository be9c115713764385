import { describe, expect, test } from "vitest";
import { formatClassMapping, parseClassMapping, proposeClassMapping } from "./class-mapping";
import { CLASS_SCHEMES, DFC2023_SCHEME, ISPRS_SCHEME, WHU_OPT_SAR_SCHEME } from "./class-scheme";
import { createColourDecoder, createIndexDecoder } from "./decode-colours";

function decodeColours(colours: readonly (readonly [number, number, number])[], valid: Uint8Array | null = null) {
  const decoder = createColourDecoder(ISPRS_SCHEME);
  const out = new Uint8Array(colours.length);
  const bands = [0, 1, 2].map((channel) => Uint8Array.from(colours, (colour) => colour[channel]!));
  decoder.decode(bands, valid, out);
  return { ids: [...out], counts: decoder.counts };
}

describe("truth in ISPRS colours", () => {
  test("each class colour is its class, black is undefined", () => {
    const { ids, counts } = decodeColours([
      [255, 255, 255],
      [0, 0, 255],
      [0, 255, 255],
      [0, 255, 0],
      [255, 255, 0],
      [255, 0, 0],
      [0, 0, 0],
    ]);
    expect(ids).toEqual([0, 1, 2, 3, 4, 5, 255]);
    expect(counts).toMatchObject({ ignored: 1, approximated: 0 });
    expect(counts.unknown.size).toBe(0);
    expect(counts.perClass.get(4)).toBe(1);
  });

  test("JPEG's near misses go to the nearest class and are counted", () => {
    const { ids, counts } = decodeColours([
      [250, 252, 9],
      [3, 2, 241],
    ]);
    expect(ids).toEqual([4, 1]);
    expect(counts.approximated).toBe(2);
  });

  test("a colour up to 60 away is a near miss, one further away is none: 36² + 48² = 60²", () => {
    const { ids, counts } = decodeColours([
      [255 - 36, 255 - 48, 255],
      [255 - 36, 255 - 48, 254],
      [36, 48, 0],
    ]);
    expect(ids).toEqual([0, 255, 255]);
    expect(counts).toMatchObject({ approximated: 1, ignored: 1 });
    expect([...counts.unknown]).toEqual([["219,207,254", 1]]);
  });

  test("other colours are never class 0: counted by colour, undefined in the map", () => {
    const { ids, counts } = decodeColours([
      [128, 128, 128],
      [128, 128, 128],
      [255, 128, 0],
    ]);
    expect(ids).toEqual([255, 255, 255]);
    expect([...counts.unknown]).toEqual([
      ["128,128,128", 2],
      ["255,128,0", 1],
    ]);
  });

  test("samples beyond a byte are another encoding, however near a class colour they are", () => {
    const decoder = createColourDecoder(ISPRS_SCHEME);
    const out = new Uint8Array(3);
    const bands = [Uint16Array.of(256, 255, 255), Uint16Array.of(255, 256, 255), Uint16Array.of(255, 255, 255)];
    decoder.decode(bands, null, out);
    expect([...out]).toEqual([255, 255, 0]);
    expect([...decoder.counts.unknown.keys()]).toEqual(["256,255,255", "255,256,255"]);
    const signed = createColourDecoder(ISPRS_SCHEME);
    signed.decode([Int16Array.of(-1), Int16Array.of(0), Int16Array.of(255)], null, out.subarray(0, 1));
    expect(out[0]).toBe(255);
  });

  test("missing pixels are undefined whatever their colour", () => {
    expect(decodeColours([[255, 0, 0]], Uint8Array.of(0)).ids).toEqual([255]);
  });

  test("thousands of unknown colours are told apart up to a bound", () => {
    const { counts } = decodeColours(
      Array.from({ length: 5000 }, (_, at) => [100 + (at % 50), 100, 80 + Math.floor(at / 100)] as const),
    );
    expect(counts.unknown.size).toBeLessThanOrEqual(65);
    expect([...counts.unknown.values()].reduce((sum, count) => sum + count, 0)).toBe(5000);
  });
});

describe("truth as index values", () => {
  test("WHU-OPT-SAR's tens, background ignored, the rest unknown", () => {
    const decoder = createIndexDecoder(WHU_OPT_SAR_SCHEME);
    const out = new Uint8Array(4);
    decoder.decode([Uint8Array.of(10, 70, 0, 33)], null, out);
    expect([...out]).toEqual([10, 70, 255, 255]);
    expect([...decoder.counts.unknown]).toEqual([["33", 1]]);
    expect(decoder.counts.ignored).toBe(1);
  });

  test("a palette is judged by its colours, not by its order", () => {
    const decoder = createIndexDecoder(ISPRS_SCHEME, [
      [255, 0, 0],
      [0, 0, 255],
      [9, 9, 9],
    ]);
    const out = new Uint8Array(3);
    decoder.decode([Uint8Array.of(0, 1, 2)], null, out);
    expect([...out]).toEqual([5, 1, 255]);
  });

  test("a black class is a class where black is not undefined", () => {
    const decoder = createIndexDecoder(DFC2023_SCHEME, [
      [0, 0, 0],
      [255, 255, 255],
    ]);
    const out = new Uint8Array(2);
    decoder.decode([Uint8Array.of(0, 1)], null, out);
    expect([...out]).toEqual([0, 1]);
  });
});

describe("the tables of the public data sets", () => {
  const schemeOf = (id: string) => CLASS_SCHEMES.find((scheme) => scheme.id === id)!;
  const table = (schemeId: string) =>
    schemeOf(schemeId).classes.map(
      ({ id, name, colour, scored }) => `${id} ${name} ${colour}${scored ? "" : " (not scored)"}`,
    );

  test("are those their authors publish", () => {
    expect(table("isprs")).toEqual([
      "0 impervious surface 255,255,255",
      "1 building 0,0,255",
      "2 low vegetation 0,255,255",
      "3 tree 0,255,0",
      "4 car 255,255,0",
      "5 clutter 255,0,0 (not scored)",
    ]);
    expect(table("mmhunan")).toEqual([
      "0 cropland 196,90,17",
      "1 forest 51,129,88",
      "2 grassland 177,205,61",
      "3 wetland 228,84,96",
      "4 water 91,154,214",
      "5 unused land 225,174,110",
      "6 built-up area 239,159,2",
    ]);
    expect(table("whu-opt-sar")).toEqual([
      "10 farmland 204,102,0",
      "20 city 255,0,0",
      "30 village 255,255,0",
      "40 water 0,0,255",
      "50 forest 85,166,0",
      "60 road 93,255,255",
      "70 others 152,102,153 (not scored)",
    ]);
    expect(table("dfc2023")).toEqual(["0 background 0,0,0", "1 building 255,255,255"]);
  });

  test.each([
    ["isprs", [255], [[0, 0, 0]]],
    ["mmhunan", [-1, 255], [[0, 0, 0]]],
    ["whu-opt-sar", [0, 255], [[0, 0, 0]]],
    ["dfc2023", [255], []],
  ] as const)("%s: what means that there is no truth", (schemeId, ids, colours) => {
    const scheme = schemeOf(schemeId);
    const decoder = createIndexDecoder(scheme);
    const out = new Uint8Array(ids.length);
    decoder.decode([Int16Array.from(ids)], null, out);
    expect([...out]).toEqual(ids.map(() => 255));
    expect(decoder.counts).toMatchObject({ ignored: ids.length });
    expect(scheme.ignoreColours).toEqual(colours);
  });
});

describe("mapping of classes", () => {
  const model = ISPRS_SCHEME.classes;
  const truth = ["ground", "vegetation", "building", "water"].map((name, id) => ({
    id,
    name,
    colour: [0, 0, 0] as const,
    scored: true,
  }));

  test("several model classes go to one truth class", () => {
    const mapping = proposeClassMapping(model, truth);
    expect(mapping.modelToTruth).toEqual({
      "impervious surface": "ground",
      "low vegetation": "ground",
      tree: "vegetation",
      building: "building",
      car: null,
      clutter: null,
    });
  });

  test("equal names win over broader ones, in any spelling", () => {
    const named = [{ id: 7, name: "Low_Vegetation", colour: [0, 0, 0] as const, scored: true }, ...truth];
    expect(proposeClassMapping(model, named).modelToTruth["low vegetation"]).toBe("Low_Vegetation");
  });

  test("saved and read again it is the same; anything else is refused with the reason", () => {
    const mapping = proposeClassMapping(model, truth);
    expect(parseClassMapping(formatClassMapping(mapping))).toEqual(mapping);
    expect(() => parseClassMapping("{")).toThrow(/no JSON/);
    expect(() => parseClassMapping('{"format":"x"}')).toThrow(/format is "x"/);
    const broken = JSON.stringify({ ...mapping, modelToTruth: { car: "boat" } });
    expect(() => parseClassMapping(broken)).toThrow(/"car" to "boat"/);
  });
});
