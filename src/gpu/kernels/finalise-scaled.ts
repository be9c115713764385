/** Host side of `finalise-scaled.wgsl`: compiled when a run first computes on a grid that is not the image's. */
import { tapOf, type WorkingGrid } from "../../core/windows/working-grid";
import { compileKernel, type Kernel } from "../kernel";
import finaliseScaledCode from "./finalise-scaled.wgsl?raw";
import { type FinaliseCall, finaliseGroups, idWords, NO_RESPONSE, type SumsShape } from "./strip-kernels";

const compiled = new WeakMap<GPUDevice, Promise<Kernel>>();

export function finaliseScaledKernel(device: GPUDevice): Promise<Kernel> {
  const kernel = compiled.get(device) ?? compileKernel(device, "finalise-scaled", finaliseScaledCode);
  compiled.set(device, kernel);
  return kernel;
}

export const FINALISE_SCALED_PARAMS_BYTES = 48;
export const TAP_WORDS = 4;

/** Words of the neighbours of image columns `[from, to)` in a ring that begins at `ringFirstCol`. */
export function columnTaps(
  from: number,
  to: number,
  grid: WorkingGrid,
  ringFirstCol: number,
): Uint32Array<ArrayBuffer> {
  return tapWords(from, to, grid.scale, grid.widthPx, (col) => col - ringFirstCol);
}

/** Words of the neighbours of image rows `[from, to)` in a ring of `capacityRows`. */
export function rowTaps(from: number, to: number, grid: WorkingGrid, capacityRows: number): Uint32Array<ArrayBuffer> {
  return tapWords(from, to, grid.scale, grid.heightPx, (row) => row % capacityRows);
}

function tapWords(
  from: number,
  to: number,
  scale: number,
  workingPx: number,
  place: (workingPx: number) => number,
): Uint32Array<ArrayBuffer> {
  const words = new Uint32Array(TAP_WORDS * (to - from));
  const shares = new Float32Array(words.buffer);
  for (let pixel = from, at = 0; pixel < to; pixel++, at += TAP_WORDS) {
    const { first, second, share } = tapOf(pixel, scale, workingPx);
    words[at] = place(first);
    words[at + 1] = place(second);
    shares[at + 2] = share;
  }
  return words;
}

/** `rowCount` rows of `columns` image pixels. */
export function finaliseScaledParams(
  { rowCount, areProbabilities, response }: Omit<FinaliseCall, "firstRow">,
  columns: number,
  sums: SumsShape,
  keepConfidence: boolean,
): Uint32Array<ArrayBuffer> {
  const words = idWords({ widthPx: columns }, rowCount);
  return Uint32Array.of(
    columns * rowCount,
    columns,
    sums.widthPx,
    sums.widthPx * sums.capacityRows,
    sums.classCount,
    keepConfidence ? 1 : 0,
    areProbabilities ? 1 : 0,
    response ?? NO_RESPONSE,
    words,
    finaliseGroups(words)[0],
    0,
    0,
  );
}
