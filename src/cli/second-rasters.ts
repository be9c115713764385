/** The second rasters of `nadir segment`: which of them a model reads, and what is made of them, as on the page. */
import { readdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Keep } from "../core/closing";
import { NadirError } from "../core/errors";
import { type AlignmentReport, alignRasters } from "../core/georef/alignment";
import { planPixelMapping } from "../core/georef/grid-relation";
import { mapPixel } from "../core/georef/pixel-mapping";
import { refusedAlignment } from "../core/georef/refused-alignment";
import type { ModelManifest } from "../core/manifest/manifest";
import { recogniseRasterPart } from "../core/pairing/raster-part";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { BandStatistics } from "../core/raster/statistics";
import { findSurface, madeOf, type PlacedAuxiliary, planAboveGround, planHeights } from "../core/run/plan-heights";
import type { RunSettings } from "../core/run/run-settings";
import { AUXILIARY_KINDS, type AuxiliaryKind, kindOfBand } from "../core/vocabulary/auxiliary-kinds";
import { type HeightsOnGrid, heightsOnGrid } from "../evaluation/heights-on-grid";
import type { RunRequest } from "../inference/run-request";
import { aboveGround, findHeightBase } from "../io/above-ground";
import type { PolygonHeights } from "../io/map-polygons";
import { bandStatistics } from "../io/raster-statistics";
import { createReprojection } from "../io/reproject";
import { heightBandOf } from "../io/sample-heights";
import { type CommandIo, printNotes } from "./command-io";
import { openRasterFile } from "./file-blob";
import { readManifest } from "./open-model";

/** An opened second raster, and how it lies on the orthophoto. */
export interface SecondRasterFile extends PlacedAuxiliary {
  readonly source: RasterSource;
}

/** @param kind What the option says it is; its name and bands say so otherwise, as on the page. */
export function placeSecond(optical: RasterFacts, source: RasterSource, kind?: AuxiliaryKind): SecondRasterFile {
  const { facts } = source;
  const part = recogniseRasterPart(facts);
  const found = kind ?? (part.part === "auxiliary" ? part.kind : kindOfBand("height"));
  return { source, facts, kind: found, alignment: alignSecond(optical, { facts, kind: found }, null) };
}

/** @param statistics Of its height band, once they are known. */
export function alignSecond(
  optical: RasterFacts,
  { facts, kind }: Pick<PlacedAuxiliary, "facts" | "kind">,
  statistics: BandStatistics | null,
): AlignmentReport {
  const reprojection = createReprojection(optical.crs, facts.crs);
  return alignRasters(optical, facts, { reprojection, label: AUXILIARY_KINDS[kind].name, statistics });
}

/**
 * What the run is given besides the image; looks for the ground under a surface model where the model asks for heights
 * above it.
 *
 * @param onGround Told before that, for it may take a while.
 * @throws {NadirError} When the model cannot do without what is not there.
 */
export async function readHeights(
  manifest: ModelManifest,
  optical: RasterFacts,
  rasters: readonly SecondRasterFile[],
  { heights }: Pick<RunSettings, "heights">,
  { others, signal, onGround }: HeightsContext,
): Promise<Pick<RunRequest, "auxiliary" | "heights">> {
  const plan = planHeights(manifest, optical, rasters, heights, others);
  const made = madeOf(manifest, plan, heights);
  const said = made && { made, notes: plan?.notes ?? [] };
  if (plan === null) return { auxiliary: null, heights: said };
  const { how, raster, terrain } = plan;
  if (how === "from-surface") onGround();
  const terrainSource = terrain?.source ?? null;
  const base = how === "as-given" ? null : await findHeightBase(raster.source, terrainSource, signal);
  const source = base === null ? raster.source : aboveGround(raster.source, terrainSource, base);
  // One that lies on the image can be placed on it.
  const mapping = planPixelMapping(optical, raster.facts, createReprojection(optical.crs, raster.facts.crs))!;
  const auxiliary = { source, mapping: ([col, row]) => mapPixel(mapping, col, row) } satisfies RunRequest["auxiliary"];
  return { auxiliary, heights: said && { ...said, notes: [...said.notes, ...(base?.notes ?? [])] } };
}

/**
 * Heights above the ground on a map's grid, from the files that options name.
 *
 * @returns Null where none is named.
 * @throws {NadirError} `no-overlap` when none of them lies on the map.
 */
export async function openHeights(
  map: RasterFacts,
  paths: { readonly dsm?: string | undefined; readonly ndsm?: string | undefined; readonly dtm?: string | undefined },
  keep: Keep,
  io: CommandIo,
): Promise<HeightsOnGrid | null> {
  const rasters = await openSeconds(map, paths, keep);
  const [first] = rasters;
  if (first === undefined) return null;
  const heights = await heightsAboveGround(map, rasters, io);
  if (heights === null)
    throw new NadirError(refusedAlignment(first.facts, first.alignment, AUXILIARY_KINDS[first.kind].name));
  return heights;
}

/** The second rasters that options name, placed on a map. */
export async function openSeconds(
  map: RasterFacts,
  paths: { readonly dsm?: string | undefined; readonly ndsm?: string | undefined; readonly dtm?: string | undefined },
  keep: Keep,
): Promise<readonly SecondRasterFile[]> {
  const rasters: SecondRasterFile[] = [];
  for (const [path, kind] of [[paths.dsm], [paths.ndsm, "ndsm"], [paths.dtm, "dem"]] as const) {
    if (path !== undefined) rasters.push(placeSecond(map, keep(await openRasterFile(path)), kind));
  }
  return rasters;
}

/** Heights for the polygons of a map; null where none of the rasters lies on it, and where the ground is not found: said. */
export async function polygonHeights(
  map: RasterFacts,
  rasters: readonly SecondRasterFile[],
  io: CommandIo,
): Promise<PolygonHeights | null> {
  const surface = findSurface(rasters);
  const above = await heightsAboveGround(map, rasters, io).catch((error: unknown) => {
    if (!(error instanceof NadirError)) throw error;
    printNotes(io, [`Polygons have no heights: ${error.message}`]);
    return null;
  });
  return above && surface && { aboveGround: above, surface: await heightsAsGiven(map, surface, io) };
}

async function heightsAboveGround(
  map: RasterFacts,
  rasters: readonly SecondRasterFile[],
  io: CommandIo,
): Promise<HeightsOnGrid | null> {
  const plan = planAboveGround(rasters);
  if (plan === null) return null;
  const { how, raster, terrain } = plan;
  if (how === "as-given") return heightsAsGiven(map, raster, io);
  const base = await findHeightBase(raster.source, terrain?.source ?? null, io.signal);
  printNotes(io, base.notes);
  return heightsOnGrid(map, aboveGround(raster.source, terrain?.source ?? null, base), []);
}

async function heightsAsGiven(map: RasterFacts, { source, facts }: SecondRasterFile, { signal }: CommandIo) {
  const { leftOut } = await bandStatistics(source, heightBandOf(facts).index, signal);
  return heightsOnGrid(map, source, leftOut);
}

interface HeightsContext {
  readonly others: readonly ModelManifest[];
  readonly signal: AbortSignal;
  readonly onGround: () => void;
}

/** The models that lie beside one, to choose from instead; those that cannot be read are none. */
export async function modelsBeside(manifestPath: string): Promise<readonly ModelManifest[]> {
  const folder = dirname(manifestPath);
  const names = (await readdir(folder)).filter((name) => name.endsWith(".nadir.json")).sort();
  const read = await Promise.allSettled(names.map((name) => readManifest(join(folder, name))));
  return read.flatMap((result) => (result.status === "fulfilled" ? [result.value] : []));
}
