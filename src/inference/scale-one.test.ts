/**
 * On the image's own grid a run gives the bytes it gave before there was a working scale: digests of masks and confidences
 * were written by the commit before (e5313e7), with the network below, whose arithmetic is exact.
 */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import type { RunSettings } from "../core/run/run-settings";
import { arrayRaster, measureWhole, noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings, tinyManifest } from "../testing/tiny-models";
import type { NetworkSession } from "./backend";
import { createCpuBackend } from "./cpu-backend";
import { runScene } from "./run-scene";

/** Logits are what goes in, heights last, and something of the place in the window, so that blending matters. */
const session: NetworkSession = {
  batch: 2,
  async run({ optical, dsm }) {
    const [windows, , high, wide] = optical!.dims as [number, number, number, number];
    const [colours, heights] = [3 * high * wide, high * wide];
    const data = new Float32Array(windows * (colours + heights));
    for (let slot = 0; slot < windows; slot++) {
      const at = slot * (colours + heights);
      data.set(optical!.data.subarray(slot * colours, (slot + 1) * colours), at);
      data.set(dsm!.data.subarray(slot * heights, (slot + 1) * heights), at + colours);
      for (let index = 0; index < colours + heights; index++) data[at + index]! += ((index * 7) % 61) / 64;
    }
    return { dims: [windows, 4, high, wide], data };
  },
  release: async () => undefined,
};

const optical = arrayRaster({
  widthPx: 330,
  heightPx: 270,
  roles: ["red", "green", "blue"],
  value: (band, col, row) => noise(1, band, col >> 1, row >> 1) % 256,
  missing: (col, row) => (col - 200) ** 2 + (row - 150) ** 2 < 900 || row < 5,
});
/** Of 2.5 pixels' size, shifted. Without holes, which are closed since. */
const heights = arrayRaster({
  widthPx: 140,
  heightPx: 115,
  roles: ["height"],
  dtype: "float32",
  value: (_, col, row) => 100 + (noise(2, col, row) % 64) / 4,
});

const AREA = { col: 21, row: 33, widthPx: 250, heightPx: 190 };
const CASES: readonly (readonly [settings: Partial<RunSettings>, maxStripWidthPx: number, digest: string])[] = [
  [{ blend: "flat", stridePx: 48, confidence: true }, 16_384, "f6d8d618ed036839"],
  [{ blend: "trapezoid", stridePx: 40, areaOfInterest: AREA }, 100, "f00a1b8919db6154"],
  [{ blend: "halo-crop", stridePx: 56, testTimeAugmentation: "d4" }, 16_384, "765b75131fe28242"],
  [{ blend: "papers", stridePx: 48, testTimeAugmentation: "flips" }, 16_384, "a98595c29a10cc4d"],
];

test.each(CASES)("%j", async (settings, maxStripWidthPx, digest) => {
  const sink = memorySink(330, 270);
  const facts = { kind: "node-cpu", adapter: "exact", reason: "", precision: "fp32" } as const;
  await runScene({
    manifest: tinyManifest("identity-dsm"),
    settings: runSettings({ ...settings, scale: 1 }),
    optical,
    auxiliary: { source: heights, mapping: ([col, row]) => [0.4 * col + 1.25, 0.4 * row + 2.5] },
    backend: createCpuBackend(session, facts),
    sink,
    measureBand: measureWhole,
    maxStripWidthPx,
  });
  const bytes = createHash("sha256").update(sink.classIds);
  if (settings.confidence === true) bytes.update(sink.confidence!);
  expect(new Set(sink.classIds).size).toBeGreaterThan(3);
  expect(bytes.digest("hex").slice(0, 16)).toBe(digest);
});
