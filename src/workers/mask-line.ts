/**
 * The line between the two workers: the raster worker keeps all masks, and the engine hands it finished rows. So there
 * is one writer, whether masks lie in files or in memory, and a replaced engine leaves no file taken.
 */
import type { GridSize } from "../core/raster/tile-grid";
import { requireWritten, type WrittenPixels } from "../core/run/written-pixels";
import type { MaskRows, MaskSink, MaskStore } from "../io/mask-store";
import type { Masks } from "../io/open-masks";
import type { WorkerClient } from "./rpc";

/** What the raster worker answers the engine. A mask is opened before it is written. */
export type MaskHandlers = {
  /**
   * A new mask, or one written in part, which is held against what was written.
   *
   * @throws {NadirError} `storage` when there is nothing to go on with, `damaged-result` when something has changed it.
   */
  open(args: { readonly maskId: string; readonly size: GridSize; readonly goOn: WrittenMask | null }): Promise<void>;
  writeRows(args: { readonly maskId: string; readonly rows: MaskRows }): Promise<void>;
  close(args: { readonly maskId: string }): Promise<void>;
  delete(args: { readonly maskId: string }): Promise<void>;
};

/** What a mask that is gone on with must hold. */
export interface WrittenMask {
  readonly which: "classIds" | "confidence";
  readonly written: readonly WrittenPixels[];
}

export function createMaskHandlers(masks: Masks): MaskHandlers {
  const written = new Map<string, MaskStore>();
  return {
    async open({ maskId, size, goOn }) {
      if (goOn === null) {
        written.set(maskId, await masks.create(maskId, size));
        return;
      }
      const mask = await masks.goOn(maskId, size);
      await requireWritten(mask, goOn.written, goOn.which, `result ${maskId}`);
      written.set(maskId, mask);
    },
    writeRows: ({ maskId, rows }) => written.get(maskId)!.sink.writeRows(rows),
    async close({ maskId }) {
      await written.get(maskId)?.close();
      written.delete(maskId);
    },
    async delete({ maskId }) {
      written.delete(maskId);
      await masks.delete([maskId]);
    },
  };
}

/** A mask at the other end of the line. */
export interface RemoteMask {
  readonly sink: MaskSink;
  close(): Promise<void>;
  delete(): Promise<void>;
}

/** Rows go over one block at a time, as a copy that is handed over: at most two blocks are held. */
export async function openRemoteMask(
  line: WorkerClient<MaskHandlers>,
  maskId: string,
  { widthPx, heightPx }: GridSize,
  goOn: WrittenMask | null = null,
): Promise<RemoteMask> {
  await line.call("open", { maskId, size: { widthPx, heightPx }, goOn });
  return {
    sink: {
      writeRows({ values, ...rect }) {
        const copy = values.slice();
        return line.call("writeRows", { maskId, rows: { ...rect, values: copy } }, { transfer: [copy.buffer] });
      },
    },
    close: () => line.call("close", { maskId }),
    delete: () => line.call("delete", { maskId }),
  };
}

const LINE = "masks";

/** Gives both workers their end of a fresh line. */
export function connectMaskLine(rasters: Pick<Worker, "postMessage">, engine: Pick<Worker, "postMessage">): void {
  const { port1, port2 } = new MessageChannel();
  rasters.postMessage(LINE, [port1]);
  engine.postMessage(LINE, [port2]);
}

/** Called with the worker's end of each line that the page lays. */
export function onMaskLine(
  scope: Pick<WorkerGlobalScope, "addEventListener">,
  connect: (end: MessagePort) => void,
): void {
  scope.addEventListener("message", (event) => {
    const { data, ports } = event as MessageEvent;
    if (data === LINE) connect(ports[0]!);
  });
}
