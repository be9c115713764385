import { describe, expect, test } from "vitest";
import { decideClassMapping } from "./class-mapping";
import { ISPRS_SCHEME } from "./class-scheme";
import { createColourDecoder, createIndexDecoder } from "./decode-colours";
import { parseScheme, schemeFromValues } from "./own-scheme";

describe("a scheme of one's own", () => {
  test("ids keep their numbers; unnamed ones are left out; several ids may share a name", () => {
    const scheme = schemeFromValues("ids", [
      { value: "7", name: "roof " },
      { value: "2", name: "" },
      { value: "4", name: "moss" },
      { value: "5", name: "roof" },
    ]);
    const decoder = createIndexDecoder(scheme);
    const out = new Uint8Array(5);
    decoder.decode([Uint8Array.from([7, 2, 4, 9, 5])], null, out);
    expect([...out]).toEqual([7, 255, 4, 255, 7]);
    expect(parseScheme(JSON.parse(JSON.stringify(scheme)))).toEqual(scheme);
    expect(scheme.classes).toHaveLength(2);
    expect(decoder.counts.ignored).toBe(1);
    expect([...decoder.counts.unknown]).toEqual([["9", 1]]);
    expect(scheme.classes[0]).toMatchObject({ name: "roof", colour: [0, 0, 255] });
  });

  test("ids of unknown names get the colours that colour-blind readers tell apart (Okabe and Ito, 2008)", () => {
    const rows = Array.from({ length: 7 }, (_, index) => ({ value: `${index}`, name: `strange ${index}` }));
    expect(schemeFromValues("ids", rows).classes.map(({ colour }) => colour)).toEqual([
      [230, 159, 0],
      [86, 180, 233],
      [0, 158, 115],
      [240, 228, 66],
      [0, 114, 178],
      [213, 94, 0],
      [204, 121, 167],
    ]);
  });

  test("colours are their own class colours", () => {
    const scheme = schemeFromValues("colours", [
      { value: "10,20,30", name: "lake" },
      { value: "200,0,90", name: "" },
      { value: "90,90,0", name: "clutter" },
      { value: "255,250,0", name: "lake" },
    ]);
    const decoder = createColourDecoder(scheme);
    const out = new Uint8Array(4);
    decoder.decode(
      [
        [10, 200, 90, 255],
        [20, 0, 90, 250],
        [30, 90, 0, 0],
      ],
      null,
      out,
    );
    expect([...out]).toEqual([0, 255, 1, 0]);
    expect(scheme.classes.map(({ scored }) => scored)).toEqual([true, false]);
  });

  test("comes back from storage as it went in; a known scheme by its id; anything else not at all", () => {
    const scheme = schemeFromValues("ids", [{ value: "3", name: "tree" }]);
    expect(parseScheme(JSON.parse(JSON.stringify(scheme)))).toEqual(scheme);
    expect(parseScheme({ id: "isprs" })).toBe(ISPRS_SCHEME);
    expect(parseScheme({ id: "own", name: "x", classes: [{ id: 1, name: "a", colour: [1, 2] }] })).toBeUndefined();
    expect(parseScheme(null)).toBeUndefined();
  });
});

describe("the user's mapping over the proposed one", () => {
  const model = [
    { id: 0, name: "tree" },
    { id: 1, name: "car" },
  ];

  test("their word stands, null included; a class that is not there is not theirs to name", () => {
    const decide = (chosen: Record<string, string | null>) =>
      decideClassMapping(model, ISPRS_SCHEME.classes, chosen).modelToTruth;
    expect(decide({})).toEqual({ tree: "tree", car: "car" });
    expect(decide({ tree: "low vegetation", car: null })).toEqual({ tree: "low vegetation", car: null });
    expect(decide({ tree: "meadow" })).toEqual({ tree: "tree", car: "car" });
  });
});
