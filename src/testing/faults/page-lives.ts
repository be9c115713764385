/**
 * Random lives of one run in the page, over several visits of one browser: it is cancelled, its tab is killed, its
 * workers die, its storage fills up or fails, what is stored is damaged between two visits, until at last it is left
 * alone. Whatever came before, what is saved in the end is the identical map, and nothing was taken for one before.
 */
import { AsyncResource } from "node:async_hooks";
import { expect } from "vitest";
import { continueSession } from "../../actions/projects/restore-project";
import { saveSessionNow } from "../../actions/projects/session";
import { setPaused } from "../../actions/runs/hold-queue";
import { cancelRun, remakeRun, resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openFiles } from "../../actions/scenes/open-files";
import type { WantedScene } from "../../store/project";
import { isDone, isHalted, type RunRecord } from "../../store/runs";
import { sceneReady } from "../journey";
import type { MemoryBrowser } from "../memory-browser";
import type { StorageFaultKind } from "../memory-files";
import { type StudioInNode, until } from "../studio-in-node";
import type { Lives } from "./interleavings";
import { picksFrom } from "./picks";
import { expectSentences, notices, type SmallTabs } from "./small-tabs";
import { exported, openWatched, SOON } from "./worker-moments";

/** Calls of the network of a run over the small scene. */
const MOST_CALLS = 14;
/** A run over it writes about as often. */
const MOST_WRITES = 20;

const STEPS = ["kill", "stop", "fill", "raster worker", "engine", "reload", "damage"] as const;
type Step = (typeof STEPS)[number];

const STORAGE_FAULTS: readonly StorageFaultKind[] = [
  "full",
  "short-write",
  "nothing-written",
  "negative-write",
  "throwing-write",
  "failing-flush",
  "refused-handle",
  "held-elsewhere",
];

interface Life {
  readonly pick: (count: number) => number;
  readonly tabs: SmallTabs;
  /** What a run that nothing disturbed saves. */
  readonly whole: string;
  browser: MemoryBrowser | undefined;
  /** A run with rows that a session was written with: the next visit must know it. */
  promised: string | null;
}

export async function liveThroughInPage(seed: number, tabs: SmallTabs, whole: string): Promise<Lives> {
  const pick = picksFrom(seed);
  const life: Life = { pick, tabs, whole, browser: undefined, promised: null };
  const steps: Step[] = [];
  for (let left = 1 + pick(4); left > 0; left--) {
    const step = STEPS[pick(STEPS.length)]!;
    steps.push(step);
    try {
      if (step === "damage") damage(life);
      else await visit(life, step);
    } catch (error) {
      throw new Error(`after ${steps.join(", ")}`, { cause: error });
    }
  }
  const refusals = await lastVisit(life, steps.join(", "));
  // Without damage and full disks a refusal would be a loss.
  if (!steps.some((step) => step === "damage" || step === "fill")) expect(refusals, steps.join(", ")).toEqual([]);
  return { steps, outcome: refusals.length === 0 ? "identical" : "refused" };
}

/** One tab, from its opening to its end, with something going wrong at some moment. */
async function visit(life: Life, step: Exclude<Step, "damage">): Promise<void> {
  const { pick } = life;
  const at = 1 + pick(MOST_CALLS);
  let calls = 0;
  let isKilled = false;
  const strike = AsyncResource.bind(async () => {
    if (step === "stop") cancelRun(tab.studio, newest(tab)!.id);
    if (step === "raster worker") tab.endRasters(pick(4) === 0 ? "silence" : "error");
    if (step === "engine") tab.endEngine(pick(4) === 0 ? "silence" : "error");
    if (step !== "kill") return;
    if (pick(2) === 0) await saveSessionNow(tab.studio);
    isKilled = true;
    tab.studio.store.setState({});
    await new Promise(() => undefined);
  });
  const tab = await openTab(life, async () => {
    if (++calls === at) await strike();
  });
  const { files } = tab.browser;
  if (step === "fill") {
    const folder = ["masks", "masks", "sessions"][pick(3)]!;
    const kind = STORAGE_FAULTS[pick(STORAGE_FAULTS.length)]!;
    files!.fault = { folders: [folder], kind, after: pick(MOST_WRITES) };
  }
  await settleIn(life, tab);
  begin(tab);
  const standsStill = () => isKilled || isAtRest(newest(tab)) || waitsForRoom(newest(tab));
  await until(tab.studio, standsStill, "the end of the run");
  files!.fault = null;
  const waiting = newest(tab);
  if (waitsForRoom(waiting) && pick(2) === 0) {
    setPaused(tab.studio, waiting!.id, false);
    await until(tab.studio, () => isAtRest(newest(tab)), "the end of the run that had waited for room");
  }
  const run = newest(tab);
  if (!isKilled && run !== undefined && isDone(run)) await expectWhole(life, tab, step);
  if (!isKilled && pick(4) > 0 && (await saveSessionNow(tab.studio))) life.promised = keptRun(run);
  expectSentences(tab);
  tab.dispose();
}

/** Nothing goes wrong any more. @returns What the run was refused with before it came to its end. */
async function lastVisit(life: Life, steps: string): Promise<readonly string[]> {
  const tab = await openTab(life, async () => undefined);
  const refusals: string[] = [];
  await settleIn(life, tab);
  for (let left = 4; left > 0; left--) {
    const before = newest(tab);
    if (before?.state.status === "elsewhere") refusals.push("its map was not there");
    begin(tab);
    const run = await until(tab.studio, () => isAtRest(newest(tab)) && newest(tab), "the end of the run");
    if (isDone(run)) break;
    if (run.state.status === "failed") refusals.push(run.state.error.found);
  }
  await expectWhole(life, tab, steps);
  expectSentences(tab);
  tab.dispose();
  return refusals;
}

async function openTab({ tabs, browser }: Life, beforeBatch: () => Promise<void>): Promise<StudioInNode> {
  return openWatched(tabs, { ...(browser && { browser }), patience: SOON, beforeBatch });
}

/** Goes on with the last visit, if there was one, opens the files, and lets every run of it come back. */
async function settleIn(life: Life, tab: StudioInNode): Promise<void> {
  const { studio } = tab;
  const [left] = studio.store.getState().project.left;
  if (left !== undefined) await continueSession(studio, left.sessionId);
  await openFiles(studio, life.tabs.files);
  await sceneReady(studio);
  const isSettled = ({ runs, why }: WantedScene) => runs.length === 0 || why !== undefined;
  await until(studio, ({ project }) => project.wanted.every(isSettled), "the runs of the last visit");
  const { runs, project } = studio.store.getState();
  const known = [...runs.records, ...project.wanted.flatMap((wanted) => wanted.runs)].map(({ id }) => id);
  if (life.promised !== null) expect(known).toContain(life.promised);
  life.browser = tab.browser;
  life.promised = null;
}

/** Changes, cuts or takes away one stored file behind everybody's back. */
function damage(life: Life): void {
  const { pick, browser } = life;
  const files = browser?.files;
  if (!files) return;
  const folder = ["masks", "masks", "sessions"][pick(3)]!;
  const names = files.list(folder);
  if (names.length === 0) return;
  const how = pick(4);
  files.spoil(folder, names[pick(names.length)]!, (bytes) => {
    const at = pick(bytes.length);
    if (how === 0) return null;
    if (how === 1) return bytes.slice(0, at);
    return how === 2
      ? new Uint8Array(bytes).fill(pick(256), at)
      : new Uint8Array(bytes).fill(bytes[at]! ^ 1, at, at + 1);
  });
  life.promised = null;
}

/** Asks for the run, or for what is missing of it. */
function begin(tab: StudioInNode): void {
  const run = newest(tab);
  if (run === undefined) runChosenModels(tab.studio);
  else if (run.state.status === "elsewhere") remakeRun(tab.studio, run.id);
  else if (isHalted(run.state)) resumeRun(tab.studio, run.id);
}

/** What is saved of a finished run is the identical map. */
async function expectWhole({ whole }: Life, tab: StudioInNode, steps: string): Promise<void> {
  const run = newest(tab)!;
  if (!isDone(run)) throw new Error(`no map after ${steps}: ${JSON.stringify(run.state)}, ${notices(tab).join()}`);
  const first = await exported(tab, run);
  // A question to a worker that nobody knows to be dead yet comes back with a sentence, and may be asked again.
  const saved = first === "nothing" && notices(tab).length > 0 ? await exported(tab, run) : first;
  expect(saved, steps).toBe(whole);
}

function newest({ studio }: StudioInNode): RunRecord | undefined {
  return studio.store.getState().runs.records.at(-1);
}

/** Nothing is being done about it. */
function isAtRest(run: RunRecord | undefined): boolean {
  return run !== undefined && (isDone(run) || isHalted(run.state) || run.state.status === "elsewhere");
}

function waitsForRoom(run: RunRecord | undefined): boolean {
  return run?.state.status === "running" && run.state.noRoom !== undefined;
}

function keptRun(run: RunRecord | undefined): string | null {
  if (run === undefined) return null;
  const hasRows = "checkpoint" in run.state && run.state.checkpoint !== null;
  return isDone(run) || hasRows ? run.id : null;
}
