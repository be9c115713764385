/**
 * How raw samples become a network's input tensors: which band feeds which channel, and the three constants of
 * `(value − subtract) × multiply + add`, which hold the declared type, the min-max of the raster, the mean and the
 * standard deviation. Constants belong to the raster, never to a window.
 */

import { NadirError } from "../errors";
import { ASSUMED_METRES, hasAssumedMetres } from "../georef/assumed-metres";
import { type LeftOut, leftOutNote } from "../heights/left-out";
import type { InputScale, ModelInput, ModelManifest } from "../manifest/manifest";
import { describeCollar } from "../raster/describe-collar";
import { metresPerHeightUnit } from "../raster/height-unit";
import { describePhotoRange } from "../raster/photo-range";
import type { BandFacts, RasterFacts } from "../raster/raster";
import { isAuxiliaryBand } from "../vocabulary/band-roles";
import { bandsOf, findBand } from "./find-band";
import { missingAuxiliary } from "./plan-heights";
import type { RunSettings } from "./run-settings";

interface ChannelPlan {
  readonly source: "optical" | "auxiliary";
  /** Position among the bands read from that raster (`InputPlan.opticalBands` or `auxiliaryBands`). */
  readonly bandSlot: number;
  readonly subtract: number;
  readonly multiply: number;
  readonly add: number;
}

export interface TensorPlan {
  readonly name: string;
  readonly channels: readonly ChannelPlan[];
  /** Put in place of missing pixels, after scaling. */
  readonly nodataFill: number;
}

export interface InputPlan {
  readonly tensors: readonly TensorPlan[];
  /** 0-based bands to read from each raster, in slot order. */
  readonly opticalBands: readonly number[];
  readonly auxiliaryBands: readonly number[];
  /** Stored values to be taken as missing in the auxiliary raster, beyond what its file declares. */
  readonly auxiliaryLeftOut: readonly LeftOut[];
  readonly notes: readonly string[];
}

/** Smallest and largest valid stored value of a band. */
export interface BandRange {
  /** NaN when the band has no valid pixel. */
  readonly min: number;
  readonly max: number;
  /** Values nobody declared as missing but that surely are; not part of the range. */
  readonly leftOut?: readonly LeftOut[];
  /** Pixels with a value, of how many; absent where nobody counted. */
  readonly validCount?: number;
  readonly totalCount?: number;
}

/** Measures a band of the whole raster; called only for bands whose scaling needs it. */
export type MeasureBand = (raster: "optical" | "auxiliary", band: number) => Promise<BandRange>;

/**
 * @param auxiliary  Null for a model that can do without it, or flat heights.
 * @throws {NadirError} `wrong-bands` when a band the model needs is not there.
 */
export async function planInputs(
  manifest: ModelManifest,
  optical: RasterFacts,
  auxiliary: RasterFacts | null,
  heights: RunSettings["heights"],
  measure: MeasureBand,
): Promise<InputPlan> {
  const bands = { optical: [] as number[], auxiliary: [] as number[] };
  const notes: string[] = [];
  const tensors: TensorPlan[] = [];
  let auxiliaryLeftOut: readonly LeftOut[] = [];
  if (hasAssumedMetres(optical)) notes.push(`${optical.fileName}: ${ASSUMED_METRES}`);
  if (optical.collar !== undefined) notes.push(describeCollar(optical, optical.collar));
  for (const input of manifest.inputs) {
    const channels: ChannelPlan[] = [];
    for (const [channel, name] of bandsOf(input, optical, notes).entries()) {
      const source = isAuxiliaryBand(name) ? "auxiliary" : "optical";
      const facts = source === "optical" ? optical : auxiliary;
      if (facts === null) {
        if (heights !== "flattened" && input.optional !== true) throw missingAuxiliary(manifest, optical, []);
        channels.push(withoutRaster(input, channel, heights));
        continue;
      }
      const band = findBand(facts, name, manifest, notes);
      if (source === "optical" && input.scale.kind === "declared-type" && facts.photoRange !== undefined) {
        notes.push(describePhotoRange(facts.fileName, facts.photoRange));
      }
      if (source === "auxiliary" && band.nodataIsAssumed === true) {
        notes.push(`${facts.fileName} declares no nodata value; ${band.nodata} was taken as missing.`);
      }
      const flattened = source === "auxiliary" && heights === "flattened";
      // Heights are looked at in any case, whatever their file declares: −32767 m must not reach the network.
      const mayHide = source === "auxiliary" && band.nodataIsSet !== true;
      const needsRange = flattened || mayHide || input.scale.kind === "min-max";
      const range = needsRange ? await measure(source, band.index) : null;
      if (range !== null && !Number.isFinite(range.min)) throw nothingValid(facts);
      if (source === "auxiliary") {
        auxiliaryLeftOut = range?.leftOut ?? [];
        notes.push(...auxiliaryLeftOut.map((values) => leftOutNote(facts.fileName, band, values)));
      }
      channels.push({
        source,
        bandSlot: slotOf(bands[source], band.index),
        ...channelConstants(input, channel, band, range, flattened, facts),
      });
    }
    const isAbsent = auxiliary === null && input.optional === true && heights !== "flattened";
    tensors.push({ name: input.name, channels, nodataFill: isAbsent ? input.absent! : input.nodataFill });
  }
  return {
    tensors,
    opticalBands: bands.optical,
    auxiliaryBands: bands.auxiliary,
    auxiliaryLeftOut,
    notes: [...new Set(notes)],
  };
}

function channelConstants(
  input: ModelInput,
  channel: number,
  band: BandFacts,
  range: BandRange | null,
  flattened: boolean,
  file: Pick<RasterFacts, "fileName" | "photoRange">,
): { subtract: number; multiply: number; add: number } {
  const mean = input.mean[channel] ?? 0;
  const std = input.std[channel] ?? 1;
  const { subtract, divide } = scaleConstants(input.scale, band, range, file);
  const multiply = divide === 0 ? 0 : 1 / (divide * std);
  if (!flattened) return { subtract, multiply, add: -mean / std };
  // The ablation's plain: every height is the raster's lowest.
  return { subtract: 0, multiply: 0, add: (range!.min - subtract) * multiply - mean / std };
}

/**
 * A constant in place of heights that the scene does not have, the same in every pixel of the image: what the model
 * takes for their absence, or the plain of an experiment with flat heights, whose scaled value is 0.
 */
function withoutRaster(input: ModelInput, channel: number, heights: RunSettings["heights"]): ChannelPlan {
  const plain = -(input.mean[channel] ?? 0) / (input.std[channel] ?? 1);
  const add = heights === "flattened" ? plain : input.absent!;
  return { source: "optical", bandSlot: 0, subtract: 0, multiply: 0, add };
}

function scaleConstants(
  scale: InputScale,
  band: BandFacts,
  range: BandRange | null,
  { fileName, photoRange }: Pick<RasterFacts, "fileName" | "photoRange">,
): { subtract: number; divide: number } {
  switch (scale.kind) {
    case "none":
      return inStoredUnits(band, 0, 1);
    case "fixed": {
      const metres = band.role === "height" ? metresPerHeightUnit(band) : 1;
      return inStoredUnits(band, scale.min / metres, (scale.max - scale.min) / metres);
    }
    case "min-max":
      return { subtract: range!.min, divide: range!.max - range!.min };
    case "declared-type":
      if (photoRange !== undefined && !isAuxiliaryBand(band.role)) {
        return { subtract: photoRange.black, divide: photoRange.white - photoRange.black };
      }
      if (band.dtype === "uint8") return { subtract: 0, divide: 255 };
      if (band.dtype === "uint16") return { subtract: 0, divide: 65535 };
      throw new NadirError({
        code: "wrong-bands",
        subject: fileName,
        found: `Band ${band.index + 1} holds ${band.dtype} values.`,
        needed: "This model scales by the declared type and needs uint8 or uint16.",
        next: "Convert the image to 8 or 16 bit (gdal_translate -ot Byte -scale), or choose another model.",
      });
  }
}

/** Constants in physical units (value = stored × scale + offset) turned into constants on stored values. */
function inStoredUnits(band: BandFacts, subtract: number, divide: number): { subtract: number; divide: number } {
  return { subtract: (subtract - band.offset) / band.scale, divide: divide / band.scale };
}

function slotOf(bands: number[], band: number): number {
  const slot = bands.indexOf(band);
  return slot >= 0 ? slot : bands.push(band) - 1;
}

function nothingValid(facts: RasterFacts): NadirError {
  return new NadirError({
    code: "wrong-bands",
    subject: facts.fileName,
    found: "Every pixel is nodata.",
    needed: "The model scales by the range of the valid pixels.",
    next: "Check the file and its nodata value, or choose another file.",
  });
}
