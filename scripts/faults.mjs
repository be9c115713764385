/**
 * `npm run test:faults`: every fault that is produced on purpose (`src/testing/faults`), the five hundred random lives of a
 * run among them, and `docs/faults.md` written from what came of each. With `--quick` those lives are left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkNode, ensureNodePackages, run } from "./setup.mjs";

const FOLDER = "src/testing/faults";
const LEFT_OUT =
  " In this run the five hundred random lives of `interleavings.slow.test.ts` were left out (`--quick`).";

checkNode();
ensureNodePackages();
const folder = mkdtempSync(join(tmpdir(), "nadir-faults-"));
const told = join(folder, "told.json");
const isQuick = process.argv.includes("--quick");
const projects = ["--project", "node", ...(isQuick ? [] : ["--project", "slow"])];
run("npx", [
  "vitest",
  "run",
  ...projects,
  FOLDER,
  "--reporter=default",
  "--reporter=json",
  `--outputFile.json=${told}`,
]);
const { testResults } = JSON.parse(readFileSync(told, "utf8"));
rmSync(folder, { recursive: true });

/** @type {Map<string, { fault: string, outcome: string, isLost: boolean }[]>} */
const groups = new Map();
for (const { assertionResults } of testResults) {
  for (const { ancestorTitles, title, status } of assertionResults) {
    if (status === "skipped" || status === "pending") continue;
    const [fault, outcome = ""] = title.split(" → ");
    const name = ancestorTitles.join(", ");
    groups.set(name, [...(groups.get(name) ?? []), { fault, outcome, isLost: status !== "passed" }]);
  }
}

const rows = [...groups].sort(([one], [other]) => one.localeCompare(other));
const count = (results, word) => results.filter(({ outcome, isLost }) => !isLost && outcome.startsWith(word)).length;
const lost = (results) => results.filter(({ isLost }) => isLost).length;
const all = rows.flatMap(([, results]) => results);
const line = (name, results) =>
  `| ${name} | ${results.length} | ${count(results, "survived")} | ${count(results, "refused")} | ${lost(results)} |`;

const inCell = (text) => text.replaceAll("|", "\\|").replaceAll("<", "&lt;");
writeFileSync(
  "docs/faults.md",
  `# Faults

Written by \`npm run test:faults\`, which produces every fault below on purpose. *Survived*: the step comes to its end, or goes on, with the identical result. *Refused*: it ends in a sentence with a next step, nothing the user has is overwritten, and finished rows stay. *Lost*: anything else, silence and waiting for ever among it.${isQuick ? LEFT_OUT : ""}

| | tried | survived | refused with a sentence | lost |
| --- | --- | --- | --- | --- |
${[...rows.map(([name, results]) => line(name, results)), line("**all**", all)].join("\n")}

${rows
  .map(
    ([name, results]) =>
      `## ${name[0].toUpperCase()}${name.slice(1)}\n\n| fault | outcome |\n| --- | --- |\n${results
        .map(({ fault, outcome, isLost }) => `| ${inCell(fault)} | ${isLost ? "**lost**" : inCell(outcome)} |`)
        .join("\n")}`,
  )
  .join("\n\n")}
`,
);
console.log(`docs/faults.md: ${all.length} faults tried, ${lost(all)} lost`);
process.exit(lost(all) === 0 && all.length > 0 ? 0 : 1);
