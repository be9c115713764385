/**
 * What the user knows better than the file. A correction holds for every open file of the same make (all tiles of a
 * series) and for those opened later; display, statistics and runs read the file by it.
 */

import { keepNonFinite } from "../../core/json/non-finite";
import { type BandCorrections, correctionKey, mergeCorrections } from "../../core/raster/band-corrections";
import type { RasterFacts } from "../../core/raster/raster";
import { withCorrections } from "../../store/corrections";
import { update } from "../../store/studio-store";
import { notify, notifyError, type Studio } from "../studio";
import { changeUndoably } from "../undo";
import { arrangeScenes, reopenRaster } from "./open-files";

/** Undoable. */
export async function correctRaster(studio: Studio, facts: RasterFacts, change: BandCorrections): Promise<void> {
  const older = studio.store.getState().corrections[correctionKey(facts)] ?? {};
  await replaceCorrections(studio, facts, mergeCorrections(older, change));
}

/** Back to what the files themselves say. Undoable. */
export async function forgetCorrections(studio: Studio, facts: RasterFacts): Promise<void> {
  await replaceCorrections(studio, facts, undefined);
}

async function replaceCorrections(
  studio: Studio,
  facts: RasterFacts,
  corrections: BandCorrections | undefined,
): Promise<void> {
  const key = correctionKey(facts);
  await changeUndoably(studio, studio.store.getState().corrections[key], corrections, (value) => {
    update(studio.store, "corrections", (state) => withCorrections(state, key, value));
    return reopenLater(studio, key);
  });
}

/** Takes over the corrections of a project, make by make; open files they change are read again. */
export async function adoptCorrections(
  studio: Studio,
  corrections: Readonly<Record<string, BandCorrections>>,
): Promise<void> {
  const before = studio.store.getState().corrections;
  const changed = Object.keys(corrections).filter(
    (key) => JSON.stringify(before[key], keepNonFinite) !== JSON.stringify(corrections[key], keepNonFinite),
  );
  update(studio.store, "corrections", (state) =>
    changed.reduce((changing, key) => withCorrections(changing, key, corrections[key]), state),
  );
  const open = new Set([...studio.registry.rasters.values()].map(({ facts }) => correctionKey(facts)));
  for (const key of changed.filter((make) => open.has(make))) {
    await reopenLater(studio, key);
  }
}

function reopenLater(studio: Studio, key: string): Promise<void> {
  return studio.working.corrections.add(() => reopenMake(studio, key)).catch((error) => notifyError(studio, error));
}

async function reopenMake(studio: Studio, key: string): Promise<void> {
  const { rasters } = studio.registry;
  const replaced = new Map<string, string>();
  for (const [oldId, { facts }] of [...rasters].filter(([, known]) => correctionKey(known.facts) === key)) {
    try {
      await reopenRaster(studio, oldId, replaced);
    } catch (error) {
      notify(studio, "bad", studio.messages.notReread(facts.fileName));
      notifyError(studio, error);
    }
  }
  arrangeScenes(studio, replaced);
  if (replaced.size > 1) {
    notify(studio, "info", studio.messages.sameForMake(replaced.size));
  }
}
