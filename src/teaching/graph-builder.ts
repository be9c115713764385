/** Collects nodes and initialisers under names of their own, in the order in which they need each other. */
import { FLOAT, floats, type GraphParts, integers, node, nodeOf } from "./onnx-parts";

/** A base graph may hold anything but this. */
const PREFIX = "nadir_taught";

export class GraphBuilder {
  private readonly nodes: Uint8Array[] = [];
  private readonly initialisers: Uint8Array[] = [];

  /** @returns The name of what the node makes. */
  add(operator: string, inputs: readonly string[], attributes: Parameters<typeof node>[3] = {}): string {
    const name = this.nameOf(operator);
    this.nodes.push(node(operator, inputs, name, attributes));
    return name;
  }

  /** A node like one that is there already. @param attributes Serialised. */
  repeat(operator: string, inputs: readonly string[], attributes: readonly Uint8Array[]): string {
    const name = this.nameOf(operator);
    this.nodes.push(nodeOf(operator, inputs, name, attributes));
    return name;
  }

  floats(dims: readonly number[], values: Iterable<number>): string {
    const name = this.nameOf("floats");
    this.initialisers.push(floats(name, dims, values));
    return name;
  }

  integers(values: readonly number[]): string {
    const name = this.nameOf("integers");
    this.initialisers.push(integers(name, values));
    return name;
  }

  asFloat(value: string): string {
    return this.add("Cast", [value], { to: FLOAT });
  }

  /** One convolution of side 1. @param weights `[channels out, channels in]`, row-major. */
  mix(
    value: string,
    [out, into]: readonly [number, number],
    weights: Iterable<number>,
    bias?: Iterable<number>,
  ): string {
    const inputs = [value, this.floats([out, into, 1, 1], weights)];
    return this.add("Conv", bias === undefined ? inputs : [...inputs, this.floats([out], bias)], {
      kernel_shape: [1, 1],
    });
  }

  /** Bilinear with half-pixel centres and clamped borders, as windows of logits are brought to their image. */
  enlarge(value: string, factor: number): string {
    if (factor === 1) return value;
    return this.add("Resize", [value, "", this.floats([4], [1, 1, factor, factor])], {
      mode: "linear",
      coordinate_transformation_mode: "half_pixel",
    });
  }

  /** Everything so far, with a last node that gives `value` the name of an output. */
  finish(value: string, name: string, output: Uint8Array): GraphParts {
    return {
      nodes: [...this.nodes, node("Identity", [value], name)],
      initialisers: this.initialisers,
      outputs: [output],
    };
  }

  private nameOf(part: string): string {
    return `${PREFIX}_${part.toLowerCase()}_${this.nodes.length + this.initialisers.length}`;
  }
}
