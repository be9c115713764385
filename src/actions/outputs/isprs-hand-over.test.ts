/**
 * Vaihingen as it is shipped, with made-up pixels: the official test tiles are ticked, three models run over them, and
 * everything is handed over in an archive. Every figure of the handed tables is scikit-learn's on the handed rasters; GDAL
 * opens those, pandas the tables. In a browser: Potsdam, into a folder (`e2e/isprs.spec.ts`).
 */
import { readdirSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { describe, expect, test } from "vitest";
import { isprsTiles, judgeHandOver, python } from "../../../e2e/judge";
import { NANOS } from "../../../e2e/light-model";
import type { ModelManifest } from "../../core/manifest/manifest";
import { isTestTile, TEST_SPLITS } from "../../core/vocabulary/test-splits";
import { inFolder } from "../../io/file-place";
import { isDone } from "../../store/runs";
import { asInThePapers } from "../../testing/as-in-the-papers";
import { withoutPython } from "../../testing/run-python";
import { fileAt, JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel, type ZooModel } from "../../testing/zoo-in-node";
import { openAny } from "../projects/restore-project";
import { runChosenModels } from "../runs/run-model";
import { tickScenes } from "../scenes/tick-scenes";
import { changeSettings } from "../view/arrange";
import { handOver } from "./hand-over";

const SIDE_PX = 160;
const TILES = 33;
const TEST_TILES = 17;

describe.skipIf(withoutPython)("Vaihingen", JOURNEY, () => {
  const studios = studiosOfTests();

  test("its test tiles, three models, one table, handed over in an archive", async () => {
    const tiles = isprsTiles(SIDE_PX);
    const inNode = await studios.open({ models: await Promise.all(NANOS.map(onVaihingensBands)) });
    const { studio } = inNode;
    const state = () => studio.store.getState();
    await openAny(studio, await filesBelow(tiles, "Vaihingen"));
    await until(studio, ({ scenes }) => scenes.records.every(({ truth }) => truth.status === "ready"), "every truth");
    const { records, unpaired, refused } = state().scenes;
    expect([records.length, unpaired, refused]).toEqual([TILES, [], []]);

    const split = TEST_SPLITS.find(({ name }) => name === "Vaihingen")!;
    const test = records.filter(({ scene }) => isTestTile(split, scene.optical.facts.fileName));
    tickScenes(
      studio,
      test.map(({ scene }) => scene.id),
      true,
    );
    changeSettings(studio, { modelIds: [...NANOS], overlapFraction: 0 });
    runChosenModels(studio);
    await until(
      studio,
      ({ runs, evaluation }) =>
        runs.records.length === 3 * TEST_TILES &&
        runs.records.every((run) => isDone(run) && evaluation.byRun[run.id]?.status === "ready"),
      "every run and its scores",
    );

    await handOver(studio, ["geotiff"], null);
    const { fileName, blob } = inNode.browser.downloads.at(-1)!;
    const archive = join(studios.folder, fileName);
    writeFileSync(archive, new Uint8Array(await blob.arrayBuffer()));
    const [root] = python(UNPACK, archive, studios.folder) as [string];
    expect(judgeHandOver(join(studios.folder, root), join(tiles, "Vaihingen/gts_for_participants"))).toMatchObject({
      models: 3,
      tiles: TEST_TILES,
      rasters: 3 * TEST_TILES,
      mosaics: 3,
    });
  });
});

/** A shipped nano, as if it was trained as in the papers on Vaihingen's bands, which has neither blue nor a CRS. */
async function onVaihingensBands(id: string): Promise<ZooModel> {
  const model = await asInThePapers(shippedModel(id));
  const name = `${id}.nadir.json`;
  const manifest = JSON.parse(await model[name]!.text()) as ModelManifest;
  const [optical, heights] = manifest.inputs;
  const inputs = [{ ...optical, bands: ["nir", "red", "green"] }, heights];
  return { ...model, [name]: new Blob([JSON.stringify({ ...manifest, inputs })]) };
}

/** Every file below a folder, as if the folder was dropped. */
function filesBelow(parent: string, folder: string): Promise<File[]> {
  const paths = readdirSync(join(parent, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => inFolder(await fileAt(path, basename(path)), dirname(path.slice(parent.length + 1)))),
  );
}

const UNPACK = `
import sys, json, zipfile
archive = zipfile.ZipFile(sys.argv[1])
archive.extractall(sys.argv[2])
print(json.dumps(sorted({name.split("/")[0] for name in archive.namelist()})))
`;
