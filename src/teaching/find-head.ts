/**
 * Where a segmentation graph can be taught: the last convolution that makes its logits, and what goes into it.
 *
 * From the output backwards, what does not change which class is largest is stepped over (softmax, sigmoid, arg max),
 * then whatever cuts logits off, brings logits to another size or adds a constant to them, until a convolution is met. Other
 * graphs are refused with the operator at fault. Weights are never copied, only their sizes read.
 */
import { NadirError } from "../core/errors";
import type { ModelManifest } from "../core/manifest/manifest";
import { fieldsOf, message, text } from "../core/manifest/protobuf";
import { FLOAT, FLOAT16 } from "./onnx-parts";

/** Resize by factors and with half-pixel centres, Pad and Slice with inputs. */
const LEAST_OPSET = 11;

export interface FoundHead {
  /** The value the convolution reads, `[batch, channels, rows, columns]`. */
  readonly features: string;
  readonly channels: number;
  /** The logits at the output's size: after a final ReLU, before softmax and the like. */
  readonly logits: string;
  readonly classes: number;
  readonly isHalf: boolean;
  /** What brings logits to the output's size, first to last; features are brought there the same way. */
  readonly resizes: readonly Resize[];
}

interface Resize {
  readonly operator: string;
  /** Without the first, which is what is resized. */
  readonly inputs: readonly string[];
  /** Each a serialised AttributeProto. */
  readonly attributes: readonly Uint8Array[];
}

interface GraphNode extends Resize {
  readonly input: string;
  readonly output: string;
}

interface Weights {
  readonly dims: readonly number[];
  readonly type: number;
}

interface Graph {
  readonly makers: ReadonlyMap<string, GraphNode>;
  readonly initialisers: ReadonlyMap<string, Weights>;
}

/** What keeps the order of the classes; logits are what goes in. */
const ACTIVATIONS = new Set(["Softmax", "LogSoftmax", "Sigmoid", "HardSigmoid", "ArgMax"]);
/** What makes classes equal that were not: logits are what comes out, or the old map would be another one. */
const CLIPS = new Set(["Relu", "Clip"]);
const SAME_VALUES = new Set(["Identity", "Cast", "Dropout"]);
const RESIZES = new Set(["Resize", "Upsample"]);

/** @throws {NadirError} `bad-model`, naming what the graph ends in, when it cannot be taught. */
export function findHead(bytes: Uint8Array, manifest: ModelManifest): FoundHead {
  requireTeachable(manifest);
  try {
    return headOf(readGraph(bytes), manifest);
  } catch (cause) {
    if (!(cause instanceof RangeError)) throw cause;
    throw new NadirError(
      {
        code: "bad-model",
        subject: manifest.graph.file,
        found: `${manifest.name} cannot be taught: ${cause.message}.`,
        needed: "A graph is needed whose logits come from one convolution, resized or offset at most.",
        next: "Teach one of the shipped models, or export this one with its logits as the output.",
      },
      { cause },
    );
  }
}

function headOf(graph: Graph, { output, classes }: ModelManifest): FoundHead {
  let value = output.name;
  const makerOf = (name: string): GraphNode => {
    const maker = graph.makers.get(name);
    if (maker === undefined) throw new RangeError(`nothing in it makes "${name}"`);
    return maker;
  };
  const constant = (name: string): boolean => isConstant(graph, name);
  let logits: string | null = null;
  const resizes: Resize[] = [];
  for (let steps = 0; steps <= graph.makers.size; steps++) {
    const maker = makerOf(value);
    const { operator, inputs } = maker;
    if (operator === "Conv") return foundAt(graph, maker, logits ?? value, resizes, classes.length);
    if (SAME_VALUES.has(operator)) {
      value = maker.input;
    } else if (logits === null && ACTIVATIONS.has(operator)) {
      value = maker.input;
    } else if (CLIPS.has(operator)) {
      logits ??= value;
      value = maker.input;
    } else if (RESIZES.has(operator)) {
      logits ??= value;
      const scales = inputs[operator === "Resize" ? 1 : 0] ?? "";
      if (scales === "" || (operator === "Resize" && inputs.length > 2)) {
        throw new RangeError(`its ${operator} before the output is given a size instead of a factor`);
      }
      resizes.unshift(maker);
      value = maker.input;
    } else if (operator === "Add" && [maker.input, ...inputs].some(constant)) {
      logits ??= value;
      value = constant(maker.input) ? inputs[0]! : maker.input;
    } else {
      throw new RangeError(`its output comes from ${operator === "" ? "an unnamed operator" : operator}`);
    }
  }
  throw new RangeError("its nodes go in a circle");
}

function foundAt(graph: Graph, conv: GraphNode, logits: string, resizes: readonly Resize[], wanted: number): FoundHead {
  const weights = weightsOf(graph, conv.inputs[0] ?? "");
  if (weights === null) throw new RangeError("the weights of its last convolution are computed, not stored");
  const [classes = 0, channels = 0, ...sides] = weights.dims;
  if (sides.length !== 2) throw new RangeError(`its last convolution has ${sides.length} sides, not 2`);
  if (classes !== wanted) {
    throw new RangeError(`its last convolution gives ${classes} channels for ${wanted} classes`);
  }
  if (integerAttribute(conv, "group", 1) !== 1) throw new RangeError("its last convolution works in groups");
  if (weights.type !== FLOAT && weights.type !== FLOAT16) {
    throw new RangeError(`its last convolution has weights of type ${weights.type}`);
  }
  const isHalf = weights.type === FLOAT16;
  return { features: conv.input, channels, logits, classes, isHalf, resizes };
}

/** Weights as they go into the convolution; stored halves that are cast are what they are cast to. */
function weightsOf(graph: Graph, name: string): Weights | null {
  const stored = graph.initialisers.get(name);
  if (stored !== undefined) return stored;
  const maker = graph.makers.get(name);
  const under = maker && SAME_VALUES.has(maker.operator) ? graph.initialisers.get(maker.input) : undefined;
  if (maker === undefined || under === undefined) return null;
  return { dims: under.dims, type: maker.operator === "Cast" ? integerAttribute(maker, "to", 0) : under.type };
}

function isConstant(graph: Graph, name: string): boolean {
  return weightsOf(graph, name) !== null || graph.makers.get(name)?.operator === "Constant";
}

function integerAttribute({ attributes }: GraphNode, name: string, absent: number): number {
  for (const bytes of attributes) {
    const fields = [...fieldsOf(bytes)];
    const named = fields.some(({ field, value }) => field === 1 && text(value) === name);
    const value = fields.find(({ field }) => field === 3)?.value;
    if (named && value !== undefined) return Number(value);
  }
  return absent;
}

function readGraph(bytes: Uint8Array): Graph {
  const makers = new Map<string, GraphNode>();
  const initialisers = new Map<string, Weights>();
  // A graph written in several pieces is their merger.
  for (const part of fieldsOf(bytes)) {
    if (part.field !== 7) continue;
    for (const { field, value } of fieldsOf(message(part.value))) {
      if (field === 1) {
        const read = readNode(message(value));
        for (const output of read.outputs) makers.set(output, { ...read, output });
      } else if (field === 5) {
        const { name, ...weights } = readWeights(message(value));
        initialisers.set(name, weights);
      }
    }
  }
  return { makers, initialisers };
}

function readNode(bytes: Uint8Array) {
  let [operator, domain] = ["", ""];
  const [inputs, outputs, attributes]: [string[], string[], Uint8Array[]] = [[], [], []];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) inputs.push(text(value));
    else if (field === 2) outputs.push(text(value));
    else if (field === 4) operator = text(value);
    else if (field === 5) attributes.push(message(value));
    else if (field === 7) domain = text(value);
  }
  const isOwn = domain === "" || domain === "ai.onnx";
  const [input = "", ...others] = inputs;
  return { operator: isOwn ? operator : `${domain}.${operator}`, input, inputs: others, outputs, attributes };
}

function readWeights(bytes: Uint8Array): Weights & { readonly name: string } {
  let [name, type] = ["", 0];
  const dims: number[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) dims.push(...(typeof value === "bigint" ? [Number(value)] : packed(value)));
    else if (field === 2) type = Number(value);
    else if (field === 8) name = text(value);
  }
  return { name, dims, type };
}

/** Whole numbers written without tags, as proto3 does. */
function packed(bytes: Uint8Array): number[] {
  const numbers: number[] = [];
  let [number, factor] = [0, 1];
  for (const byte of bytes) {
    number += (byte & 127) * factor;
    factor *= 128;
    if (byte < 128) {
      numbers.push(number);
      [number, factor] = [0, 1];
    }
  }
  return numbers;
}

function requireTeachable({ name, graph, taught }: ModelManifest): void {
  if (graph.opset >= LEAST_OPSET && taught === undefined) return;
  const isTaught = taught !== undefined;
  throw new NadirError({
    code: "bad-model",
    subject: graph.file,
    found: isTaught ? `${name} was taught already.` : `${name} has the operator set ${graph.opset}.`,
    needed: isTaught
      ? `A model is taught from the one it began with (${taught.base.id}), with all strokes at once.`
      : `Operator set ${LEAST_OPSET} or later is needed.`,
    next: isTaught
      ? `Give the model ${taught.base.id} and the strokes that lie beside this one together with the new ones.`
      : "Export the model again with a later operator set.",
  });
}
