import { describe, expect, test } from "vitest";
import { nodeCpuFacts } from "../cli/node-session";
import { NadirError } from "../core/errors";
import type { Geotransform } from "../core/georef/geotransform";
import { mapToPixel, pixelToMap } from "../core/georef/geotransform";
import type { ModelManifest } from "../core/manifest/manifest";
import type { PixelRect, RasterSource } from "../core/raster/raster";
import type { RunCheckpoint } from "../core/run/run-checkpoint";
import type { RunResult } from "../core/run/run-result";
import type { RunProgress, RunSettings } from "../core/run/run-settings";
import { BLEND_PROFILES } from "../core/vocabulary/blends";
import { blendWeights, weightAt } from "../core/windows/blend-weights";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { firstDifference } from "../testing/first-difference";
import { type MemorySink, memorySink } from "../testing/memory-sink";
import { runSettings, TINY_WINDOW_PX, tinyManifest } from "../testing/tiny-models";
import { tinyNodeBackend, tinyNodeSession } from "../testing/tiny-node-backend";
import type { NetworkSession, StripBackend } from "./backend";
import { createCpuBackend } from "./cpu-backend";
import { RunGate } from "./run-gate";
import type { RunRequest } from "./run-request";
import { runScene } from "./run-scene";
import type { AuxiliaryInput } from "./strip-geometry";

function image(widthPx: number, heightPx: number, missing?: (col: number, row: number) => boolean) {
  return arrayRaster({
    widthPx,
    heightPx,
    roles: ["red", "green", "blue"],
    value: (band, col, row) => noise(1, band, col, row) % 256,
    ...(missing === undefined ? {} : { missing }),
  });
}

function heights(widthPx: number, heightPx: number) {
  return arrayRaster({
    widthPx,
    heightPx,
    roles: ["height"],
    dtype: "float32",
    value: (_, col, row) => 100 + (noise(2, col, row) % 1000) / 100,
  });
}

interface Outcome {
  readonly sink: MemorySink;
  readonly result: RunResult;
}

async function run(
  manifest: ModelManifest,
  backend: StripBackend,
  optical: RasterSource,
  auxiliary: AuxiliaryInput | null,
  settings: Partial<RunSettings> = {},
  rest: Partial<RunRequest> = {},
): Promise<Outcome> {
  const sink = memorySink(optical.facts.widthPx, optical.facts.heightPx);
  const result = await runScene({
    manifest,
    settings: runSettings(settings),
    optical,
    auxiliary,
    backend,
    sink,
    measureBand: measureWhole,
    ...rest,
  });
  expect(new Set(sink.writes)).toEqual(new Set([1]));
  return { sink, result };
}

/** First largest band of each pixel: what the identity network's mask must be. */
async function largestBand(raster: RasterSource): Promise<Uint8Array> {
  const { widthPx, heightPx } = raster.facts;
  const { bands, valid } = await raster.read({ rect: { col: 0, row: 0, widthPx, heightPx }, bands: [0, 1, 2] });
  return Uint8Array.from({ length: widthPx * heightPx }, (_, at) => {
    if (valid !== null && valid[at] === 0) return 255;
    let best = 0;
    for (let band = 1; band < 3; band++) if (bands[band]![at]! > bands[best]![at]!) best = band;
    return best;
  });
}

/** A raster of one byte per pixel with `blank` outside an area. */
function cropped(values: Uint8Array, widthPx: number, area: PixelRect, blank: number): Uint8Array {
  return values.map((value, at) => {
    const [x, y] = [(at % widthPx) - area.col, Math.floor(at / widthPx) - area.row];
    return x >= 0 && y >= 0 && x < area.widthPx && y < area.heightPx ? value : blank;
  });
}

const same: AuxiliaryInput["mapping"] = (pixel) => pixel;

describe("a run with the identity network", () => {
  test("gives the raster back under every profile and stride, borders included", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    for (const [widthPx, heightPx] of [
      [1, 1],
      [1, 90],
      [63, 64],
      [64, 64],
      [65, 1],
      [131, 97],
    ] as const) {
      const optical = image(widthPx, heightPx);
      const wanted = await largestBand(optical);
      for (const blend of BLEND_PROFILES) {
        for (const stridePx of [17, 32, 48, 64]) {
          const { sink } = await run(manifest, backend, optical, null, { blend, stridePx });
          expect(firstDifference(sink.classIds, wanted), `${widthPx}×${heightPx} ${blend} ${stridePx}`).toBe(-1);
        }
      }
    }
  });

  test("900 × 611 pixels come back exactly, in column strips", async () => {
    const manifest = tinyManifest("identity");
    const optical = image(900, 611);
    const backend = await tinyNodeBackend(manifest, 8);
    const { sink } = await run(manifest, backend, optical, null, {}, { maxStripWidthPx: 250 });
    expect(firstDifference(sink.classIds, await largestBand(optical))).toBe(-1);
  });

  test("flips and turns of the window change nothing", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest, 3);
    const optical = image(90, 70);
    const wanted = await largestBand(optical);
    for (const testTimeAugmentation of ["flips", "d4"] as const) {
      const { sink, result } = await run(manifest, backend, optical, null, { testTimeAugmentation });
      expect(firstDifference(sink.classIds, wanted)).toBe(-1);
      expect(result.windowsRun).toBe(4);
    }
  });

  test("runs that end in any order add up in the order of the windows", async () => {
    const manifest = tinyManifest("placed");
    const optical = image(300, 260, (col, row) => (col * row) % 11 === 0);
    const aux = { source: heights(300, 260), mapping: same };
    const settings = { stridePx: 32, confidence: true } as const;
    const one = await run(manifest, await tinyNodeBackend(manifest, 2), optical, aux, settings);
    const session = await tinyNodeSession(manifest, 2);
    let most = 0;
    let open = 0;
    const late: NetworkSession = {
      ...session,
      mostOpen: 4,
      async run(inputs) {
        most = Math.max(most, ++open);
        const output = await session.run(inputs);
        await new Promise((resolve) => setTimeout(resolve, noise(3, most, open) % 7));
        open--;
        return output;
      },
    };
    const several = await run(manifest, createCpuBackend(late, nodeCpuFacts(1)), optical, aux, settings);
    expect(most).toBe(4);
    expect(firstDifference(several.sink.classIds, one.sink.classIds)).toBe(-1);
    expect(firstDifference(several.sink.confidence, one.sink.confidence)).toBe(-1);
  });

  test("a run that fails while others are open ends the run with its error", async () => {
    const manifest = tinyManifest("identity");
    const session = await tinyNodeSession(manifest, 2);
    let calls = 0;
    const failing: NetworkSession = {
      ...session,
      mostOpen: 4,
      async run(inputs) {
        if (++calls === 3) throw new NadirError({ code: "out-of-memory", found: "Full.", needed: "", next: "" });
        return session.run(inputs);
      },
    };
    const attempt = run(manifest, createCpuBackend(failing, nodeCpuFacts(1)), image(300, 200), null);
    await expect(attempt).rejects.toMatchObject({ code: "out-of-memory" });
  });

  test("missing pixels stay missing, and windows of nothing else are not run", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    const optical = image(300, 200, (col, row) => col < 150 || (col + row) % 7 === 0);
    const { sink, result } = await run(manifest, backend, optical, null, { stridePx: 64 });
    expect(firstDifference(sink.classIds, await largestBand(optical))).toBe(-1);
    // 5 × 4 windows; those starting at 0 and 64 end before column 150.
    expect(result.windowsSkipped).toBe(8);
    expect(result.windowsRun).toBe(12);
    expect(result.nodataPixels).toBe(sink.classIds.filter((id) => id === 255).length);
    expect(result.classPixels).toEqual([0, 1, 2].map((id) => sink.classIds.filter((other) => other === id).length));
  });

  test("every storage block is read once", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    const optical = arrayRaster({
      widthPx: 100,
      heightPx: 700,
      blockHeightPx: 128,
      roles: ["red", "green", "blue"],
      value: (band, col, row) => noise(3, band, col, row) % 256,
    });
    await run(manifest, backend, optical, null, { stridePx: 40 });
    expect(optical.reads.map(({ row, heightPx }) => [row, heightPx])).toEqual([
      [0, 128],
      [128, 128],
      [256, 128],
      [384, 128],
      [512, 128],
      [640, 60],
    ]);
  });
});

/** The reference scripts' loop over a whole image in memory (MODELS 5.2), with any weight per window pixel. */
async function stitchedWhole(
  manifest: ModelManifest,
  session: NetworkSession,
  optical: RasterSource,
  auxiliary: RasterSource,
  stridePx: number,
  weight: (x: number, y: number) => number,
  repeatLast: boolean,
): Promise<Uint8Array> {
  const { widthPx: W, heightPx: H } = optical.facts;
  const T = TINY_WINDOW_PX;
  const C = manifest.classes.length;
  const rect = { col: 0, row: 0, widthPx: W, heightPx: H };
  const rgb = (await optical.read({ rect, bands: [0, 1, 2] })).bands;
  const dsm = (await auxiliary.read({ rect, bands: [0] })).bands[0]!;
  const { min, max } = await measureWhole(auxiliary, 0);
  const positions = (length: number) => {
    const all: number[] = [];
    for (let k = 0; k * stridePx < length; k++) {
      all.push(k * stridePx + T > length ? length - T : k * stridePx);
      if (!repeatLast && k * stridePx + T >= length) break;
    }
    return all;
  };
  const sums = new Float64Array(C * W * H);
  for (const top of positions(H)) {
    for (const left of positions(W)) {
      const opticalData = new Float32Array(3 * T * T);
      const dsmData = new Float32Array(T * T);
      for (let y = 0; y < T; y++) {
        for (let x = 0; x < T; x++) {
          const from = (top + y) * W + left + x;
          for (let b = 0; b < 3; b++) opticalData[(b * T + y) * T + x] = rgb[b]![from]! * (1 / 255);
          dsmData[y * T + x] = (dsm[from]! - min) / (max - min);
        }
      }
      const { data } = await session.run({
        optical: { dims: [1, 3, T, T], data: opticalData },
        dsm: { dims: [1, 1, T, T], data: dsmData },
      });
      for (let c = 0; c < C; c++) {
        for (let y = 0; y < T; y++) {
          for (let x = 0; x < T; x++) {
            sums[(c * H + top + y) * W + left + x]! += weight(x, y) * data[(c * T + y) * T + x]!;
          }
        }
      }
    }
  }
  return Uint8Array.from({ length: W * H }, (_, at) => {
    let best = 0;
    for (let c = 1; c < C; c++) if (sums[c * W * H + at]! > sums[best * W * H + at]!) best = c;
    return best;
  });
}

describe("stitching against whole-image loops", () => {
  const size = [210, 150] as const;

  test("papers equals the reference scripts' loop exactly", async () => {
    const manifest = tinyManifest("placed");
    const backend = await tinyNodeBackend(manifest, 4);
    const { createNodeSession } = await import("../cli/node-session");
    const { readFile } = await import("node:fs/promises");
    const graph = await readFile(new URL("../testing/fixtures/placed.onnx", import.meta.url));
    const session = await createNodeSession(manifest, graph, { batch: 1, threads: 1 });
    const optical = image(...size);
    const dsm = heights(...size);
    for (const stridePx of [16, 20, 64]) {
      const { sink } = await run(
        manifest,
        backend,
        optical,
        { source: dsm, mapping: same },
        { blend: "papers", stridePx },
      );
      const wanted = await stitchedWhole(manifest, session, optical, dsm, stridePx, () => 1, true);
      expect(firstDifference(sink.classIds, wanted)).toBe(-1);
    }
    for (const blend of ["gaussian", "trapezoid", "flat"] as const) {
      const { sink } = await run(manifest, backend, optical, { source: dsm, mapping: same }, { blend });
      const weights = blendWeights(blend, TINY_WINDOW_PX, 48);
      const weight = (x: number, y: number) => weightAt(weights, x, y);
      expect(
        firstDifference(sink.classIds, await stitchedWhole(manifest, session, optical, dsm, 48, weight, false)),
      ).toBe(-1);
    }
  });

  test("an area of interest is the crop of the whole run, and 255 outside", async () => {
    const manifest = tinyManifest("placed");
    const backend = await tinyNodeBackend(manifest, 4);
    const optical = image(...size);
    const aux = { source: heights(...size), mapping: same };
    const area = { col: 37, row: 55, widthPx: 90, heightPx: 41 };
    for (const blend of BLEND_PROFILES) {
      const whole = await run(manifest, backend, optical, aux, { blend, confidence: true });
      const part = await run(manifest, backend, optical, aux, { blend, areaOfInterest: area, confidence: true });
      expect(firstDifference(part.sink.classIds, cropped(whole.sink.classIds, size[0], area, 255))).toBe(-1);
      expect(firstDifference(part.sink.confidence, cropped(whole.sink.confidence, size[0], area, 0))).toBe(-1);
      expect(part.result.area).toEqual(area);
    }
  });

  test("confidence is the softmax of the class in the mask", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    const optical = image(100, 80);
    const { bands } = await optical.read({ rect: { col: 0, row: 0, widthPx: 100, heightPx: 80 }, bands: [0, 1, 2] });
    for (const blend of BLEND_PROFILES) {
      const { sink } = await run(manifest, backend, optical, null, { blend, confidence: true });
      const softmax = (logits: readonly number[]) =>
        Math.exp(Math.max(...logits)) / logits.reduce((sum, logit) => sum + Math.exp(logit), 0);
      const wanted = (at: number) => 255 * softmax(bands.map((band) => band[at]! / 255));
      expect(sink.confidence.findIndex((byte, at) => Math.abs(byte - wanted(at)) > 0.501)).toBe(-1);
    }
  });

  test("the response of a class is its softmax, and of an area the crop of the whole", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    const optical = image(100, 80);
    const { bands } = await optical.read({ rect: { col: 0, row: 0, widthPx: 100, heightPx: 80 }, bands: [0, 1, 2] });
    const area = { col: 21, row: 33, widthPx: 50, heightPx: 30 };
    for (const response of [0, 1, 2]) {
      const whole = await run(manifest, backend, optical, null, { confidence: true }, { response });
      const part = await run(
        manifest,
        backend,
        optical,
        null,
        { confidence: true, areaOfInterest: area },
        { response },
      );
      expect(firstDifference(whole.sink.classIds, await largestBand(optical))).toBe(-1);
      const wanted = (at: number) => {
        const exps = bands.map((band) => Math.exp(band[at]! / 255));
        return (255 * exps[response]!) / exps.reduce((sum, value) => sum + value);
      };
      expect(whole.sink.confidence.findIndex((byte, at) => Math.abs(byte - wanted(at)) > 0.501)).toBe(-1);
      expect(firstDifference(part.sink.confidence, cropped(whole.sink.confidence, 100, area, 0))).toBe(-1);
    }
  });

  test("logits at a quarter of the resolution are upsampled as PyTorch does", async () => {
    // interpolate([0, 1, 4, 9], scale 4, bilinear, align_corners=False), worked by hand: centres at (x + 0.5)/4 − 0.5.
    const manifest = tinyManifest("low-resolution");
    const row = [0, 60, 120, 180];
    const optical = arrayRaster({
      widthPx: 64,
      heightPx: 64,
      roles: ["red", "green", "blue"],
      // Band 0 steps every 4 columns; band 1 is a constant that crosses the upsampled ramp at a known place.
      value: (band, col) => (band === 0 ? row[Math.min(3, Math.floor(col / 4))]! : band === 1 ? 90 : 0),
    });
    const { sink } = await run(manifest, await tinyNodeBackend(manifest), optical, null, { stridePx: 64 });
    // Ramp value at column x is 60·((x + 0.5)/4 − 0.5): above 90 from x = 7.5 on, that is from column 8.
    const wanted = Array.from({ length: 64 }, (_, x) => (60 * ((x + 0.5) / 4 - 0.5) > 90 || x >= 14 ? 0 : 1));
    expect([...sink.classIds.subarray(0, 64)]).toEqual(wanted);
    expect([...sink.classIds.subarray(63 * 64)]).toEqual(wanted);
  });
});

describe("heights on another grid", () => {
  const opticalTransform: Geotransform = [500000, 0.1, 0, 5600000, 0, -0.1];

  async function sampledHeights(
    dsmTransform: Geotransform,
    dsmSize: readonly [number, number],
    missing?: (c: number, r: number) => boolean,
  ) {
    // "identity-dsm" with a huge height weight is the height itself; the classes then tell height ≥ colour apart.
    const seen: Float32Array[] = [];
    const manifest = tinyManifest("identity-dsm", {
      inputs: tinyManifest("identity-dsm").inputs.map((input) =>
        input.role === "auxiliary" ? { ...input, scale: { kind: "none" as const }, nodataFill: -1 } : input,
      ),
    });
    const session: NetworkSession = {
      batch: 1,
      async run(inputs) {
        seen.push(inputs.dsm!.data.slice());
        return { dims: [1, 4, 64, 64], data: Float32Array.from({ length: 4 * 4096 }, (_, at) => at % 5) };
      },
      release: async () => undefined,
    };
    const backend = createCpuBackend(session, { kind: "node-cpu", adapter: "fake", reason: "test", precision: "fp32" });
    const dsm = arrayRaster({
      widthPx: dsmSize[0],
      heightPx: dsmSize[1],
      roles: ["height"],
      dtype: "float32",
      // A plane in map coordinates: bilinear sampling gives it back exactly.
      value: (_, col, row) => {
        const [x, y] = pixelToMap(dsmTransform, [col + 0.5, row + 0.5]);
        return 3 * (x - 500000) + 2 * (5600000 - y);
      },
      ...(missing === undefined ? {} : { missing }),
    });
    const mapping: AuxiliaryInput["mapping"] = (pixel) => mapToPixel(dsmTransform, pixelToMap(opticalTransform, pixel));
    await run(manifest, backend, image(64, 64), { source: dsm, mapping }, { stridePx: 64 });
    return seen[0]!;
  }

  test("a coarser, shifted grid is sampled bilinearly at pixel centres", async () => {
    const seen = await sampledHeights([499999.37, 0.25, 0, 5600000.81, 0, -0.25], [40, 40]);
    for (const [col, row] of [
      [0, 0],
      [63, 0],
      [13, 50],
      [63, 63],
    ] as const) {
      expect(seen[row * 64 + col]).toBeCloseTo(3 * 0.1 * (col + 0.5) + 2 * 0.1 * (row + 0.5), 3);
    }
  });

  test("a sheared grid is sampled where the map says", async () => {
    // A map point (x, y) from the origin is c · (0.15, 0.05) + r · (−0.1, −0.2), whose determinant is −0.025.
    const seen = await sampledHeights([499999.1, 0.15, -0.1, 5600001.1, 0.05, -0.2], [80, 90]);
    let inside = 0;
    for (const [at, height] of seen.entries()) {
      const [col, row] = [(at % 64) + 0.5, Math.floor(at / 64) + 0.5];
      const [x, y] = [0.1 * col + 0.9, -0.1 * row - 1.1];
      const [c, r] = [(-0.2 * x + 0.1 * y) / -0.025, (-0.05 * x + 0.15 * y) / -0.025];
      // Pixels whose four neighbours all lie on the raster see the plane itself.
      if (c < 0.5 || r < 0.5 || c > 79.5 || r > 89.5) continue;
      inside++;
      expect(height).toBeCloseTo(0.3 * col + 0.2 * row, 3);
    }
    expect(inside).toBeGreaterThan(2000);
  });

  test("holes are closed from their rim: the plane goes on, and no fill value reaches the network", async () => {
    const seen = await sampledHeights(
      [500000, 0.1, 0, 5600000, 0, -0.1],
      [64, 64],
      (col, row) => col === 20 && row === 30,
    );
    expect(seen[30 * 64 + 20]).toBeCloseTo(0.3 * 20.5 + 0.2 * 30.5, 1);
    expect(seen).not.toContain(-1);
    expect(seen[30 * 64 + 21]).toBeCloseTo(0.3 * 21.5 + 0.2 * 30.5, 3);
  });

  test("beyond the raster there is nothing to close from: the fill value stays", async () => {
    const seen = await sampledHeights([500000, 0.1, 0, 5600000, 0, -0.1], [40, 64]);
    expect(seen[30 * 64 + 45]).toBe(-1);
  });

  test("min-max belongs to the raster, and a flattened DSM is its lowest height", async () => {
    const manifest = tinyManifest("identity-dsm");
    const seen: Float32Array[] = [];
    const session: NetworkSession = {
      batch: 1,
      async run(inputs) {
        seen.push(inputs.dsm!.data.slice());
        return { dims: [1, 4, 64, 64], data: Float32Array.from({ length: 4 * 4096 }, (_, at) => at % 5) };
      },
      release: async () => undefined,
    };
    const backend = createCpuBackend(session, { kind: "node-cpu", adapter: "fake", reason: "test", precision: "fp32" });
    const source = arrayRaster({
      widthPx: 128,
      heightPx: 64,
      roles: ["height"],
      dtype: "float32",
      value: (_, col) => 50 + col,
    });
    const { result } = await run(manifest, backend, image(128, 64), { source, mapping: same }, { stridePx: 64 });
    expect(result.heightRange).toEqual({ min: 50, max: 177 });
    expect(seen[0]![0]).toBe(0);
    expect(seen[1]![63]).toBe(1);
    expect(seen[1]![0]).toBeCloseTo(64 / 127, 6);
    seen.length = 0;
    await run(manifest, backend, image(128, 64), { source, mapping: same }, { stridePx: 64, heights: "flattened" });
    expect(new Set(seen.flatMap((data) => [...data]))).toEqual(new Set([0]));
  });
});

describe("heights nobody declared missing", () => {
  const manifest = tinyManifest("identity-dsm");
  const holed = (declared: number | null) =>
    arrayRaster({
      widthPx: 64,
      heightPx: 64,
      roles: ["height"],
      dtype: "float32",
      nodata: declared,
      value: (_, col, row) => (col === 9 && row === 5 ? -9999 : 40 + col),
    });

  test("are found by their value, and give the same mask as declared ones", async () => {
    const backend = await tinyNodeBackend(manifest);
    const measured = { min: 40, max: 103, leftOut: [{ low: -9999, high: -9999, count: 1, gap: 10_039 }] };
    const declared = await run(manifest, backend, image(64, 64), { source: holed(-9999), mapping: same });
    const found = await run(
      manifest,
      backend,
      image(64, 64),
      { source: holed(null), mapping: same },
      {},
      {
        measureBand: async () => measured,
      },
    );
    expect(firstDifference(found.sink.classIds, declared.sink.classIds)).toBe(-1);
    expect(found.result.warnings.join()).toMatch(/1 pixel of -9999, 10039 m from all others, was taken as missing/);
  });

  test("and a raster of nothing else is refused", async () => {
    const attempt = run(
      manifest,
      await tinyNodeBackend(manifest),
      image(64, 64),
      { source: holed(null), mapping: same },
      {},
      {
        measureBand: async () => ({ min: Number.NaN, max: Number.NaN }),
      },
    );
    await expect(attempt).rejects.toThrow(/Every pixel is nodata/);
  });
});

describe("a run that cannot be trusted", () => {
  test("NaN is an error that names the window", async () => {
    const manifest = tinyManifest("not-finite");
    const attempt = run(manifest, await tinyNodeBackend(manifest), image(64, 64), null);
    await expect(attempt).rejects.toThrow(/NaN or infinite values for the window at column 0, row 0/);
  });

  test("one value for everything is an error where the image varies", async () => {
    const manifest = tinyManifest("constant");
    const attempt = run(manifest, await tinyNodeBackend(manifest), image(64, 64), null);
    await expect(attempt).rejects.toThrow(/one and the same value/);
  });

  test("one value for everything is a warning where the image is one flat colour", async () => {
    const manifest = tinyManifest("constant");
    const flat = arrayRaster({ widthPx: 64, heightPx: 64, roles: ["red", "green", "blue"], value: () => 7 });
    const { result } = await run(manifest, await tinyNodeBackend(manifest), flat, null);
    expect(result.warnings.join()).toMatch(/one flat colour/);
  });

  test("a model that needs heights says so when there are none", async () => {
    const manifest = tinyManifest("placed");
    const attempt = run(manifest, await tinyNodeBackend(manifest), image(64, 64), null);
    await expect(attempt).rejects.toThrow(/also needs a DSM raster/);
  });

  test("a paused run waits before its next batch and goes on unchanged", async () => {
    const manifest = tinyManifest("identity");
    const gate = new RunGate();
    let reachGate = () => {};
    const atGate = new Promise<void>((resolve) => {
      reachGate = resolve;
    });
    const optical = image(200, 150);
    let done = 0;
    const running = run(
      manifest,
      await tinyNodeBackend(manifest, 1),
      optical,
      null,
      {},
      {
        gate: {
          async pass() {
            if (done === 4) reachGate();
            await gate.pass();
          },
        },
        onProgress: ({ windowsDone }) => {
          done = windowsDone;
          if (windowsDone === 4) gate.close();
        },
      },
    );
    await atGate;
    // Whatever could go on without the gate has its turn.
    for (let turn = 0; turn < 20; turn++) await new Promise((resolve) => setImmediate(resolve));
    expect(done).toBe(4);
    gate.open();
    expect(firstDifference((await running).sink.classIds, await largestBand(optical))).toBe(-1);
  });

  test("cancelling ends the run with an AbortError within one batch", async () => {
    const manifest = tinyManifest("identity");
    const controller = new AbortController();
    const progress: RunProgress[] = [];
    const attempt = run(
      manifest,
      await tinyNodeBackend(manifest, 1),
      image(400, 400),
      null,
      {},
      {
        signal: controller.signal,
        onProgress: (report) => {
          progress.push(report);
          if (report.windowsDone === 3) controller.abort();
        },
      },
    );
    await expect(attempt).rejects.toMatchObject({ name: "AbortError" });
    expect(progress.at(-1)!.windowsDone).toBe(3);
    expect(progress.at(-1)!.windowsTotal).toBe(64);
  });
});

describe("recovery", () => {
  function failing(
    backend: StripBackend,
    failAt: readonly number[],
    code: "device-lost" | "out-of-memory",
  ): StripBackend {
    let calls = 0;
    return {
      ...backend,
      open: async (job) => {
        const strip = await backend.open(job);
        const original = strip.runWindows.bind(strip);
        strip.runWindows = async (items) => {
          calls++;
          if (failAt.includes(calls)) throw new NadirError({ code, found: "The GPU went away.", needed: "", next: "" });
          return original(items);
        };
        return strip;
      },
    };
  }

  test.each([16384, 128])(
    "a device lost three times, strips of %i px: the identical mask, counts and progress",
    async (maxStripWidthPx) => {
      const manifest = tinyManifest("placed");
      const backend = await tinyNodeBackend(manifest, 2);
      const optical = image(300, 400, (col, row) => (col < 130 && row > 180) || (col + row) % 9 === 0);
      const aux = { source: heights(300, 400), mapping: same };
      const calm = await run(manifest, backend, optical, aux, { confidence: true }, { maxStripWidthPx });
      const done: number[] = [];
      const stormy = await run(
        manifest,
        failing(backend, [2, 11, 13], "device-lost"),
        optical,
        aux,
        { confidence: true },
        {
          maxStripWidthPx,
          recover: async (_, lost) => lost,
          onProgress: ({ windowsDone, windowsTotal }) => done.push(windowsDone / windowsTotal),
        },
      );
      expect(firstDifference(stormy.sink.classIds, calm.sink.classIds)).toBe(-1);
      expect(firstDifference(stormy.sink.confidence, calm.sink.confidence)).toBe(-1);
      expect(stormy.result.recoveries).toBe(3);
      expect(stormy.result.warnings.join()).toMatch(/went on from row/);
      expect(calm.result.windowsSkipped).toBeGreaterThan(0);
      const { windowsRun, windowsSkipped, classPixels, nodataPixels } = calm.result;
      expect(stormy.result).toMatchObject({ windowsRun, windowsSkipped, classPixels, nodataPixels });
      expect(Math.max(...done)).toBe(1);
      expect(done.at(-1)).toBe(1);
    },
  );

  test("what is lost on its way back from the device is made again", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest, 2);
    const optical = image(200, 300);
    let finished = 0;
    const forgetful: StripBackend = {
      ...backend,
      open: async (job) => {
        const strip = await backend.open(job);
        const original = strip.finishRows.bind(strip);
        strip.finishRows = async (asked) => {
          const rows = await original(asked);
          const found = "The rows came back damaged.";
          if (++finished === 2) throw new NadirError({ code: "failed-read-back", found, needed: "", next: "" });
          return rows;
        };
        return strip;
      },
    };
    const { sink, result } = await run(manifest, forgetful, optical, null, {}, { recover: async (_, lost) => lost });
    expect(firstDifference(sink.classIds, await largestBand(optical))).toBe(-1);
    expect(result.recoveries).toBe(1);
    expect(result.windowsRun).toBe(4 * 6);
  });

  test("a bad output is tried once more; seen again at the same place it is the network's own", async () => {
    const manifest = tinyManifest("not-finite");
    const optical = image(200, 64);
    const recoveries: string[] = [];
    const attempt = run(
      manifest,
      await tinyNodeBackend(manifest, 1),
      optical,
      null,
      {},
      {
        recover: async (error, backend) => {
          recoveries.push(error.code);
          return backend;
        },
      },
    );
    await expect(attempt).rejects.toMatchObject({ code: "bad-output" });
    expect(recoveries).toEqual(["bad-output"]);
  });

  test("three recoveries without a finished row between them are the last", async () => {
    const manifest = tinyManifest("identity");
    let asked = 0;
    const always = failing(
      await tinyNodeBackend(manifest),
      Array.from({ length: 100 }, (_, at) => at),
      "device-lost",
    );
    const recover = async (_: NadirError, backend: StripBackend) => {
      asked++;
      return backend;
    };
    await expect(run(manifest, always, image(100, 100), null, {}, { recover })).rejects.toThrow(/The GPU went away/);
    expect(asked).toBe(3);
  });

  test("an error nobody can mend is not tried again, and without a helper none is", async () => {
    const manifest = tinyManifest("identity");
    const backend = await tinyNodeBackend(manifest);
    const broken: StripBackend = {
      ...backend,
      open: async () =>
        Promise.reject(new NadirError({ code: "corrupt-raster", found: "Torn.", needed: "", next: "" })),
    };
    let asked = 0;
    const recover = async (_: NadirError, lost: StripBackend) => {
      asked++;
      return lost;
    };
    await expect(run(manifest, broken, image(9, 9), null, {}, { recover })).rejects.toThrow(/Torn/);
    expect(asked).toBe(0);
    const lost = failing(backend, [1], "device-lost");
    await expect(run(manifest, lost, image(9, 9), null)).rejects.toMatchObject({ code: "device-lost" });
  });

  test("a device that never comes back ends the run with its error", async () => {
    const manifest = tinyManifest("identity");
    const dead = failing(
      await tinyNodeBackend(manifest),
      Array.from({ length: 100 }, (_, i) => i),
      "out-of-memory",
    );
    const attempt = run(manifest, dead, image(100, 100), null, {}, { recover: async (_, backend) => backend });
    await expect(attempt).rejects.toMatchObject({ code: "out-of-memory" });
  });

  test.each([16384, 128])(
    "stopped twice and resumed, strips of %i px: the identical mask and counts",
    async (width) => {
      const manifest = tinyManifest("placed");
      const backend = await tinyNodeBackend(manifest, 2);
      const optical = image(300, 400);
      const aux = { source: heights(300, 400), mapping: same };
      const whole = await run(manifest, backend, optical, aux, {}, { maxStripWidthPx: width });
      const sink = memorySink(300, 400);
      let checkpoint: RunCheckpoint | undefined;
      let progress: RunProgress[] = [];
      const attempt = (mostStrips: number) => {
        const stop = new AbortController();
        let finished = 0;
        progress = [];
        return runScene({
          manifest,
          settings: runSettings({}),
          optical,
          auxiliary: aux,
          backend,
          sink,
          measureBand: measureWhole,
          maxStripWidthPx: width,
          signal: stop.signal,
          onCheckpoint: (reached) => {
            checkpoint = JSON.parse(JSON.stringify(reached)) as RunCheckpoint;
            if (++finished === mostStrips) stop.abort();
          },
          onProgress: (report) => progress.push(report),
          ...(checkpoint && { resume: checkpoint }),
        });
      };
      await expect(attempt(2)).rejects.toMatchObject({ name: "AbortError" });
      await expect(attempt(2)).rejects.toMatchObject({ name: "AbortError" });
      const before = checkpoint!.windows.run + checkpoint!.windows.skipped;
      const result = await attempt(Number.POSITIVE_INFINITY);
      expect(progress[0]!.windowsDone).toBe(before);
      expect(Math.max(...progress.map(({ windowsDone }) => windowsDone))).toBe(progress[0]!.windowsTotal);
      expect(firstDifference(sink.classIds, whole.sink.classIds)).toBe(-1);
      const { classPixels, nodataPixels, windowsRun, windowsSkipped } = whole.result;
      expect(result).toMatchObject({ classPixels, nodataPixels, windowsRun, windowsSkipped });
    },
  );

  test("a checkpoint of another cut into column strips is refused before anything is written", async () => {
    const manifest = tinyManifest("placed");
    const backend = await tinyNodeBackend(manifest, 2);
    const resume = {
      strip: 0,
      stripCount: 3,
      nextRow: 64,
      windows: { run: 4, skipped: 0 },
      classPixels: [],
      nodataPixels: 0,
    };
    const attempt = run(
      manifest,
      backend,
      image(100, 100),
      { source: heights(100, 100), mapping: same },
      {},
      { resume },
    );
    await expect(attempt).rejects.toMatchObject({ code: "bad-settings" });
  });
});
