/**
 * Which folder may import which: the table in `docs/architecture.md`, held against the sources.
 *
 * A parser of our own choice instead of dependency-cruiser, which reads TypeScript through a compiler interface that
 * TypeScript 7 no longer has (`docs/decisions/`).
 */
import { dirname, join, normalize } from "node:path/posix";
import { parseSync, Visitor } from "oxc-parser";

/**
 * The rows of the table whose first cell names something under `src/`.
 *
 * @param {string} markdown
 * @returns {ReadonlyMap<string, readonly string[]>} Per room ("core", "main.tsx"): what it may import, as folders
 *   ("io") or files without extension ("workers/rpc"), itself not among them.
 */
export function readImportTable(markdown) {
  const rows = markdown.matchAll(/^\| `src\/([^`]+)` \|.*\|([^|]*)\|$/gm);
  return new Map([...rows].map(([, room, cell]) => [room, [...cell.matchAll(/`([^`]+)`/g)].map(([, name]) => name)]));
}

/**
 * Every import that the table does not allow, as a line of text.
 *
 * @param {ReadonlyMap<string, readonly string[]>} table
 * @param {Iterable<readonly [path: string, source: string]>} files Paths from the project's root, with slashes.
 */
export function findBreaches(table, files) {
  const breaches = [];
  for (const [path, source] of files) {
    const [, room] = path.split("/");
    if (room === "testing" || /\.test\.tsx?$/.test(path)) continue;
    const allowed = table.get(room);
    if (allowed === undefined) {
      breaches.push(`${path}: docs/architecture.md has no row for src/${room}`);
      continue;
    }
    for (const specifier of readSpecifiers(path, source)) {
      if (!specifier.startsWith(".") && !specifier.startsWith("/")) continue;
      const target = normalize(join(dirname(path), specifier));
      const inside = [room, ...allowed].some((name) => isWithin(target, `src/${name}`));
      if (!inside) breaches.push(`${path}: src/${room} may not import ${target}`);
    }
  }
  return breaches;
}

function isWithin(target, place) {
  return target === place || target.startsWith(`${place}/`) || target.replace(/\.\w+$/, "") === place;
}

/** Whatever a module asks for by name: imports and re-exports, of types too, `import()`, `new URL(…, import.meta.url)`. */
function readSpecifiers(path, source) {
  const specifiers = [];
  const note = (node) => {
    if (typeof node?.value === "string") specifiers.push(node.value.replace(/\?.*$/, ""));
  };
  const bySource = ({ source }) => note(source);
  new Visitor({
    ImportDeclaration: bySource,
    ExportNamedDeclaration: bySource,
    ExportAllDeclaration: bySource,
    ImportExpression: bySource,
    TSImportType: bySource,
    NewExpression({ callee, arguments: [first, second] }) {
      if (callee.name === "URL" && second?.object?.type === "MetaProperty") note(first);
    },
  }).visit(parseSync(path, source).program);
  return specifiers;
}
