import { describe, expect, test } from "vitest";
import { planWindows } from "./plan-windows";
import { columnStrips, rowStrips } from "./strips";

const plan = planWindows({
  widthPx: 500,
  heightPx: 333,
  windowPx: 32,
  stridePx: 24,
  blend: "trapezoid",
  areaOfInterest: { col: 20, row: 15, widthPx: 470, heightPx: 300 },
});

describe("strips", () => {
  test("column strips split the area without gap or overlap and hold every window that touches them", () => {
    const strips = columnStrips(plan, 100);
    expect(strips[0]!.firstCol).toBe(20);
    expect(strips.at(-1)!.endCol).toBe(490);
    for (const [index, strip] of strips.entries()) {
      if (index > 0) expect(strip.firstCol).toBe(strips[index - 1]!.endCol);
      expect(strip.endCol - strip.firstCol).toBeLessThanOrEqual(100);
      expect(strip.columns).toEqual(
        plan.columns.filter(({ startPx }) => startPx < strip.endCol && startPx + 32 > strip.firstCol),
      );
    }
  });

  test("rows are finished once, in order, and only after every window over them", () => {
    for (const resume of [15, 16, 40, 100, 314]) {
      let next = resume;
      const strips = rowStrips(plan, resume);
      for (const [index, strip] of strips.entries()) {
        expect(strip.finishedFirstRow).toBe(next);
        next = strip.finishedEndRow;
        const later = strips.slice(index + 1);
        const empty = strip.finishedEndRow === strip.finishedFirstRow;
        expect(empty || later.every(({ window }) => window.startPx >= strip.finishedEndRow)).toBe(true);
        expect(strip.finishedFirstRow).toBeLessThanOrEqual(strip.window.startPx + 32);
      }
      expect(next).toBe(315);
      const needed = plan.rows.filter(({ startPx }) => startPx + 32 > resume);
      expect(strips.map(({ window }) => window)).toEqual(needed);
    }
  });
});
