/** Ground truth as class ids: RGB or palette in a scheme's colours, or index values. */

import { NadirError } from "../core/errors";
import type { ClassMapping } from "../core/labels/class-mapping";
import { type ClassScheme, customScheme, ISPRS_SCHEME } from "../core/labels/class-scheme";
import {
  createColourDecoder,
  createIndexDecoder,
  type LabelCounts,
  type LabelDecoder,
} from "../core/labels/decode-colours";
import type { PixelRect, RasterSource } from "../core/raster/raster";

export interface TruthReader {
  readonly scheme: ClassScheme;
  readonly counts: LabelCounts;
  /** Class ids of the scheme, 255 where there is no truth. */
  read(rect: PixelRect): Promise<Uint8Array>;
}

/**
 * One band without a palette holds ids: those of the mapping's truth classes when there is one, else of the scheme.
 *
 * @throws {NadirError} `wrong-bands` for two bands, or for more than 8 bits per sample.
 */
export function openTruth(
  source: RasterSource,
  mapping: ClassMapping | null,
  scheme: ClassScheme = ISPRS_SCHEME,
): TruthReader {
  const { facts } = source;
  const usable = facts.bands.filter((band) => band.role !== "alpha");
  const isColour = usable.length >= 3;
  if (usable.length === 2 || usable.some((band) => band.dtype.startsWith("float"))) {
    throw new NadirError({
      code: "wrong-bands",
      subject: facts.fileName,
      found: `The truth has ${usable.length} bands of ${usable[0]?.dtype}.`,
      needed: "Either one band of class ids or a palette, or three bands of colours, is needed.",
      next: "Give a label raster.",
    });
  }
  const classes = mapping?.truthClasses.map(({ id, name }) => ({
    id,
    name,
    colour: scheme.classes.find((entry) => entry.name === name)?.colour ?? ([0, 0, 0] as const),
    scored: true,
  }));
  const byId = classes !== undefined && !isColour && facts.palette === null ? customScheme("mapping", classes) : scheme;
  const decoder: LabelDecoder = isColour ? createColourDecoder(scheme) : createIndexDecoder(byId, facts.palette);
  const bands = (isColour ? usable.slice(0, 3) : usable.slice(0, 1)).map((band) => band.index);
  return {
    scheme: byId,
    counts: decoder.counts,
    async read(rect) {
      const block = await source.read({ rect, bands });
      const ids = new Uint8Array(rect.widthPx * rect.heightPx);
      decoder.decode(block.bands, block.valid, ids);
      return ids;
    },
  };
}
