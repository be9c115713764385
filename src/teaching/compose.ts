/**
 * A model's own bytes with something appended: what is to be learnt from as an output, or a taught head. The first file
 * is a prefix of the second, and remains usable by itself.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import { addFilterBank } from "./filter-bank";
import type { FoundHead } from "./find-head";
import { GraphBuilder } from "./graph-builder";
import { type SampleShape, sampleLength, type TaughtHead } from "./head";
import { appendedModel, joined, output } from "./onnx-parts";

export const SAMPLES_OUTPUT = "nadir_samples";
export const TAUGHT_OUTPUT = "nadir_taught_logits";

interface Composed {
  readonly bytes: Uint8Array;
  readonly shape: SampleShape;
}

/** The model with an output of `[features, filter bank, old logits]` for every pixel of its padded window. */
export function showSamples(base: Uint8Array, manifest: ModelManifest, head: FoundHead): Composed {
  const graph = new GraphBuilder();
  const { stride } = manifest.output;
  const bank = addFilterBank(graph, manifest);
  const features = graph.enlarge(resized(graph, head, floated(graph, head, head.features)), stride);
  const old = graph.enlarge(floated(graph, head, head.logits), stride);
  const parts = [features, ...(bank === null ? [] : [bank.value]), old];
  const shape = { features: head.channels, bank: bank?.channels ?? 0, oldClasses: head.classes };
  const channels = shape.features + shape.bank + shape.oldClasses;
  return {
    bytes: finished(base, manifest, graph, graph.add("Concat", parts, { axis: 1 }), SAMPLES_OUTPUT, channels),
    shape,
  };
}

/** The manifest of that graph, as far as a session looks at one. */
export function samplesManifest(manifest: ModelManifest, shape: SampleShape): ModelManifest {
  return { ...manifest, golden: null, output: fullOutput(manifest, SAMPLES_OUTPUT, sampleLength(shape)) };
}

/** A value for every pixel of the padded window. */
export function fullOutput({ window }: ModelManifest, name: string, channels: number): ModelManifest["output"] {
  const sidePx = window.sizePx + window.padPx;
  return { name, kind: "logits", stride: 1, shape: ["batch", channels, sidePx, sidePx] };
}

/** The model with an output of taught logits for every pixel of its padded window. */
export function appendHead(
  base: Uint8Array,
  manifest: ModelManifest,
  head: FoundHead,
  shape: SampleShape,
  taught: TaughtHead,
): Uint8Array {
  const graph = new GraphBuilder();
  const { classes, values, weights, bias, hidden } = taught;
  const { stride } = manifest.output;
  const features = floated(graph, head, head.features);
  const bank = addFilterBank(graph, manifest)?.value ?? null;
  // Features are mixed on their own grid, where that takes least.
  const mixed = graph.mix(features, [classes, shape.features], columns(weights, values, 0, shape.features), bias);
  let logits = graph.add("Add", [resized(graph, head, mixed), oldLogits(graph, head, classes)]);
  logits = graph.enlarge(logits, stride);
  if (bank !== null) {
    const filtered = graph.mix(bank, [classes, shape.bank], columns(weights, values, shape.features, values));
    logits = graph.add("Add", [logits, filtered]);
  }
  if (hidden !== null) {
    const onGrid = graph.enlarge(resized(graph, head, features), stride);
    const all = bank === null ? onGrid : graph.add("Concat", [onGrid, bank], { axis: 1 });
    const near = graph.mix(addRadialUnits(graph, all, hidden), [classes, hidden.units], hidden.out);
    logits = graph.add("Add", [logits, near]);
  }
  return finished(base, manifest, graph, logits, TAUGHT_OUTPUT, taught.classes);
}

/** exp(−|seen − centre|²) of every unit, multiplied out: the value is as large as the window, units need not be. */
function addRadialUnits(
  graph: GraphBuilder,
  value: string,
  { units, shift, scale, centres }: NonNullable<TaughtHead["hidden"]>,
): string {
  const values = shift.length;
  const perChannel = (numbers: Float64Array) => graph.floats([1, values, 1, 1], numbers);
  const seen = graph.add("Mul", [graph.add("Sub", [value, perChannel(shift)]), perChannel(scale)]);
  const own = graph.mix(graph.add("Mul", [seen, seen]), [1, values], new Float64Array(values).fill(1));
  const far = Array.from({ length: units }, (_, unit) =>
    centres.subarray(unit * values, (unit + 1) * values).reduce((sum, centre) => sum - centre ** 2, 0),
  );
  const shared = graph.mix(
    seen,
    [units, values],
    centres.map((centre) => 2 * centre),
    far,
  );
  return graph.add("Exp", [graph.add("Sub", [shared, own])]);
}

/** With a channel of zeros for every new class. */
function oldLogits(graph: GraphBuilder, head: FoundHead, classes: number): string {
  const old = floated(graph, head, head.logits);
  if (classes === head.classes) return old;
  const same = Array.from({ length: classes * head.classes }, (_, at) =>
    Math.floor(at / head.classes) === at % head.classes ? 1 : 0,
  );
  return graph.mix(old, [classes, head.classes], same);
}

function floated(graph: GraphBuilder, { isHalf }: FoundHead, value: string): string {
  return isHalf ? graph.asFloat(value) : value;
}

/** Brought to the size of the model's output, as its logits are. */
function resized(graph: GraphBuilder, { resizes }: FoundHead, value: string): string {
  return resizes.reduce(
    (from, { operator, inputs, attributes }) => graph.repeat(operator, [from, ...inputs], attributes),
    value,
  );
}

/** Columns `[from, to)` of a row-major matrix. */
function columns(matrix: Float64Array, width: number, from: number, to: number): number[] {
  const out: number[] = [];
  for (let row = 0; row < matrix.length; row += width) out.push(...matrix.subarray(row + from, row + to));
  return out;
}

function finished(
  base: Uint8Array,
  { window }: ModelManifest,
  graph: GraphBuilder,
  value: string,
  name: string,
  channels: number,
): Uint8Array {
  const sidePx = window.sizePx + window.padPx;
  // A name of its own for the batch: it is whatever the base's inputs say.
  const described = output(name, ["nadir_batch", channels, sidePx, sidePx]);
  return joined([base, appendedModel(graph.finish(value, name, described))]);
}
