/**
 * The command line as two modules, the process and the thread of one network; packages stay outside. Run by itself
 * (`prepack`) it writes them to `dist-cli/`, which is what an installed package starts.
 */
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

/**
 * @param {string} outdir From the project's root. The modules find the shipped models by their own place, three folders
 *   below the root, as those of `src/cli/commands` do.
 * @param {import("esbuild").BuildOptions} [options]
 */
export function bundleCli(outdir, options = {}) {
  return build({
    absWorkingDir: ROOT,
    entryPoints: ["src/cli/bin.ts", "src/cli/session-worker.ts"],
    outdir,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node20",
    ...options,
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await bundleCli("dist-cli/src/cli", { banner: { js: "#!/usr/bin/env node" } });
}
