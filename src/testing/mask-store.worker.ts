/** Keeps masks as the raster worker does while the test reads them from the page, and exports a map. */
import type { PixelRect } from "../core/raster/raster";
import { createExportSink } from "../io/byte-sink";
import { findMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import { writeClassMapCog } from "../io/write-class-map";
import { createMaskHandlers } from "../workers/mask-line";
import { serve } from "../workers/rpc";

const masks = createMasks(findMaskPlace());

const handlers = {
  ...createMaskHandlers(masks),
  kind: () => masks.kind(),
  async export({ widthPx, heightPx }: { readonly widthPx: number; readonly heightPx: number }): Promise<Blob> {
    const sink = await createExportSink("image/tiff");
    const grid = { widthPx, heightPx, geotransform: null, crs: null };
    const classes = [{ id: 1, name: "one", colour: [1, 2, 3] }] as const;
    const mask = { read: async (rect: PixelRect) => new Uint8Array(rect.widthPx * rect.heightPx).fill(1) };
    await writeClassMapCog({ mask, grid, classes, sink });
    return sink.toBlob();
  },
};

export type KeepingHandlers = typeof handlers;

serve(handlers);
