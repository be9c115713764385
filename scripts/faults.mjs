/**
 * `npm run test:faults`: every fault that is produced on purpose (`src/testing/faults`, on a real device in the browser
 * too), the five hundred random lives of a run among them, and `docs/faults.md` written from what came of each. With
 * `--quick` the slow half and that device are left out.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PROMISES } from "./fault-promises.mjs";
import { checkNode, ensureBrowser, ensureNodePackages, run } from "./setup.mjs";

const FOLDER = "src/testing/faults";
const LEFT_OUT = " In this run the slow half (`*.slow.test.ts`) and the real device were left out (`--quick`).";

checkNode();
ensureNodePackages();
const isQuick = process.argv.includes("--quick");
const testResults = tested("--project", "node", ...(isQuick ? [] : ["--project", "slow"]), FOLDER);
if (!isQuick) {
  ensureBrowser();
  testResults.push(...tested("--project", "webgpu", "src/inference/gpu-pipeline.gpu.test.ts", "-t", "survival"));
}

/** @type {Map<string, { fault: string, outcome: string, isLost: boolean }[]>} */
const groups = new Map();
for (const { assertionResults } of testResults) {
  for (const { ancestorTitles, title, status } of assertionResults) {
    if (status === "skipped" || status === "pending" || !title.includes(" → ")) continue;
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

## Which tests hold what is promised

| promise | held by |
| --- | --- |
${PROMISES.map(({ promise, held }) => `| ${inCell(promise)} | ${held.map(holder).join("; ")} |`).join("\n")}

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
/**
 * @param {...string} args Of vitest.
 */
function tested(...args) {
  const folder = mkdtempSync(join(tmpdir(), "nadir-faults-"));
  const told = join(folder, "told.json");
  run("npx", ["vitest", "run", ...args, "--reporter=default", "--reporter=json", `--outputFile.json=${told}`]);
  const { testResults: results } = JSON.parse(readFileSync(told, "utf8"));
  rmSync(folder, { recursive: true });
  return results;
}

/**
 * A test that is not there any more ends the script: a promise without a test is none.
 *
 * @param {import("./fault-promises.mjs").Holder} of
 */
function holder(of) {
  if ("file" in of) {
    if (!readFileSync(of.file, "utf8").includes(of.title)) throw new Error(`${of.file} has no test "${of.title}"`);
    return `\`${of.file}\`: ${inCell(of.title)}`;
  }
  const faults = (groups.get(of.group) ?? []).filter(({ fault }) => fault.startsWith(of.fault));
  if (faults.length === 0 && isQuick) return "left out";
  if (faults.length === 0) throw new Error(`${of.group} has no fault "${of.fault}…"`);
  const [first] = faults;
  return `${of.group}: ${of.fault === "" ? `all ${faults.length}` : faults.length === 1 ? inCell(first.fault) : `${inCell(of.fault)}… (${faults.length})`}`;
}

console.log(`docs/faults.md: ${all.length} faults tried, ${lost(all)} lost`);
process.exit(lost(all) === 0 && all.length > 0 ? 0 : 1);
