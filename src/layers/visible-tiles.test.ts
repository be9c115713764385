import { describe, expect, test } from "vitest";
import { maxLevel } from "../core/raster/tile-grid";
import { roundLength } from "../core/round-length";
import { fitPose, paneRects, pixelToScreen, screenToPixel, visibleRect } from "./camera";
import { visibleTiles } from "./visible-tiles";

const PANE = { x: 0, y: 0, width: 800, height: 600 };

describe("visible tiles", () => {
  test("cover every visible pixel of the raster exactly once, at any zoom", () => {
    const size = { widthPx: 1300, heightPx: 700 };
    for (const zoom of [-4, -1.5, 0, 0.7, 3]) {
      const pose = { centrePx: [650, 350] as const, zoom };
      const tiles = visibleTiles(size, pose, PANE);
      const scale = 2 ** zoom;
      for (const [dx, dy] of [
        [0, 0],
        [-399, -299],
        [399, 299],
        [200, -100],
      ] as const) {
        const col = pose.centrePx[0] + dx / scale;
        const row = pose.centrePx[1] + dy / scale;
        const inside = col >= 0 && row >= 0 && col < size.widthPx && row < size.heightPx;
        const covering = tiles.filter((t) => col >= t.left && col < t.right && row >= t.top && row < t.bottom);
        expect(covering.length).toBe(inside ? 1 : 0);
      }
    }
  });

  test("a whole city zoomed out is a single tile of the coarsest level", () => {
    const size = { widthPx: 6000, heightPx: 6000 };
    expect(maxLevel(size)).toBe(4);
    const tiles = visibleTiles(size, { centrePx: [3000, 3000], zoom: -6 }, PANE);
    expect(tiles).toHaveLength(1);
    expect(tiles[0]).toMatchObject({ level: 4, right: 6000, bottom: 6000 });
  });

  test("the tile under the centre comes first", () => {
    const tiles = visibleTiles({ widthPx: 4096, heightPx: 4096 }, { centrePx: [1000, 2000], zoom: 0 }, PANE);
    expect(tiles[0]).toMatchObject({ x: 1, y: 3 });
  });

  test("a sharp screen asks for the finer level", () => {
    const size = { widthPx: 4096, heightPx: 4096 };
    const pose = { centrePx: [2048, 2048] as const, zoom: -1 };
    expect(visibleTiles(size, pose, PANE)[0]?.level).toBe(1);
    expect(visibleTiles(size, pose, PANE, 2)[0]?.level).toBe(0);
  });
});

describe("camera", () => {
  test("screen to pixel undoes pixel to screen", () => {
    const pose = { centrePx: [120.5, 33.25] as const, zoom: 1.3 };
    const [x, y] = pixelToScreen(pose, PANE, [100, 50]);
    const [col, row] = screenToPixel(pose, PANE, [x, y]);
    expect(col).toBeCloseTo(100, 9);
    expect(row).toBeCloseTo(50, 9);
  });

  test("what a pane shows are the raster's pixels inside its corners", () => {
    const size = { widthPx: 400, heightPx: 247 };
    expect(visibleRect({ centrePx: [200, 100], zoom: 2 }, PANE, size)).toEqual({
      col: 100,
      row: 25,
      widthPx: 200,
      heightPx: 150,
    });
    expect(visibleRect({ centrePx: [0, 0], zoom: 1 }, PANE, size)).toEqual({
      col: 0,
      row: 0,
      widthPx: 200,
      heightPx: 150,
    });
    expect(visibleRect({ centrePx: [900, 100], zoom: 2 }, PANE, size)).toBeNull();
  });

  test("fitting shows the rectangle whole", () => {
    const pose = fitPose({ col: 0, row: 0, widthPx: 400, heightPx: 247 }, PANE, 10);
    const [x0, y0] = pixelToScreen(pose, PANE, [0, 0]);
    const [x1, y1] = pixelToScreen(pose, PANE, [400, 247]);
    expect(x0).toBeCloseTo(10, 6);
    expect(x1).toBeCloseTo(790, 6);
    expect(y0).toBeGreaterThanOrEqual(10);
    expect(y1).toBeLessThanOrEqual(590);
  });

  test.each([
    [1, 1, 1],
    [2, 2, 1],
    [4, 2, 2],
    [6, 3, 2],
  ])(
    "%i panes: %i columns and %i rows that fill the area, a pixel between neighbours, none over another",
    (count, columns, rows) => {
      const panes = paneRects(count, 907, 613);
      expect(panes).toHaveLength(count);
      expect([panes[0]!.x, panes[0]!.y]).toEqual([0, 0]);
      expect(panes.at(-1)!.x + panes.at(-1)!.width).toBeCloseTo(907, 9);
      expect(panes.at(-1)!.y + panes.at(-1)!.height).toBeCloseTo(613, 9);
      for (const [index, one] of panes.entries()) {
        expect(one.width).toBeCloseTo((907 - (columns - 1)) / columns, 9);
        expect(one.height).toBeCloseTo((613 - (rows - 1)) / rows, 9);
        for (const other of panes.slice(index + 1)) {
          const apartX = one.x + one.width < other.x || other.x + other.width < one.x;
          const apartY = one.y + one.height < other.y || other.y + other.height < one.y;
          expect(apartX || apartY).toBe(true);
        }
      }
    },
  );

  test("upright, two and six panes stand in a column less", () => {
    const columns = (count: number) => new Set(paneRects(count, 500, 950).map(({ x }) => x)).size;
    expect([1, 2, 4, 6].map(columns)).toEqual([1, 1, 2, 2]);
  });

  test("scale bars are 1, 2 or 5 times a power of ten", () => {
    expect([0.7, 1, 3.9, 12, 49, 50, 999].map(roundLength)).toEqual([0.5, 1, 2, 10, 20, 50, 500]);
  });
});
