/** What the raster worker does with a call: thin glue between opened files, display tiles, the mask store and exports. */
import { NadirError } from "../core/errors";
import { groundSamplingDistanceMetres } from "../core/georef/ground-sampling-distance";
import { loadOnce } from "../core/load-once";
import { compareRuns } from "../core/metrics/compare-runs";
import { type BandCorrections, correctionKey } from "../core/raster/band-corrections";
import type { RasterFacts, RasterSource } from "../core/raster/raster";
import type { BandStatistics } from "../core/raster/statistics";
import { truthIdOf } from "../core/run/mask-names";
import { requireWritten } from "../core/run/written-pixels";
import { classAreas } from "../evaluation/class-areas";
import { decodePrediction, decodeTruth } from "../evaluation/decode-truth";
import { countCell, evaluateMask, measureMaskAgreement } from "../evaluation/evaluate-mask";
import { mappingBetween } from "../evaluation/grid-mapping";
import { countLabelValues } from "../evaluation/place-labels";
import { seeInputs } from "../inference/see-inputs";
import { aboveGround, findHeightBase } from "../io/above-ground";
import { createExportSink } from "../io/byte-sink";
import { chooseStretch, type DisplayStretch } from "../io/display-stretch";
import { fileFingerprint } from "../io/file-fingerprint";
import type { BandStack, StackedBand } from "../io/join-bands";
import type { Masks } from "../io/open-masks";
import { openRaster } from "../io/open-raster";
import { bandStatistics } from "../io/raster-statistics";
import { findRemoteFile, type RasterFile } from "../io/remote-file";
import { heightBandOf } from "../io/sample-heights";
import { writeHeightsCog } from "../io/write-heights";
import { exportRun } from "../outputs/export-run";
import { drawTile, type Picture } from "../outputs/hand-over/draw-tile";
import { folderPlace, zipPlace } from "../outputs/hand-over/places";
import { HandOver, type HandOverPlace, writeEverything, writeReport } from "../outputs/hand-over/write-hand-over";
import { classTile } from "./class-tiles";
import { groupFiles } from "./group-files";
import { OpticalTiles } from "./optical-tiles";
import type { HeightRange, OpenedRaster, RasterHandlers, SceneIds, StoredRun, StoredTile } from "./raster-protocol";
import { readProject } from "./read-project";
import { ABOVE_GROUND_RANGE, holesTile, type ReliefScene, reliefTile } from "./relief-tiles";
import { withTransfer } from "./rpc";
import { TileTraffic } from "./tile-traffic";

interface OpenSource {
  readonly file: RasterFile;
  readonly sideFiles: readonly File[];
  readonly folder: string;
  readonly sha256Sampled: string;
  readonly source: RasterSource;
}

interface OpenedRasterState extends OpenSource {
  /** Of the height band, over the whole raster; one read for all the photos that it lies under. */
  readonly heights: () => Promise<BandStatistics>;
  readonly stretch: () => Promise<DisplayStretch>;
  readonly tiles: () => Promise<OpticalTiles>;
}

const HISTOGRAM_ROWS = 256;

/** @param masks Where results are kept; the engine writes into the same. */
export function createRasterHandlers(masks: Masks): RasterHandlers {
  const rasters = new Map<string, OpenedRasterState>();
  /** Heights above the ground, over the sources of opened rasters. */
  const derived = new Map<string, RasterSource>();
  const reliefs = new Map<string, Promise<MeasuredRelief>>();
  const traffic = new TileTraffic();
  let lastId = 0;

  const find = (rasterId: string): OpenedRasterState => {
    const state = rasters.get(rasterId);
    if (state === undefined) {
      throw new DOMException(`raster ${rasterId} was closed`, "AbortError");
    }
    return state;
  };

  const opticalTiles = (rasterId: string): Promise<OpticalTiles> => find(rasterId).tiles();

  const relief = ({ opticalId, auxiliaryId }: SceneIds): Promise<MeasuredRelief> => {
    const key = `${opticalId}:${auxiliaryId}`;
    let scene = reliefs.get(key);
    if (scene === undefined && auxiliaryId !== null) {
      scene = describeRelief(find(opticalId).source, find(auxiliaryId));
      scene.catch(() => reliefs.delete(key));
      reliefs.set(key, scene);
    }
    if (scene === undefined) {
      throw new RangeError("a relief needs a height raster");
    }
    return scene;
  };

  const aboveGroundRelief = (opticalId: string, id: string): ReliefScene => ({
    ...placeRelief(find(opticalId).source, derived.get(id) ?? find(id).source),
    range: ABOVE_GROUND_RANGE,
  });

  const heightAtPixel = async ({ opticalId, auxiliaryId }: SceneIds, col: number, row: number) => {
    if (auxiliaryId === null) return null;
    const heights = derived.get(auxiliaryId) ?? find(auxiliaryId).source;
    return heightAt(placeRelief(find(opticalId).source, heights), col, row);
  };

  const put = (rasterId: string, opened: OpenSource): void => {
    const { source } = opened;
    const stretch = loadOnce(() => chooseStretch(source));
    rasters.set(rasterId, {
      ...opened,
      heights: loadOnce(() => bandStatistics(traffic.yielding(source), heightBandOf(source.facts).index)),
      stretch,
      tiles: loadOnce(async () => new OpticalTiles(source, await stretch())),
    });
  };

  const keep = (opened: OpenSource, sessionId: string): OpenedRaster => {
    const rasterId = `raster-${sessionId}-${++lastId}`;
    put(rasterId, opened);
    const { source, folder, ...rest } = opened;
    return { rasterId, facts: folder === "" ? source.facts : { ...source.facts, folder }, ...rest };
  };

  const close = (rasterId: string): void => {
    rasters.get(rasterId)?.source.close();
    rasters.delete(rasterId);
    derived.delete(rasterId);
    for (const key of reliefs.keys()) {
      if (key.split(":").includes(rasterId)) {
        reliefs.delete(key);
      }
    }
  };

  const drawStored =
    (signal: AbortSignal) =>
    async ({ opticalId, truthMaskId, truth, runs }: StoredTile): Promise<Picture[]> => {
      const { source } = find(opticalId);
      const reader = (maskId: string) => masks.reader(maskId, source.facts);
      const drawable = await Promise.all([
        ...(truth === null || truthMaskId === null
          ? []
          : [reader(truthMaskId).then((mask) => ({ title: "Truth", mask, classes: truth.classes }))]),
        ...runs.map(async ({ modelName: title, maskId, classes }) => ({ title, mask: await reader(maskId), classes })),
      ]);
      return drawTile(traffic.yielding(source), drawable, signal);
    };

  return {
    async open({ files, sessionId, corrections }) {
      const opened = [];
      const groups = groupFiles(files);
      const refused = [...groups.refused];
      for (const { file, folder, sideFiles } of groups.rasters) {
        try {
          const source = await openCorrected(file, sideFiles, corrections);
          const sha256Sampled = await fileFingerprint(file);
          opened.push(keep({ source, file, folder, sideFiles, sha256Sampled }, sessionId));
        } catch (error) {
          if (!(error instanceof NadirError)) {
            throw error;
          }
          refused.push({ fileName: file.name, error: error.facts });
        }
      }
      return { opened, refused };
    },

    // Fetched with its first archive.
    unpack: async ({ archive }) => (await import("../io/unpack-archive")).unpackArchive(archive),

    async openAddress({ address, sessionId, corrections }) {
      const file = await findRemoteFile(address);
      const source = await openCorrected(file, [], corrections);
      return keep({ source, file, folder: "", sideFiles: [], sha256Sampled: await fileFingerprint(file) }, sessionId);
    },

    async join({ parts, fileName, sessionId, corrections }) {
      const bands = parts.map(({ rasterId, role }): StackedBand => {
        const { file, sideFiles, folder, sha256Sampled } = find(rasterId);
        if (!(file instanceof File)) throw new TypeError("only files are joined");
        return { file, sideFiles, folder, sha256Sampled, role };
      });
      const size = bands.reduce((sum, { file }) => sum + file.size, 0);
      const file: BandStack = { name: fileName, size, bands };
      const source = await openCorrected(file, [], corrections);
      for (const { rasterId } of parts) close(rasterId);
      const sha256Sampled = await fileFingerprint(file);
      return keep({ source, file, folder: bands[0]!.folder, sideFiles: [], sha256Sampled }, sessionId);
    },

    async reopen({ rasterId, sessionId, corrections, ...changed }) {
      const { file, folder, sha256Sampled, ...before } = find(rasterId);
      const { sideFiles = before.sideFiles } = changed;
      const source = await openRaster({ file, sideFiles, corrections });
      close(rasterId);
      return keep({ source, file, folder, sideFiles, sha256Sampled }, sessionId);
    },

    async takeOver({ rasterId, lastNumber, corrections, ...opened }) {
      lastId = Math.max(lastId, lastNumber);
      put(rasterId, { ...opened, source: await openRaster({ ...opened, corrections }) });
    },

    async close({ rasterIds }) {
      rasterIds.forEach(close);
    },

    storage: () => masks.kind(),
    cleanMasks: ({ owners, masks: kept }) => masks.deleteExcept(owners, kept),
    hasMasks: ({ maskIds, size }) => masks.has(maskIds, size),
    async checkMasks({ maskIds, size, written }) {
      for (const [index, maskId] of maskIds.entries()) {
        const which = index === 0 ? "classIds" : "confidence";
        await requireWritten(await masks.reader(maskId, size), written, which, `result ${maskId}`);
      }
    },
    async copyMasks({ pairs, size }) {
      for (const { from, to } of pairs) {
        await masks.copy(from, to, size);
      }
    },
    readProject: ({ file }) => readProject(file),

    deleteMasks: ({ maskIds }) => masks.delete(maskIds),

    decodeTruth: ({ opticalId, truthId, scheme }, { signal }) =>
      decodeTruth(
        masks,
        find(opticalId).source.facts,
        find(truthId).source,
        truthIdOf(truthId, opticalId),
        scheme,
        signal,
      ),
    decodePrediction: ({ opticalId, predictionId, maskId, table }, { signal }) =>
      decodePrediction(masks, find(opticalId).source.facts, find(predictionId).source, maskId, table, signal),
    truthValues: ({ truthId }, { signal }) => countLabelValues(find(truthId).source, signal),

    async seeInputs({ manifest, opticalId, auxiliaryId }, { signal }) {
      const optical = traffic.yielding(find(opticalId).source);
      const second = auxiliaryId === null ? null : (derived.get(auxiliaryId) ?? find(auxiliaryId).source);
      const auxiliary = second && { source: traffic.yielding(second), mapping: placeRelief(optical, second).mapping };
      return seeInputs(manifest, { optical, auxiliary, measureBand: bandStatistics, signal });
    },

    async opticalDisplay({ opticalId }) {
      return (await find(opticalId).stretch()).description;
    },

    async makeAboveGround({ id, surfaceId, terrainId }, { signal }) {
      const surface = traffic.yielding(find(surfaceId).source);
      const terrain = terrainId === null ? null : traffic.yielding(find(terrainId).source);
      const base = await findHeightBase(surface, terrain, signal);
      derived.set(id, aboveGround(find(surfaceId).source, terrainId === null ? null : find(terrainId).source, base));
      return base;
    },

    async exportAboveGround({ id, fileName }, { signal }) {
      const sink = await createExportSink("image/tiff");
      await writeHeightsCog(derived.get(id) ?? find(id).source, sink, signal);
      return { fileName, blob: await sink.toBlob() };
    },

    async heightRange(ids): Promise<HeightRange> {
      return (await relief(ids)).range;
    },

    async opticalTile({ opticalId, tile }, { signal }) {
      return traffic.during(async () => (await opticalTiles(opticalId)).tile(tile, signal));
    },

    async reliefTile({ style, tile, ...ids }, { signal }) {
      const bytes = await (style === "above-ground" && ids.auxiliaryId !== null
        ? reliefTile(aboveGroundRelief(ids.opticalId, ids.auxiliaryId), tile, "ramp", signal)
        : style === "holes"
          ? holesTile(await relief(ids), tile, signal)
          : reliefTile(await relief(ids), tile, style === "hillshade" ? style : "ramp", signal));
      return withTransfer(bytes, [bytes.buffer]);
    },

    async classTile({ maskId, size, tile }, { signal }) {
      const bytes = await classTile(await masks.reader(maskId, size), tile, signal);
      return withTransfer(bytes, [bytes.buffer]);
    },

    async probe({ opticalId, auxiliaryId, aboveGroundId = null, col, row, maskIds }) {
      const rect = { col, row, widthPx: 1, heightPx: 1 };
      const optical = find(opticalId).source;
      const read = await optical.read({ rect, bands: optical.facts.bands.map(({ index }) => index) });
      const bytes = await Promise.all(
        maskIds.map(async (maskId) => (await (await masks.reader(maskId, optical.facts)).read(rect))[0] ?? 255),
      );
      return {
        optical: read.bands.map((band) => band[0] ?? Number.NaN),
        height: await heightAtPixel({ opticalId, auxiliaryId }, col, row),
        aboveGround: await heightAtPixel({ opticalId, auxiliaryId: aboveGroundId }, col, row),
        bytes,
      };
    },

    evaluate: (request, { signal }) => evaluateMask(masks, request, signal),
    findCell: (request, { signal }) => countCell(masks, request, signal),
    agreement: (request, { signal }) => measureMaskAgreement(masks, request, signal),
    compare: ({ windowsA, windowsB, averaged }) => compareRuns(windowsA, windowsB, averaged),

    async histogram({ maskId, size }) {
      const reader = await masks.reader(maskId, size);
      const counts = new Array<number>(256).fill(0);
      for (let row = 0; row < size.heightPx; row += HISTOGRAM_ROWS) {
        const heightPx = Math.min(HISTOGRAM_ROWS, size.heightPx - row);
        for (const value of await reader.read({ col: 0, row, widthPx: size.widthPx, heightPx })) {
          counts[value]!++;
        }
      }
      return counts;
    },

    async exportRun({ format, maskId, confidenceId, opticalId, name, ...run }, { signal }) {
      const grid = find(opticalId).source.facts;
      const mask = await masks.reader(maskId, grid);
      const confidence = confidenceId === null ? null : await masks.reader(confidenceId, grid);
      return exportRun(format, { ...run, grid, mask, confidence }, name, signal);
    },

    async handOver({ tiles, formats, name, folder }, { signal, progress }) {
      const writeInto = async (place: HandOverPlace) => {
        const handOver = new HandOver(place, signal);
        const checked = new Set<string>();
        const open = async ({ maskId, confidenceId, opticalId, labels, classes, result }: StoredRun) => {
          const grid = find(opticalId).source.facts;
          const mask = await masks.reader(maskId, grid);
          const confidence = confidenceId === null ? null : await masks.reader(confidenceId, grid);
          if (result.written !== undefined && !checked.has(maskId)) {
            await requireWritten(mask, result.written, "classIds", `result ${maskId}`);
            if (confidence !== null) await requireWritten(confidence, result.written, "confidence", `result ${maskId}`);
            checked.add(maskId);
          }
          return { grid, mask, confidence, classes, labels };
        };
        await writeEverything(handOver, tiles, formats, open, drawStored(signal), progress);
        return handOver.result;
      };
      if (folder !== null) return { ...(await writeInto(folderPlace(folder))), archive: null };
      const sink = await createExportSink("application/zip");
      const zip = zipPlace(sink, name, new Date());
      const result = await writeInto(zip);
      await zip.finish();
      return { ...result, archive: { fileName: `${name}.zip`, blob: await sink.toBlob() } };
    },

    report: ({ tiles }, { signal }) => writeReport(tiles, drawStored(signal), () => undefined),

    async areas({ maskId, opticalId }, { signal }) {
      const { facts } = find(opticalId).source;
      return classAreas(await masks.reader(maskId, facts), facts, signal);
    },
  };
}

/** Corrections belong to a make of file, which is known once the file is open. */
async function openCorrected(
  file: RasterFile,
  sideFiles: readonly File[],
  corrections: Readonly<Record<string, BandCorrections>>,
): Promise<RasterSource> {
  const source = await openRaster({ file, sideFiles });
  const known = corrections[correctionKey(source.facts)];
  if (known === undefined) {
    return source;
  }
  source.close();
  return openRaster({ file, sideFiles, corrections: known });
}

interface MeasuredRelief extends ReliefScene {
  readonly range: HeightRange;
}

function placeRelief(optical: RasterSource, heights: RasterSource): Omit<ReliefScene, "range"> {
  const mapping = mappingBetween(optical.facts, heights.facts);
  if (mapping === null) {
    throw new NadirError({
      code: "no-overlap",
      subject: heights.facts.fileName,
      found: "Where it lies on the orthophoto is not known.",
      needed: "Both rasters need coordinates in systems that can be converted.",
      next: "Give both a CRS (gdal_edit.py -a_srs), or reproject one onto the other with gdalwarp.",
    });
  }
  return { optical: optical.facts, heights, mapping, pixelSize: pixelSizeOf(optical.facts) };
}

async function describeRelief(optical: RasterSource, heights: OpenedRasterState): Promise<MeasuredRelief> {
  const placed = placeRelief(optical, heights.source);
  const band = heightBandOf(heights.source.facts);
  const statistics = await heights.heights();
  const inUnits = (stored: number) => stored * band.scale + band.offset;
  const [min, max] = [inUnits(statistics.min), inUnits(statistics.max)];
  const spread = 2 * statistics.standardDeviation * Math.abs(band.scale);
  const mean = inUnits(statistics.mean);
  return {
    ...placed,
    range: { statistics, low: Math.max(min, mean - spread), high: Math.max(min + 1e-6, Math.min(max, mean + spread)) },
  };
}

/** Ground distance of a pixel in metres as far as it is known; else in map units, or 1, which only changes the shading. */
function pixelSizeOf(facts: RasterFacts): number {
  const [, right, , , down] = facts.geotransform ?? [0, 1, 0, 0, 0];
  return groundSamplingDistanceMetres(facts) ?? Math.hypot(right, down);
}

/** Height of the nearest sample to an optical pixel's centre, in units; null outside and on nodata. */
async function heightAt(
  { heights, mapping }: Pick<ReliefScene, "heights" | "mapping">,
  col: number,
  row: number,
): Promise<number | null> {
  const [x, y] = mapping([col + 0.5, row + 0.5]).map(Math.floor) as [number, number];
  const { widthPx, heightPx } = heights.facts;
  if (!(x >= 0 && y >= 0 && x < widthPx && y < heightPx)) {
    return null;
  }
  const band = heightBandOf(heights.facts);
  const read = await heights.read({ rect: { col: x, row: y, widthPx: 1, heightPx: 1 }, bands: [band.index] });
  const stored = read.bands[0]?.[0];
  return stored === undefined || read.valid?.[0] === 0 || Number.isNaN(stored)
    ? null
    : stored * band.scale + band.offset;
}
