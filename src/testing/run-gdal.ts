/**
 * GDAL's programs as judges of files. Without them such tests are skipped on a developer's machine and fail in CI, where
 * they must be there.
 */
import { execFileSync, spawnSync } from "node:child_process";

export const withoutGdal = spawnSync("ogr2ogr", ["--version"]).error !== undefined && process.env.CI === undefined;

/** @returns What it prints. @throws When it fails, with what it says. */
export function runGdal(program: "ogr2ogr" | "ogrinfo" | "gdal_rasterize", ...args: readonly string[]): string {
  return execFileSync(program, args, { encoding: "utf8", maxBuffer: 1 << 28 });
}
