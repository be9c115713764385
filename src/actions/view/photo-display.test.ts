/** How a photo is shown is kept with its scene and in projects, and no run sees it. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { formatProject } from "../../core/project/project";
import { histogram, runToEnd, sceneReady } from "../../testing/journey";
import { writeSmallScene } from "../../testing/small-scene";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { gatherProject } from "../projects/gather-project";
import { openAny } from "../projects/restore-project";
import { readShown, setDisplay } from "./photo-display";
import { dropGoneFeeds, opticalFeed } from "./tile-sources";

const studios = studiosOfTests();

test("a display is kept in projects, shown under a name of its own, and changes no run", JOURNEY, async () => {
  const { optical, dsm } = writeSmallScene(join(studios.folder, "scene"));
  const files = [await fileAt(optical), await fileAt(dsm)];
  const { studio, dispose } = await studios.open({ files });
  const { scene } = await sceneReady(studio);
  const record = () => studio.store.getState().scenes.records[0]!;
  const before = opticalFeed(studio, record());
  const [plain] = await runToEnd(studio);
  const whole = await histogram(studio, plain!);

  const display = { combination: "single", band: 1, stretch: "min-max", gamma: 1.5 } as const;
  setDisplay(studio, scene.id, display);
  // What was shown stays until the new tiles are there, and goes with the next change.
  expect(dropGoneFeeds(studio)).not.toContain(before.id);
  const after = opticalFeed(studio, record());
  expect(after.id).not.toBe(before.id);
  expect(after.before?.id).toBe(before.id);
  expect(dropGoneFeeds(studio)).not.toContain(before.id);
  const tile = { level: 0, x: 0, y: 0 };
  const { signal } = new AbortController();
  const [tileBefore, tileAfter] = [await before.load(tile, signal), await after.load(tile, signal)];
  expect(tileAfter[0]).toBe(tileAfter[1]);
  expect(Buffer.compare(tileBefore, tileAfter)).not.toBe(0);
  expect((await readShown(studio, scene.optical.rasterId, display)).shown).toEqual({
    kind: "colours",
    bands: [1, 1, 1],
  });
  const [again] = await runToEnd(studio);
  expect(await histogram(studio, again!)).toEqual(whole);

  setDisplay(studio, scene.id, { ...display, gamma: 2 });
  expect(opticalFeed(studio, record()).before?.id).toBe(after.id);
  expect(dropGoneFeeds(studio)).toContain(before.id);
  setDisplay(studio, scene.id, display);

  const project = new File([formatProject(gatherProject(studio))], "shown.nadir");
  dispose();
  const elsewhere = await studios.open();
  await openAny(elsewhere.studio, [project, await fileAt(optical), await fileAt(dsm)]);
  const found = await until(
    elsewhere.studio,
    ({ scenes }) => scenes.records.find((each) => each.display),
    "the display",
  );
  expect(found.display).toEqual(display);
  setDisplay(elsewhere.studio, found.scene.id, {});
  expect(gatherProject(elsewhere.studio).scenes[0]).not.toHaveProperty("display");
});
