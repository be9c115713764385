/** The same model on onnxruntime-node's CPU provider: what a desktop tool would get from these cores. */
import { readFileSync } from "node:fs";
import * as ort from "onnxruntime-node";
import type { ModelManifest } from "../src/core/manifest/manifest.ts";

/** @param stem  Path of the model without extension. */
export async function nodeModelMs(stem: string, runs: number): Promise<number> {
  const manifest = JSON.parse(readFileSync(`${stem}.nadir.json`, "utf8")) as ModelManifest;
  const session = await ort.InferenceSession.create(`${stem}.onnx`, { freeDimensionOverrides: { batch: 1 } });
  const feeds = Object.fromEntries(
    manifest.inputs.map(({ name, shape }) => {
      const dims = [1, ...shape.slice(1)] as number[];
      const data = new Float32Array(dims.reduce((product, dim) => product * dim)).fill(0.5);
      return [name, new ort.Tensor("float32", data, dims)];
    }),
  );
  await session.run(feeds);
  const startedMs = performance.now();
  for (let run = 0; run < runs; run++) await session.run(feeds);
  const ms = (performance.now() - startedMs) / runs;
  await session.release();
  return ms;
}
