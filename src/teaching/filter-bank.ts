/**
 * A fixed bank of filters beside a network's features: colour and heights as they are and in their surroundings. It is
 * data; the graph itself computes it from the model's own inputs, for the samples that are learnt from and for the map
 * alike, so that there is no second implementation to agree with.
 *
 * Means and deviations are over squares of `2 r + 1` pixels of the working grid; where a square reaches past the window
 * they are over what lies inside.
 */
import type { ModelManifest } from "../core/manifest/manifest";
import type { GraphBuilder } from "./graph-builder";

/**
 * What a filter works on: the photo's `bands`, their `shares` of the sum (colour without brightness), their mean
 * (`brightness`), its range among 3 × 3 pixels (`edges`), the `height`, and its range likewise (`slope`).
 */
type Ground = "bands" | "shares" | "brightness" | "edges" | "height" | "slope";

interface Filter {
  readonly of: Ground;
  readonly by: "itself" | "mean" | "deviation" | "above-mean";
  readonly radiusPx: number;
}

const FILTERS: readonly Filter[] = [
  { of: "bands", by: "itself", radiusPx: 0 },
  { of: "bands", by: "mean", radiusPx: 2 },
  { of: "bands", by: "mean", radiusPx: 8 },
  { of: "shares", by: "itself", radiusPx: 0 },
  { of: "shares", by: "mean", radiusPx: 4 },
  { of: "brightness", by: "deviation", radiusPx: 1 },
  { of: "brightness", by: "deviation", radiusPx: 4 },
  { of: "brightness", by: "deviation", radiusPx: 12 },
  { of: "edges", by: "itself", radiusPx: 0 },
  { of: "edges", by: "mean", radiusPx: 4 },
  { of: "edges", by: "mean", radiusPx: 12 },
  { of: "height", by: "itself", radiusPx: 0 },
  { of: "height", by: "above-mean", radiusPx: 8 },
  { of: "height", by: "above-mean", radiusPx: 24 },
  { of: "height", by: "deviation", radiusPx: 2 },
  { of: "height", by: "deviation", radiusPx: 6 },
  { of: "slope", by: "itself", radiusPx: 0 },
  { of: "slope", by: "mean", radiusPx: 4 },
];

/** Variances are differences of near numbers; below this they are rounding. In squares of the tensor's units. */
const LEAST_VARIANCE = 1e-6;
/** Added to the sum of the bands (0 to 1 each), so that shares of black are no noise. */
const DARKEST_SUM = 0.05;

interface Grounded {
  readonly value: string;
  readonly channels: number;
}

/** @returns The value that holds every filter, `[batch, channels, window, window]`; null where no input is one of ours. */
export function addFilterBank(graph: GraphBuilder, manifest: ModelManifest): Grounded | null {
  const grounds = addGrounds(graph, manifest);
  const filtered = FILTERS.flatMap((filter) => {
    const ground = grounds[filter.of];
    return ground === undefined ? [] : [{ ...ground, value: addFilter(graph, ground.value, filter) }];
  });
  if (filtered.length === 0) return null;
  const channels = filtered.reduce((sum, { channels }) => sum + channels, 0);
  const bank = graph.add(
    "Concat",
    filtered.map(({ value }) => value),
    { axis: 1 },
  );
  const { padPx } = manifest.window;
  if (padPx === 0) return { value: bank, channels };
  const pads = graph.integers([0, 0, 0, 0, 0, 0, padPx, padPx]);
  return { value: graph.add("Pad", [bank, pads], { mode: "constant" }), channels };
}

function addGrounds(graph: GraphBuilder, manifest: ModelManifest): Partial<Record<Ground, Grounded>> {
  const [photos, heights]: [Grounded[], Grounded[]] = [[], []];
  for (const input of manifest.inputs) {
    const [photo, height]: [number[], number[]] = [[], []];
    for (const [channel, band] of input.bands.entries()) {
      if (band === "height") height.push(channel);
      else if (band !== "sar") photo.push(channel);
    }
    if (photo.length > 0) photos.push(addScaled(graph, manifest, input, photo));
    // A height band that is repeated tells nothing new.
    if (height.length > 0 && heights.length === 0) heights.push(addScaled(graph, manifest, input, height.slice(0, 1)));
  }
  const grounds: Partial<Record<Ground, Grounded>> = {};
  if (photos.length > 0) Object.assign(grounds, addPhoto(graph, photos));
  const [height] = heights;
  if (height !== undefined) {
    grounds.height = height;
    grounds.slope = { value: addRange(graph, height.value), channels: 1 };
  }
  return grounds;
}

function addPhoto(graph: GraphBuilder, photos: readonly Grounded[]): Partial<Record<Ground, Grounded>> {
  const channels = photos.reduce((sum, photo) => sum + photo.channels, 0);
  const values = photos.map(({ value }) => value);
  const bands = values.length === 1 ? values[0]! : graph.add("Concat", values, { axis: 1 });
  if (channels === 1) {
    const edges = { value: addRange(graph, bands), channels };
    return { bands: { value: bands, channels }, brightness: { value: bands, channels }, edges };
  }
  const brightness = graph.mix(bands, [1, channels], new Array<number>(channels).fill(1 / channels));
  const sum = graph.add("Add", [
    graph.add("Mul", [brightness, graph.floats([1], [channels])]),
    graph.floats([1], [DARKEST_SUM]),
  ]);
  return {
    bands: { value: bands, channels },
    shares: { value: graph.add("Div", [bands, sum]), channels },
    brightness: { value: brightness, channels: 1 },
    edges: { value: addRange(graph, brightness), channels: 1 },
  };
}

/** Some channels of an input as float32, without padding, mean and deviation taken back. */
function addScaled(
  graph: GraphBuilder,
  { window }: ModelManifest,
  input: ModelManifest["inputs"][number],
  channels: readonly number[],
): Grounded {
  let value = graph.asFloat(input.name);
  if (channels.length < input.bands.length) value = graph.add("Gather", [value, graph.integers(channels)], { axis: 1 });
  if (window.padPx > 0) {
    const end = graph.integers([window.sizePx, window.sizePx]);
    value = graph.add("Slice", [value, graph.integers([0, 0]), end, graph.integers([2, 3])]);
  }
  const perChannel = (values: readonly number[]) =>
    graph.floats(
      [1, channels.length, 1, 1],
      channels.map((channel) => values[channel]!),
    );
  value = graph.add("Add", [graph.add("Mul", [value, perChannel(input.std)]), perChannel(input.mean)]);
  return { value, channels: channels.length };
}

function addFilter(graph: GraphBuilder, value: string, { by, radiusPx }: Filter): string {
  if (by === "itself") return value;
  if (by === "deviation") return addDeviation(graph, value, radiusPx);
  const mean = addMean(graph, value, radiusPx);
  return by === "mean" ? mean : graph.add("Sub", [value, mean]);
}

/** From the mean of the window: squares of large numbers would differ by less than their rounding. */
function addDeviation(graph: GraphBuilder, value: string, radiusPx: number): string {
  const centred = graph.add("Sub", [value, graph.add("GlobalAveragePool", [value])]);
  const mean = addMean(graph, centred, radiusPx);
  const squares = addMean(graph, graph.add("Mul", [centred, centred]), radiusPx);
  const variance = graph.add("Relu", [graph.add("Sub", [squares, graph.add("Mul", [mean, mean])])]);
  return graph.add("Sqrt", [graph.add("Add", [variance, graph.floats([1], [LEAST_VARIANCE])])]);
}

/** Along rows, then along columns: the same mean as over the square, for much less. */
function addMean(graph: GraphBuilder, value: string, radiusPx: number): string {
  const side = 2 * radiusPx + 1;
  const along = (from: string, [rows, cols]: readonly [number, number]) => {
    const reach = [(rows - 1) / 2, (cols - 1) / 2];
    return graph.add("AveragePool", [from], {
      kernel_shape: [rows, cols],
      pads: [...reach, ...reach],
      strides: [1, 1],
      count_include_pad: 0,
    });
  };
  return along(along(value, [1, side]), [side, 1]);
}

/** Largest minus smallest among 3 × 3 pixels: a gradient that needs nothing from outside the window. */
function addRange(graph: GraphBuilder, value: string): string {
  const most = (from: string) =>
    graph.add("MaxPool", [from], { kernel_shape: [3, 3], pads: [1, 1, 1, 1], strides: [1, 1] });
  return graph.add("Add", [most(value), most(graph.add("Neg", [value]))]);
}
