import { describe, expect, test } from "vitest";
import { parsePlace } from "./parse-place";

describe("a place as people type it", () => {
  test.each([
    ["870042.6 6543210", 870042.6, 6543210],
    ["870042.6, 6543210.25", 870042.6, 6543210.25],
    ["870\u2009042.6; 6\u2009543\u2009210", 870042.6, 6543210],
    ["E 870042  N 6543210", 870042, 6543210],
    ["E 870\u2009042.6  N 6\u2009543\u2009210.0", 870042.6, 6543210],
    ["x: -12.5, y: 48", -12.5, 48],
    ["48.137,11.575", 48.137, 11.575],
    ["\u221212.5 48", -12.5, 48],
  ])("%s is two figures", (text, first, second) => {
    expect(parsePlace(text)).toEqual({ kind: "pair", first, second });
  });

  // 48°08′13.2″ = 48 + 8/60 + 13.2/3600 = 48.137
  test.each([
    ["48°08′13.2″N 11°34′30″E", 48.137, 11.575],
    ["48°08'13.2\"N, 11°34'30\"E", 48.137, 11.575],
    ["N 48.137 E 11.575", 48.137, 11.575],
    ["11.575°E 48.137°N", 48.137, 11.575],
    ["33° 51.5′ S 151° 12.6′ E", -33.858_333_333, 151.21],
    ["48.137°, -11.575°", 48.137, -11.575],
  ])("%s is degrees", (text, latitude, longitude) => {
    const place = parsePlace(text);
    expect(place).toEqual({
      kind: "degrees",
      latitude: expect.closeTo(latitude, 8),
      longitude: expect.closeTo(longitude, 8),
    });
  });

  test.each([
    ["px 120 340", 120, 340],
    ["px 120, 340", 120, 340],
    ["col 120  row 340", 120, 340],
  ])("%s is a pixel", (text, col, row) => {
    expect(parsePlace(text)).toEqual({ kind: "pixel", col, row });
  });

  test.each(["", "Munich", "48.1", "48.1 N 11.5 N", "1 2 3", "97° 5°", "NaN 3", "px 1.5 2"])("%s is none", (text) => {
    expect(parsePlace(text)).toBeNull();
  });
});
