/** A lesson in a real browser's workers (it needs no GPU; this is the suffix of browser tests). */
import { expect, test } from "vitest";
import { learn } from "../teaching/learn";
import { NO_STROKE } from "../teaching/plan-samples";
import { noise } from "../testing/array-raster";
import { fitInWorkers } from "./fit-in-workers";

const SHAPE = { features: 6, bank: 2, oldClasses: 3 };
const [STROKES, PER_STROKE, ELSEWHERE] = [12, 15, 90];

const classOfStroke = Array.from({ length: STROKES }, (_, stroke) => stroke % 4);
const strokeOf = Int32Array.from({ length: STROKES * PER_STROKE + ELSEWHERE }, (_, at) =>
  at < STROKES * PER_STROKE ? Math.floor(at / PER_STROKE) : NO_STROKE,
);
const samples = Float32Array.from(
  [...strokeOf].flatMap((stroke, at) =>
    Array.from({ length: 11 }, (_, value) => noise(5, at, value) / 2 ** 32 + Number(stroke % 4 === value % 4)),
  ),
);
const set = { shape: SHAPE, classes: 4, samples, strokeOf, classOfStroke };

test("heads fitted side by side are those fitted one after the other, to the last bit", async () => {
  const lesson = await learn(set, { fitHeads: fitInWorkers });
  expect(lesson.committee).toHaveLength(3);
  expect(lesson).toEqual(await learn(set));
});

test("a lesson that is cancelled ends as one", async () => {
  const cancel = new AbortController();
  const lesson = learn(set, { fitHeads: fitInWorkers, signal: cancel.signal });
  cancel.abort();
  await expect(lesson).rejects.toThrow(expect.objectContaining({ name: "AbortError" }));
});
