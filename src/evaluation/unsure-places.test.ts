/** Places worth a stroke on a made-up map of 10 × 7 squares of 16 px, whose confidence is known square by square. */
import { beforeAll, describe, expect, test } from "vitest";
import { memoryMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import type { LeftOutStroke } from "./left-out";
import { choosePlaces, findUnsurePlaces } from "./unsure-places";

const SIZE = { widthPx: 160, heightPx: 112 };
const SIDE_PX = 16;
/** Confidence of squares that are not at 0.8 (204). */
const UNSURE: Readonly<Record<string, number>> = { "1,1": 51, "2,1": 52, "8,1": 102, "5,5": 60, "9,6": 0 };
/** Of this one only a quarter was mapped. */
const HARDLY_MAPPED = "9,6";

const masks = createMasks(Promise.resolve(memoryMaskPlace()));
const squareOf = (pixel: number) => {
  const [col, row] = [pixel % SIZE.widthPx, Math.floor(pixel / SIZE.widthPx)];
  return { key: `${Math.floor(col / SIDE_PX)},${Math.floor(row / SIDE_PX)}`, isCorner: col % 16 < 8 && row % 16 < 8 };
};

async function store(id: string, value: (pixel: number) => number): Promise<void> {
  const target = await masks.create(id, SIZE);
  const values = Uint8Array.from({ length: SIZE.widthPx * SIZE.heightPx }, (_, pixel) => value(pixel));
  await target.sink.writeRows({ col: 0, row: 0, ...SIZE, values });
  await target.close();
}

beforeAll(async () => {
  await store("confidence", (pixel) => UNSURE[squareOf(pixel).key] ?? 204);
  await store("mask", (pixel) => {
    const { key, isCorner } = squareOf(pixel);
    return key === HARDLY_MAPPED && !isCorner ? 255 : 2;
  });
});

const line = (col: number, row: number): LeftOutStroke => ({
  shape: { kind: "line", points: [[col, row]], widthMetres: 3 },
});

const candidates = (strokes: readonly LeftOutStroke[]) =>
  findUnsurePlaces(
    masks,
    { size: SIZE, maskId: "mask", confidenceId: "confidence", strokes },
    new AbortController().signal,
  );

const find = async (strokes: readonly LeftOutStroke[]) => choosePlaces(await candidates(strokes), []);

describe("places worth a stroke", () => {
  test("are the least sure squares, apart from each other and where there is a map", async () => {
    const places = await find([]);
    expect(places.slice(0, 3)).toEqual([
      { rect: { col: 16, row: 16, widthPx: 16, heightPx: 16 }, confidence: 0.2, distance: 1 },
      { rect: { col: 80, row: 80, widthPx: 16, heightPx: 16 }, confidence: expect.closeTo(60 / 255, 10), distance: 1 },
      { rect: { col: 128, row: 16, widthPx: 16, heightPx: 16 }, confidence: 0.4, distance: 1 },
    ]);
    expect(places.length).toBeLessThanOrEqual(10);
    const distances = places.flatMap(({ rect }, at) =>
      places.slice(at + 1).map((other) => Math.hypot(rect.col - other.rect.col, rect.row - other.rect.row)),
    );
    expect(Math.min(...distances)).toBeGreaterThanOrEqual(3 * SIDE_PX);
    expect(await find([])).toEqual(places);
  });

  test("are not where strokes are, and rather far from them", async () => {
    const [first] = await find([line(24, 24)]);
    // 5.7 of ten squares away counts (1 − 0.2353) × 0.78; the neighbour of the stroke (1 − 0.2039) × 0.55.
    expect(first!.rect).toMatchObject({ col: 80, row: 80 });
    const taken = await find([line(24, 24), line(40, 24)]);
    expect(taken.some(({ rect }) => rect.row === 16 && rect.col < 48)).toBe(false);
  });

  test("are rather where heads disagree; where that is not known the mean of the others counts", async () => {
    const all = await candidates([]);
    const at = all.findIndex(({ rect }) => rect.col === 128 && rect.row === 16);
    // (1 − 0.4) + 0.5 is more than (1 − 0.2) + 0.
    const atOdds = choosePlaces(
      all,
      all.map((_, place) => (place === at ? 0.5 : 0)),
    );
    expect(atOdds[0]!.rect).toMatchObject({ col: 128, row: 16 });
    expect(atOdds).toHaveLength(all.length);
    const unknown = all.map((_, place) => (place === at ? 0.5 : null));
    expect(choosePlaces(all, unknown)).toEqual(choosePlaces(all, []));
  });
});
