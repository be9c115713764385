/**
 * Parts of an ONNX graph as bytes that are appended to a model: two protocol-buffer messages written one after the other
 * are their merger, so that nodes, initialisers and outputs join those that are there, and everything else (operator
 * set, IR version, weights, metadata) stays as it is. Source: onnx/onnx.proto3; protobuf encoding guide.
 */

/** `TensorProto.DataType`. */
export const FLOAT = 1;
const INT64 = 7;
export const FLOAT16 = 10;

type Attribute = number | string | readonly number[];

/** What is appended to a graph. Values and nodes are named by whoever makes them; names must be new. */
export interface GraphParts {
  readonly nodes: readonly Uint8Array[];
  readonly initialisers: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
}

/** A ModelProto that holds only these parts: to be written behind a model's own bytes. */
export function appendedModel({ nodes, initialisers, outputs }: GraphParts): Uint8Array {
  const graph = [
    ...nodes.map((bytes) => field(1, bytes)),
    ...initialisers.map((bytes) => field(5, bytes)),
    ...outputs.map((bytes) => field(12, bytes)),
  ];
  return field(7, joined(graph));
}

/** Numbers become INT, text STRING, lists INTS. Named after its first output. */
export function node(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: Readonly<Record<string, Attribute>> = {},
): Uint8Array {
  const written = Object.entries(attributes).map(([name, value]) => attribute(name, value));
  return nodeOf(operator, inputs, output, written);
}

/** @param attributes Each a serialised AttributeProto. */
export function nodeOf(
  operator: string,
  inputs: readonly string[],
  output: string,
  attributes: readonly Uint8Array[],
): Uint8Array {
  return joined([
    ...inputs.map((name) => field(1, utf8(name))),
    field(2, utf8(output)),
    field(3, utf8(output)),
    field(4, utf8(operator)),
    ...attributes.map((bytes) => field(5, bytes)),
  ]);
}

function attribute(name: string, value: Attribute): Uint8Array {
  const named = field(1, utf8(name));
  if (typeof value === "number") return joined([named, integer(3, value), integer(20, 2)]);
  if (typeof value === "string") return joined([named, field(4, utf8(value)), integer(20, 3)]);
  return joined([named, ...value.map((item) => integer(8, item)), integer(20, 7)]);
}

/** An initialiser. @param dims Their product is the number of values. */
export function floats(name: string, dims: readonly number[], values: Iterable<number>): Uint8Array {
  const data = Float32Array.from(values);
  const raw = new DataView(new ArrayBuffer(4 * data.length));
  for (const [at, value] of data.entries()) raw.setFloat32(4 * at, value, true);
  return initialiser(name, dims, FLOAT, raw);
}

/** A list of whole numbers from 0 to 2³¹ − 1. */
export function integers(name: string, values: readonly number[]): Uint8Array {
  const raw = new DataView(new ArrayBuffer(8 * values.length));
  for (const [at, value] of values.entries()) raw.setUint32(8 * at, value, true);
  return initialiser(name, [values.length], INT64, raw);
}

function initialiser(name: string, dims: readonly number[], type: number, raw: DataView): Uint8Array {
  return joined([
    ...dims.map((dim) => integer(1, dim)),
    integer(2, type),
    field(8, utf8(name)),
    field(9, new Uint8Array(raw.buffer)),
  ]);
}

/** A float32 output. @param shape Sizes, or names of symbolic ones. */
export function output(name: string, shape: readonly (number | string)[]): Uint8Array {
  const dims = shape.map((dim) => field(1, typeof dim === "number" ? integer(1, dim) : field(2, utf8(dim))));
  const tensor = joined([integer(1, FLOAT), field(2, joined(dims))]);
  return joined([field(1, utf8(name)), field(2, field(1, tensor))]);
}

/** A length-delimited field. */
function field(number: number, bytes: Uint8Array): Uint8Array {
  return joined([varint(8 * number + 2), varint(bytes.length), bytes]);
}

function integer(number: number, value: number): Uint8Array {
  return joined([varint(8 * number), varint(value)]);
}

/** @param value A whole number from 0 to 2⁵³ − 1. */
function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Uint8Array.from([...bytes, rest]);
}

function utf8(text: string): Uint8Array {
  // Pure code has no TextEncoder.
  const escaped = encodeURIComponent(text).match(/%..|./g) ?? [];
  return Uint8Array.from(escaped, (part) =>
    part.length === 3 ? Number.parseInt(part.slice(1), 16) : part.charCodeAt(0),
  );
}

/** One after the other. */
export function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
