/** Project files: saved, read by another program, opened again with and without the results they name. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Project, projectFiles } from "../../core/project/project";
import { type DoneRun, isDone } from "../../store/runs";
import { selectStaleness } from "../../store/selectors";
import { cropFiles, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { runPython, withoutPython } from "../../testing/run-python";
import {
  JOURNEY,
  openStudioInNode,
  type StudioInNode,
  type StudioInNodeOptions,
  until,
} from "../../testing/studio-in-node";
import { mapClass } from "../evaluation/truth-classes";
import { removeRun, repeatRun } from "../runs/run-model";
import { correctRaster } from "../scenes/correct-raster";
import { openSample } from "../scenes/open-files";
import { setArea } from "../scenes/set-area";
import { changeSettings, selectSceneById } from "../view/arrange";
import { gatherProject, saveProject } from "./gather-project";
import { openAny } from "./restore-project";

const NAMES = ["crop_RGB.tif", "crop_dsm.tif", "crop_label.tif"];

describe.skipIf(withoutPython)("a project", JOURNEY, () => {
  const folder = mkdtempSync(join(tmpdir(), "nadir-projects-"));
  const open: StudioInNode[] = [];
  let files: File[] = [];

  beforeAll(async () => {
    files = await cropFiles(folder, 200);
  }, JOURNEY.timeout);
  afterEach(() => {
    for (const { dispose } of open.splice(0)) dispose();
  });
  afterAll(() => rmSync(folder, { recursive: true }));

  async function openStudio(options: StudioInNodeOptions = {}): Promise<StudioInNode> {
    const studio = await openStudioInNode(options);
    open.push(studio);
    return studio;
  }

  function savedProject({ studio, browser }: StudioInNode): File {
    saveProject(studio);
    const { fileName, blob } = browser.downloads.at(-1)!;
    return new File([blob], fileName);
  }

  /** One run over a corner of the sample, saved as a project. */
  async function madeProject() {
    const made = await openStudio({ files });
    await sceneReady(made.studio);
    changeSettings(made.studio, { blend: "gaussian" });
    const [run] = await runToEnd(made.studio);
    return { ...made, run: run!, before: await histogram(made.studio, run!), file: savedProject(made) };
  }

  const missing = ({ studio }: StudioInNode) =>
    studio.store.getState().project.wanted.flatMap((wanted) => wanted.missing.map(({ file, why }) => [file.name, why]));
  const found = ({ studio }: StudioInNode) => until(studio, ({ project }) => project.wanted.length === 0, "every file");
  const doneRun = ({ studio }: StudioInNode) => until(studio, ({ runs }) => runs.records.find(isDone), "the run");
  const badNotices = ({ studio }: StudioInNode) =>
    studio.store.getState().workspace.notices.flatMap(({ tone, text }) => (tone === "bad" ? [text] : []));

  test("of the sample brings its files along by itself", async () => {
    const made = await openStudio();
    await openSample(made.studio);
    await sceneReady(made.studio);
    const file = savedProject(made);
    const elsewhere = await openStudio();
    await openAny(elsewhere.studio, [file]);
    await found(elsewhere);
    expect(elsewhere.studio.store.getState().scenes.records).toHaveLength(1);
  });

  test("names its files with the sizes and SHA-256 that Python finds, and its run with what the mask holds", async () => {
    const { file, before } = await madeProject();
    const project = JSON.parse(await file.text()) as Project;
    const [{ optical, auxiliary, truth }] = project.scenes as [Project["scenes"][0]];
    const named = [optical, auxiliary!, truth!];
    expect(named.map(({ name }) => name)).toEqual(NAMES);
    const paths = NAMES.map((name) => join(folder, name));
    expect(named.map(({ bytes, sha256Sampled }) => [bytes, sha256Sampled])).toEqual(runPython(SHA256, paths));
    const [run] = project.runs as [Project["runs"][0]];
    if (run.outcome.status !== "done") throw new Error("the run is not done");
    const { classPixels } = run.outcome.result;
    expect(classPixels).toEqual(before.slice(0, classPixels.length));
    expect(run.settings.stridePx).toBe(run.windowPx);
  });

  test("opened on another machine shows its runs' facts, asks for files, and makes its run again", async () => {
    const made = await madeProject();
    made.dispose();
    const elsewhere = await openStudio();
    await openAny(elsewhere.studio, [made.file]);
    expect(missing(elsewhere)).toEqual(NAMES.map((name) => [name, "not-open"]));

    // Another content under the same name is not taken for it.
    const [wrong] = await cropFiles(join(folder, "other"), 256);
    await openAny(elsewhere.studio, [wrong]);
    await until(elsewhere.studio, () => missing(elsewhere).some(([, why]) => why === "changed"), "the other content");
    expect(missing(elsewhere)[0]).toEqual(["crop_RGB.tif", "changed"]);
    expect(elsewhere.studio.store.getState().runs.records).toEqual([]);

    // With the photo alone it is one scene, which still wants the rest.
    await openAny(elsewhere.studio, files.slice(0, 1));
    const known = await until(elsewhere.studio, ({ runs }) => runs.records[0], "the run");
    expect(known.state.status).toBe("elsewhere");
    const waiting = gatherProject(elsewhere.studio).scenes.filter(({ optical }) => optical.bytes === files[0]!.size);
    expect(waiting.flatMap((scene) => projectFiles(scene)).map(({ name }) => name)).toEqual(NAMES);
    await openAny(elsewhere.studio, files.slice(1));
    await found(elsewhere);
    expect(elsewhere.studio.store.getState().settings.blend).toBe("gaussian");
    selectSceneById(elsewhere.studio, known.sceneId);
    repeatRun(elsewhere.studio, known.id, known.settings);
    expect(await histogram(elsewhere.studio, await doneRun(elsewhere))).toEqual(made.before);
    expect(badNotices(elsewhere)).toEqual([]);
  });

  test("on the same machine gets its masks back; those of a living tab are copied, never shared", async () => {
    const made = await madeProject();
    const beside = await openStudio({ browser: made.browser });
    await openAny(beside.studio, [made.file, ...files]);
    const copy = await doneRun(beside);
    expect(copy.id).not.toBe(made.run.id);
    expect(await histogram(beside.studio, copy)).toEqual(made.before);
    removeRun(beside.studio, copy.id);
    await until(beside.studio, ({ runs }) => runs.records.length === 0, "the run's end");
    expect(await histogram(made.studio, made.run)).toEqual(made.before);
    made.dispose();

    const later = await openStudio({ browser: made.browser });
    await openAny(later.studio, [made.file, ...files]);
    const back: DoneRun = await doneRun(later);
    expect(back.id).toBe(made.run.id);
    expect(await histogram(later.studio, back)).toEqual(made.before);
    expect([...badNotices(beside), ...badNotices(later)]).toEqual([]);
  });

  test("brings back what the user said about bands, truth and area", async () => {
    const made = await madeProject();
    const { studio } = made;
    const area = { col: 70, row: 90, widthPx: 100, heightPx: 80 };
    const { scene } = await sceneReady(studio);
    await correctRaster(studio, scene.auxiliary!.facts, { nodata: { 0: Number.NaN } });
    await mapClass(studio, "car", "building");
    setArea(studio, area);
    const [stale] = studio.store.getState().runs.records;
    expect(selectStaleness(studio.store.getState(), stale!)).toEqual(["area of interest", "bands or files"]);

    const file = savedProject(made);
    const saved = JSON.parse(await file.text()) as Project;
    expect(saved.scenes[0]!.area).toEqual(area);
    expect(saved.evaluation.classMapping).toEqual({ car: "building" });
    expect(Object.values(saved.corrections!)).toEqual([{ nodata: { 0: "NaN" } }]);
    made.dispose();

    const elsewhere = await openStudio();
    await openAny(elsewhere.studio, [file, ...files]);
    await found(elsewhere);
    const words = () => {
      const { scenes, evaluation, corrections } = elsewhere.studio.store.getState();
      const [record] = scenes.records;
      const nodata = record!.scene.auxiliary!.facts.bands.map((band) => String(band.nodata));
      return { area: record!.area, nodata, mapping: evaluation.classMapping, makes: Object.keys(corrections).length };
    };
    expect(words()).toEqual({ area, nodata: ["NaN"], mapping: { car: "building" }, makes: 1 });

    // Taken back afterwards, it stays taken back.
    setArea(elsewhere.studio, null);
    await openAny(elsewhere.studio, [new File([readFileSync(join(folder, "crop_RGB.tif"))], "crop_RGB.tif")]);
    expect(words().area).toBeUndefined();
    expect(badNotices(elsewhere)).toEqual([]);
  });

  test("that is broken is refused with the place of its fault, and changes nothing", async () => {
    const inNode = await openStudio();
    const before = inNode.studio.store.getState();
    await openAny(inNode.studio, [new File(['{"format": "nadir-project/1", "scenes": 7}'], "broken.nadir")]);
    expect(badNotices(inNode)).toEqual([expect.stringContaining("scenes")]);
    const { workspace: _, ...after } = inNode.studio.store.getState();
    expect(before).toMatchObject(after);
  });
});

const SHA256 = `
import sys, json, hashlib, os
print(json.dumps([[os.path.getsize(p), hashlib.sha256(open(p, "rb").read()).hexdigest()] for p in json.load(sys.stdin)]))
`;
