/** A one-byte raster in a plain file, written in any order and read by rectangles: what OPFS is to the page. */
import { type FileHandle, open } from "node:fs/promises";
import type { PixelRect } from "../core/raster/raster";
import { NODATA_CLASS_ID } from "../core/run/run-settings";
import type { MaskReader, MaskSink } from "../io/mask-store";
import { onDisk } from "./disk-error";
import { writeAll } from "./file-sink";

export interface MaskFile extends MaskReader, MaskSink {
  /** Returns once everything written is on the disk. */
  sync(): Promise<void>;
  close(): Promise<void>;
}

/**
 * @param mode  `create` empties the file, `keep` goes on with what it holds.
 * @throws {NadirError} `unwritable`, from every call, when the system refuses it.
 */
export async function openMaskFile(
  path: string,
  widthPx: number,
  heightPx: number,
  mode: "create" | "keep",
): Promise<MaskFile> {
  const handle = await onDisk(path, () => open(path, mode === "create" ? "w+" : "r+"));
  return {
    widthPx,
    heightPx,
    async writeRows({ values, ...rect }) {
      await onDisk(path, () =>
        eachRun(rect, widthPx, (from, length, position) =>
          writeAll(handle, values.subarray(from, from + length), position),
        ),
      );
    },
    async read(rect) {
      const values = new Uint8Array(rect.widthPx * rect.heightPx).fill(NODATA_CLASS_ID);
      await onDisk(path, () =>
        eachRun(rect, widthPx, (from, length, position) => readAll(handle, values, from, length, position)),
      );
      return values;
    },
    sync: () => onDisk(path, () => handle.datasync()),
    close: () => handle.close(),
  };
}

/** Stretches of the rectangle that lie side by side in the file: one for full rows, else one a row. */
async function eachRun(
  { col, row, widthPx, heightPx }: PixelRect,
  fileWidthPx: number,
  act: (from: number, length: number, position: number) => Promise<void>,
): Promise<void> {
  if (widthPx === fileWidthPx) {
    await act(0, widthPx * heightPx, row * fileWidthPx);
    return;
  }
  for (let y = 0; y < heightPx; y++) {
    await act(y * widthPx, widthPx, (row + y) * fileWidthPx + col);
  }
}

/** Bytes past the end of the file were never written; they stay as they are in `values`. */
async function readAll(handle: FileHandle, values: Uint8Array, from: number, length: number, position: number) {
  for (let done = 0; done < length; ) {
    const { bytesRead } = await handle.read(values, from + done, length - done, position + done);
    if (bytesRead === 0) {
      return;
    }
    done += bytesRead;
  }
}
