/** Sentences and names for what is in the store. */
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import type { PhotoRange, RasterFacts } from "../core/raster/raster";
import { spellRatio } from "../core/run/run-scale";
import type { RunProgress, RunSettings } from "../core/run/run-settings";
import { auxiliariesOf } from "../core/scene/scene";
import type { PaneContent } from "../store/panes";
import type { RunRecord } from "../store/runs";
import type { SceneRecord } from "../store/scenes";
import type { StudioState } from "../store/studio-store";
import { fixed, metres, seconds, significant } from "./format";
import { messages } from "./messages";

const words = messages.describe;

export function pixelSizeText(facts: RasterFacts): string {
  const distance = groundSamplingDistanceMetres(facts);
  if (distance !== null) {
    return metres(distance);
  }
  return facts.geotransform === null ? words.noScale : words.units(significant(Math.abs(facts.geotransform[1]), 3));
}

/** "400 × 247 · EPSG:2154 · RGB + DSM + truth". */
export function sceneFacts({ scene }: SceneRecord): string {
  const { facts } = scene.optical;
  const parts = [bandLetters(facts)];
  parts.push(...auxiliariesOf(scene).map(({ kind }) => AUXILIARY_NAMES[kind]));
  if (scene.truth !== null) {
    parts.push(words.truth);
  }
  return `${facts.widthPx} × ${facts.heightPx} · ${facts.crs?.name ?? words.noCrs} · ${parts.join(" + ")}`;
}

/** "black 0, white 4095 (12 bits of uint16 are used)". */
export function photoRangeText({ black, white, reason }: PhotoRange): string {
  return words.photoRange(significant(black, 4), significant(white, 4), reason);
}

export const AUXILIARY_NAMES = words.auxiliary;

function bandLetters(facts: RasterFacts): string {
  const letters = words.bandLetters;
  const named = facts.bands.flatMap(({ role }) => (role in letters ? letters[role as keyof typeof letters] : []));
  return named.length > 0 ? named.join("") : words.bands(facts.bands.length);
}

/** "window 256 · overlap 25 % · trapezoid". */
export function settingsText(settings: RunSettings, windowPx: number): string {
  const overlap = Math.round(100 * (1 - settings.stridePx / windowPx));
  const parts = [words.window(windowPx), words.overlap(overlap), words.blends[settings.blend]];
  if (settings.scale !== undefined) {
    parts.push(words.scale(spellRatio(settings.scale)));
  }
  if (settings.testTimeAugmentation !== "none") {
    parts.push(words.augmentations[settings.testTimeAugmentation]);
  }
  if (settings.areaOfInterest) {
    const { widthPx, heightPx, col, row, polygons } = settings.areaOfInterest;
    parts.push(messages.area.inSettings(widthPx, heightPx, col, row));
    if (polygons !== undefined) parts.push(messages.area.inPolygons(polygons.length));
  }
  if (settings.heights === "left-out") {
    parts.push(messages.area.withoutHeights);
  }
  return parts.join(" · ");
}

/** "37 of 60 windows · 8.1/s · 3 s left". */
export function progressText(progress: RunProgress | null): string {
  if (progress === null) {
    return words.starting;
  }
  if (progress.stage === "loading-model" && progress.loaded !== undefined) {
    const { bytes, totalBytes } = progress.loaded;
    return words.loadingBytes(fixed(bytes / 2 ** 20, 1), fixed(totalBytes / 2 ** 20, 1));
  }
  if (progress.stage !== "running") {
    return words.stages[progress.stage];
  }
  const parts = [words.windowsDone(progress.windowsDone, progress.windowsTotal)];
  if (progress.windowsPerSecond > 0) {
    parts.push(words.perSecond(fixed(progress.windowsPerSecond, 1)));
  }
  if (progress.secondsLeft !== null) {
    parts.push(words.timeLeft(seconds(progress.secondsLeft)));
  }
  return parts.join(" · ");
}

export function runName(id: string, runs: readonly RunRecord[]): string {
  return runs.find((run) => run.id === id)?.modelName ?? words.run;
}

/** What a pane shows, for its chip. */
export function contentName(
  content: PaneContent,
  runs: readonly RunRecord[],
  classNames: readonly string[] = [],
): string {
  const nameOf = (id: string) => runName(id, runs);
  const names = words.contents;
  switch (content.kind) {
    case "optical":
    case "hillshade":
    case "heights":
    case "above-ground":
    case "truth":
    case "agreement":
    case "entropy":
      return names[content.kind];
    case "mask":
    case "confidence":
    case "window-iou":
      return names[content.kind](nameOf(content.runId));
    case "probability": {
      const run = runs.find(({ id }) => id === content.runId);
      const name = run?.classes.find(({ id }) => id === content.classId)?.name ?? words.class;
      return names.probability(nameOf(content.runId), name);
    }
    case "errors":
      return content.classId === null
        ? names.errors(nameOf(content.runId))
        : names.errorsOfClass(nameOf(content.runId), classNames[content.classId] ?? words.class);
    case "date-changes":
    case "height-change":
      return names[content.kind];
    case "changes":
      return names.changes(nameOf(content.runId), nameOf(content.otherRunId));
  }
}

/** Names of the classes that `contentName` may need: those a run's errors are counted in. */
export function contentClassNames(state: StudioState, content: PaneContent): readonly string[] {
  const evaluation = content.kind === "errors" ? state.evaluation.byRun[content.runId] : undefined;
  return evaluation?.status === "ready" ? evaluation.classes.map(({ name }) => name) : [];
}

const RUN_COLOURS = ["--run-a", "--run-b", "--run-c", "--run-d", "--run-e", "--run-f"] as const;

/** The run's own colour, by its place among the scene's runs. */
export function runColour(runs: readonly RunRecord[], runId: string): string {
  const index = Math.max(
    0,
    runs.findIndex(({ id }) => id === runId),
  );
  return colourAt(index);
}

/** Of the run, or the model of a test set, in that place. */
export function colourAt(index: number): string {
  return `var(${RUN_COLOURS[index % RUN_COLOURS.length]})`;
}
