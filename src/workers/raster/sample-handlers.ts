/** Points of maps: drawn, and held against the map when they come from a file. */
import { NadirError } from "../../core/errors";
import { parseSamplePoints } from "../../core/sampling/sample-points";
import { classAreas } from "../../evaluation/class-areas";
import { drawPoints, requireOwnPoints } from "../../evaluation/sample-map";
import type { Calls, RasterWorker } from "./opened-rasters";

/** More than a hundred thousand points take. */
const MOST_BYTES = 1 << 26;

export function sampleHandlers({ rasters, masks }: RasterWorker): Calls<"drawSample" | "readSample"> {
  return {
    async drawSample({ maskId, opticalId, classPixels, design }, { signal }) {
      const { facts } = rasters.find(opticalId).source;
      const mask = await masks.reader(maskId, facts);
      const points = await drawPoints(mask, classPixels, design, signal);
      return { points, squareMetres: await classAreas(mask, facts, signal) };
    },

    async readSample({ file, maskId, opticalId }, { signal }) {
      if (file.size > MOST_BYTES) throw tooLarge(file);
      const { facts } = rasters.find(opticalId).source;
      const mask = await masks.reader(maskId, facts);
      const points = parseSamplePoints(await file.text(), file.name);
      await requireOwnPoints(points, mask, signal);
      return { points, squareMetres: await classAreas(mask, facts, signal) };
    },
  };
}

function tooLarge({ name, size }: File): NadirError {
  return new NadirError({
    code: "unknown-labels",
    subject: name,
    found: `It has ${Math.round(size / 2 ** 20)} MiB.`,
    needed: "Points drawn by the studio are smaller than 64 MiB.",
    next: "Choose the file of points.",
  });
}
