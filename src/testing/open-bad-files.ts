/**
 * Opens files that must be refused, one after the other in this process, and prints what happened and the peak memory.
 *
 * Run in a process of its own, so that the peak is theirs: `node --import tsx src/testing/open-bad-files.ts a.tif b.tif`.
 */
import { existsSync, readFileSync } from "node:fs";
import { openRaster } from "../io/open-raster";
import { blobOf } from "./test-data";

export interface BadFileOutcome {
  readonly file: string;
  /** Sentence of the refusal; null when the file was read without complaint. */
  readonly refusal: string | null;
  /** False when what was thrown is no NadirError. */
  readonly clear: boolean;
}

async function outcomeOf(file: string): Promise<BadFileOutcome> {
  const done = (refusal: string | null, clear: boolean) => ({ file, refusal, clear });
  try {
    const source = await openRaster({ file: await blobOf(file) });
    const { widthPx, heightPx, bands } = source.facts;
    const rows = Math.max(1, Math.min(heightPx, Math.floor(4e6 / widthPx)));
    for (let row = 0; row < heightPx; row += rows) {
      const rect = { col: 0, row, widthPx, heightPx: Math.min(rows, heightPx - row) };
      await source.read({ rect, bands: bands.map(({ index }) => index) });
    }
    return done(null, true);
  } catch (error) {
    return done((error as Error).message, (error as Error).name === "NadirError");
  }
}

/** On Linux `maxRSS` begins with what the process that started this one held, which is not ours. */
function peakKilobytes(): number {
  const status = existsSync("/proc/self/status") ? readFileSync("/proc/self/status", "utf8") : "";
  return Number(/^VmHWM:\s+(\d+)/m.exec(status)?.[1] ?? process.resourceUsage().maxRSS);
}

async function main(): Promise<void> {
  const outcomes: BadFileOutcome[] = [];
  for (const file of process.argv.slice(2)) outcomes.push(await outcomeOf(file));
  console.log(JSON.stringify({ outcomes, peakMegabytes: peakKilobytes() / 1024 }));
}

void main();
