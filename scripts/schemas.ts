/**
 * What is written from the schemas of our files: JSON Schemas for Python and other programs, and the table of fields in
 * `docs/manifest.md`. `npm run schemas` writes them; a test fails while one is out of date.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { pathToFileURL } from "node:url";
import { type JsonSchema, toJsonSchema } from "@valibot/to-json-schema";
import type { GenericSchema } from "valibot";
import { manifestSchema } from "../src/core/manifest/manifest-schema";

const MANIFEST_PAGE = "docs/manifest.md";
const TABLE_BEGINS = "<!-- fields: written by npm run schemas -->";
const TABLE_ENDS = "<!-- end of fields -->";

/** Every written file as it should be, by path from the root of the project. */
export function writtenFiles(): Record<string, string> {
  return {
    "docs/schemas/model-manifest.schema.json": schemaText(manifestSchema, "Nadir model manifest, nadir-model/1"),
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
  const alternatives = (inner.oneOf ?? []) as JsonSchema[];
  const all = [inner, ...alternatives].flatMap((each) =>
    Object.entries((each.properties ?? {}) as Record<string, JsonSchema>).map(([name, field]) => ({
      name,
      field,
      needed: (each.required ?? []).includes(name),
      tag: alternatives.length > 0 ? tagOf(each) : "",
    })),
  );
  const tags = all.filter(({ field }) => field.const !== undefined).map(({ field }) => `\`${field.const}\``);
  const own = tags.length > 0 ? [[`\`${path}.${all[0]!.name}\``, tags.join(", "), ""]] : [];
  return [
    ...own,
    ...all
      .filter(({ field }) => field.const === undefined)
      .flatMap(({ name, field, needed, tag }) => {
        const place = path === "" ? name : `${path}.${name}`;
        const kind = withoutNull(field);
        const about = [kind.description ?? "", needed ? "" : "May be left out.", tag].filter((part) => part !== "");
        return [[`\`${place}\``, holds(kind), about.join(" ")], ...rowsOf(kind, place)];
      }),
  ];
}

function tagOf({ properties = {} }: JsonSchema): string {
  const tag = Object.values(properties as Record<string, JsonSchema>).find((field) => field.const !== undefined);
  return tag === undefined ? "" : `(\`${tag.const}\` only)`;
}

function withoutNull(schema: JsonSchema): JsonSchema {
  const others = (schema.anyOf as JsonSchema[] | undefined)?.filter(({ type }) => type !== "null");
  return others?.length === 1 ? others[0]! : schema;
}

function holds(schema: JsonSchema): string {
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
