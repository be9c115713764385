/** More tiles dropped while a test set is run are run with it; dropped beside anything else they are only opened. */
import { expect, test } from "vitest";
import { plainTiff } from "../../testing/plain-tiff";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openAny } from "../projects/restore-project";
import { tickScenes } from "../scenes/tick-scenes";
import { holdQueue } from "./hold-queue";
import { runChosenModels } from "./run-model";

const studios = studiosOfTests();
const SIDE_PX = 64;

function tile(name: string): File[] {
  const size = { widthPx: SIDE_PX, heightPx: SIDE_PX };
  const photo = plainTiff({ ...size, samples: new Uint8Array(3 * SIDE_PX ** 2).fill(90) });
  const dsm = plainTiff({ ...size, samples: Float32Array.from({ length: SIDE_PX ** 2 }, (_, at) => at % 7) });
  return [new File([photo], `top_town_${name}_RGB.tif`), new File([dsm], `top_town_${name}_dsm.tif`)];
}

test("a tile that comes while all are run is run too, by the chosen models", JOURNEY, async () => {
  const { studio } = await studios.open();
  const runs = () => studio.store.getState().runs.records;
  await openAny(studio, [...tile("1_1"), ...tile("1_2")]);
  const ids = studio.store.getState().scenes.records.map(({ scene }) => scene.id);
  tickScenes(studio, ids, true);
  holdQueue(studio, true);
  runChosenModels(studio);
  expect(runs()).toHaveLength(2);

  await openAny(studio, tile("1_3"));
  expect(studio.store.getState().scenes.records.map(({ ticked }) => ticked)).toEqual([true, true, true]);
  expect(runs()).toHaveLength(3);

  // Whoever has taken one out does not want all.
  tickScenes(studio, ids.slice(0, 1), false);
  await openAny(studio, tile("1_4"));
  expect(studio.store.getState().scenes.records[3]!.ticked).toBeUndefined();
  expect(runs()).toHaveLength(3);

  holdQueue(studio, false);
  await until(studio, (state) => state.runs.records.every(({ state: { status } }) => status === "done"), "the runs");
  tickScenes(studio, ids, true);
  await openAny(studio, tile("1_5"));
  expect(runs()).toHaveLength(3);
});
