/**
 * Files that change on the disk while the page uses them: a browser reads none of it any more, whatever the change. It
 * is said, rows that were finished stay, and the same content given again is gone on with.
 */
import { readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { resumeRun, runChosenModels } from "../../actions/runs/run-model";
import { openAddress } from "../../actions/scenes/open-address";
import { openFiles } from "../../actions/scenes/open-files";
import { changeSettings } from "../../actions/view/arrange";
import { histogram, runToEnd, sceneReady } from "../journey";
import { type SmallScene, writeSmallScene } from "../small-scene";
import { fileAt, JOURNEY, type StudioInNodeOptions } from "../studio-in-node";
import { studiosOfTests } from "../studios";
import { serverOfTests } from "../test-server";
import { done, expectSentences, settled } from "./small-tabs";

/** Larger than what is read of it before a run: what is in memory cannot change. */
const SIZE = { widthPx: 100, heightPx: 8000 };

const LONG_AGO = new Date(2020, 1, 1);

type Change = readonly [name: string, change: (path: string, bytes: Buffer) => void];

const DAMAGES: readonly Change[] = [
  ["cut", (path, bytes) => writeFileSync(path, bytes.subarray(0, 4000))],
  ["replaced by one of its size", (path, bytes) => writeFileSync(path, changed(bytes))],
];
const MOVES: readonly Change[] = [
  ["touched", (path) => utimesSync(path, LONG_AGO, LONG_AGO)],
  ["gone", (path) => rmSync(path)],
];

/** Another photo with the same header. */
function changed(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, HEADER_BYTES), bytes.subarray(HEADER_BYTES).map((byte) => byte ^ 1)]);
}

/** More than what stands before the pixels. */
const HEADER_BYTES = 20_000;

describe("changed files", JOURNEY, () => {
  const studios = studiosOfTests();
  const served = { version: "one" };
  const server = serverOfTests(({ headers }, response) => {
    const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(headers.range ?? "") ?? [];
    const part = bytes.subarray(Number(from), Number(to) + 1);
    response.writeHead(206, {
      "Content-Range": `bytes ${from}-${Number(from) + part.length - 1}/${bytes.length}`,
      ETag: `"${served.version}"`,
    });
    response.end(part);
  });
  let scene: SmallScene;
  let bytes: Buffer;
  let whole: readonly number[];
  const open = async (options: StudioInNodeOptions = {}) => {
    writeFileSync(scene.optical, bytes);
    const tab = await studios.open({ files: [await fileAt(scene.optical), await fileAt(scene.dsm)], ...options });
    await sceneReady(tab.studio);
    changeSettings(tab.studio, { overlapFraction: 0 });
    return tab;
  };
  beforeAll(async () => {
    scene = writeSmallScene(studios.folder, SIZE);
    bytes = readFileSync(scene.optical);
    const tab = await open();
    const [run] = await runToEnd(tab.studio);
    whole = await histogram(tab.studio, run!);
    tab.dispose();
  }, JOURNEY.timeout);

  /** A run that has met the change after its first rows. */
  const meet = async (change: Change[1]) => {
    let calls = 0;
    const tab = await open({
      beforeBatch: async () => {
        if (++calls === 20) change(scene.optical, bytes);
      },
    });
    runChosenModels(tab.studio);
    const { id, state } = await settled(tab);
    expect(state).toMatchObject({ status: "failed", error: { code: "storage", subject: "scene_RGB.tif" } });
    expect(JSON.stringify(state)).toContain("can no longer be read");
    expect(state).toMatchObject({ checkpoint: { strip: 0 } });
    expectSentences(tab);
    return { tab, id };
  };

  test.each([...DAMAGES, ...MOVES])("%s before a run → refused", async (_, change) => {
    const tab = await open();
    change(scene.optical, bytes);
    runChosenModels(tab.studio);
    expect((await settled(tab)).state).toMatchObject({
      status: "failed",
      error: { code: "storage" },
      checkpoint: null,
    });
    expectSentences(tab);
  });

  test.each(MOVES)(
    "%s while a run reads it → refused, rows kept, gone on with once it is opened again",
    async (_, change) => {
      const { tab, id } = await meet(change);
      writeFileSync(scene.optical, bytes);
      await openFiles(tab.studio, [await fileAt(scene.optical)]);
      expect(tab.studio.store.getState().scenes.records).toHaveLength(1);
      resumeRun(tab.studio, id);
      const run = await done(tab);
      expect(run.id).toBe(id);
      expect(await histogram(tab.studio, run)).toEqual(whole);
    },
  );

  test.each(DAMAGES)("%s while a run reads it → refused, rows kept", async (_, change) => {
    await meet(change);
  });

  test("replaced on its server while a run reads it → refused, rows kept, gone on with once the first version is back", async () => {
    let calls = 0;
    const tab = await studios.open({
      files: [await fileAt(scene.dsm)],
      beforeBatch: async () => {
        if (++calls === 20) served.version = "two";
      },
    });
    await openAddress(tab.studio, `${server.root}/scene_RGB.tif`);
    await sceneReady(tab.studio);
    changeSettings(tab.studio, { overlapFraction: 0 });
    runChosenModels(tab.studio);
    const { id, state } = await settled(tab);
    expect(JSON.stringify(state)).toContain("was replaced after it had been opened");
    expect(state).toMatchObject({ status: "failed", error: { code: "unreachable" }, checkpoint: { strip: 0 } });
    served.version = "one";
    resumeRun(tab.studio, id);
    expect(await histogram(tab.studio, await done(tab))).toEqual(whole);
  });

  test("replaced, and opened again → survived: it is a scene of its own", async () => {
    const tab = await open();
    DAMAGES[1]![1](scene.optical, bytes);
    await openFiles(tab.studio, [await fileAt(scene.optical)]);
    expect(tab.studio.store.getState().scenes.records).toHaveLength(2);
  });
});
