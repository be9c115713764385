/**
 * `npm test`: everything that has to hold before a change is kept, in the order that fails fastest. `npm test -- unit e2e`
 * runs the named steps only, `--all` the slow ones too (`npm run test:all`), `--quick` what needs neither browser nor
 * Python (`npm run quick`). Away from CI a step that passed and whose files are the same is skipped; `--again` runs it.
 */
import { existsSync, readFileSync, rmSync, statfsSync } from "node:fs";
import { join } from "node:path";
import { ensureOtherBrowser, runOnDisplay } from "./other-browsers.mjs";
import {
  checkNode,
  ensureBrowser,
  ensureNodePackages,
  ensurePython,
  fail,
  PYTHON,
  ROOT,
  run,
  runBeside,
} from "./setup.mjs";
import { hasPassed, keepPassed, stateOf } from "./step-stamps.mjs";

const USUAL_ENV = { ...process.env, ...temporaryFolder() };
const MODELS = join(ROOT, "models");
const SLOW = { env: { ...USUAL_ENV, NADIR_SLOW: "1" } };

const STEPS = {
  types: () => run("npx", ["tsc", "-b"]),
  style: () => run("npm", ["run", "--silent", "lint"]),
  quick: () => vitest(["quick"]),
  lint: () =>
    runBeside(
      ["npm", ["run", "--silent", "lint"]],
      python("ruff", "check", "."),
      python("ruff", "format", "--check", "."),
      python("mypy"),
    ),
  unit: () => vitest(["quick", "rest"]),
  webgpu: () => vitest(["webgpu"]),
  models: () => run(PYTHON, ["-m", "pytest"], { cwd: MODELS, env: USUAL_ENV }),
  e2e: () => playwright("studio"),
  /** The sample job in browsers that are not Chromium; `docs/browsers.md` says what differs there. */
  firefox: () => otherBrowser("firefox"),
  webkit: () => otherBrowser("webkit"),
  /** Rasters of gigabytes. */
  slow: () => vitest(["slow"], SLOW),
  /** Pictures of every state with axe on each, a huge scene in the page, and the storage twenty times over. */
  sweeps: () => playwright("sweeps", SLOW),
};

/** Whether what several steps need was made; absent until the first of them asks. */
const BUILDS = {};

const USUAL = ["types", "lint", "unit", "webgpu", "models", "e2e"];
const WITHOUT_SETUP = ["types", "style", "quick"];
const OTHER_BROWSERS = ["firefox", "webkit"];

checkNode();
const asked = process.argv.slice(2);
const chosen = asked.filter((name) => !name.startsWith("--"));
const unknown = chosen.filter((name) => !(name in STEPS));
if (unknown.length > 0) {
  fail(`There is no test step "${unknown.join('", "')}". The steps are: ${Object.keys(STEPS).join(", ")}.`);
}
const names = chosen.length > 0 ? chosen : stepsOf(asked);
ensureNodePackages();
if (names.some((name) => !WITHOUT_SETUP.includes(name))) {
  ensurePython();
}
if (names.some((name) => !WITHOUT_SETUP.includes(name) && !OTHER_BROWSERS.includes(name))) ensureBrowser();
for (const name of OTHER_BROWSERS.filter((other) => names.includes(other))) ensureOtherBrowser(name);

const maySkip = process.env.CI === undefined && chosen.length === 0 && !asked.includes("--again");
const ended = [];
for (const name of names) ended.push(await endStep(name));

console.log("");
for (const { name, verdict, seconds } of ended) {
  const told = verdict === "skipped" ? "unchanged since it passed" : `${String(seconds).padStart(5)} s`;
  console.log(`${name.padEnd(8)} ${verdict.padEnd(8)} ${told}`);
}
for (const { name, verdict } of ended) {
  if (verdict === "FAILED") for (const test of failedTests(name)) console.log(`  ${name}: ${test}`);
}
const count = (verdict) => ended.filter((step) => step.verdict === verdict).length;
const skipped = count("skipped") > 0 ? `, ${count("skipped")} skipped` : "";
console.log(`\nsteps: ${count("passed")} passed, ${count("FAILED")} failed${skipped}`);
process.exit(count("FAILED") === 0 ? 0 : 1);

/** @param {string} name */
async function endStep(name) {
  const state = stateOf(name);
  if (maySkip && hasPassed(name, state)) return { name, verdict: "skipped", seconds: 0 };
  const start = performance.now();
  console.log(`\n── ${name} ──`);
  const verdict = (await STEPS[name]()) ? "passed" : "FAILED";
  const seconds = Math.round((performance.now() - start) / 1000);
  console.log(`── ${name}: ${verdict} in ${seconds} s`);
  if (verdict === "passed") keepPassed(name, state);
  return { name, verdict, seconds };
}

/** Tests write and sync thousands of small files: in memory where there is room for them. */
function temporaryFolder() {
  const memory = "/dev/shm";
  if (process.env.TMPDIR !== undefined || !existsSync(memory)) return {};
  const { bavail, bsize } = statfsSync(memory);
  return bavail * bsize > 4 * 2 ** 30 ? { TMPDIR: memory } : {};
}

/** @param {readonly string[]} options */
function stepsOf(options) {
  if (options.includes("--quick")) return WITHOUT_SETUP;
  return options.includes("--all") ? [...USUAL, "slow", "sweeps"] : USUAL;
}

/** @param {readonly string[]} projects Side by side, so that neither waits for the other's last file. */
function vitest(projects, options = { env: USUAL_ENV }) {
  const report = reportOf(projects);
  rmSync(report, { force: true });
  const chosenProjects = projects.flatMap((project) => ["--project", project]);
  const reporters = ["--reporter=default", "--reporter=json", `--outputFile.json=${report}`];
  return run("npx", ["vitest", "run", ...chosenProjects, ...reporters], options);
}

/** @param {readonly string[]} projects */
function reportOf(projects) {
  return join(ROOT, ".cache", "reports", `${projects.join("-")}.json`);
}

/**
 * What Vitest found wrong, again at the end, where it is seen; the other programs end with theirs.
 *
 * @param {string} step
 * @returns {readonly string[]}
 */
function failedTests(step) {
  const report = reportOf(step === "unit" ? ["quick", "rest"] : [step]);
  if (!existsSync(report)) return [];
  return JSON.parse(readFileSync(report, "utf8")).testResults.flatMap(({ name, message, assertionResults }) => {
    const failed = assertionResults.filter(({ status }) => status === "failed");
    const told = failed.map(({ fullName, failureMessages }) => `${fullName}: ${failureMessages[0]?.split("\n")[0]}`);
    return (told.length > 0 ? told : message ? [message] : []).map((text) => `${name.slice(ROOT.length + 1)}: ${text}`);
  });
}

/** @param {string} project */
function playwright(project, options = {}) {
  return isPageBuilt() && run("npx", ["playwright", "test", `--project=${project}`], options);
}

/** @param {"firefox" | "webkit"} name */
function otherBrowser(name) {
  return isPageBuilt() && runOnDisplay("npx", ["playwright", "test", `--project=${name}`], { env: USUAL_ENV });
}

/** Builds the page for the first step that opens it; the steps after it open the same one. */
function isPageBuilt() {
  BUILDS.page ??= run("npx", ["vite", "build", "--logLevel", "warn"]);
  return BUILDS.page;
}

/** @param {readonly string[]} args @returns {import("./setup.mjs").Command} A program of the models' environment. */
function python(...args) {
  return [PYTHON, ["-m", ...args], { cwd: MODELS }];
}
