import { describe, expect, test } from "vitest";
import { planWindows } from "./plan-windows";
import { columnStrips, rowStrips, sumRowsOf } from "./strips";
import { tapOf } from "./working-grid";

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

  test("a window that keeps its centre only belongs to the strips its centre touches", () => {
    // Windows start at 0, 24, … 120; each seam lies in the middle of an overlap: 28, 52, 76, 100, 124.
    const size = { widthPx: 152, heightPx: 32, windowPx: 32, stridePx: 24 };
    const strips = columnStrips(planWindows({ ...size, blend: "halo-crop", areaOfInterest: null }), 51);
    const starts = strips.map(({ columns }) => columns.map(({ startPx }) => startPx));
    // From 0, 50 and 101.
    expect(starts).toEqual([
      [0, 24],
      [24, 48, 72, 96],
      [96, 120],
    ]);
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

describe("strips of a run on a coarser grid", () => {
  test.each([0.5, 1.5, 2.5, 4, 3.51])(
    "scale %d: every image row is given out once, when what it needs is finished",
    (scale) => {
      const scaled = planWindows({
        widthPx: 640,
        heightPx: 555,
        windowPx: 32,
        stridePx: 24,
        blend: "trapezoid",
        areaOfInterest: { col: 31, row: 17, widthPx: 500, heightPx: 401 },
        scale,
      });
      const { grid } = scaled;
      for (const resume of [17, 18, 100, 417]) {
        let next = resume;
        let released = tapOf(resume, scale, grid.heightPx).first;
        for (const { image, release, finishedEndRow } of rowStrips(scaled, resume)) {
          expect(image.firstRow).toBe(next);
          next = image.endRow;
          expect(release.firstRow).toBe(released);
          released = release.endRow;
          for (let row = image.firstRow; row < image.endRow; row++) {
            const { first, second } = tapOf(row, scale, grid.heightPx);
            expect(second).toBeLessThan(finishedEndRow);
            expect(first).toBeGreaterThanOrEqual(release.firstRow);
          }
          // What is kept for the next rows fits beside a window.
          expect(finishedEndRow - release.endRow).toBeLessThanOrEqual(sumRowsOf(scaled) - 32);
        }
        expect(next).toBe(418);
      }
      const strips = columnStrips(scaled, 40);
      expect(strips.length).toBeGreaterThan(1);
      for (const [index, { image, firstCol, endCol }] of strips.entries()) {
        expect(image.firstCol).toBe(strips[index - 1]?.image.endCol ?? 31);
        expect(tapOf(image.firstCol, scale, grid.widthPx).first).toBe(firstCol);
        expect(tapOf(image.endCol - 1, scale, grid.widthPx).second).toBe(endCol - 1);
      }
      expect(strips.at(-1)!.image.endCol).toBe(531);
    },
  );
});
