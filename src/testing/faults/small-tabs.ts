/** Tabs in which a small scene is run while things are broken on purpose. */
import { beforeAll, expect } from "vitest";
import { changeSettings } from "../../actions/view/arrange";
import { type DoneRun, isDone, isHalted, type RunRecord } from "../../store/runs";
import { histogram, runToEnd, sceneReady } from "../journey";
import { writeSmallScene } from "../small-scene";
import { fileAt, JOURNEY, type StudioInNode, type StudioInNodeOptions, until } from "../studio-in-node";
import { studiosOfTests } from "../studios";

export interface SmallTabs {
  /** Orthophoto and heights. */
  readonly files: File[];
  readonly truth: File;
  /** Pixels per class id of the run that nothing disturbed. */
  readonly whole: readonly number[];
  /** Nothing is opened yet; windows of runs do not overlap. */
  empty(options?: StudioInNodeOptions): Promise<StudioInNode>;
  /** With the scene open, read and measured. */
  open(options?: StudioInNodeOptions): Promise<StudioInNode>;
}

/** Called where the tests are described; all of it is there once the tests begin. */
export function smallTabsOfTests(): SmallTabs {
  const studios = studiosOfTests();
  const empty = async (options?: StudioInNodeOptions) => {
    const tab = await studios.open(options);
    changeSettings(tab.studio, { overlapFraction: 0 });
    return tab;
  };
  const open = async (options: StudioInNodeOptions = {}) => {
    const tab = await empty({ files: tabs.files, ...options });
    await sceneReady(tab.studio);
    return tab;
  };
  const tabs = { files: [] as File[], truth: new File([], ""), whole: [] as readonly number[], empty, open };
  beforeAll(async () => {
    const { optical, dsm, truth } = writeSmallScene(studios.folder);
    tabs.files = [await fileAt(optical), await fileAt(dsm)];
    tabs.truth = await fileAt(truth);
    const tab = await open();
    const [run] = await runToEnd(tab.studio);
    tabs.whole = await histogram(tab.studio, run!);
    tab.dispose();
  }, JOURNEY.timeout);
  return tabs;
}

export const notices = ({ studio }: StudioInNode): readonly string[] =>
  studio.store.getState().workspace.notices.map(({ text }) => text);

/** The first run once it has ended, well or not. */
export function settled({ studio }: StudioInNode): Promise<RunRecord> {
  return until(studio, ({ runs }) => runs.records.find((run) => isDone(run) || isHalted(run.state)), "the run's end");
}

export function done({ studio }: StudioInNode): Promise<DoneRun> {
  return until(studio, ({ runs }) => runs.records.find(isDone), "the finished run");
}

/** No notice speaks of a bug. */
export function expectSentences(tab: StudioInNode): void {
  expect(notices(tab).filter((text) => /unexpected|undefined|TypeError/.test(text))).toEqual([]);
}
