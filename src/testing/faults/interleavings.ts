/**
 * Random lives of one run at the command line: it is told to stop, its disk fills, it is killed, its folder is damaged,
 * until at last it is left alone. Whatever came before, the end is the identical map or a refusal, never another map.
 */
import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, vi } from "vitest";
import { nadir } from "../command-line";
import { fillDiskAfter, spyOnWrites } from "../faulty-disk";
import { SMALL_HEIGHT_PX, SMALL_WIDTH_PX, writeSmallScene } from "../small-scene";
import { picksFrom } from "./picks";

/** A run over this scene writes about as often. */
const MOST_WRITES = 20;

const REFUSALS = /damaged|does not hold what the run wrote|does not fit together|does not exist|has become shorter/;

export interface Lives {
  /** Of the steps before the last one, by name. */
  readonly steps: readonly string[];
  readonly outcome: "identical" | "refused";
}

/** @param folder Of this life alone. @param whole The map of a run that nothing disturbed. */
export async function liveThrough(seed: number, folder: string, whole: Buffer): Promise<Lives> {
  const pick = picksFrom(seed);
  const { args } = writeSmallScene(folder);
  const out = join(folder, "mask.tif");
  const run = `${out}.nadir-run`;
  const again = () => nadir([...args, "--out", out, "--resume"]);

  /** Killed in the middle of a write: what lies on the disk at that moment is what stays, half of the write with it. */
  const kill = async () => {
    const at = pick(MOST_WRITES);
    let count = 0;
    const left = `${run}.killed`;
    await spyOnWrites(async (byteCount) => {
      if (count++ === at && existsSync(run)) cpSync(run, left, { recursive: true });
      return byteCount;
    });
    await again();
    vi.restoreAllMocks();
    if (!existsSync(left)) return;
    rmSync(run, { recursive: true, force: true });
    rmSync(out, { force: true });
    cpSync(left, run, { recursive: true });
    rmSync(left, { recursive: true });
  };
  const stop = async () => {
    const cancel = new AbortController();
    const at = pick(MOST_WRITES);
    let count = 0;
    await spyOnWrites(async (byteCount) => {
      if (count++ === at) cancel.abort();
      return byteCount;
    });
    await nadir([...args, "--out", out, "--resume"], { signal: cancel.signal });
    vi.restoreAllMocks();
  };
  const fill = async () => {
    await fillDiskAfter(pick(SMALL_WIDTH_PX * SMALL_HEIGHT_PX * 1.2), ["ENOSPC", "EIO", "EDQUOT"][pick(3)]);
    await again();
    vi.restoreAllMocks();
  };
  const damage = async () => {
    const path = join(run, pick(2) === 0 ? "mask.u8" : "journal.json");
    if (!existsSync(path)) return;
    const bytes = readFileSync(path);
    if (pick(2) === 0) writeFileSync(path, bytes.subarray(0, pick(bytes.length)));
    else if (bytes.length > 0) writeFileSync(path, bytes.fill(pick(256), pick(bytes.length)));
  };

  const choices = { kill, stop, fill, damage };
  const steps: string[] = [];
  for (let left = 1 + pick(4); left > 0; left--) {
    const name = (["kill", "stop", "fill", "kill", "stop", "fill", "damage"] as const)[pick(7)]!;
    steps.push(name);
    await choices[name]();
  }
  const last = await again();
  if (last.status === 0) {
    expect(readFileSync(out).equals(whole), steps.join(", ")).toBe(true);
    return { steps, outcome: "identical" };
  }
  expect(last.stderr, steps.join(", ")).toMatch(REFUSALS);
  // A refusal without damage would be a loss.
  expect(steps).toContain("damage");
  expect((await nadir([...args, "--out", out])).status).toBe(0);
  expect(readFileSync(out).equals(whole)).toBe(true);
  return { steps, outcome: "refused" };
}
