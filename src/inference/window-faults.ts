/** Errors about a window's output, named by where it lies. */
import { NadirError } from "../core/errors";
import type { WindowItem } from "./backend";

function placeOf({ column, row }: WindowItem): string {
  return `the window at column ${column.startPx}, row ${row.startPx}`;
}

export function notFiniteOutput(item: WindowItem, subject: string): NadirError {
  return new NadirError({
    code: "bad-output",
    subject,
    found: `The network gave NaN or infinite values for ${placeOf(item)}.`,
    needed: "Finite values are needed for a mask that can be trusted.",
    next: "Run again with the CPU backend; if it fails there too, the model or its scaling does not fit this image.",
  });
}

export function constantOutput(item: WindowItem, subject: string): NadirError {
  return new NadirError({
    code: "bad-output",
    subject,
    found: `The network gave one and the same value for every class and pixel of ${placeOf(item)}.`,
    needed: "An image that varies must give an output that varies.",
    next: "Run again with the CPU backend; if it fails there too, the model or its scaling does not fit this image.",
  });
}

export function constantInputWarning(item: WindowItem): string {
  return `In ${placeOf(item)} the image is one flat colour and the network tells no class from another; its lowest class id stands there.`;
}

/** Whether every plane of one item's input holds a single value. */
export function isFlatInput(data: Float32Array, offset: number, planes: number, planePx: number): boolean {
  for (let plane = 0; plane < planes; plane++) {
    const from = offset + plane * planePx;
    for (let at = from + 1; at < from + planePx; at++) if (data[at] !== data[from]) return false;
  }
  return true;
}
