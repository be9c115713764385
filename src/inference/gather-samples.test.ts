/**
 * Samples come from the pixels under their strokes: a photo whose colours are its own columns and rows, whose first
 * filters are the colours themselves, says where each sample was taken.
 */
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createNodeSession } from "../cli/node-session";
import { parseManifest } from "../core/manifest/parse-manifest";
import type { Stroke } from "../core/vector/stroke";
import { samplesManifest, showSamples } from "../teaching/compose";
import { findHead } from "../teaching/find-head";
import { sampleLength } from "../teaching/head";
import { NO_STROKE } from "../teaching/plan-samples";
import { arrayRaster, measureWhole } from "../testing/array-raster";
import { runSettings } from "../testing/tiny-models";
import type { NetworkSession } from "./backend";
import { type GatherRequest, gatherSamples } from "./gather-samples";
import { WindowCache } from "./window-cache";

const MANIFEST = parseManifest(JSON.parse(readFileSync("models/zoo/mobanet-nano.nadir.json", "utf8")), "mobanet-nano");

const photo = (widthPx: number, heightPx: number) =>
  arrayRaster({
    widthPx,
    heightPx,
    roles: ["red", "green", "blue"],
    value: (band, col, row) => [col, row, 100][band]!,
  });

const line = (className: string, ...points: readonly (readonly [number, number])[]): Stroke => ({
  className,
  shape: { kind: "line", points, widthMetres: 3 },
});

describe("samples under strokes", () => {
  let session: NetworkSession;
  let windows = 0;
  const graph = readFileSync("models/zoo/mobanet-nano.onnx");
  const shown = showSamples(graph, MANIFEST, findHead(graph, MANIFEST));
  beforeAll(async () => {
    const opened = await createNodeSession(samplesManifest(MANIFEST, shown.shape), shown.bytes, {
      batch: 1,
      threads: 1,
    });
    session = {
      ...opened,
      run(inputs) {
        windows++;
        return opened.run(inputs);
      },
    };
  });
  afterAll(() => session.release());

  const gather = (
    strokes: readonly Stroke[],
    scale?: number,
    more: Partial<GatherRequest> = {},
    [widthPx, heightPx]: readonly [number, number] = [250, 200],
  ) =>
    gatherSamples({
      ...more,
      manifest: MANIFEST,
      shape: shown.shape,
      session,
      settings: runSettings({ stridePx: 48, blend: "flat", ...(scale !== undefined && { scale }) }),
      optical: photo(widthPx, heightPx),
      auxiliary: {
        source: arrayRaster({ widthPx, heightPx, roles: ["height"], value: (_, col, row) => col + row }),
        mapping: (pixel) => pixel,
      },
      measureBand: measureWhole,
      strokes,
      toPixel: (point) => point,
      pixelSizeMetres: 1,
    });

  const STROKES = [
    line("tree", [20, 30], [40, 30]),
    line("car", [30, 20], [30, 60]),
    line("roof", [200, 150], [215, 170]),
  ];

  /** Column and row of every sample, by what its photo shows there. */
  function places({ samples }: Awaited<ReturnType<typeof gather>>): readonly (readonly [number, number])[] {
    const length = sampleLength(shown.shape);
    return Array.from({ length: samples.length / length }, (_, at) => {
      const from = at * length + shown.shape.features;
      return [Math.round(255 * samples[from]!), Math.round(255 * samples[from + 1]!)] as const;
    });
  }

  test("lie under their strokes, the later stroke on top, and all over a small photo elsewhere", async () => {
    const gathered = await gather(STROKES);
    const found = places(gathered);
    const under = (stroke: number) => found.filter((_, at) => gathered.strokeOf[at] === stroke);
    // Rows of centres within 1.5 of y = 30: 28.5 … 31.5; the second stroke takes its columns 28 … 31 of them.
    expect(under(0).length).toBeGreaterThan(40);
    for (const [col, row] of under(0)) {
      expect(Math.abs(row + 0.5 - 30)).toBeLessThanOrEqual(1.5);
      expect(col < 28 || col > 31).toBe(true);
    }
    expect(under(1)).toHaveLength(64);
    for (const [col] of under(1)) expect(Math.abs(col + 0.5 - 30)).toBeLessThanOrEqual(1.5);
    for (const [col, row] of under(2)) expect(col >= 198 && row >= 148).toBe(true);
    const elsewhere = under(NO_STROKE);
    expect(elsewhere.length).toBeGreaterThan(300);
    const [cols, rows] = [elsewhere.map(([col]) => col), elsewhere.map(([, row]) => row)];
    for (const [values, sidePx] of [
      [cols, 250],
      [rows, 200],
    ] as const) {
      expect(Math.min(...values)).toBeLessThan(0.15 * sidePx);
      expect(Math.max(...values)).toBeGreaterThan(0.85 * sidePx);
    }
  });

  test("on a grid of larger pixels too", async () => {
    const gathered = await gather([line("roof", [100, 100], [160, 100])], 2);
    const found = places(gathered).filter((_, at) => gathered.strokeOf[at] === 0);
    expect(found.length).toBeGreaterThan(20);
    // A mean over two columns and rows: 0.5 more than the first, which rounds up.
    for (const [, row] of found) expect(Math.abs(row - 100)).toBeLessThanOrEqual(2);
  });

  test("a window that is known is not run again and gives the same samples", async () => {
    const known = { cache: new WindowCache(), key: "photo" };
    const told: string[] = [];
    const onWindows = (done: number, total: number) => told.push(`${done}/${total}`);
    // So wide that not all of it is within reach of the first stroke.
    const run = (strokes: readonly Stroke[], more: Partial<GatherRequest>) =>
      gather(strokes, undefined, more, [1400, 64]);
    const first = [line("tree", [20, 30], [40, 30])];
    const both = [...first, line("roof", [1300, 30], [1310, 40])];
    await run(first, { known });
    windows = 0;
    const again = await run(both, { known, onWindows });
    const ran = windows;
    expect(ran).toBeGreaterThan(0);
    expect(await run(both, {})).toEqual({ ...again, windowsRun: expect.any(Number) });
    expect(windows - ran).toBeGreaterThan(ran);
    expect(told.at(-1)).toBe(`${told.length}/${told.length}`);
    windows = 0;
    expect(await run(both, { known })).toMatchObject({ samples: again.samples, windowsRun: 0 });
    await run(first, { known: { ...known, key: "another photo" } });
    expect(windows).toBeGreaterThan(ran);
  });

  test("of the windows kept, those not used for longest go first", () => {
    const cache = new WindowCache(3 * 40);
    for (const key of ["a", "b", "c"]) cache.put(key, new Float32Array(10).fill(key.charCodeAt(0)));
    cache.get("a");
    cache.put("d", new Float32Array(10));
    expect(["a", "b", "c", "d"].map((key) => cache.get(key) !== null)).toEqual([true, false, true, true]);
    cache.put("large", new Float32Array(31));
    expect(cache.get("large")).toBeNull();
  });

  test("strokes beside the photo give none", async () => {
    expect((await gather([line("roof", [900, 900])])).samples).toHaveLength(0);
  });
});
