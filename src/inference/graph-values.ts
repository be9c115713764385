/**
 * What graphs take and give beside float32 logits: half precision, a batch of their own, and class maps, where the
 * largest class was already chosen inside the graph. All of it becomes what the pipeline works with.
 */
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkTensor } from "./backend";

/** An input or output as onnxruntime describes it. */
export interface ValueFacts {
  readonly name: string;
  readonly isTensor: boolean;
  readonly type?: string;
  readonly shape?: readonly (number | string)[];
}

/** Windows per call: what the graph fixes, else what was asked for. */
export function batchOf(inputs: readonly ValueFacts[], asked: number): number {
  const fixed = inputs[0]?.shape?.[0];
  return typeof fixed === "number" && fixed > 0 ? fixed : asked;
}

/** Type and values of an input as its graph wants them. */
export function feedOf(
  inputs: readonly ValueFacts[],
  name: string,
  data: Float32Array,
): ["float32", Float32Array] | ["float16", Uint16Array] {
  const isHalf = inputs.some((input) => input.name === name && input.type === "float16");
  return isHalf ? ["float16", narrowed(data)] : ["float32", data];
}

interface GivenTensor {
  readonly type: string;
  readonly dims: readonly number[];
  readonly data: unknown;
}

/**
 * The output as logits. Of a class map (whole numbers, `[batch, rows, columns]` or with one channel) every pixel has 1 for
 * its class and 0 for the others, so that overlapping windows vote.
 *
 * @throws {NadirError} `bad-model` for another type, other sizes than the manifest's, or a class it does not name.
 */
export function logitsOf(output: GivenTensor | undefined, manifest: ModelManifest): NetworkTensor {
  const { name, shape } = manifest.output;
  if (output === undefined) throw wrongOutput(manifest, `The graph gives no output named "${name}".`);
  const { type, dims, data } = output;
  const isMap = data instanceof BigInt64Array || data instanceof Int32Array || data instanceof Uint8Array;
  const values = type === "float32" ? (data as Float32Array) : type === "float16" ? widened(data) : null;
  if (!isMap && values === null) throw wrongOutput(manifest, `Its output ${name} holds ${type} values.`);
  const sides = dims.slice(isMap && dims.length === 3 ? 1 : 2);
  const channels = isMap ? (dims.length === 3 ? 1 : dims[1]) : dims[1];
  const wanted = shape.slice(2);
  if (String(sides) !== String(wanted) || channels !== (isMap ? 1 : shape[1])) {
    const found = `It turns windows of ${manifest.window.sizePx} px into ${dims.slice(1).join(" × ")} values.`;
    throw wrongOutput(manifest, found, `${isMap ? "" : `${shape[1]} × `}${wanted.join(" × ")} were expected.`);
  }
  if (values !== null) return { dims, data: values };
  return votes(data as ArrayLike<number | bigint>, [dims[0]!, ...shape.slice(1)] as number[], manifest);
}

function votes(ids: ArrayLike<number | bigint>, dims: readonly number[], manifest: ModelManifest): NetworkTensor {
  const [batch, classes, rows, cols] = dims as [number, number, number, number];
  const planePx = rows * cols;
  const data = new Float32Array(batch * classes * planePx);
  for (let at = 0; at < batch * planePx; at++) {
    const id = Number(ids[at]);
    if (!(id >= 0 && id < classes)) {
      throw wrongOutput(
        manifest,
        `Its class map ${manifest.output.name} holds class ${id}.`,
        `${classes} classes are named, 0 to ${classes - 1}.`,
      );
    }
    const item = Math.floor(at / planePx);
    data[(item * classes + id) * planePx + at - item * planePx] = 1;
  }
  return { dims, data };
}

function wrongOutput(
  { graph, output }: ModelManifest,
  found: string,
  needed = "float32 or float16 logits, or a class map of int64, int32 or uint8, are needed.",
): NadirError {
  return new NadirError({
    code: "bad-model",
    subject: graph.file,
    found,
    needed,
    next: `Set window, output and classes as the graph has them, or export it with ${output.name} as logits.`,
  });
}

/** IEEE 754 half → single precision. @param halves Their bits, or numbers where the runtime has a type for halves. */
export function widened(halves: unknown): Float32Array {
  if (!(halves instanceof Uint16Array)) return Float32Array.from(halves as ArrayLike<number>);
  return Float32Array.from(halves, (half) => {
    const sign = half & 0x8000 ? -1 : 1;
    const exponent = (half >> 10) & 31;
    const fraction = half & 1023;
    if (exponent === 31) return fraction === 0 ? sign * Number.POSITIVE_INFINITY : Number.NaN;
    return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
  });
}

/** Single → half precision, to the nearest, ties to even. */
export function narrowed(values: Float32Array): Uint16Array {
  const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
  return Uint16Array.from(words, (bits) => {
    const sign = (bits >>> 16) & 0x8000;
    const magnitude = bits & 0x7fffffff;
    if (magnitude >= 0x47800000) return sign | (magnitude > 0x7f800000 ? 0x7e00 : 0x7c00);
    const exponent = (magnitude >>> 23) - 112;
    // Below the smallest normal half the fraction is shifted further, its leading 1 written out.
    const shift = exponent > 0 ? 13 : Math.min(14 - exponent, 25);
    const whole = exponent > 0 ? magnitude - (112 << 23) : (magnitude & 0x7fffff) | 0x800000;
    const half = whole >>> shift;
    const rest = whole & ((1 << shift) - 1);
    const middle = 1 << (shift - 1);
    return sign | (half + (rest > middle || (rest === middle && (half & 1) === 1) ? 1 : 0));
  });
}
