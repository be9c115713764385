/** Streaming counts equal counting the whole raster at once, whatever the windows; cells hold exactly their count. */
import { beforeAll, describe, expect, test } from "vitest";
import { erodeBoundary } from "../core/metrics/boundary";
import { countConfusion, sumConfusion } from "../core/metrics/confusion-matrix";
import { memoryMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import { countCell, evaluateMask, measureMaskAgreement } from "./evaluate-mask";

const SIZE = { widthPx: 101, heightPx: 83 };
const PIXELS = SIZE.widthPx * SIZE.heightPx;
const SIGNAL = new AbortController().signal;

// A fixed pattern with blobs, ignored pixels and pixels without prediction.
const truth = Uint8Array.from({ length: PIXELS }, (_, pixel) => {
  const [col, row] = [pixel % SIZE.widthPx, Math.floor(pixel / SIZE.widthPx)];
  return (col * 7 + row * 3) % 53 === 0 ? 255 : (Math.floor(col / 9) + Math.floor(row / 11)) % 3;
});
const mask = truth.map((id, pixel) =>
  pixel % 17 === 0 ? 255 : pixel % 5 === 0 ? (pixel >> 3) % 3 : id === 255 ? 1 : id,
);
const confidence = mask.map((_, pixel) => pixel % 256);
const IDENTITY = [0, 1, 2];

const masks = createMasks(Promise.resolve(memoryMaskPlace()));

async function store(id: string, values: Uint8Array): Promise<void> {
  const target = await masks.create(id, SIZE);
  await target.sink.writeRows({ col: 0, row: 0, ...SIZE, values });
  await target.close();
}

beforeAll(async () => {
  await store("truth", truth);
  await store("mask", mask);
  await store("confidence", confidence);
});

const request = (windowPx: number, boundaryPx = 3) => ({
  size: SIZE,
  mask: { maskId: "mask", toClass: IDENTITY },
  truth: { maskId: "truth", toClass: IDENTITY },
  confidenceId: "confidence",
  classCount: 3,
  averaged: IDENTITY,
  boundaryPx,
  windowPx,
  erodedTruthId: "eroded",
  windowMapId: "windows",
});

describe("evaluation", () => {
  test.each([16, 64, 256])("bands of %i rows count what the whole counts", async (windowPx) => {
    const answer = await evaluateMask(masks, request(windowPx), SIGNAL);
    expect(answer.withBoundary).toEqual(countConfusion(truth, mask, 3));
    const eroded = erodeBoundary(truth, SIZE.widthPx, SIZE.heightPx, 3);
    expect(answer.noBoundary).toEqual(countConfusion(eroded, mask, 3));
    const stored = await (await masks.reader("eroded", SIZE)).read({ col: 0, row: 0, ...SIZE });
    expect([...stored]).toEqual([...eroded]);
  });

  test("windows add up to the whole", async () => {
    const answer = await evaluateMask(masks, request(32), SIGNAL);
    expect(sumConfusion(answer.windows.map(({ matrix }) => matrix)).counts).toEqual(answer.withBoundary.counts);
    expect(answer.confidence?.all.reduce((sum, count) => sum + count, 0)).toBe(
      answer.withBoundary.counts.reduce((sum, count) => sum + count, 0),
    );
  });

  test("every cell finds exactly its count, and its blobs hold all of it", async () => {
    const { withBoundary } = await evaluateMask(masks, request(64), SIGNAL);
    for (let truthClass = 0; truthClass < 3; truthClass++) {
      for (let predictedClass = 0; predictedClass < 3; predictedClass++) {
        const cell = await countCell(masks, { ...request(64), truthClass, predictedClass }, SIGNAL);
        expect(cell.pixels).toBe(withBoundary.counts[truthClass * 3 + predictedClass]);
        expect(cell.blobs.reduce((sum, { pixelCount }) => sum + pixelCount, 0)).toBe(cell.pixels);
      }
    }
  });

  test("what is cancelled leaves no half-written mask", async () => {
    const names = { erodedTruthId: "eroded-half", windowMapId: null };
    await expect(evaluateMask(masks, { ...request(64), ...names }, AbortSignal.abort())).rejects.toThrow();
    expect(await masks.has(["eroded-half"], SIZE)).toBe(false);
    await evaluateMask(masks, { ...request(64), ...names }, SIGNAL);
    expect(await masks.has(["eroded-half"], SIZE)).toBe(true);
  });

  test("votes are those of the masks in the classes they share, agreement and entropy each under its own name", async () => {
    // The second run knows the classes in another order, lacks one and predicts nothing in some rows.
    const [first, second] = [IDENTITY, [2, null, 1]];
    const other = mask.map((id, pixel) => (pixel % 1000 < 101 ? 255 : id === 255 ? 0 : (id + (pixel % 2)) % 3));
    await store("other", other);
    const asked = [
      { maskId: "mask", toClass: first },
      { maskId: "other", toClass: second },
    ];
    const ids = { agreementId: "agreement", entropyId: "entropy" };
    await measureMaskAgreement(masks, { size: SIZE, masks: asked, classCount: 3, ...ids }, SIGNAL);
    const read = async (id: string) => (await masks.reader(id, SIZE)).read({ col: 0, row: 0, ...SIZE });
    const [agreement, entropy] = [await read("agreement"), await read("entropy")];
    // Of two voters: alone or agreed 1 and 0 nats, split 1/2 and ln 2.
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      const votes = [mask[pixel]!, second[other[pixel]!] ?? 255].filter((vote) => vote < 3);
      const isSplit = votes.length === 2 && votes[0] !== votes[1];
      expect([agreement[pixel], entropy[pixel]]).toEqual(votes.length === 0 ? [0, 0] : isSplit ? [128, 255] : [255, 0]);
    }
  });

  test("cells are found in the classes of the evaluation, not in the masks' own ids", async () => {
    const turned = {
      ...request(64),
      mask: { maskId: "mask", toClass: [2, 0, 1] },
      truth: { maskId: "truth", toClass: [1, null, 0] },
    };
    const { withBoundary } = await evaluateMask(masks, turned, SIGNAL);
    let expected = 0;
    for (let pixel = 0; pixel < PIXELS; pixel++) {
      expected += mask[pixel] === 0 && truth[pixel] === 2 ? 1 : 0;
    }
    const cell = await countCell(masks, { ...turned, truthClass: 0, predictedClass: 2 }, SIGNAL);
    expect(expected).toBeGreaterThan(0);
    expect([cell.pixels, withBoundary.counts[2]]).toEqual([expected, expected]);
  });
});
