/**
 * What the steps `firefox` and `webkit` need of the system: the browsers as Debian packages them, a display, a Vulkan
 * driver. A superuser of a machine with apt gets what is missing, anybody else a sentence that names it.
 */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { fail, run } from "./setup.mjs";

/** @type {Readonly<Record<string, { readonly package: string, readonly isThere: () => boolean }>>} */
const PARTS = {
  display: { package: "xvfb", isThere: () => hasProgram("Xvfb") && hasProgram("xvfb-run") },
  // xvfb-run asks for it and only recommends it.
  authority: { package: "xauth", isThere: () => hasProgram("xauth") },
  firefox: { package: "firefox-esr", isThere: () => hasProgram("firefox-esr") },
  vulkan: { package: "mesa-vulkan-drivers", isThere: hasLavapipe },
  webkit: {
    package: "webkit2gtk-driver",
    isThere: () => hasProgram("WebKitWebDriver") && findMiniBrowser() !== undefined,
  },
};

/** @type {Readonly<Record<string, readonly string[]>>} */
const NEEDED = {
  firefox: ["display", "authority", "firefox", "vulkan"],
  webkit: ["display", "authority", "webkit"],
};

/**
 * Makes sure that the browser of a step is there, or ends the program with what to install.
 *
 * @param {"firefox" | "webkit"} step
 */
export function ensureOtherBrowser(step) {
  const missing = () => NEEDED[step].map((part) => PARTS[part]).filter(({ isThere }) => !isThere());
  const packages = missing().map((part) => part.package);
  if (packages.length === 0) return;
  if (process.getuid?.() === 0 && hasProgram("apt-get")) {
    console.log(`Installing ${packages.join(", ")} …`);
    const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
    const quiet = { env, stdio: ["ignore", "ignore", "inherit"] };
    run("apt-get", ["update", "-qq"], quiet) &&
      run("apt-get", ["install", "-y", "-qq", "--no-install-recommends", ...packages], quiet);
  }
  const left = missing().map((part) => part.package);
  if (left.length > 0) {
    fail(
      `The step "${step}" needs ${left.join(", ")}, which this machine lacks. Install it (Debian: apt install ${left.join(" ")}) and try again.`,
    );
  }
}

/** Runs a command on a display of its own. */
export function runOnDisplay(command, args, options = {}) {
  return run("xvfb-run", ["-a", "-s", "-screen 0 1440x900x24", command, ...args], options);
}

/** The browser that WebKitGTK's driver starts; undefined where there is none. */
export function findMiniBrowser() {
  return ["/usr/lib", "/usr/libexec"]
    .flatMap((folder) => [folder, ...foldersIn(folder)])
    .flatMap((folder) => ["webkit2gtk-4.1", "webkit2gtk-4.0", "webkitgtk-6.0"].map((name) => join(folder, name)))
    .map((folder) => join(folder, "MiniBrowser"))
    .find((path) => existsSync(path));
}

function hasProgram(name) {
  return spawnSync("sh", ["-c", `command -v ${name}`], { stdio: "ignore" }).status === 0;
}

/** Mesa's Vulkan driver without a GPU, the only one that every machine has. */
function hasLavapipe() {
  const folder = "/usr/share/vulkan/icd.d";
  return existsSync(folder) && readdirSync(folder).some((name) => name.startsWith("lvp_icd"));
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name.includes("-linux-gnu"))
    .map(({ name }) => join(folder, name));
}
