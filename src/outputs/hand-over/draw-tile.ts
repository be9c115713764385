/** Small pictures of a tile for the report: the photo as it is shown, truth and maps in their classes' colours. */
import { encode } from "fast-png";
import type { ModelClass } from "../../core/manifest/manifest";
import type { PixelRect, RasterSource } from "../../core/raster/raster";
import type { GridSize } from "../../core/raster/tile-grid";
import { createBlobSink } from "../../io/byte-sink";
import { chooseStretch, writeShown } from "../../io/display-stretch";
import type { MaskReader } from "../../io/mask-store";
import { readPreview } from "../../io/read-preview";
import { writeClassMapPng } from "../../io/write-png";

/** Longer side of a picture. */
const SIDE_PX = 420;

/** What a picture shows. */
type PictureOf = "photo" | "truth" | { readonly model: string };

/** A mask and what its ids mean. */
export interface DrawableMask {
  readonly of: PictureOf;
  readonly mask: Pick<MaskReader, "read">;
  readonly classes: readonly ModelClass[];
}

export interface Picture {
  readonly of: PictureOf;
  readonly png: Uint8Array;
}

/** The photo first, then the masks, all of one size. @param masks On the photo's grid. */
export async function drawTile(
  optical: RasterSource,
  masks: readonly DrawableMask[],
  signal: AbortSignal,
): Promise<Picture[]> {
  const pictures: Picture[] = [{ of: "photo", png: await drawPhoto(optical, signal) }];
  for (const { of, mask, classes } of masks) {
    signal.throwIfAborted();
    pictures.push({ of, png: await drawMask(mask, optical.facts, classes) });
  }
  return pictures;
}

async function drawPhoto(source: RasterSource, signal: AbortSignal): Promise<Uint8Array> {
  const stretch = await chooseStretch(source, {}, signal);
  const order = [...new Set(stretch.bands)];
  const preview = await readPreview(source, { maxSidePx: SIDE_PX, bands: order, signal });
  const { widthPx: width, heightPx: height, valid } = preview;
  const channels = stretch.bands.map((band) => preview.bands[order.indexOf(band)]!);
  // White where there is no photo.
  const data = new Uint8Array(width * height * 3).fill(255);
  for (let pixel = 0; pixel < width * height; pixel++) {
    if (valid === null || valid[pixel] !== 0) {
      writeShown(stretch, channels, pixel, source.facts.palette, data, pixel * 3);
    }
  }
  return encode({ width, height, data, channels: 3, depth: 8 });
}

/** The nearest pixel stands for those around it: classes are never averaged. */
async function drawMask(
  mask: Pick<MaskReader, "read">,
  { widthPx, heightPx }: GridSize,
  classes: readonly ModelClass[],
): Promise<Uint8Array> {
  const scale = Math.max(1, Math.max(widthPx, heightPx) / SIDE_PX);
  const small = {
    widthPx: Math.max(1, Math.round(widthPx / scale)),
    heightPx: Math.max(1, Math.round(heightPx / scale)),
  };
  const sampled = {
    async read({ row: first, heightPx: rows }: PixelRect) {
      const values = new Uint8Array(small.widthPx * rows);
      for (let row = 0; row < rows; row++) {
        const at = Math.floor(((first + row + 0.5) * heightPx) / small.heightPx);
        const line = await mask.read({ col: 0, row: at, widthPx, heightPx: 1 });
        for (let col = 0; col < small.widthPx; col++) {
          values[row * small.widthPx + col] = line[Math.floor(((col + 0.5) * widthPx) / small.widthPx)]!;
        }
      }
      return values;
    },
  };
  const sink = createBlobSink("image/png");
  await writeClassMapPng({ mask: sampled, grid: { ...small, geotransform: null, crs: null }, classes, sink });
  return new Uint8Array(await sink.toBlob().arrayBuffer());
}
