/**
 * Lets other programs judge ours: runs a Python script in the environment of the models.
 *
 * Without that environment such tests are skipped on a developer's machine and fail in CI, where it must be there.
 */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";

export const PYTHON = "models/.venv/bin/python";

export const withoutPython = !existsSync(PYTHON) && process.env.CI === undefined;

/** @returns What the script prints, parsed as JSON. `input` is on its standard input as JSON. */
export function runPython(script: string, input: unknown = null): unknown {
  const printed = execFileSync(PYTHON, ["-c", script], {
    encoding: "utf8",
    input: JSON.stringify(input),
    maxBuffer: 1 << 28,
  });
  return JSON.parse(printed);
}
