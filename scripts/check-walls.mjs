/** The walls between folders (`import-walls.mjs`), held against every source and every `tsconfig.json`. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findBreaches, readImportTable } from "./import-walls.mjs";
import { ROOT } from "./setup.mjs";

const table = readImportTable(readFileSync(join(ROOT, "docs/architecture.md"), "utf8"));
const faults = [...findBreaches(table, sources()), ...[...table].flatMap(referenceFaults)];
for (const fault of faults) console.error(fault);
console.log(`Import walls: ${table.size} folders, ${faults.length} faults.`);
process.exitCode = faults.length === 0 ? 0 : 1;

/** @returns {Iterable<[string, string]>} */
function sources() {
  return readdirSync(join(ROOT, "src"), { recursive: true, encoding: "utf8" })
    .filter((path) => /\.tsx?$/.test(path))
    .map((path) => [`src/${path.replaceAll("\\", "/")}`, readFileSync(join(ROOT, "src", path), "utf8")]);
}

/** A folder is compiled against what it may import, and nothing else. @param {readonly [string, readonly string[]]} row */
function referenceFaults([room, allowed]) {
  if (room.includes(".")) return [];
  const { references } = JSON.parse(readFileSync(join(ROOT, "src", room, "tsconfig.json"), "utf8"));
  const referred = new Set(references.map((reference) => reference.path.replace("../", "")));
  const wanted = new Set(allowed.map((name) => name.split("/")[0]).filter((name) => name !== room));
  const differing = [...referred, ...wanted].filter((name) => !(referred.has(name) && wanted.has(name)));
  return differing.map((name) => `src/${room}/tsconfig.json and docs/architecture.md differ about ${name}`);
}
