import { expect, test } from "vitest";
import { intersectRects, rectBetween } from "./pixel-rect";

const SIZE = { widthPx: 100, heightPx: 80 };

test("a rectangle drawn in any direction holds every pixel it touches, and none outside the raster", () => {
  const wanted = { col: 10, row: 20, widthPx: 21, heightPx: 11 };
  expect(rectBetween([10.2, 20.9], [30.1, 30.1], SIZE)).toEqual(wanted);
  expect(rectBetween([30.1, 20.9], [10.2, 30.1], SIZE)).toEqual(wanted);
  expect(rectBetween([-5, -5], [3, 200], SIZE)).toEqual({ col: 0, row: 0, widthPx: 3, heightPx: 80 });
  expect(rectBetween([120, 3], [140, 9], SIZE)).toBeNull();
});

test("rectangles that only touch do not meet", () => {
  const a = { col: 0, row: 0, widthPx: 10, heightPx: 10 };
  expect(intersectRects(a, { ...a, col: 4, row: -3 })).toEqual({ col: 4, row: 0, widthPx: 6, heightPx: 7 });
  expect(intersectRects(a, { ...a, col: 10 })).toBeNull();
});
