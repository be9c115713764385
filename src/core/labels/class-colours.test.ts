import { describe, expect, test } from "vitest";
import { leastDistance, SEEN_BY } from "../../testing/colour-vision";
import { type ColourChoice, fileColour, PALETTES, screenColour } from "./class-colours";
import { type Colour, ISPRS_SCHEME } from "./class-scheme";

const CLASSES = [...ISPRS_SCHEME.classes, { name: "water", colour: [0, 0, 128] as Colour }];
const choice = (palette: ColourChoice["palette"]): ColourChoice => ({ palette, colours: {} });

describe("colours of classes", () => {
  test.each(Object.entries(SEEN_BY))("of the safe palette are told apart by %s", (_, seenBy) => {
    const safe = CLASSES.map((entry) => screenColour(entry, choice("colour-blind")));
    expect(leastDistance(safe, seenBy)).toBeGreaterThan(35);
  });

  test("of the benchmarks are not: what the simulation says of green and yellow", () => {
    const own = CLASSES.map((entry) => screenColour(entry, choice("isprs")));
    expect(leastDistance(own, SEEN_BY.protanopia!)).toBeLessThan(10);
  });

  test("go by the class whatever it is called, and others keep theirs", () => {
    const [asHouse, asBuilding, asCrop] = ["House", "buildings", "vineyard"].map((name) =>
      screenColour({ name, colour: [1, 2, 3] }, choice("colour-blind")),
    );
    expect(asHouse).toEqual(asBuilding);
    expect(asHouse).not.toEqual([1, 2, 3]);
    expect(asCrop).toEqual([1, 2, 3]);
  });

  test("in files are those on the screen, but for the softer ones", () => {
    for (const palette of PALETTES) {
      for (const entry of CLASSES) {
        const wanted = palette === "soft" ? entry.colour : screenColour(entry, choice(palette));
        expect(fileColour(entry, choice(palette))).toEqual(wanted);
      }
    }
    expect(screenColour(CLASSES[1]!, choice("soft"))).not.toEqual(CLASSES[1]!.colour);
  });

  test("of one's own go before every palette, in files too", () => {
    const own: ColourChoice = { palette: "soft", colours: { tree: [9, 8, 7] } };
    const tree = { name: "Trees", colour: [0, 255, 0] as Colour };
    expect([screenColour(tree, own), fileColour(tree, own)]).toEqual([
      [9, 8, 7],
      [9, 8, 7],
    ]);
  });
});
