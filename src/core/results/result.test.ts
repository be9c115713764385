import { expect, test } from "vitest";
import { type ResultOf, resultId } from "./result";

const OF = {
  kind: "window-iou",
  mask: { maskId: "mask-run-1", toClass: [0, 1, null] },
  truth: { maskId: "truth-1", toClass: [0, 1] },
  windowPx: 64,
  averaged: [0, 1],
} as const satisfies ResultOf;

test("the id of a result does not depend on how its facts are written down", () => {
  const { kind, mask, truth, windowPx, averaged } = OF;
  // A class table with a hole is one with null there.
  const toClass: (number | null)[] = [0, 1];
  toClass.length = 3;
  expect(resultId({ averaged, windowPx, truth, mask: { toClass, maskId: mask.maskId }, kind }, "s")).toBe(
    resultId(OF, "s"),
  );
});

test.each<[string, ResultOf]>([
  ["kind", { kind: "areas", maskId: "mask-run-1", opticalId: "truth-1" }],
  ["mask", { ...OF, mask: { ...OF.mask, maskId: "mask-run-2" } }],
  ["class table", { ...OF, mask: { ...OF.mask, toClass: [1, 0, null] } }],
  ["truth", { ...OF, truth: { ...OF.truth, maskId: "truth-2" } }],
  ["window", { ...OF, windowPx: 128 }],
  ["averaged classes", { ...OF, averaged: [0] }],
])("another %s gives another id", (_, of) => {
  expect(resultId(of, "s")).not.toBe(resultId(OF, "s"));
});

test("the session is part of every name, so that tabs never share one", () => {
  expect(resultId(OF, "1a2b3c4d")).toMatch(/^window-iou-1a2b3c4d-[0-9a-f]{16}$/);
});
