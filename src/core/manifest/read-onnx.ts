/**
 * What an ONNX file says about itself, without running it: inputs, outputs, opset, operators, metadata, external data.
 *
 * Reads the few fields of `onnx.proto3` (IR version 10) that matter here; weights are skipped, not copied.
 * Source: onnx/onnx.proto3.
 */
import { NadirError } from "../errors";
import { fieldsOf, message, text } from "./protobuf";

export interface OnnxValue {
  readonly name: string;
  /** `TensorProto.DataType`: 1 = float32, 10 = float16. */
  readonly elementType: number;
  /** Sizes, names of symbolic ones, or null where neither is given. */
  readonly shape: readonly (number | string | null)[];
}

export interface OnnxFacts {
  readonly opset: number;
  readonly producer: string;
  /** Without initialisers. */
  readonly inputs: readonly OnnxValue[];
  readonly outputs: readonly OnnxValue[];
  /** Nodes per operator; operators of other domains as "domain.Name". */
  readonly operators: Readonly<Record<string, number>>;
  /** Operator that makes the values of each output, looking through mere changes of layout; by output name. */
  readonly producedBy: Readonly<Record<string, string>>;
  readonly metadata: Readonly<Record<string, string>>;
  /** Files the weights are in, as named inside the graph. */
  readonly externalData: readonly string[];
}

/** @throws {NadirError} `bad-model` when the bytes are no ONNX model. */
export function readOnnx(bytes: Uint8Array, subject: string): OnnxFacts {
  try {
    return readModel(bytes);
  } catch (cause) {
    if (!(cause instanceof RangeError)) {
      throw cause;
    }
    throw new NadirError(
      {
        code: "bad-model",
        subject,
        found: `The file is no ONNX graph (${cause.message}).`,
        needed: "An .onnx file as written by torch.onnx.export or onnx.save.",
        next: "Export the model again, or copy the file again if it was cut short.",
      },
      { cause },
    );
  }
}

function readModel(bytes: Uint8Array): OnnxFacts {
  let opset = 0;
  let producer = "";
  let graph: Uint8Array | null = null;
  const metadata: Record<string, string> = {};
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 2) {
      producer = text(value);
    } else if (field === 7) {
      graph = message(value);
    } else if (field === 8) {
      const { domain, version } = readOpset(message(value));
      opset = domain === "" || domain === "ai.onnx" ? version : opset;
    } else if (field === 14) {
      const [key, entry] = readEntry(message(value));
      metadata[key] = entry;
    }
  }
  if (graph === null) {
    throw new RangeError("it holds no graph");
  }
  return { opset, producer, metadata, ...readGraph(graph) };
}

function readGraph(bytes: Uint8Array) {
  const inputs: OnnxValue[] = [];
  const outputs: OnnxValue[] = [];
  const operators: Record<string, number> = {};
  const nodes = new Map<string, { operator: string; firstInput: string }>();
  const initialisers = new Set<string>();
  const externalData = new Set<string>();
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      const node = readNode(message(value));
      operators[node.operator] = (operators[node.operator] ?? 0) + 1;
      for (const output of node.outputs) {
        nodes.set(output, node);
      }
    } else if (field === 5) {
      const tensor = readTensor(message(value));
      initialisers.add(tensor.name);
      if (tensor.location !== null) {
        externalData.add(tensor.location);
      }
    } else if (field === 11) {
      inputs.push(readValue(message(value)));
    } else if (field === 12) {
      outputs.push(readValue(message(value)));
    }
  }
  if (outputs.length === 0) {
    throw new RangeError("its graph has no output");
  }
  const makerOf = (output: string): string => {
    let node = nodes.get(output);
    for (let steps = 0; node !== undefined && LAYOUT_ONLY.has(node.operator) && steps < nodes.size; steps++) {
      node = nodes.get(node.firstInput);
    }
    return node?.operator ?? "";
  };
  return {
    inputs: inputs.filter(({ name }) => !initialisers.has(name)),
    outputs,
    operators,
    producedBy: Object.fromEntries(outputs.map(({ name }) => [name, makerOf(name)])),
    externalData: [...externalData],
  };
}

/** Operators that leave the values as they are. */
const LAYOUT_ONLY = new Set(["Transpose", "Identity", "Cast", "Reshape", "Squeeze", "Unsqueeze", "Flatten"]);

function readNode(bytes: Uint8Array): { operator: string; firstInput: string; outputs: string[] } {
  let [name, domain] = ["", ""];
  const inputs: string[] = [];
  const outputs: string[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      inputs.push(text(value));
    } else if (field === 2) {
      outputs.push(text(value));
    } else if (field === 4) {
      name = text(value);
    } else if (field === 7) {
      domain = text(value);
    }
  }
  return {
    operator: domain === "" || domain === "ai.onnx" ? name : `${domain}.${name}`,
    firstInput: inputs[0] ?? "",
    outputs,
  };
}

function readTensor(bytes: Uint8Array): { name: string; location: string | null } {
  let name = "";
  let location: string | null = null;
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 8) {
      name = text(value);
    } else if (field === 13) {
      const [key, entry] = readEntry(message(value));
      location = key === "location" ? entry : location;
    }
  }
  return { name, location };
}

/** ValueInfoProto → TypeProto → Tensor → TensorShapeProto. */
function readValue(bytes: Uint8Array): OnnxValue {
  let name = "";
  let elementType = 0;
  const shape: (number | string | null)[] = [];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      name = text(value);
    } else if (field === 2) {
      const tensor = firstMessage(message(value), 1);
      for (const part of tensor === null ? [] : fieldsOf(tensor)) {
        if (part.field === 1) {
          elementType = Number(part.value);
        } else if (part.field === 2) {
          shape.push(...[...fieldsOf(message(part.value))].map((dimension) => readDimension(message(dimension.value))));
        }
      }
    }
  }
  return { name, elementType, shape };
}

function readDimension(bytes: Uint8Array): number | string | null {
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      return Number(value);
    }
    if (field === 2) {
      return text(value);
    }
  }
  return null;
}

function readOpset(bytes: Uint8Array): { domain: string; version: number } {
  const opset = { domain: "", version: 0 };
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1) {
      opset.domain = text(value);
    } else if (field === 2) {
      opset.version = Number(value);
    }
  }
  return opset;
}

/** StringStringEntryProto. */
function readEntry(bytes: Uint8Array): [key: string, value: string] {
  const entry: [string, string] = ["", ""];
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === 1 || field === 2) {
      entry[field - 1] = text(value);
    }
  }
  return entry;
}

function firstMessage(bytes: Uint8Array, wanted: number): Uint8Array | null {
  for (const { field, value } of fieldsOf(bytes)) {
    if (field === wanted) {
      return message(value);
    }
  }
  return null;
}
