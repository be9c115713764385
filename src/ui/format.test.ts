import { describe, expect, test } from "vitest";
import {
  area,
  bytes,
  coordinate,
  length,
  metres,
  parameters,
  percent,
  seconds,
  signedPoints,
  significant,
  whole,
} from "./format";

describe("numbers on the page", () => {
  test("percent has one decimal and a dash where a score is undefined", () => {
    expect(percent(0.84731)).toBe("84.7");
    expect(percent(1)).toBe("100.0");
    expect(percent(null)).toBe("–");
  });

  test("differences are signed, and a difference that rounds to nothing has no sign", () => {
    expect(signedPoints(0.0161)).toBe("+1.6");
    expect(signedPoints(-0.123)).toBe("−12.3");
    expect(signedPoints(-0.0001)).toBe("0.0");
  });

  test("thousands are kept apart", () => {
    expect(whole(1234567.4)).toBe("1\u2009234\u2009567");
    expect(coordinate(6618061.28)).toBe("6\u2009618\u2009061.3");
    expect(coordinate(-12.5)).toBe("−12.5");
  });

  test("durations, sizes and areas take the unit that suits them", () => {
    expect(seconds(4.24)).toBe("4.2 s");
    expect(seconds(75)).toBe("1 min 15 s");
    expect(seconds(119.7)).toBe("2 min 0 s");
    expect(seconds(7320)).toBe("2 h 2 min");
    expect(bytes(30_600_000)).toBe("29 MB");
    expect(bytes(2048)).toBe("2 kB");
    expect(bytes(1.55 * 1024 ** 3)).toBe("1.6 GB");
    expect(bytes(0)).toBe("0 bytes");
    expect(area(12_345)).toBe("1.23 ha");
    expect(area(950)).toBe("950 m²");
    expect(bytes(1)).toBe("1 byte");
    expect(bytes(512)).toBe("512 bytes");
    expect(length(2000)).toBe("2 km");
    expect(length(0.05)).toBe("5 cm");
    expect(metres(0.25)).toBe("0.25 m");
    expect(parameters(7_300_000)).toBe("7.3 M");
  });

  test("a small figure keeps its significant digits", () => {
    expect(significant(0.0000123, 2)).toBe("0.000012");
    expect(significant(0.05, 2)).toBe("0.05");
  });
});
