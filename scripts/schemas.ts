/**
 * What is written from the schemas of our files: JSON Schemas for Python and other programs, and the table of fields in
 * `docs/manifest.md`. `npm run schemas` writes them; a test fails while one is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { MANIFEST_FORMAT, manifestSchema } from "../src/core/manifest/manifest-schema";
import { PROJECT_FORMAT } from "../src/core/project/project";
import { projectSchema } from "../src/core/project/project-schema";

const MANIFEST_PAGE = "docs/manifest.md";
const TABLE_BEGINS = "<!-- fields: written by npm run schemas -->";
const TABLE_ENDS = "<!-- end of fields -->";

/** Every written file as it should be, by path from the root of the project. */
export function writtenFiles(): Record<string, string> {
  return {
    "docs/schemas/model-manifest.schema.json": schemaText(manifestSchema, `Nadir model manifest, ${MANIFEST_FORMAT}`),
    "docs/schemas/project.schema.json": schemaText(projectSchema, `Nadir project, ${PROJECT_FORMAT}`),
    [MANIFEST_PAGE]: withTable(readFileSync(MANIFEST_PAGE, "utf8"), fieldTable(jsonSchema(manifestSchema))),
  };
}

/** What comes out of a reading is described: lists with their items, and defaults as values that may be left out. */
function jsonSchema(schema: GenericSchema): JsonSchema {
  return toJsonSchema(schema, { typeMode: "output", ignoreActions: ["finite", "transform"] });
}

function schemaText(schema: GenericSchema, title: string): string {
  const { $schema, ...rest } = jsonSchema(schema);
  return `${JSON.stringify({ $schema, title, ...rest }, null, 2)}\n`;
}

function withTable(page: string, table: string): string {
  const [before, rest] = page.split(TABLE_BEGINS);
  const after = rest?.split(TABLE_ENDS)[1];
  if (before === undefined || after === undefined) {
    throw new Error(`${MANIFEST_PAGE} has no place for the table of fields.`);
  }
  return `${before}${TABLE_BEGINS}\n\n${table}\n\n${TABLE_ENDS}${after}`;
}

function fieldTable(schema: JsonSchema): string {
  const rows = rowsOf(schema, "").map((row) => `| ${row.join(" | ")} |`);
  return ["| field | holds | |", "| --- | --- | --- |", ...rows].join("\n");
}

/** One row per field, those of objects and lists below them. */
function rowsOf(schema: JsonSchema, path: string): string[][] {
  const inner = withoutNull(schema);
  if (inner.items !== undefined && !Array.isArray(inner.items)) {
    return rowsOf(inner.items as JsonSchema, `${path}[]`);
  }
  return [...fieldRows(inner, path), ...taggedRows((inner.oneOf ?? []) as JsonSchema[], path)];
}

function fieldRows(schema: JsonSchema, path: string, note = ""): string[][] {
  return fieldsOf(schema).flatMap(([name, field]) => {
    const place = path === "" ? name : `${path}.${name}`;
    const kind = withoutNull(field);
    const missing = (schema.required ?? []).includes(name) ? "" : "May be left out.";
    const about = [kind.description ?? "", missing, note].filter((part) => part !== "").join(" ");
    return [[`\`${place}\``, holds(kind), about], ...rowsOf(kind, place)];
  });
}

/** Objects told apart by the one field that they all have and whose value is fixed. */
function taggedRows(options: readonly JsonSchema[], path: string): string[][] {
  const tags = options.map((option) => fieldsOf(option).find(([, field]) => field.const !== undefined)!);
  const choice = tags.map(([, field]) => `\`${field.const}\``).join(", ");
  const rest = options.flatMap(({ properties, ...option }, index) => {
    const [name, { const: value }] = tags[index]!;
    const { [name]: _, ...others } = properties as Record<string, JsonSchema>;
    return fieldRows({ ...option, properties: others }, path, `(\`${value}\` only)`);
  });
  return options.length === 0 ? [] : [[`\`${path}.${tags[0]![0]}\``, choice, ""], ...rest];
}

function fieldsOf({ properties = {} }: JsonSchema): [string, JsonSchema][] {
  return Object.entries(properties as Record<string, JsonSchema>);
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const others = (schema.anyOf as JsonSchema[] | undefined)?.filter(({ type }) => type !== "null");
  return others?.length === 1 ? others[0]! : schema;
}

function holds(schema: JsonSchema): string {
  if (schema.const !== undefined) {
    return `\`${schema.const}\``;
  }
  if (schema.enum !== undefined) {
    return (schema.enum as unknown[]).map((choice) => `\`${choice}\``).join(", ");
  }
  if (schema.type === "array") {
    const { items } = schema;
    const same = Array.isArray(items) ? null : (items as JsonSchema);
    return same === null
      ? `[${(items as JsonSchema[]).map((item) => (item.const === undefined ? holds(item) : `\`"${item.const}"\``)).join(", ")}]`
      : schema.minItems === schema.maxItems && schema.minItems !== undefined
        ? `${schema.minItems} of: ${holds(same)}`
        : `list of: ${holds(same)}`;
  }
  if (schema.type === "integer" || schema.type === "number") {
    const name = schema.type === "integer" ? "whole number" : "number";
    const { minimum, exclusiveMinimum, maximum } = schema;
    const bounds = [
      ...(minimum === undefined ? [] : [`≥ ${minimum}`]),
      ...(exclusiveMinimum === undefined ? [] : [`> ${exclusiveMinimum}`]),
      ...(maximum === undefined || maximum === Number.MAX_SAFE_INTEGER ? [] : [`≤ ${maximum}`]),
    ];
    return [name, ...bounds].join(" ");
  }
  return { string: "text", boolean: "true or false" }[String(schema.type)] ?? "object";
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  for (const [path, text] of Object.entries(writtenFiles())) {
    writeFileSync(path, text);
  }
}
