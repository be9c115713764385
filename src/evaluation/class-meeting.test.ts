import { expect, test } from "vitest";
import type { ModelClass } from "../core/manifest/manifest";
import { spellInEnglish } from "../core/remarks/spell";
import { mapMaskToTruth } from "./class-meeting";

const classes = (...names: string[]): ModelClass[] =>
  names.map((name, id) => ({ id, name, colour: [id, id, id], scored: name !== "clutter" }));

test("the order of classes does not matter, names do", () => {
  const meeting = mapMaskToTruth(
    classes("clutter", "Impervious surfaces", "building"),
    classes("impervious surface", "building", "clutter"),
  );
  expect(meeting.maskToClass).toEqual([2, 0, 1]);
  expect(meeting.truthToClass).toEqual([0, 1, 2]);
  expect(meeting.notes).toEqual([]);
});

test("truth that merges two of the model's classes scores them as one", () => {
  const meeting = mapMaskToTruth(
    classes("impervious surfaces", "low vegetation", "building"),
    classes("ground", "building"),
  );
  expect(meeting.maskToClass).toEqual([0, 0, 1]);
});

test("truth classes that the model cannot predict are left out, and said", () => {
  const meeting = mapMaskToTruth(classes("building"), classes("water", "building"));
  expect(meeting.classes.map(({ name }) => name)).toEqual(["building"]);
  expect(meeting.truthToClass).toEqual([null, 0]);
  expect(spellInEnglish(meeting.notes[0]!)).toContain("water");
});

test("model classes that the truth does not have are left out, and said", () => {
  const meeting = mapMaskToTruth(classes("building", "tree"), classes("building"));
  expect(meeting.maskToClass).toEqual([0, null]);
  expect(spellInEnglish(meeting.notes[0]!)).toContain("tree");
});
