/**
 * Writes a mask from a worker of its own, as the engine does, while the test reads it from the page; and exports a map
 * as the raster worker does.
 */
import type { PixelRect } from "../core/raster/raster";
import { createExportSink } from "../io/byte-sink";
import { createMaskStore, type MaskRows, type MaskStore } from "../io/mask-store";
import { writeClassMapCog } from "../io/write-class-map";

let store: MaskStore | null = null;

self.addEventListener("message", async ({ data }: MessageEvent<Message>) => {
  try {
    if (data.kind === "create") store = await createMaskStore(data.id, data.widthPx, data.heightPx);
    else if (data.kind === "write") await store!.sink.writeRows(data.rows);
    else if (data.kind === "close") await store!.close();
    else {
      const sink = await createExportSink("image/tiff");
      const { widthPx, heightPx } = data;
      const grid = { widthPx, heightPx, geotransform: null, crs: null };
      const classes = [{ id: 1, name: "one", colour: [1, 2, 3] }] as const;
      const mask = { read: async (rect: PixelRect) => new Uint8Array(rect.widthPx * rect.heightPx).fill(1) };
      await writeClassMapCog({ mask, grid, classes, sink });
      self.postMessage({ ok: true, blob: await sink.toBlob() });
      return;
    }
    self.postMessage({ ok: true, storeKind: store?.kind });
  } catch (error) {
    self.postMessage({ ok: false, message: (error as Error).message });
  }
});

type Message =
  | { readonly kind: "create"; readonly id: string; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: "write"; readonly rows: MaskRows }
  | { readonly kind: "export"; readonly widthPx: number; readonly heightPx: number }
  | { readonly kind: "close" };
