import { beforeAll, describe, expect, test } from "vitest";
import type { DType } from "../../core/raster/dtype";
import type { ReadResult } from "../../core/raster/raster";
import type { TensorPlan } from "../../core/run/input-plan";
import { AUGMENTATIONS, type Symmetry } from "../../core/vocabulary/augmentations";
import { accumulateWindow, createLogitRing } from "../../core/windows/accumulate-window";
import { blendWeights } from "../../core/windows/blend-weights";
import { countUnsure } from "../../core/windows/check-logits";
import { controlGrid, type PixelMapping } from "../../core/windows/control-grid";
import { finaliseRows } from "../../core/windows/finalise-rows";
import { gatherWindow } from "../../core/windows/gather-window";
import { planAxis } from "../../core/windows/plan-windows";
import { allocateBand, RowRing } from "../../core/windows/row-ring";
import { noise } from "../../testing/array-raster";
import { type GpuMachine, openGpu } from "../device";
import { GpuRowRing } from "../gpu-row-ring";
import { dispatch } from "../kernel";
import {
  accumulateParams,
  controlPoints,
  finaliseGroups,
  finaliseParams,
  gatherParams,
  idWords,
  itemList,
  type SumsShape,
  stripKernels,
  stripParams,
} from "./strip-kernels";

let machine: GpuMachine;

beforeAll(async () => {
  const opened = await openGpu();
  // Never skipped: Chromium brings a software adapter, so a missing one is a broken set-up.
  expect(opened, "no WebGPU adapter: start Chromium with the flags in e2e/chromium.ts").not.toBeNull();
  machine = opened!;
});

function upload(data: BufferSource, usage: number): GPUBuffer {
  const size = Math.max(16, 4 * Math.ceil(data.byteLength / 4));
  const buffer = machine.device.createBuffer({ size, usage: usage | GPUBufferUsage.COPY_DST });
  machine.device.queue.writeBuffer(buffer, 0, data);
  return buffer;
}

const STORAGE = () => GPUBufferUsage.STORAGE | GPUBufferUsage.COPY_SRC;

async function download(buffer: GPUBuffer, bytes: number): Promise<ArrayBuffer> {
  const { device } = machine;
  const staging = device.createBuffer({ size: bytes, usage: GPUBufferUsage.MAP_READ | GPUBufferUsage.COPY_DST });
  const encoder = device.createCommandEncoder();
  encoder.copyBufferToBuffer(buffer, 0, staging, 0, bytes);
  device.queue.submit([encoder.finish()]);
  await staging.mapAsync(GPUMapMode.READ);
  const copy = staging.getMappedRange().slice(0);
  staging.destroy();
  return copy;
}

function randomRows(
  seed: number,
  dtypes: readonly DType[],
  widthPx: number,
  rowCount: number,
  missing: boolean,
): ReadResult {
  const bands = dtypes.map((dtype, band) => {
    const array = allocateBand(dtype, widthPx * rowCount);
    for (let at = 0; at < array.length; at++) {
      const value = noise(seed, band, at);
      array[at] = dtype.startsWith("float")
        ? (value % 100000) / 321 - 40
        : dtype.startsWith("int")
          ? (value % 240) - 120
          : value % 251;
    }
    return array;
  });
  const valid = missing
    ? Uint8Array.from({ length: widthPx * rowCount }, (_, at) => (noise(seed + 9, at) % 5 === 0 ? 0 : 1))
    : null;
  return { bands, valid };
}

interface GatherCase {
  readonly name: string;
  readonly opticalDtype: DType;
  readonly auxiliaryDtype: DType;
  readonly widthPx: number;
  readonly padPx: number;
  readonly missing: boolean;
  readonly mapping: PixelMapping;
}

const CASES: readonly GatherCase[] = [
  {
    name: "uint8 and float32 on one grid",
    opticalDtype: "uint8",
    auxiliaryDtype: "float32",
    widthPx: 61,
    padPx: 0,
    missing: false,
    mapping: (p) => p,
  },
  {
    name: "uint16, coarser heights, holes, padding",
    opticalDtype: "uint16",
    auxiliaryDtype: "int16",
    widthPx: 64,
    padPx: 10,
    missing: true,
    mapping: ([c, r]) => [0.4 * c + 3.3, 0.4 * r - 1.7],
  },
  {
    name: "int16 and float64, turned",
    opticalDtype: "int16",
    auxiliaryDtype: "float64",
    widthPx: 97,
    padPx: 3,
    missing: true,
    mapping: ([c, r]) => [0.6 * c + 0.3 * r, 20 - 0.3 * c + 0.6 * r],
  },
  {
    name: "float32 and uint8, finer heights",
    opticalDtype: "float32",
    auxiliaryDtype: "uint8",
    widthPx: 33,
    padPx: 0,
    missing: false,
    mapping: ([c, r]) => [1.9 * c - 8, 1.9 * r - 8],
  },
];

describe("gather", () => {
  test.each(CASES)(
    "equals its CPU twin: $name",
    async ({ opticalDtype, auxiliaryDtype, widthPx, padPx, missing, mapping }) => {
      const { device } = machine;
      const heightPx = 70;
      const windowPx = 32;
      const auxSize = { widthPx: 50, heightPx: 60 };
      const tensor: TensorPlan = {
        name: "stack",
        nodataFill: -7.5,
        channels: [
          { source: "optical", bandSlot: 1, subtract: 0, multiply: 1 / 255, add: 0 },
          { source: "auxiliary", bandSlot: 0, subtract: -40, multiply: 1 / 300, add: 0.25 },
          { source: "optical", bandSlot: 0, subtract: 3, multiply: 0.5, add: -2 },
        ],
      };
      const geometry = { windowPx, paddedPx: windowPx + padPx, rasterWidthPx: widthPx, rasterHeightPx: heightPx };
      // Rings smaller than the raster, so that slots wrap: rows 20 … 63 of the image, all of the auxiliary raster.
      const opticalShape = { firstCol: 0, widthPx, capacityRows: 44, dtypes: [opticalDtype, opticalDtype] };
      const auxiliaryShape = { firstCol: 0, widthPx: 50, capacityRows: 60, dtypes: [auxiliaryDtype] };
      const opticalRing = new RowRing(opticalShape);
      const auxiliaryRing = new RowRing(auxiliaryShape);
      const opticalGpu = new GpuRowRing(device, opticalShape, "optical");
      const auxiliaryGpu = new GpuRowRing(device, auxiliaryShape, "auxiliary");
      for (const firstRow of [0, 30]) {
        const rows = randomRows(firstRow + 1, opticalShape.dtypes, widthPx, 34, missing && firstRow > 0);
        opticalRing.put(firstRow, 34, rows);
        opticalGpu.put(firstRow, 34, rows);
      }
      const heights = randomRows(5, auxiliaryShape.dtypes, 50, 60, missing);
      auxiliaryRing.put(0, 60, heights);
      auxiliaryGpu.put(0, 60, heights);

      const grid = controlGrid({ firstCol: 0, firstRow: 25, widthPx, heightPx: windowPx }, mapping);
      const column = { visits: 1, keepFromPx: 0, keepToPx: windowPx };
      const items = ([0, 1, 2, 5, 7] as Symmetry[]).map((symmetry, index) => ({
        column: { ...column, startPx: Math.min(index, Math.max(0, widthPx - windowPx)) },
        row: { ...column, startPx: 25 },
        symmetry,
      }));
      const itemLength = 3 * geometry.paddedPx ** 2;
      const wanted = new Float32Array(items.length * itemLength);
      for (const [slot, { column: c, row, symmetry }] of items.entries()) {
        const aux = { ring: auxiliaryRing, grid, ...auxSize };
        gatherWindow(
          wanted,
          slot * itemLength,
          tensor,
          geometry,
          { col: c.startPx, row: row.startPx, symmetry },
          opticalRing,
          aux,
        );
      }

      const { gather } = await stripKernels(device, false);
      const auxiliary = { ring: auxiliaryGpu, ...auxSize };
      const output = upload(new Float32Array(wanted.length).fill(Number.NaN), STORAGE());
      const bindings = gather.bind([
        upload(gatherParams(tensor, geometry, opticalGpu, auxiliary), GPUBufferUsage.UNIFORM),
        upload(
          stripParams(grid, opticalGpu.hasMissing, auxiliaryGpu.hasMissing, { firstRow: 0, endRow: 1 }),
          GPUBufferUsage.UNIFORM,
        ),
        opticalGpu.samples,
        opticalGpu.missing,
        auxiliaryGpu.samples,
        auxiliaryGpu.missing,
        upload(controlPoints(grid), STORAGE()),
        upload(itemList(items, 0), STORAGE()),
        output,
      ]);
      const encoder = device.createCommandEncoder();
      const tiles = Math.ceil(geometry.paddedPx / 8);
      dispatch(encoder, gather, bindings, [tiles, tiles, items.length]);
      device.queue.submit([encoder.finish()]);
      const got = new Float32Array(await download(output, 4 * wanted.length));
      let worst = 0;
      for (const [at, value] of wanted.entries()) worst = Math.max(worst, Math.abs(value - got[at]!));
      // Random heights jump by hundreds from pixel to pixel and positions are good to some 1e-6 px: 1e-5 after scaling.
      expect(worst).toBeLessThan(2e-5);
    },
  );
});

describe("accumulate and finalise", () => {
  const windowPx = 16;
  const widthPx = 45;

  test.each([
    { profile: "flat", sidePx: 16, augmentation: "none", confidence: false, response: null },
    { profile: "trapezoid", sidePx: 16, augmentation: "d4", confidence: true, response: null },
    { profile: "trapezoid", sidePx: 16, augmentation: "none", confidence: true, response: 2 },
    { profile: "gaussian", sidePx: 4, augmentation: "flips", confidence: true, response: null },
    { profile: "halo-crop", sidePx: 16, augmentation: "none", confidence: true, response: 0 },
    { profile: "papers", sidePx: 8, augmentation: "none", confidence: false, response: null },
  ] as const)(
    "equal their CPU twins: $profile, logits of $sidePx, $augmentation, class $response",
    async ({ profile, sidePx, augmentation, confidence, response }) => {
      const { device } = machine;
      const classCount = 5;
      const stridePx = 10;
      const paddedPx = 16;
      const shape = { firstCol: 2, widthPx: widthPx - 5, capacityRows: windowPx, classCount };
      const sumsShape: SumsShape = { ...shape, keepWeights: confidence };
      const weights = blendWeights(profile, windowPx, stridePx);
      const columns = planAxis(widthPx, windowPx, stridePx, profile);
      const row = { startPx: 37, visits: profile === "papers" ? 3 : 1, keepFromPx: 0, keepToPx: windowPx };
      const geometry = { windowPx, paddedPx, firstRow: 39, endRow: 52 };
      const items = columns.flatMap((column) =>
        AUGMENTATIONS[augmentation].map((symmetry) => ({ column, row, symmetry })),
      );
      const itemLength = classCount * sidePx * sidePx;
      const logits = Float32Array.from(
        { length: items.length * itemLength },
        (_, at) => (noise(7, at) % 2000) / 100 - 10,
      );
      // Ties, everywhere: two classes are the same plane.
      for (let index = 0; index < items.length; index++) {
        const from = index * itemLength;
        logits.copyWithin(from + 3 * sidePx * sidePx, from + sidePx * sidePx, from + 2 * sidePx * sidePx);
      }
      const ring = createLogitRing(shape, confidence);
      for (const [index, item] of items.entries()) {
        const data = { data: logits, offset: index * itemLength, sidePx };
        accumulateWindow(ring, data, geometry, weights, item.column, item.row, item.symmetry);
      }

      const { accumulate, finalise } = await stripKernels(device, false);
      const layers = classCount + (confidence ? 1 : 0);
      const sums = upload(new Float32Array(layers * shape.widthPx * windowPx), STORAGE());
      const flags = upload(new Uint32Array(items.length), STORAGE());
      const strip = upload(stripParams(null, false, false, geometry), GPUBufferUsage.UNIFORM);
      const params = upload(accumulateParams(geometry, sidePx, sumsShape, weights.floor), GPUBufferUsage.UNIFORM);
      const axis = upload(weights.axis as Float32Array<ArrayBuffer>, STORAGE());
      for (const [index, item] of items.entries()) {
        const encoder = device.createCommandEncoder();
        const part = logits.slice(index * itemLength, (index + 1) * itemLength);
        const bindings = accumulate.bind([
          params,
          strip,
          upload(itemList([item], index), STORAGE()),
          upload(part, STORAGE()),
          axis,
          sums,
          flags,
        ]);
        dispatch(encoder, accumulate, bindings, [2, 2, 1]);
        device.queue.submit([encoder.finish()]);
      }
      const got = new Float32Array(await download(sums, 4 * layers * shape.widthPx * windowPx));
      for (const [at, value] of ring.sums.entries())
        expect(Math.abs(got[at]! - value)).toBeLessThan(1e-5 * (1 + Math.abs(value)));
      const found = [...new Uint32Array(await download(flags, 4 * items.length))];
      expect(found.map((flag) => flag & 7)).toEqual(items.map(() => 6));

      const opticalShape = { firstCol: 0, widthPx, capacityRows: 20, dtypes: ["uint8"] as const };
      const optical = new GpuRowRing(device, opticalShape, "optical");
      const rows = randomRows(3, opticalShape.dtypes, widthPx, 20, true);
      optical.put(36, 20, rows);
      const isValid = (c: number, r: number) => rows.valid![(r - 36) * widthPx + c] === 1;
      const wanted = finaliseRows(ring, 39, 13, isValid, "logits", response);
      const words = idWords(sumsShape, 13);
      const output = upload(new Uint32Array(2 * words), STORAGE());
      const checksum = upload(new Uint32Array(1), STORAGE());
      const finaliseBlock = finaliseParams(
        { firstRow: 39, rowCount: 13, areProbabilities: false, response },
        sumsShape,
        optical,
      );
      const bindings = finalise.bind([
        upload(finaliseBlock, GPUBufferUsage.UNIFORM),
        optical.missing,
        sums,
        output,
        checksum,
      ]);
      const encoder = device.createCommandEncoder();
      dispatch(encoder, finalise, bindings, finaliseGroups(words));
      device.queue.submit([encoder.finish()]);
      const read = await download(output, 8 * words);
      expect(new Uint8Array(read, 0, 13 * shape.widthPx)).toEqual(wanted.classIds);
      if (confidence) {
        const bytes = new Uint8Array(read, 4 * words, 13 * shape.widthPx);
        for (const [at, value] of wanted.confidence!.entries())
          expect(Math.abs(bytes[at]! - value)).toBeLessThanOrEqual(1);
      }
      const total = new Uint32Array(read)
        .slice(0, words * (confidence ? 2 : 1))
        .reduce((sum, word) => (sum + word) >>> 0, 0);
      expect(new Uint32Array(await download(checksum, 4))[0]).toBe(total);
      const emptied = new Float32Array(await download(sums, 4 * layers * shape.widthPx * windowPx));
      expect(emptied.every((value) => value === 0)).toBe(true);
    },
  );

  test("half-precision logits count like the single-precision values they stand for", async () => {
    const { device } = machine;
    const sumsShape: SumsShape = { firstCol: 0, widthPx: 16, capacityRows: 16, classCount: 3, keepWeights: false };
    // Bit patterns of 1, −2, 0.5, 65504, 2⁻²⁴ and −0.333251953125 (IEEE 754-2019, binary16).
    const patterns = [0x3c00, 0xc000, 0x3800, 0x7bff, 0x0001, 0xb555];
    const values = [1, -2, 0.5, 65504, 2 ** -24, -0.333251953125];
    const halves = Uint16Array.from({ length: 3 * 256 }, (_, at) => patterns[at % 6]!);
    const whole = { visits: 1, keepFromPx: 0, keepToPx: 16, startPx: 0 };
    const sums = upload(new Float32Array(3 * 256), STORAGE());
    const { accumulate } = await stripKernels(device, true);
    const bindings = accumulate.bind([
      upload(accumulateParams({ windowPx: 16, paddedPx: 16 }, 16, sumsShape, 0), GPUBufferUsage.UNIFORM),
      upload(stripParams(null, false, false, { firstRow: 0, endRow: 16 }), GPUBufferUsage.UNIFORM),
      upload(itemList([{ column: whole, row: whole, symmetry: 0 }], 0), STORAGE()),
      upload(halves, STORAGE()),
      upload(new Float32Array(16).fill(1), STORAGE()),
      sums,
      upload(new Uint32Array(1), STORAGE()),
    ]);
    const encoder = device.createCommandEncoder();
    dispatch(encoder, accumulate, bindings, [2, 2, 1]);
    device.queue.submit([encoder.finish()]);
    const got = new Float32Array(await download(sums, 4 * 3 * 256));
    expect([...got]).toEqual(Array.from({ length: 3 * 256 }, (_, at) => values[at % 6]!));
  });

  test("NaN, infinity and constant windows leave their flags", async () => {
    const { device } = machine;
    const { accumulate } = await stripKernels(device, false);
    const sumsShape: SumsShape = { firstCol: 0, widthPx: 64, capacityRows: 16, classCount: 2, keepWeights: false };
    const logits = new Float32Array(4 * 512).fill(0.5);
    logits[10] = Number.NaN;
    logits[512 + 300] = Number.NEGATIVE_INFINITY;
    logits[2 * 512 + 400] = 0.25;
    const whole = { visits: 1, keepFromPx: 0, keepToPx: 16 };
    const items = [0, 16, 32, 48].map((startPx) => ({
      column: { ...whole, startPx },
      row: { ...whole, startPx: 0 },
      symmetry: 0 as const,
    }));
    const flags = upload(new Uint32Array(4), STORAGE());
    const bindings = accumulate.bind([
      upload(accumulateParams({ windowPx: 16, paddedPx: 16 }, 16, sumsShape, 0), GPUBufferUsage.UNIFORM),
      upload(stripParams(null, false, false, { firstRow: 0, endRow: 16 }), GPUBufferUsage.UNIFORM),
      upload(itemList(items, 0), STORAGE()),
      upload(logits, STORAGE()),
      upload(new Float32Array(16).fill(1), STORAGE()),
      upload(new Float32Array(2 * 64 * 16), STORAGE()),
      flags,
    ]);
    const encoder = device.createCommandEncoder();
    dispatch(encoder, accumulate, bindings, [8, 2, 1]);
    device.queue.submit([encoder.finish()]);
    // 1 = not finite, 2 = varies, 4 = was here; of each window 2 × 2 pixels are looked at, and all are undecided.
    const unsure = 4 * 8;
    expect([...new Uint32Array(await download(flags, 16))]).toEqual([7, 7, 6, 4].map((flag) => flag + unsure));
    expect(countUnsure(logits, 3 * 512, 2, { sidePx: 16, windowPx: 16, paddedPx: 16 }, "logits")).toBe(4);
  });
});
