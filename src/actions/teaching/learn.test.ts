/**
 * Learning on the page, from strokes to a second map: a shipped network, a scene that it tells wrongly, and the truth to
 * hold both maps against. Then once more with other strokes, over a reload, and on another computer.
 */

import { mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test, vi } from "vitest";
import type { ProjectTaught } from "../../core/project/project";
import { spellInEnglish } from "../../core/remarks/spell";
import { isDone } from "../../store/runs";
import { selectSceneRuns } from "../../store/selectors";
import { formatStrokes } from "../../teaching/strokes";
import { nadir } from "../../testing/command-line";
import { temporaryFolder } from "../../testing/export-fixtures";
import { evaluated, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { roofFiles, roofStroke, roofStrokes } from "../../testing/roof-scene";
import { JOURNEY, type StudioInNode, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { shippedModel, tinyZooModel } from "../../testing/zoo-in-node";
import { continueSession, openAny } from "../projects/restore-project";
import { saveSessionNow } from "../projects/session";

import { changeSettings } from "../view/arrange";
import { addStrokes } from "./draw-strokes";
import { cancelLearning, learnFromStrokes } from "./learn";
import { stepPlace } from "./next-places";
import { saveTaught } from "./save-taught";

const MODEL = "mfnet-nano";

describe("learning from strokes", JOURNEY, () => {
  const studios = studiosOfTests();
  const models = [shippedModel(MODEL)];

  async function openRoofs() {
    const tab = await studios.open({ models, files: roofFiles() });
    const { scene } = await sceneReady(tab.studio);
    return { ...tab, sceneId: scene.id };
  }

  /** The newest run, which has come to its end. */
  async function newestRun({ studio }: Pick<StudioInNode, "studio">, modelId: string) {
    const run = await until(
      studio,
      (state) => selectSceneRuns(state).find((record) => record.modelId === modelId && isDone(record)),
      `the run of ${modelId}`,
    );
    if (!isDone(run)) throw new Error("not done");
    return run;
  }

  const teaching = ({ studio }: Pick<StudioInNode, "studio">) => studio.store.getState().teaching;

  test("the next version runs beside the old map and is the better one; a second round begins at the base again", async () => {
    const tab = await openRoofs();
    const { studio, sceneId } = tab;
    const [old] = await runToEnd(studio);
    addStrokes(studio, sceneId, roofStrokes("building"));
    await learnFromStrokes(studio);
    expect(teaching(tab)).toMatchObject({
      work: { status: "idle" },
      lesson: { modelId: "own:mfnet-nano-taught-1", keptBecause: null },
    });
    const first = await newestRun(tab, "own:mfnet-nano-taught-1");
    expect(first.modelName).toBe("MFNet nano taught 1");
    expect(studio.store.getState().panes).toMatchObject({
      count: 2,
      contents: [{ runId: old!.id }, { runId: first.id }, {}, {}, {}, {}],
    });
    const notes = async (id: string) => (await evaluated(studio, id)).notes.map(spellInEnglish).join(" ");
    expect(await notes(first.id)).toMatch(
      /\d{3,} labelled pixels under the strokes that taught this model are left out/,
    );
    expect(await notes(old!.id)).not.toMatch(/left out/);
    const iou = async (id: string) => (await evaluated(studio, id)).withBoundary;
    const right = ({ counts, classCount }: Awaited<ReturnType<typeof iou>>) =>
      counts.reduce((sum, count, at) => sum + (at % (classCount + 1) === 0 ? count : 0), 0) /
      counts.reduce((sum, count) => sum + count, 0);
    expect(right(await iou(first.id))).toBeGreaterThan(right(await iou(old!.id)) + 0.2);

    addStrokes(studio, sceneId, [roofStroke("solar panel", 122, 122), roofStroke("solar panel", 126, 134)]);
    await learnFromStrokes(studio);
    const second = await newestRun(tab, "own:mfnet-nano-taught-2");
    expect(second.classes.at(-1)).toMatchObject({ id: 6, name: "solar panel" });
    expect(studio.store.getState().settings.modelIds).toEqual([MODEL, "own:mfnet-nano-taught-2"]);
    expect(studio.store.getState().panes.contents[1]).toMatchObject({ runId: second.id });
    const { manifest } = studio.store.getState().models.records.at(-1)!;
    expect(manifest.taught).toMatchObject({ base: { id: MODEL }, strokes: 18, scenes: ["roofs_RGB.tif"] });
  });

  test("a taught model survives a reload and gives the same mask in another browser", async () => {
    const tab = await openRoofs();
    const { studio, sceneId } = tab;
    changeSettings(studio, { overlapFraction: 0 });
    addStrokes(studio, sceneId, roofStrokes("building"));
    await learnFromStrokes(studio);
    const id = "own:mfnet-nano-taught-1";
    const wanted = await histogram(studio, await newestRun(tab, id));
    const goldenOf = async ({ registry }: typeof studio) => {
      const { manifest, goldenFiles } = await registry.models.get(id)!.files();
      expect(Object.keys(goldenFiles)).toContain(manifest.golden!.file);
      const bytes = Object.entries(goldenFiles).filter(([name]) => /golden/.test(name));
      return Promise.all(
        bytes.map(async ([name, data]) => [name, Buffer.from(await data.arrayBuffer()).toString("base64")]),
      );
    };
    const golden = await goldenOf(studio);
    await saveTaught(studio, id);
    const { fileName, blob } = tab.browser.downloads.at(-1)!;
    expect(fileName).toBe("mfnet-nano-taught-1.zip");
    await saveSessionNow(studio);
    tab.dispose();

    const later = await studios.open({ browser: tab.browser, files: roofFiles() });
    await continueSession(later.studio, later.studio.store.getState().project.left[0]!.sessionId);
    expect(await histogram(later.studio, (await runToEnd(later.studio)).at(-1)!)).toEqual(wanted);
    expect(teaching(later).records).toHaveLength(1);
    expect(await goldenOf(later.studio)).toEqual(golden);

    const other = await studios.open({ models, files: roofFiles() });
    await sceneReady(other.studio);
    await openAny(other.studio, [new File([blob], fileName)]);
    expect(other.studio.store.getState().models.refused).toEqual([]);
    expect(await histogram(other.studio, (await runToEnd(other.studio)).at(-1)!)).toEqual(wanted);
    expect(teaching(other).records[0]).toMatchObject({ version: 1, strokes: { length: 16 } });
  });

  /** What stands behind the base's bytes, as base64, when the same strokes teach over a list of the same scenes. */
  async function taughtOnCommandLine({ strokes, epsg }: Pick<ProjectTaught, "strokes" | "epsg">): Promise<string> {
    const folder = temporaryFolder();
    const at = (name: string) => join(folder, name);
    try {
      mkdirSync(at("scenes"));
      for (const file of [...roofFiles("north"), ...roofFiles("south")]) {
        writeFileSync(at(`scenes/${file.name}`), new Uint8Array(await file.arrayBuffer()));
      }
      writeFileSync(at("s.geojson"), formatStrokes({ strokes, epsg }));
      const model = `models/zoo/${MODEL}.nadir.json`;
      const options = ["--list", at("scenes"), "--strokes", at("s.geojson"), "--model", model, "--out", at("t.onnx")];
      const { stderr, status } = await nadir(["teach", ...options]);
      expect(stderr).toMatch(/building: 8 strokes, told rightly/);
      expect(status).toBe(0);
      const { taught } = JSON.parse(readFileSync(at("t.nadir.json"), "utf8"));
      expect(taught).toMatchObject({ strokes: 16, scenes: ["north_RGB.tif", "south_RGB.tif"] });
      return readFileSync(at("t.onnx"))
        .subarray(statSync(`models/zoo/${MODEL}.onnx`).size)
        .toString("base64");
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  test("strokes on several scenes teach one model; a cancelled lesson leaves nothing", async () => {
    let inBatch: () => void = () => undefined;
    const beforeBatch = async () => inBatch();
    const tab = await studios.open({ models, files: [...roofFiles("north"), ...roofFiles("south")], beforeBatch });
    const { studio } = tab;
    await until(studio, ({ scenes }) => scenes.records.length === 2, "both scenes");
    const [north, south] = studio.store.getState().scenes.records.map(({ scene }) => scene);
    const strokes = roofStrokes("building");
    addStrokes(studio, north!.id, strokes.slice(0, 8));
    addStrokes(studio, south!.id, strokes.slice(8));
    inBatch = () => cancelLearning(studio);
    await learnFromStrokes(studio);
    expect(teaching(tab)).toMatchObject({ work: { status: "idle" }, lesson: null, records: [] });
    inBatch = () => undefined;
    await learnFromStrokes(studio);
    const [record] = teaching(tab).records;
    expect(record!.manifest.taught).toMatchObject({ strokes: 16, scenes: ["north_RGB.tif", "south_RGB.tif"] });
    expect(record!.strokes.map(({ scene }) => scene)).toEqual([
      ...Array(8).fill("north_RGB.tif"),
      ...Array(8).fill("south_RGB.tif"),
    ]);
    expect(teaching(tab).lesson!.classes.map(({ name, strokes: count }) => [name, count])).toEqual([
      ["building", 8],
      ["low vegetation", 8],
    ]);
    await stepPlace(studio, 1);
    await newestRun(tab, "own:mfnet-nano-taught-1");
    const asked = vi.spyOn(studio.engine, "call");
    await stepPlace(studio, 1);
    expect(teaching(tab).places).toMatchObject({ at: 0 });
    const at = asked.mock.calls.findIndex(([name]) => name === "disagreement");
    const told = (await asked.mock.results[at]!.value) as readonly (number | null)[];
    expect(told.length).toBeGreaterThanOrEqual(teaching(tab).places!.list.length);
    expect(told.some((value) => value !== null && value > 0 && value < 1)).toBe(true);
    expect(record!.golden!.committee).toHaveLength(5);
    const { rect } = teaching(tab).places!.list[0]!;
    expect(studio.store.getState().panes.cameras[0]!.centrePx).toEqual([rect.col + 8, rect.row + 8]);
    expect(await taughtOnCommandLine(record!)).toBe(record!.appended);
  });

  test("does nothing without strokes, and says why a graph cannot be taught", async () => {
    const tab = await studios.open({ models: [tinyZooModel("identity-dsm")], files: roofFiles() });
    const { scene } = await sceneReady(tab.studio);
    await learnFromStrokes(tab.studio);
    expect(teaching(tab).work).toEqual({ status: "idle" });
    addStrokes(tab.studio, scene.id, roofStrokes("building"));
    await learnFromStrokes(tab.studio);
    expect(teaching(tab).work).toMatchObject({
      status: "failed",
      error: { code: "bad-model", found: expect.stringMatching(/cannot be taught: its output comes from/) },
    });
  });
});
