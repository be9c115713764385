import { expect, test } from "vitest";
import { planWindows } from "../core/windows/plan-windows";
import { columnStrips } from "../core/windows/strips";
import { memorySink } from "../testing/memory-sink";
import { MaskWriter } from "./mask-writer";

test("classes are counted without holes, so that files hold a number for each", async () => {
  const plan = planWindows({
    widthPx: 3,
    heightPx: 2,
    windowPx: 2,
    stridePx: 2,
    blend: "flat",
    areaOfInterest: null,
  });
  const [strip] = columnStrips(plan, 100);
  const writer = new MaskWriter(plan, memorySink(3, 2), false);
  await writer.write(strip!, 0, 1, { classIds: Uint8Array.of(2, 255, 2), confidence: null });
  expect(JSON.stringify(writer.classPixels)).toBe("[0,0,2]");
  await writer.write(strip!, 1, 1, { classIds: Uint8Array.of(0, 4, 2), confidence: null });
  expect(JSON.stringify(writer.classPixels)).toBe("[1,0,3,0,1]");
  expect(writer.nodataPixels).toBe(1);
});
