/** What each pane's content is drawn from: a base picture and, over it, at most one class layer and the lit cell. */
import { cellMasks } from "../../actions/evaluation/evaluate-run";
import type { Studio } from "../../actions/studio";
import {
  aboveGroundFeed,
  closedHolesFeed,
  correctedFeed,
  maskFeed,
  opticalFeed,
  reliefFeed,
} from "../../actions/view/tile-sources";
import { type GridPlacement, OWN_PLACE } from "../../core/georef/grid-placement";
import { heightChangeShare } from "../../core/heights/height-change";
import { screenColour } from "../../core/labels/class-colours";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ModelClass } from "../../core/manifest/manifest";
import {
  cellTable,
  changeTable,
  classTable,
  errorTable,
  heightChangeTable,
  type LookupTable,
  type Rgb,
  rampTable,
} from "../../layers/lookup-table";
import { type PaneClip, type RasterTileLayer, rasterTileLayer } from "../../layers/raster-tile-layer";
import type { TileSource } from "../../layers/tile-source";
import type { TileTextures } from "../../layers/tile-textures";
import { readyChangeRaster } from "../../store/date-selectors";
import type { LegendState } from "../../store/legend";
import { contentOver, selectMosaic } from "../../store/mosaic";
import type { PaneContent } from "../../store/panes";
import { findResponse } from "../../store/responses";
import { readyRaster } from "../../store/results";
import { type DoneRun, isDone, writtenMask } from "../../store/runs";
import type { SceneRecord } from "../../store/scenes";
import { selectRun } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";

interface Drawing {
  readonly source: TileSource;
  readonly second?: TileSource | null;
  readonly lookup?: LookupTable | null;
  readonly desaturate?: number;
  readonly dim?: number;
  readonly opacity?: number;
}

/** Layers of one content over the shown scene and, while they are on the map, its neighbours below it. */
export function mapLayers(
  studio: Studio,
  state: StudioState,
  record: SceneRecord,
  content: PaneContent,
  pane: PanePlace,
): RasterTileLayer[] {
  const neighbours = selectMosaic(state).flatMap(({ record: other, place }) =>
    contentLayers(studio, state, other, contentOver(state, content, other.scene.id), {
      ...pane,
      viewId: `${pane.viewId}/${other.scene.id}`,
      place,
    }),
  );
  return [...neighbours, ...contentLayers(studio, state, record, content, pane)];
}

interface PanePlace {
  readonly viewId: string;
  readonly clip: PaneClip;
  readonly textures: TileTextures;
  /** Where the scene lies on the pane's grid; its own where it is the shown one. */
  readonly place?: GridPlacement;
}

/** Layers of one content inside one pane, bottom first. */
function contentLayers(
  studio: Studio,
  state: StudioState,
  record: SceneRecord,
  content: PaneContent,
  { viewId, clip, textures, place = OWN_PLACE }: PanePlace,
): RasterTileLayer[] {
  const drawings = [...drawingsOf(studio, state, record, content), ...litDrawing(studio, state, record)];
  return drawings.map((drawing, index) =>
    rasterTileLayer({
      id: `${viewId}/${index}-${drawing.source.id}${drawing.second ? `-${drawing.second.id}` : ""}`,
      textures,
      clip,
      place,
      ...drawing,
    }),
  );
}

function drawingsOf(studio: Studio, state: StudioState, record: SceneRecord, content: PaneContent): Drawing[] {
  const optical = opticalFeed(studio, record);
  const { opacity } = state.legend;
  switch (content.kind) {
    case "optical":
      return [{ source: optical }];
    case "hillshade":
    case "heights": {
      const relief = reliefFeed(studio, record, content.kind === "heights" ? "ramp" : "hillshade");
      return relief === null ? [] : [{ source: relief }];
    }
    case "above-ground": {
      const heights = aboveGroundFeed(studio, record);
      return [heights === null ? { source: optical, dim: 0.5 } : { source: heights }];
    }
    case "truth": {
      const { truth } = record;
      if (truth.status !== "ready") {
        return [{ source: optical, dim: 0.5 }];
      }
      const lookup = legendTable(truth.classes, state.legend);
      return [{ source: optical }, { source: maskFeed(studio, truth.maskId, optical), lookup, opacity }];
    }
    case "date-changes":
    case "height-change":
      return dateDrawings(studio, state, content, optical);
    default:
      return runDrawings(studio, state, record, content, optical);
  }
}

function runDrawings(
  studio: Studio,
  state: StudioState,
  record: SceneRecord,
  content: PaneContent,
  optical: TileSource,
): Drawing[] {
  const run = "runId" in content ? selectRun(state, content.runId) : null;
  const base: Drawing = { source: optical };
  const dimmed = dimmedPhoto(optical);
  if (content.kind === "agreement" || content.kind === "entropy") {
    const id = readyRaster(state.results, content.kind, record.scene.id);
    return id === null
      ? [dimmed]
      : [dimmed, { source: maskFeed(studio, id, optical), lookup: BYTE_RAMP, opacity: 0.85 }];
  }
  const written = run === null ? null : writtenMask(run);
  if (run !== null && written !== null && content.kind === "mask") {
    const source = isDone(run)
      ? correctedFeed(studio, state, run, optical)
      : maskFeed(studio, written.maskId, optical, written.revision);
    const mask = { source, lookup: legendTable(run.classes, state.legend), opacity: state.legend.opacity };
    const holes = isDone(run) ? closedHolesFeed(studio, record, run.state.result.result) : null;
    return [base, mask, ...(holes === null ? [] : [{ source: holes }])];
  }
  if (run === null || !isDone(run)) {
    return [base];
  }
  return finishedDrawings(studio, state, run, content, optical);
}

/** What is made of a finished run, over the dimmed photo. */
function finishedDrawings(
  studio: Studio,
  state: StudioState,
  run: DoneRun,
  content: PaneContent,
  optical: TileSource,
): Drawing[] {
  const dimmed = dimmedPhoto(optical);
  const { confidenceId } = run.state.result;
  const mask = correctedFeed(studio, state, run, optical);
  switch (content.kind) {
    case "confidence":
      return confidenceId === null
        ? [dimmed]
        : [{ source: maskFeed(studio, confidenceId, optical), lookup: BYTE_RAMP }];
    case "probability": {
      const shown = findResponse(state.responses, run.id, content.classId)?.shown ?? null;
      return shown === null
        ? [dimmed]
        : [dimmed, { source: maskFeed(studio, shown.responseId, optical), lookup: SHARE_RAMP, opacity: 0.85 }];
    }
    case "errors": {
      const masks = cellMasks(studio, run.id);
      if (masks === null) {
        return [dimmed];
      }
      const lookup = memo(`errors/${run.id}/${content.classId}/${masks.truth.toClass}/${masks.mask.toClass}`, () =>
        errorTable({ maskToClass: masks.mask.toClass, truthToClass: masks.truth.toClass }, content.classId),
      );
      return [dimmed, { source: mask, second: maskFeed(studio, masks.truth.maskId, optical), lookup }];
    }
    case "window-iou": {
      const id = readyRaster(state.results, "window-iou", run.id);
      return id === null
        ? [dimmed]
        : [dimmed, { source: maskFeed(studio, id, optical), lookup: SHARE_RAMP, opacity: 0.7 }];
    }
    case "changes": {
      const other = selectRun(state, content.otherRunId);
      if (other === null || !isDone(other)) {
        return [dimmed];
      }
      const lookup = memo(`changes/${run.id}/${other.id}/${coloursKey(state.legend)}`, () =>
        changeTable(keyedColours(run.classes, state.legend), keyedColours(other.classes, state.legend)),
      );
      return [dimmed, { source: mask, second: correctedFeed(studio, state, other, optical), lookup }];
    }
    default:
      return [{ source: optical }];
  }
}

/** What became of the earlier date's map and heights, over its dimmed photo. */
function dateDrawings(
  studio: Studio,
  state: StudioState,
  { kind, runId, otherRunId }: PaneContent & { readonly kind: "date-changes" | "height-change" },
  optical: TileSource,
): Drawing[] {
  const dimmed = dimmedPhoto(optical);
  const raster = readyChangeRaster(state, kind, runId, otherRunId);
  if (raster?.state.status !== "ready") return [dimmed];
  const lookup =
    kind === "height-change" ? HEIGHT_CHANGE : legendTable(raster.state.changes?.classes ?? [], state.legend);
  return [dimmed, { source: maskFeed(studio, raster.id, optical), lookup, opacity: 0.9 }];
}

function dimmedPhoto(optical: TileSource): Drawing {
  return { source: optical, desaturate: 1, dim: 0.45 };
}

/** The pixels of the lit confusion cell, over whatever the pane shows. */
function litDrawing(studio: Studio, state: StudioState, record: SceneRecord): Drawing[] {
  const { lit } = state.evaluation;
  const masks = lit === null ? null : cellMasks(studio, lit.runId);
  const run = lit === null ? null : selectRun(state, lit.runId);
  if (lit === null || masks === null || run?.sceneId !== record.scene.id) {
    return [];
  }
  const { truthClass, predictedClass } = lit;
  const lookup = memo(
    `cell/${lit.runId}/${truthClass}/${predictedClass}/${masks.truth.toClass}/${masks.mask.toClass}`,
    () => cellTable({ maskToClass: masks.mask.toClass, truthToClass: masks.truth.toClass }, truthClass, predictedClass),
  );
  const optical = opticalFeed(studio, record);
  return [
    {
      source: maskFeed(studio, masks.mask.maskId, optical),
      second: maskFeed(studio, masks.truth.maskId, optical),
      lookup,
    },
  ];
}

const BYTE_RAMP = rampTable(true);
const SHARE_RAMP = rampTable(false);
const HEIGHT_CHANGE = heightChangeTable(heightChangeShare);

/** Colours by class id as the legend wants them; hidden classes are transparent. */
function legendTable(classes: readonly ModelClass[], legend: LegendState): LookupTable {
  const key = classes.map(({ id, name, colour }) => `${id}:${name}:${colour}`).join("|");
  return memo(`legend/${key}/${legend.hidden}/${coloursKey(legend)}`, () => {
    const colours: (Rgb | null)[] = [];
    for (const entry of classes) {
      const isHidden = legend.hidden.includes(canonicalClass(entry.name));
      colours[entry.id] = isHidden ? null : screenColour(entry, legend);
    }
    return classTable(colours);
  });
}

/** What a change is told apart by, and drawn in, by class id. */
function keyedColours(classes: readonly ModelClass[], legend: LegendState): { key: string; colour: Rgb }[] {
  const byId: { key: string; colour: Rgb }[] = [];
  for (const entry of classes) {
    byId[entry.id] = { key: canonicalClass(entry.name), colour: screenColour(entry, legend) };
  }
  return byId;
}

function coloursKey({ palette, colours }: LegendState): string {
  return `${palette}/${JSON.stringify(colours)}`;
}

const MOST_TABLES = 64;
const tables = new Map<string, LookupTable>();

/** The same object for the same table, so that layers upload it once. */
function memo(key: string, make: () => LookupTable): LookupTable {
  let table = tables.get(key);
  if (table === undefined) {
    table = make();
    tables.set(key, table);
    if (tables.size > MOST_TABLES) {
      tables.delete(tables.keys().next().value!);
    }
  }
  return table;
}
