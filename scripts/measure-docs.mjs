/**
 * How well the sources say what they are: the share of exported functions and classes with a docstring, and functions
 * longer than an idea. Run by itself it lists what lacks one; with `--floor 85` it fails below that percentage. It
 * always fails on a function of more than 60 lines that is not named below, and on a name that no such function has.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

const LONG_LINES = 60;
/** Each one algorithm, whose steps share all of its state. */
const ALGORITHMS = {
  "src/core/cleaning/sieve.ts createSieve": "three passes over the rows that share labels, sizes and neighbours",
  "src/core/polygons/trace-polygons.ts createPolygonTracer": "boundaries of all classes, traced row by row in one pass",
  "src/inference/walk-strip.ts walkStrip":
    "the pipeline of a strip: rows in, windows, rows out, what is in flight awaited",
  "src/io/codecs/lzw.ts decodeInto": "the decoder's loop over codes, with bit buffer and table at hand",
};
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const exported = [];
const long = [];
for (const path of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
  if (/\.tsx?$/.test(path) && !/\.test\.|^testing/.test(path)) measure(path);
}
const known = new Set(Object.keys(ALGORITHMS));
const tooLong = long.filter(({ id }) => !known.has(id));
const shortened = [...known].filter((id) => !long.some((found) => found.id === id));
const bare = exported.filter(({ documented }) => !documented);
const percent = (100 * (exported.length - bare.length)) / exported.length;
const floor = process.argv.includes("--floor") ? Number(process.argv[process.argv.indexOf("--floor") + 1]) : null;
if (floor === null || percent < floor) {
  for (const { place } of bare) console.log(`no docstring: ${place}`);
}
for (const { place, lines } of tooLong) {
  console.log(`${place} has ${lines} lines: split it, or name it in scripts/measure-docs.mjs if it is one algorithm`);
}
for (const id of shortened)
  console.log(`${id} is not longer than ${LONG_LINES} lines: take it out of scripts/measure-docs.mjs`);
console.log(
  `Docstrings: ${percent.toFixed(1)} % of ${exported.length} exported functions; ${long.length} functions over ${LONG_LINES} lines, ${tooLong.length} of them no algorithm.`,
);
process.exitCode = (floor !== null && percent < floor) || tooLong.length + shortened.length > 0 ? 1 : 0;

/** @param {string} path Below `src`. */
function measure(path) {
  const source = readFileSync(join(ROOT, "src", path), "utf8");
  const { program, comments } = parseSync(path, source);
  const lineAt = (offset) => source.slice(0, offset).split("\n").length;
  const isDocumented = (start) =>
    comments.some(({ value, end }) => value.startsWith("*") && source.slice(end, start).trim() === "");
  const noteExport = (statement) => {
    for (const { name, isFunction } of declared(statement.declaration)) {
      if (isFunction) {
        const place = `src/${path}:${lineAt(statement.start)} ${name}`;
        exported.push({ place, documented: isDocumented(statement.start) });
      }
    }
  };
  const noteLength = ({ start, end, id }) => {
    const lines = lineAt(end) - lineAt(start) + 1;
    const name = id?.name ?? "a function";
    if (lines > LONG_LINES) {
      long.push({ id: `src/${path} ${name}`, place: `src/${path}:${lineAt(start)} ${name}`, lines });
    }
  };
  new Visitor({
    ExportNamedDeclaration: noteExport,
    FunctionDeclaration: noteLength,
    FunctionExpression: noteLength,
    ArrowFunctionExpression: noteLength,
  }).visit(program);
}

/** Names a declaration introduces, and whether each is something that is called. */
function declared(declaration) {
  if (declaration === null) return [];
  const isFunction = /^(FunctionDeclaration|ClassDeclaration)$/.test(declaration.type);
  if (isFunction) return [{ name: declaration.id.name, isFunction }];
  return (declaration.declarations ?? []).map(({ id, init }) => ({
    name: id.name,
    isFunction: /^(ArrowFunctionExpression|FunctionExpression)$/.test(init?.type ?? ""),
  }));
}
