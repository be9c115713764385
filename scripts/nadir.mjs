#!/usr/bin/env node
/**
 * `npm run nadir` in a clone: the command line in TypeScript, as it stands. It is bundled anew at every start, which takes
 * a fraction of what compiling file by file does, and worker threads need no compiler of their own.
 */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, renameSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { bundleCli } from "./bundle-cli.mjs";

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));

process.setSourceMapsEnabled(true);
await import(pathToFileURL(join(await bundledFolder(), "bin.mjs")));

/** Where the modules lie, made if they have changed. Nothing of their making is kept while the command runs. */
async function bundledFolder() {
  const { outputFiles } = await bundleCli("out", { sourcemap: "linked", sourcesContent: false, write: false });
  const hash = createHash("sha256");
  for (const { contents } of outputFiles) hash.update(contents);
  const folder = join(ROOT, "node_modules/.nadir", hash.digest("hex").slice(0, 16));
  if (existsSync(folder)) return folder;
  const partial = `${folder}.${process.pid}`;
  mkdirSync(partial, { recursive: true });
  for (const { path, contents } of outputFiles) writeFileSync(join(partial, basename(path)), contents);
  try {
    renameSync(partial, folder);
  } catch (error) {
    // Another process was first.
    if (!existsSync(folder)) throw error;
  }
  return folder;
}
