/**
 * How well the sources say what they are: the share of exported functions and classes with a docstring, and functions
 * longer than an idea. Run by itself it lists them; with `--floor 85` it fails below that percentage.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseSync, Visitor } from "oxc-parser";

const LONG_LINES = 60;
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

const exported = [];
const long = [];
for (const path of readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })) {
  if (/\.tsx?$/.test(path) && !/\.test\.|^testing/.test(path)) measure(path);
}
const bare = exported.filter(({ documented }) => !documented);
const percent = (100 * (exported.length - bare.length)) / exported.length;
const floor = process.argv.includes("--floor") ? Number(process.argv[process.argv.indexOf("--floor") + 1]) : null;
if (floor === null || percent < floor) {
  for (const { place } of bare) console.log(`no docstring: ${place}`);
  for (const { place, lines } of long.sort((a, b) => b.lines - a.lines)) console.log(`${lines} lines: ${place}`);
}
console.log(
  `Docstrings: ${percent.toFixed(1)} % of ${exported.length} exported functions; ${long.length} functions over ${LONG_LINES} lines.`,
);
process.exitCode = floor !== null && percent < floor ? 1 : 0;

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
    if (lines > LONG_LINES) long.push({ place: `src/${path}:${lineAt(start)} ${id?.name ?? ""}`, lines });
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
