/**
 * `npm test`: everything, in the order that fails fastest. `npm test -- unit e2e` runs the named steps only.
 */
import { join } from "node:path";
import { checkNode, ensureBrowser, ensureNodePackages, ensurePython, fail, PYTHON, ROOT, run } from "./setup.mjs";

const STEPS = {
  types: () => run("npx", ["tsc", "-b"]),
  lint: () => run("npm", ["run", "--silent", "lint"]) && ruff("check") && ruff("format", "--check"),
  unit: () => run("npx", ["vitest", "run", "--project", "node"]),
  webgpu: () => run("npx", ["vitest", "run", "--project", "webgpu"]),
  models: () => run(PYTHON, ["-m", "pytest"], { cwd: join(ROOT, "models") }),
  e2e: () => run("npx", ["vite", "build", "--logLevel", "warn"]) && run("npx", ["playwright", "test"]),
};

checkNode();
const chosen = process.argv.slice(2);
const unknown = chosen.filter((name) => !(name in STEPS));
if (unknown.length > 0) {
  fail(`There is no test step "${unknown.join('", "')}". The steps are: ${Object.keys(STEPS).join(", ")}.`);
}
ensureNodePackages();
ensurePython();
ensureBrowser();

const failed = [];
const names = Object.keys(STEPS).filter((name) => chosen.length === 0 || chosen.includes(name));
for (const name of names) {
  const start = performance.now();
  console.log(`\n── ${name} ──`);
  const passed = STEPS[name]();
  console.log(`── ${name}: ${passed ? "passed" : "FAILED"} in ${Math.round((performance.now() - start) / 1000)} s`);
  if (!passed) {
    failed.push(name);
  }
}
console.log(
  `\nsteps: ${names.length - failed.length} passed, ${failed.length} failed${failed.length > 0 ? ` (${failed.join(", ")})` : ""}`,
);
process.exit(failed.length === 0 ? 0 : 1);

function ruff(...args) {
  return run(PYTHON, ["-m", "ruff", ...args, "."], { cwd: join(ROOT, "models") });
}
