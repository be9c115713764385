/**
 * The line between the two workers: the raster worker keeps all masks, and the engine hands it finished rows. So there
 * is one writer, whether masks lie in files or in memory, and a replaced engine leaves no file taken.
 */
import type { GridSize } from "../core/raster/tile-grid";
import type { MaskRows, MaskSink, MaskStore } from "../io/mask-store";
import type { Masks } from "../io/open-masks";
import type { WorkerClient } from "./rpc";

/** What the raster worker answers the engine. A mask is opened before it is written. */
export type MaskHandlers = {
  /** A new mask, or one written in part. @throws {NadirError} `storage` when there is nothing to go on with. */
  open(args: { readonly maskId: string; readonly size: GridSize; readonly goOn: boolean }): Promise<void>;
  writeRows(args: { readonly maskId: string; readonly rows: MaskRows }): Promise<void>;
  close(args: { readonly maskId: string }): Promise<void>;
  delete(args: { readonly maskId: string }): Promise<void>;
};

export function createMaskHandlers(masks: Masks): MaskHandlers {
  const written = new Map<string, MaskStore>();
  return {
    async open({ maskId, size, goOn }) {
      written.set(maskId, await (goOn ? masks.goOn : masks.create)(maskId, size));
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
  goOn = false,
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
