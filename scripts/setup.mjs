/**
 * What `npm start` and `npm test` need on a bare machine with Node 20: npm packages, the Python environment of the
 * models, a browser. Plain JavaScript without packages, because it runs before any are installed.
 */
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
export const PYTHON = join(ROOT, "models/.venv/bin/python");

const LEAST_NODE = 20;
const LEAST_PYTHON = [3, 11];

/** Runs a command in the project's root with its output shown; returns whether it succeeded. */
export function run(command, args, options = {}) {
  const result = spawnSync(command, args, { cwd: ROOT, stdio: "inherit", ...options });
  return result.status === 0;
}

/**
 * Runs commands at once; the output of each is shown whole when it has ended.
 *
 * @typedef {[command: string, args: readonly string[], options?: import("node:child_process").SpawnOptions]} Command
 * @param {...Command} commands
 * @returns {Promise<boolean>} Whether all succeeded.
 */
export async function runBeside(...commands) {
  const succeeded = commands.map(
    ([command, args, options = {}]) =>
      new Promise((resolve) => {
        const child = spawn(command, args, { cwd: ROOT, ...options, stdio: ["ignore", "pipe", "pipe"] });
        const output = [];
        for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => output.push(chunk));
        child.on("error", (error) => output.push(Buffer.from(`${error.message}\n`)));
        child.on("close", (status) => {
          process.stdout.write(Buffer.concat(output));
          resolve(status === 0);
        });
      }),
  );
  return (await Promise.all(succeeded)).every(Boolean);
}

/** Ends the program with a sentence that says what to do. */
export function fail(sentence) {
  console.error(`\n${sentence}`);
  process.exit(1);
}

export function checkNode() {
  const major = Number(process.versions.node.split(".")[0]);
  if (major < LEAST_NODE) {
    fail(
      `Nadir needs Node ${LEAST_NODE} or newer; this is ${process.versions.node}. Install a newer Node and try again.`,
    );
  }
}

/** Installs the packages of package-lock.json unless that very lockfile is installed already. */
export function ensureNodePackages() {
  once("node_modules/.nadir-installed", ["package-lock.json"], () => {
    console.log("Installing npm packages …");
    // Without install scripts: none of the packages needs one, and onnxruntime-node's would fetch CUDA binaries.
    return run("npm", ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"])
      ? null
      : "npm could not install the packages of package-lock.json. Check the network connection and try again.";
  });
}

/** Creates models/.venv with the packages of models/requirements.txt. */
export function ensurePython() {
  once("models/.venv/.nadir-installed", ["models/requirements.txt"], () => {
    console.log("Preparing the Python environment of the models …");
    const python = findPython();
    if (python === null) {
      return `The model tests need Python ${LEAST_PYTHON.join(".")} or newer with its venv module. Install it (Debian: apt install python3 python3-venv) and try again.`;
    }
    const installed =
      (existsSync(PYTHON) || run(python, ["-m", "venv", "models/.venv"])) &&
      run(PYTHON, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", "models/requirements.txt"]);
    return installed
      ? null
      : "pip could not install models/requirements.txt. Check the network connection and try again.";
  });
}

/** `NADIR_CHROMIUM` if set, else the system's browser; undefined leaves the choice to Playwright. */
export function findChromium() {
  const system = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
  return process.env.NADIR_CHROMIUM ?? system.find((path) => existsSync(path));
}

/** Makes sure the tests find a browser: the system's, else one that Playwright fetches. */
export function ensureBrowser() {
  if (findChromium() === undefined && !run("npx", ["playwright", "install", "chromium"])) {
    fail("The tests need a Chromium. Install one (Debian: apt install chromium) or set NADIR_CHROMIUM to its path.");
  }
}

function findPython() {
  for (const name of ["python3", "python3.13", "python3.12", "python3.11", "python"]) {
    const { status, stdout } = spawnSync(name, ["-c", "import sys, venv; print(*sys.version_info[:2])"], {
      encoding: "utf8",
    });
    const [major, minor] = (stdout ?? "").trim().split(" ").map(Number);
    if (status === 0 && (major > LEAST_PYTHON[0] || (major === LEAST_PYTHON[0] && minor >= LEAST_PYTHON[1]))) {
      return name;
    }
  }
  return null;
}

/** Runs `install` unless `stamp` records the present content of `inputs`; `install` returns a sentence on failure. */
function once(stamp, inputs, install) {
  const hash = createHash("sha256");
  for (const input of inputs) {
    hash.update(readFileSync(join(ROOT, input)));
  }
  const wanted = hash.digest("hex");
  const stampPath = join(ROOT, stamp);
  if (existsSync(stampPath) && readFileSync(stampPath, "utf8") === wanted) {
    return;
  }
  const problem = install();
  if (problem !== null) {
    fail(problem);
  }
  mkdirSync(dirname(stampPath), { recursive: true });
  writeFileSync(stampPath, wanted);
}
