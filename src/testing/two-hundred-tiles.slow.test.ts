/** Two hundred tiles queued in one go, the tab closed in the middle and opened again: every tile is run once. */
import { expect, test } from "vitest";
import { continueSession } from "../actions/projects/restore-project";
import { saveSessionNow } from "../actions/projects/session";
import { holdQueue } from "../actions/runs/hold-queue";
import { runChosenModels } from "../actions/runs/run-model";
import { openFiles } from "../actions/scenes/open-files";
import { tickScenes } from "../actions/scenes/tick-scenes";
import type { Studio } from "../actions/studio";
import { changeSettings } from "../actions/view/arrange";
import { isDone } from "../store/runs";
import { plainTiff } from "./plain-tiff";
import { until } from "./studio-in-node";
import { studiosOfTests } from "./studios";

const TILES = 200;
const SIDE_PX = 64;
const CUT_AT = 100;
const LONGEST_WAIT_MS = 900_000;

const studios = studiosOfTests();

test("two hundred tiles", { timeout: 1_800_000 }, async () => {
  let windows = 0;
  const beforeBatch = async () => {
    windows++;
  };
  const first = await studios.open({ beforeBatch });
  await openFiles(first.studio, tileFiles());
  await until(
    first.studio,
    ({ scenes }) => scenes.records.every(({ truth }) => truth.status === "ready"),
    "every truth",
    LONGEST_WAIT_MS,
  );
  changeSettings(first.studio, { overlapFraction: 0 });
  const { records } = first.studio.store.getState().scenes;
  tickScenes(
    first.studio,
    records.map(({ scene }) => scene.id),
    true,
  );
  runChosenModels(first.studio);
  await doneRuns(first.studio, CUT_AT);
  holdQueue(first.studio, true);
  await saveSessionNow(first.studio);
  const before = first.studio.store.getState().runs.records.filter(isDone);
  first.dispose();

  const second = await studios.open({ browser: first.browser, beforeBatch });
  const [session] = second.studio.store.getState().project.left;
  await continueSession(second.studio, session!.sessionId);
  await openFiles(second.studio, tileFiles());
  await doneRuns(second.studio, TILES);
  const after = second.studio.store.getState().runs.records;

  expect(after.every(isDone)).toBe(true);
  expect(new Set(after.map(({ sceneId }) => sceneId)).size).toBe(TILES);
  const kept = new Map(after.filter(isDone).map((run) => [run.id, run.state.result.result]));
  for (const { id, state } of before) expect(state.result.result).toMatchObject(kept.get(id)!);
  // A tile is one window: at most the one that was cut off is run twice.
  expect(windows).toBeGreaterThanOrEqual(TILES);
  expect(windows).toBeLessThanOrEqual(TILES + 1);
});

function doneRuns(studio: Studio, count: number): Promise<true> {
  return until(studio, ({ runs }) => runs.records.filter(isDone).length >= count, `${count} runs`, LONGEST_WAIT_MS);
}

/** One content under many names: what is known of a file is its name and its bytes. */
function tileFiles(): File[] {
  const size = { widthPx: SIDE_PX, heightPx: SIDE_PX };
  const pixels = SIDE_PX ** 2;
  const photo = plainTiff({ ...size, samples: Uint8Array.from({ length: 3 * pixels }, (_, at) => (at * 7919) % 251) });
  const dsm = plainTiff({ ...size, samples: Float32Array.from({ length: pixels }, (_, at) => 30 + (at % 97) / 10) });
  const label = plainTiff({
    ...size,
    samples: Uint8Array.from({ length: 3 * pixels }, (_, at) => (at > 2 * pixels && at % 3 < 2 ? 0 : 255)),
  });
  return Array.from({ length: TILES }, (_, tile) =>
    Object.entries({ RGB: photo, dsm, label }).map(
      ([part, bytes]) => new File([bytes], `top_town_${Math.floor(tile / 20)}_${tile % 20}_${part}.tif`),
    ),
  ).flat();
}
