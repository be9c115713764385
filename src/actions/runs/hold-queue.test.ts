/** The whole queue is held and let go on; what waits is taken back at once. */
import { expect, test } from "vitest";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openSample } from "../scenes/open-files";
import { setArea } from "../scenes/set-area";
import { changeSettings } from "../view/arrange";
import { holdQueue } from "./hold-queue";
import { cancelRun, runChosenModels } from "./run-model";

const studios = studiosOfTests();

test("a held queue begins nothing, also when what ran has ended, until it is let go on", JOURNEY, async () => {
  let batches = 0;
  const { studio } = await studios.open({
    beforeBatch: async () => {
      if (++batches === 3) holdQueue(studio, true);
    },
  });
  const statuses = () => studio.store.getState().runs.records.map(({ state }) => state.status);
  await openSample(studio);
  setArea(studio, { col: 0, row: 0, widthPx: 256, heightPx: 128 });
  changeSettings(studio, { overlapFraction: 0 });
  for (let times = 0; times < 4; times++) runChosenModels(studio);
  await until(studio, ({ runs }) => runs.isQueueHeld, "the pause");
  const [first, , third] = studio.store.getState().runs.records.map(({ id }) => id);
  cancelRun(studio, third!);
  expect(statuses()).toEqual(["running", "queued", "cancelled", "queued"]);

  cancelRun(studio, first!);
  await until(studio, ({ runs }) => runs.records[0]?.state.status === "cancelled", "the end of the first run");
  // A way to the worker and back is longer than a run that is not held takes to begin.
  await studio.rasters.call("storage", {});
  expect(statuses()).toEqual(["cancelled", "queued", "cancelled", "queued"]);
  expect(batches).toBe(3);

  holdQueue(studio, false);
  const isSettled = (status: string) => status === "done" || status === "cancelled";
  await until(studio, () => statuses().every(isSettled), "the end of the runs");
  expect(statuses()).toEqual(["cancelled", "done", "cancelled", "done"]);
});
