/**
 * What did not change since a step passed need not be tested again on the same machine. Never in CI, and not where a step
 * is asked for by name.
 */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./setup.mjs";

/** Files a step cannot see, by step; whatever is not listed here counts. */
const UNSEEN = {
  types: /^(models|docs|public)\//,
  style: /^models\/.*\.py$/,
  quick: /^(e2e|bench|models)\//,
  unit: /^(e2e|bench)\/|^models\/(tests|nadir_models)\//,
  webgpu: /^(bench|docs)\/|^e2e\/.*\.spec\.ts$|^models\/(tests|nadir_models)\//,
  models: /^(e2e|bench)\/|^src\/(ui|layers|actions|store|testing)\/|\.test\.tsx?$/,
};

/**
 * A step's state as one text: the content of every file it can see, this Node and where the test data are.
 *
 * @param {string} step
 * @returns {string | null} Null when it cannot be told, without git.
 */
export function stateOf(step) {
  const hash = createHash("sha256").update(`${process.version} ${process.env.NADIR_TEST_DATA ?? ""}\n`);
  for (const path of listFiles() ?? []) {
    if (UNSEEN[step]?.test(path) || !existsSync(join(ROOT, path))) continue;
    hash.update(`${path}\n`).update(readFileSync(join(ROOT, path)));
  }
  return listFiles() === null ? null : hash.digest("hex");
}

/** @param {string} step @param {string | null} state */
export function hasPassed(step, state) {
  return state !== null && existsSync(stampOf(step)) && readFileSync(stampOf(step), "utf8") === state;
}

/** @param {string} step @param {string | null} state */
export function keepPassed(step, state) {
  if (state === null) return;
  mkdirSync(dirname(stampOf(step)), { recursive: true });
  writeFileSync(stampOf(step), state);
}

/** @param {string} step */
function stampOf(step) {
  return join(ROOT, "node_modules/.nadir/passed", step);
}

/** @returns {readonly string[] | null} Tracked files and new ones that git does not ignore. */
function listFiles() {
  try {
    const listed = execFileSync("git", ["ls-files", "-z", "--cached", "--others", "--exclude-standard"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    return listed.split("\0").filter((path) => path !== "");
  } catch {
    return null;
  }
}
