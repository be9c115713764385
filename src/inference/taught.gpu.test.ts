/**
 * Two nanos, taught in the browser: the same mask on this machine's WebGPU adapter and on WebAssembly, both within
 * the tolerance of what their head gives in double precision outside any graph.
 */
import { describe, expect, test } from "vitest";
import { parseManifest } from "../core/manifest/parse-manifest";
import type { Stroke } from "../core/vector/stroke";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings } from "../testing/tiny-models";
import type { ModelFiles } from "./backend";
import { createSession } from "./onnx-session";
import { openModel } from "./open-model";
import { runScene } from "./run-scene";
import { openTeacher, teachModel } from "./teach-model";

const ZOO = import.meta.glob<string>("../../models/zoo/*-nano.*", { query: "?url", import: "default", eager: true });

const blobOf = async (name: string) => (await fetch(ZOO[`../../models/zoo/${name}`]!)).blob();

async function nanoFiles(id: string): Promise<ModelFiles> {
  const names = [`${id}.golden.json`, `${id}.golden.bin`];
  const blobs = await Promise.all(names.map(blobOf));
  return {
    manifest: parseManifest(JSON.parse(await (await blobOf(`${id}.nadir.json`)).text()), id),
    graph: await blobOf(`${id}.onnx`),
    externalData: {},
    goldenFiles: Object.fromEntries(names.map((name, at) => [name, blobs[at]!])),
  };
}

const [WIDTH_PX, HEIGHT_PX] = [150, 112];
const isRoof = (col: number, row: number) => col % 50 > 22 && row % 40 > 15;

const scene = {
  optical: arrayRaster({
    widthPx: WIDTH_PX,
    heightPx: HEIGHT_PX,
    roles: ["red", "green", "blue"],
    value: (band, col, row) =>
      (isRoof(col, row) ? [150, 80, 70] : [70, 120, 60])[band]! + (noise(4, band, col, row) % 40),
  }),
  auxiliary: {
    source: arrayRaster({
      widthPx: WIDTH_PX,
      heightPx: HEIGHT_PX,
      roles: ["height"],
      dtype: "float32",
      value: (_, col, row) => 60 + col / 20 + (isRoof(col, row) ? 8 : 0),
    }),
    mapping: (pixel: readonly [number, number]) => pixel,
  },
  measureBand: measureWhole,
};

/** A class that no network has, and one that they have. */
const STROKES: readonly Stroke[] = [26, 28, 76, 78, 126, 128].flatMap((col, at): Stroke[] => {
  const line = (className: string, row: number): Stroke => ({
    className,
    shape: {
      kind: "line",
      points: [
        [col, row],
        [col + 16, row + 4],
      ],
      widthMetres: 4,
    },
  });
  return [line("red roof", at % 2 === 0 ? 24 : 66), line("low vegetation", at % 2 === 0 ? 6 : 46)];
});

async function maskOf(files: ModelFiles, backend: "wasm" | "webgpu"): Promise<Uint8Array> {
  const model = await openModel(files, { backend, batch: backend === "wasm" ? 1 : 3 });
  expect(model.selfCheck).toMatchObject({ verdict: "passed", golden: "with-model" });
  const sink = memorySink(WIDTH_PX, HEIGHT_PX);
  const settings = runSettings({ backend });
  await runScene({ ...scene, manifest: files.manifest, settings, backend: model.backend, sink });
  await model.close();
  return sink.classIds;
}

describe("a taught model", () => {
  test.each(["emsnet-nano", "mfnet-nano"])("%s gives one mask on both backends", async (id) => {
    const base = await nanoFiles(id);
    const teacher = await openTeacher(base, (manifest, bytes) =>
      createSession(manifest, bytes, { device: null, batch: 1 }),
    );
    const taught = await teachModel(teacher, {
      scenes: [{ ...scene, settings: runSettings(), strokes: STROKES }],
      strokes: { strokes: STROKES, epsg: null },
      stem: "taught",
      name: "taught",
      date: "2026-11-29",
    });
    await teacher.session.release();
    expect(taught.lesson.keptBecause).toBeNull();
    const files: ModelFiles = {
      manifest: taught.manifest,
      graph: new Blob([base.graph, taught.appended as Uint8Array<ArrayBuffer>]),
      externalData: {},
      goldenFiles: Object.fromEntries(
        Object.entries(taught.files).map(([name, data]) => [name, new Blob([data as Uint8Array<ArrayBuffer>])]),
      ),
    };
    const [wasm, webgpu] = [await maskOf(files, "wasm"), await maskOf(files, "webgpu")];
    expect(wasm.includes(6)).toBe(true);
    const differing = webgpu.filter((classId, at) => classId !== wasm[at]).length;
    expect(differing / wasm.length).toBeLessThanOrEqual(1e-3);
  });
});
