/** A run over a tiled, compressed GeoTIFF fetches and decodes every storage block once. */
import { expect, test } from "vitest";
import type { RasterSource } from "../core/raster/raster";
import type { NetworkSession } from "../inference/backend";
import { createCpuBackend } from "../inference/cpu-backend";
import { runScene } from "../inference/run-scene";
import { createBlobSink } from "../io/byte-sink";
import { type ByteSource, blobSource } from "../io/byte-source";
import { createMemoryMask } from "../io/mask-store";
import { openRasterSource } from "../io/open-raster";
import { writeClassMapCog } from "../io/write-class-map";
import { noise } from "../testing/array-raster";
import { memorySink } from "../testing/memory-sink";
import { runSettings, tensor, tinyManifest } from "../testing/tiny-models";

const WIDTH = 1100;
const HEIGHT = 1300;

/** Three rows of three 512-pixel tiles, and overviews that must not be touched. */
async function tiledFile(): Promise<Blob> {
  const mask = createMemoryMask("blocks-once", { widthPx: WIDTH, heightPx: HEIGHT });
  const values = Uint8Array.from({ length: WIDTH * HEIGHT }, (_, at) => noise(1, at) % 200);
  await mask.sink.writeRows({ col: 0, row: 0, widthPx: WIDTH, heightPx: HEIGHT, values });
  const sink = createBlobSink("image/tiff");
  const grid = { widthPx: WIDTH, heightPx: HEIGHT, geotransform: null, crs: null };
  await writeClassMapCog({ mask, grid, classes: [], sink });
  return sink.toBlob();
}

test("every block of a tiled GeoTIFF is fetched once, in windows that overlap", async () => {
  const reads: { offset: number; length: number }[] = [];
  const plain = blobSource(await tiledFile(), "tiled.tif");
  const counted: ByteSource = {
    ...plain,
    read: (offset, length) => {
      reads.push({ offset, length });
      return plain.read(offset, length);
    },
  };
  const opened = await openRasterSource(counted);
  const [band] = opened.facts.bands;
  const optical: RasterSource = {
    facts: { ...opened.facts, bands: [{ ...band!, role: "red" }] },
    read: (request) => opened.read(request),
    close: () => opened.close(),
  };
  const manifest = tinyManifest("identity", {
    inputs: [tensor("optical", "optical", ["red"], { kind: "declared-type" })],
  });
  const session: NetworkSession = {
    batch: 1,
    run: async () => ({ dims: [1, 3, 64, 64], data: Float32Array.from({ length: 3 * 4096 }, (_, at) => at % 7) }),
    release: async () => undefined,
  };
  await runScene({
    manifest,
    settings: runSettings({ stridePx: 48 }),
    optical,
    auxiliary: null,
    backend: createCpuBackend(session, { kind: "node-cpu", adapter: "fake", reason: "test", precision: "fp32" }),
    sink: memorySink(WIDTH, HEIGHT),
    measureBand: async () => ({ min: 0, max: 1 }),
  });
  // From opening to the end. Tags and tables are at most a few hundred bytes each; blocks are thousands.
  const offsets = reads.filter(({ length }) => length > 4096).map(({ offset }) => offset);
  expect(new Set(offsets).size).toBe(offsets.length);
  expect(offsets).toHaveLength(9);
});
