/** Files become scenes: open, pair by name and place, check alignment, read the truth; what fails stays beside its name. */
import { type AlignmentReport, alignRasters } from "../../core/georef/alignment";
import { isGridFor, isShiftGrid } from "../../core/georef/shift-file";
import { type BandGroup, findBandGroups } from "../../core/pairing/band-files";
import { type ChosenScene, chooseByHand, fileKey } from "../../core/pairing/choose-by-hand";
import { type Pairing, pairRasters, type SceneProposal } from "../../core/pairing/pair-files";
import { recogniseRasterPart } from "../../core/pairing/raster-part";
import type { ProjectFile } from "../../core/project/project";
import { correctionKey } from "../../core/raster/band-corrections";
import type { RasterFacts } from "../../core/raster/raster";
import type { BandStatistics } from "../../core/raster/statistics";
import { auxiliariesOf, rastersOf, type Scene, type SceneAuxiliary } from "../../core/scene/scene";
import { AUXILIARY_KINDS, type AuxiliaryKind, kindOfBand } from "../../core/vocabulary/auxiliary-kinds";
import { fileFingerprint } from "../../io/file-fingerprint";
import { folderOf } from "../../io/file-place";
import { describePointer, HEAD_BYTES } from "../../io/foreign-files";
import { createReprojection } from "../../io/reproject";
import { isSideFile, sideFileNames } from "../../io/side-files";
import { resultsOf } from "../../store/results";
import {
  findScene,
  type SceneRecord,
  withBandGroups,
  withHeightRange,
  withOpening,
  withoutRefused,
  withoutScene,
  withRefused,
  withScene,
  withUnpaired,
} from "../../store/scenes";
import { withSceneStrokes } from "../../store/strokes";
import { update } from "../../store/studio-store";
import { importModels, isModelFile, isStrokesFile } from "../models/import-model";
import { filesOf } from "../projects/project-files";
import { dropResults } from "../results/keep-results";
import { giveUp, takeAway } from "../results/remove";
import { forgetRemovals, removeUndoably } from "../results/remove-undoably";
import { notifyError, type Studio } from "../studio";
import { offerContents } from "../view/arrange";
import { readTruth, retryTruth } from "./read-truth";
import { type KnownFile, renewFiles } from "./renew-files";

const SAMPLE_FILES = ["top_nadir_1_1_RGB.tif", "dsm_nadir_01_01.tif", "top_nadir_1_1_label.tif"];

/** Opens dropped or chosen files, several at once; models among them go to the model list, layers of polygons on the map. */
export function openFiles(studio: Studio, files: readonly File[]): Promise<void> {
  return studio.working.openings.add(() => openUnknown(studio, files));
}

async function openUnknown(studio: Studio, files: readonly File[]): Promise<void> {
  const models = await modelsAmong(files);
  const unknown = await withoutKnown(
    studio,
    files.filter((file) => !models.has(file)),
  );
  const rasters = await withoutExplained(studio, unknown);
  if (models.size > 0) {
    await importModels(studio, [...models]);
  }
  if (rasters.length === 0) {
    return;
  }
  // A file that is opened again cannot come back a second time.
  const names = new Set(rasters.map(({ name }) => name));
  forgetRemovals(studio, ({ scene }) => scene?.rasters.some(([, { file }]) => names.has(file.name)) ?? false);
  update(studio.store, "scenes", (state) => withoutRefused(withOpening(state, [...names]), [...names]));
  try {
    const { opened, refused } = await studio.rasters.call("open", {
      files: rasters.map((file) => ({ file, folder: folderOf(file) })),
      grids: gridsInUse(studio),
      sessionId: studio.sessionId,
      corrections: studio.store.getState().corrections,
    });
    for (const { rasterId, ...raster } of opened) {
      studio.registry.rasters.set(rasterId, raster);
    }
    update(studio.store, "scenes", (state) => withRefused(state, refused));
    placeOpened(
      studio,
      opened.map(({ rasterId }) => rasterId),
    );
  } catch (error) {
    notifyError(studio, error);
  } finally {
    update(studio.store, "scenes", (state) => withOpening(state, []));
  }
}

/** What cannot be arranged with the rest is closed again, so that it spoils no later opening. */
export function placeOpened(studio: Studio, rasterIds: readonly string[]): void {
  try {
    arrangeScenes(studio);
  } catch (error) {
    for (const rasterId of rasterIds) {
      studio.registry.rasters.delete(rasterId);
    }
    studio.rasters.call("close", { rasterIds }).catch((closing) => notifyError(studio, closing));
    arrangeScenes(studio);
    throw error;
  }
}

/** The sample that ships with the page, from its own origin. */
export async function openSample(studio: Studio): Promise<void> {
  update(studio.store, "scenes", (state) => withOpening(state, SAMPLE_FILES));
  try {
    const files = await sampleFiles(SAMPLE_FILES);
    await openFiles(studio, files);
  } catch (error) {
    notifyError(studio, error);
  } finally {
    update(studio.store, "scenes", (state) => withOpening(state, []));
  }
}

/** Those of the names that are files of the sample, read again. */
export function sampleFiles(names: readonly string[]): Promise<File[]> {
  return Promise.all(
    SAMPLE_FILES.filter((name) => names.includes(name)).map(async (name) => {
      const response = await fetch(new URL(`sample/${name}`, document.baseURI));
      if (!response.ok) {
        throw new Error(`the sample file ${name} is not beside the page (${response.status})`);
      }
      return new File([await response.blob()], name);
    }),
  );
}

/** Undoable. */
export function removeScene(studio: Studio, sceneId: string): void {
  const record = findScene(studio.store.getState().scenes, sceneId);
  if (record !== undefined) {
    const text = studio.messages.sceneRemoved(record.scene.name);
    removeUndoably(studio, text, runsOf(studio, sceneId), sceneId, () => void completeScene(studio, record));
  }
}

function runsOf({ store }: Studio, sceneId: string): string[] {
  return store
    .getState()
    .runs.records.filter((run) => run.sceneId === sceneId)
    .map(({ id }) => id);
}

/** Takes the scene and its runs away; its files stay open. */
function forgetScene(studio: Studio, sceneId: string): void {
  giveUp(studio, takeAway(studio, runsOf(studio, sceneId)));
  dropResults(
    studio,
    resultsOf(studio.store.getState().results, sceneId).map(({ id }) => id),
  );
  update(studio.store, "strokes", (strokes) => withSceneStrokes(strokes, sceneId, []));
  update(studio.store, "scenes", (scenes) => withoutScene(scenes, sceneId));
}

/** Graphs and manifests; where there are any, what may belong to them: weights, golden pairs. */
async function modelsAmong(files: readonly File[]): Promise<ReadonlySet<File>> {
  const headers = new Set(files.filter(({ name }) => /\.hdr$/i.test(name)).map(pathStem));
  const named = files.filter((file) => isModelFile(file.name) && !headers.has(pathStem(file)));
  const heads = await Promise.all(named.map((file) => file.slice(0, HEAD_BYTES).arrayBuffer()));
  const models = named.filter(
    ({ name }, at) => isStrokesFile(name) || describePointer(new Uint8Array(heads[at]!)) === null,
  );
  return new Set(models.some(({ name }) => /\.(onnx|nadir\.json)$/i.test(name)) ? models : []);
}

function pathStem(file: File): string {
  return `${folderOf(file)}/${file.name.toLowerCase().replace(/\.[^.]+$/, "")}`;
}

/**
 * Those that are not open yet. A file is known by its folder, name and content: a label may have its photo's name, and
 * by chance its size. Where one of two was given by itself, its folder is not known and does not tell them apart. What
 * is open and can no longer be read is read from the file given now.
 */
async function withoutKnown(studio: Studio, files: readonly File[]): Promise<File[]> {
  const key = ({ name, bytes }: Pick<ProjectFile, "name" | "bytes">) => `${bytes} ${name}`;
  const open = new Map<string, ProjectFile[]>();
  for (const file of [...studio.registry.rasters.values()].flatMap(filesOf)) {
    open.set(key(file), [...(open.get(key(file)) ?? []), file]);
  }
  const known: KnownFile[] = [];
  const isKnown = await Promise.all(
    files.map(async (file) => {
      const folder = folderOf(file);
      const alike = (open.get(key({ name: file.name, bytes: file.size })) ?? []).filter(
        (known) => folder === "" || (known.folder ?? folder) === folder,
      );
      if (alike.length === 0) return false;
      const sampled = await fileFingerprint(file);
      if (!alike.some(({ sha256Sampled }) => sha256Sampled === sampled)) return false;
      known.push({ file, sha256Sampled: sampled });
      return true;
    }),
  );
  await renewFiles(studio, known);
  return files.filter((_, at) => !isKnown[at]);
}

/** Shift grids of open rasters: what is opened later is shifted by the same. */
export function gridsInUse({ registry }: Studio): File[] {
  const grids = [...registry.rasters.values()].flatMap(({ sideFiles }) =>
    sideFiles.filter(({ name }) => isShiftGrid(name)),
  );
  return [...new Map(grids.map((file) => [`${file.size} ${file.name}`, file])).values()];
}

/**
 * Those that are no side files of open rasters. Such rasters are read again where the side file is new to them.
 */
async function withoutExplained(studio: Studio, files: readonly File[]): Promise<File[]> {
  const pathKey = (folder: string, name: string) => `${folder}/${name.toLowerCase()}`;
  const byPath = new Map(
    files.filter(({ name }) => isSideFile(name)).map((file) => [pathKey(folderOf(file), file.name), file]),
  );
  const ownOf = (folder: string, name: string) =>
    sideFileNames(name).flatMap((side) => byPath.get(pathKey(folder, side)) ?? []);
  const ofNew = new Set(files.flatMap((file) => ownOf(folderOf(file), file.name)));
  const ofOpen = new Set<File>();
  const replaced = new Map<string, string>();
  for (const [rasterId, { file, facts, sideFiles }] of byPath.size === 0 ? [] : [...studio.registry.rasters]) {
    const grids = files.filter(({ name }) => isShiftGrid(name) && isGridFor(facts.crs, name));
    const own = [...ownOf(facts.folder ?? "", file.name), ...grids];
    for (const side of own) ofOpen.add(side);
    const isNew = own.some(({ name, size }) => !sideFiles.some((old) => old.name === name && old.size === size));
    if (isNew) {
      const kept = sideFiles.filter((old) => !own.some(({ name }) => name === old.name));
      await reopenRaster(studio, rasterId, replaced, [...kept, ...own]);
    }
  }
  if (replaced.size > 0) arrangeScenes(studio, replaced);
  return files.filter((file) => ofNew.has(file) || !ofOpen.has(file));
}

/**
 * Reads an open raster again, by the corrections of its make as they are now.
 *
 * @param replaced Grows by its old id under its new one, for `arrangeScenes`.
 */
export async function reopenRaster(
  { rasters, registry, sessionId, store }: Studio,
  oldId: string,
  replaced: Map<string, string>,
  sideFiles?: readonly File[],
): Promise<void> {
  const { facts } = registry.rasters.get(oldId)!;
  const corrections = store.getState().corrections[correctionKey(facts)] ?? {};
  const opened = await rasters.call("reopen", {
    rasterId: oldId,
    sessionId,
    corrections,
    ...(sideFiles && { sideFiles }),
  });
  const { rasterId, ...raster } = opened;
  registry.rasters.delete(oldId);
  registry.rasters.set(rasterId, raster);
  replaced.set(rasterId, oldId);
}

/**
 * Pairs everything that is open. Scenes that stay the same keep their truth and runs.
 *
 * @param replaced Old ids of rasters that were opened again with corrections, by new id: their scenes stay the same
 * ones, read anew.
 */
export function arrangeScenes(studio: Studio, replaced: ReadonlyMap<string, string> = new Map()): void {
  const { rasters } = studio.registry;
  const before = studio.store.getState().scenes.records;
  const findByKey = rastersByKey(studio);
  const given = new Set(
    before.flatMap(({ byHand = {} }) => Object.values(byHand).map((key) => key && findByKey(key)?.rasterId)),
  );
  const bandGroups = bandGroupsOf(studio, given);
  const asked = askedOf(bandGroups);
  const candidates = [...rasters].flatMap(([rasterId, { facts }]) =>
    asked.has(rasterId) || (given.has(rasterId) && recogniseRasterPart(facts).part === "optical")
      ? []
      : [{ rasterId, facts }],
  );
  const { scenes, unpaired } = pairRasters(candidates, (optical, other) => createReprojection(optical.crs, other.crs));
  const recordsByOptical = new Map(before.map((record) => [record.scene.optical.rasterId, record]));
  for (const found of scenes) {
    const opticalId = replaced.get(found.opticalId) ?? found.opticalId;
    arrangeScene(studio, found, recordsByOptical.get(opticalId), findByKey);
  }
  const opticals = new Set(scenes.map(({ opticalId }) => replaced.get(opticalId) ?? opticalId));
  for (const { scene } of before) {
    if (!opticals.has(scene.optical.rasterId)) {
      forgetScene(studio, scene.id);
    }
  }
  listLeftOver(studio, bandGroups, unpaired);
  offerContents(studio);
}

/** The scene found around a photo: left as it is where it is the same, else a new record with what was known of it. */
function arrangeScene(
  studio: Studio,
  found: SceneProposal,
  known: SceneRecord | undefined,
  findByKey: ReturnType<typeof rastersByKey>,
): void {
  const kindOf = (rasterId: string) => kindFound(studio.registry.rasters.get(rasterId)!.facts);
  const proposal = chooseTruth(studio, chooseByHand(found, known?.byHand ?? {}, kindOf, findByKey));
  const name = known?.givenName ?? proposal.name;
  if (
    known !== undefined &&
    known.scene.optical.rasterId === proposal.opticalId &&
    listAuxiliaries(auxiliariesOf(known.scene)) === listAuxiliaries(proposal.auxiliaries) &&
    (known.scene.truth?.rasterId ?? null) === proposal.truthId &&
    (known.scene.otherTruth?.rasterId ?? null) === proposal.erodedTruthId
  ) {
    if (known.scene.name !== name) {
      update(studio.store, "scenes", (state) => withScene(state, { ...known, scene: { ...known.scene, name } }));
    }
    return;
  }
  const scene = sceneOf(studio, { ...proposal, name }, known?.scene.id ?? `scene-${proposal.opticalId}`);
  const record = renewed(scene, known);
  update(studio.store, "scenes", (state) => withScene(state, record));
  void completeScene(studio, record);
}

function renewed(scene: Scene, known: SceneRecord | undefined): SceneRecord {
  const isSameTruth =
    known?.truth.status === "ready" &&
    known.scene.optical.rasterId === scene.optical.rasterId &&
    known.scene.truth?.rasterId === scene.truth?.rasterId;
  return {
    scene,
    truth: scene.truth === null ? { status: "none" } : isSameTruth ? known.truth : { status: "decoding" },
    heightRange: null,
    ...(known?.area && { area: known.area }),
    ...(known?.auxiliaryChoice && { auxiliaryChoice: known.auxiliaryChoice }),
    ...(known?.display && { display: known.display }),
    ...(known?.ticked && { ticked: known.ticked }),
    ...(known?.givenName && { givenName: known.givenName }),
    ...(known?.byHand && { byHand: known.byHand }),
  };
}

/** What is open and in no scene, each with the reason. */
function listLeftOver(studio: Studio, bandGroups: readonly BandGroup[], unpaired: Pairing["unpaired"]): void {
  const asked = askedOf(bandGroups);
  const reasons = new Map(unpaired.map(({ rasterId, reason }) => [rasterId, reason]));
  update(studio.store, "scenes", (state) => {
    const used = new Set(state.records.flatMap(({ scene }) => rastersOf(scene).map(({ rasterId }) => rasterId)));
    const left = [...studio.registry.rasters].filter(([rasterId]) => !used.has(rasterId) && !asked.has(rasterId));
    return withUnpaired(
      withBandGroups(state, bandGroups),
      left.map(([rasterId, { facts }]) => ({
        rasterId,
        facts,
        reason: reasons.get(rasterId) ?? `${facts.fileName}: left out by you.`,
      })),
    );
  });
}

function askedOf(bandGroups: readonly BandGroup[]): Set<string> {
  return new Set(bandGroups.flatMap(({ files }) => files.map(({ rasterId }) => rasterId)));
}

/** Single bands to ask about: none that the user has said something of, or that a model has run over. */
function bandGroupsOf({ registry, store, working }: Studio, given: ReadonlySet<unknown>): BandGroup[] {
  const { scenes, runs } = store.getState();
  const withRuns = new Set(runs.records.map(({ sceneId }) => sceneId));
  const taken = new Set(scenes.records.flatMap(({ scene }) => (withRuns.has(scene.id) ? scene.optical.rasterId : [])));
  const open = [...registry.rasters].filter(
    ([id, { facts, file }]) =>
      file instanceof Blob && facts.use === undefined && !given.has(id) && !taken.has(id) && !working.keptApart.has(id),
  );
  return findBandGroups(open.map(([rasterId, { facts }]) => ({ rasterId, facts })));
}

/** The truth that counts first; the other variant, when there is one, second. */
function chooseTruth(studio: Studio, proposal: ChosenScene): ChosenScene {
  const { truthId, erodedTruthId } = proposal;
  const isSwapped = truthId === null || studio.store.getState().evaluation.truthFile === "eroded";
  return isSwapped && erodedTruthId !== null
    ? { ...proposal, truthId: erodedTruthId, erodedTruthId: truthId }
    : proposal;
}

function kindFound(facts: RasterFacts): AuxiliaryKind {
  const part = recogniseRasterPart(facts);
  return part.part === "auxiliary" ? part.kind : kindOfBand("height");
}

function listAuxiliaries(auxiliaries: ChosenScene["auxiliaries"]): string {
  return auxiliaries.map(({ rasterId, kind }) => `${kind} ${rasterId}`).join();
}

function rastersByKey({ registry }: Studio) {
  const byKey = new Map(
    [...registry.rasters].map(([rasterId, { file, sha256Sampled }]) => [
      fileKey({ name: file.name, sha256Sampled }),
      { rasterId, fileName: file.name },
    ]),
  );
  return (key: string) => byKey.get(key);
}

function sceneOf(studio: Studio, proposal: ChosenScene, id: string): Scene {
  const factsOf = (rasterId: string) => studio.registry.rasters.get(rasterId)!.facts;
  const optical = factsOf(proposal.opticalId);
  const [auxiliary = null, ...others] = proposal.auxiliaries.map(({ rasterId, kind }): SceneAuxiliary => {
    const facts = factsOf(rasterId);
    return { rasterId, facts, kind, alignment: align(optical, facts, AUXILIARY_KINDS[kind].name) };
  });
  const { truthId, erodedTruthId } = proposal;
  return {
    id,
    name: proposal.name,
    optical: { rasterId: proposal.opticalId, facts: optical },
    auxiliary,
    ...(others.length > 0 && { otherAuxiliaries: others }),
    truth:
      truthId === null
        ? null
        : { rasterId: truthId, facts: factsOf(truthId), alignment: align(optical, factsOf(truthId), "truth") },
    ...(erodedTruthId !== null && { otherTruth: { rasterId: erodedTruthId, facts: factsOf(erodedTruthId) } }),
    pairing: proposal.reasons,
  };
}

function align(optical: RasterFacts, other: RasterFacts, label: string, statistics?: BandStatistics): AlignmentReport {
  return alignRasters(optical, other, {
    reprojection: createReprojection(optical.crs, other.crs),
    label,
    ...(statistics && { statistics }),
  });
}

/** What needs pixels and is not there yet: the truth's classes, the heights' range and missing share. */
async function completeScene(studio: Studio, { scene, truth, heightRange }: SceneRecord): Promise<void> {
  await Promise.all([
    truth.status === "decoding" && readTruth(studio, scene),
    heightRange === null && measureHeights(studio, scene),
  ]);
}

/** What was being read when the raster worker ended is read again. */
export function completeScenes(studio: Studio): void {
  for (const { scene, truth, heightRange } of studio.store.getState().scenes.records) {
    if (truth.status === "failed" && truth.error.code === "worker-ended") {
      void retryTruth(studio, scene.id);
    }
    if (heightRange === null) {
      void measureHeights(studio, scene);
    }
  }
}

async function measureHeights(studio: Studio, scene: Scene): Promise<void> {
  const { optical, auxiliary } = scene;
  if (auxiliary === null || auxiliary.alignment.verdict === "refused") {
    return;
  }
  try {
    const range = await studio.rasters.call("heightRange", {
      opticalId: optical.rasterId,
      auxiliaryId: auxiliary.rasterId,
    });
    update(studio.store, "scenes", (state) => withHeightRange(state, scene.id, range));
    const alignment = align(optical.facts, auxiliary.facts, AUXILIARY_KINDS[auxiliary.kind].name, range.statistics);
    update(studio.store, "scenes", (state) => ({
      ...state,
      records: state.records.map((record) =>
        record.scene.id === scene.id && record.scene.auxiliary?.rasterId === auxiliary.rasterId
          ? { ...record, scene: { ...record.scene, auxiliary: { ...record.scene.auxiliary, alignment } } }
          : record,
      ),
    }));
  } catch (error) {
    notifyError(studio, error);
  }
}
