/**
 * What is known about one opened raster (plain data, crosses workers) and how its pixels are read.
 *
 * Pixel coordinates: column to the right, row down, the upper-left corner of the upper-left pixel is (0, 0).
 */
import type { CancelSignal } from "../cancel";
import type { Crs } from "../georef/crs";
import type { Geotransform } from "../georef/geotransform";
import type { GroundPixel } from "../georef/pixel-area";
import type { MapLabels } from "../labels/map-labels";
import type { RasterUse } from "../vocabulary/auxiliary-kinds";
import type { BandRole } from "../vocabulary/band-roles";
import type { Collar } from "./collar";
import type { BandArray, DType } from "./dtype";

export interface BandFacts {
  /** 0-based position in the file. */
  readonly index: number;
  readonly dtype: DType;
  /** Name from the file's metadata, or null. */
  readonly name: string | null;
  /** What it shows, as far as the file says or the user corrected it. */
  readonly role: BandRole;
  /** Where the role comes from, in words for the user ("photometric tag", "file name", "set by you"). */
  readonly roleReason: string;
  /** Value that marks missing pixels; NaN is spelled NaN. Null when the file declares none. */
  readonly nodata: number | null;
  /** True when the file declares none and `nodata` was concluded from what lies at its edges. */
  readonly nodataIsAssumed?: true;
  /** True when the user set `nodata`, null included; nothing is concluded against them. */
  readonly nodataIsSet?: true;
  /** value = stored × scale + offset (GDAL_METADATA); 1 and 0 when undeclared. */
  readonly scale: number;
  readonly offset: number;
  /** Unit of the scaled values as the file writes it ("metre", "m", "ft"); absent when undeclared. */
  readonly unit?: string;
  /** Bits that carry information when fewer than the type holds (12-bit samples in a uint16). */
  readonly significantBits?: number;
}

/** Which stored values of a photo are black and white to a model. */
export interface PhotoRange {
  readonly black: number;
  readonly white: number;
  /** Where it comes from, for a sentence: "12 bits of uint16 are used". */
  readonly reason: string;
  readonly isSet?: true;
}

interface RasterLevel {
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface RasterFacts {
  readonly fileName: string;
  /** Folder in what was dropped or unpacked, parts joined by "/"; absent for a file given by itself. */
  readonly folder?: string;
  readonly fileBytes: number;
  readonly format: "geotiff" | "png" | "jpeg" | "webp";
  readonly widthPx: number;
  readonly heightPx: number;
  readonly bands: readonly BandFacts[];
  /** RGB triplets, 0–255, one per palette index; null for rasters without a palette. */
  readonly palette: readonly (readonly [number, number, number])[] | null;
  /** Storage block of level 0. */
  readonly blockWidthPx: number;
  readonly blockHeightPx: number;
  /** Level 0 is the full raster; the rest are overviews, largest first. */
  readonly levels: readonly RasterLevel[];
  readonly geotransform: Geotransform | null;
  readonly crs: Crs | null;
  /** A pixel in the middle of the raster, on the ground; absent where it cannot be told. */
  readonly groundPixel?: GroundPixel;
  /** Which stored values models see as black and white; absent for 8-bit photos and for what is no photo. */
  readonly photoRange?: PhotoRange;
  /** A margin of one colour that the file does not call missing; absent where there is none. */
  readonly collar?: Collar;
  /** What marks missing pixels besides the bands' nodata: an internal or side-file mask, or an alpha band. */
  readonly mask?: "mask" | "alpha";
  /** Names of class ids from the file (GDAL category names), by id. */
  readonly categoryNames?: readonly string[];
  /** What made it, where it is a map of ours. */
  readonly labels?: MapLabels;
  /** The class table whose colours, and no others, a three-band picture is made of; absent for photos. */
  readonly labelColours?: string;
  /** What the user says the raster is; absent when its bands and name decide. */
  readonly use?: RasterUse;
  /** It worked, but look: "PixelIsPoint: shifted by half a pixel", … */
  readonly notes: readonly string[];
}

/** A rectangle of pixels, in the pixel space of the level it is asked from. */
export interface PixelRect {
  readonly col: number;
  readonly row: number;
  readonly widthPx: number;
  readonly heightPx: number;
}

export interface ReadRequest {
  /** Must lie inside the level; readers do not pad. */
  readonly rect: PixelRect;
  /** 0-based band indices, in the order wanted. */
  readonly bands: readonly number[];
  /** Index into `facts.levels`; 0 when absent. */
  readonly level?: number;
  readonly signal?: CancelSignal;
}

export interface ReadResult {
  /** One array per requested band, row-major, `widthPx * heightPx` values, raw as stored (no scale or offset applied). */
  readonly bands: readonly BandArray[];
  /**
   * 0 where the pixel is missing, else 1; null when none is. Missing means: every requested band holds its nodata,
   * or any of them is NaN or ±infinity, or the internal mask or the alpha band is 0. (A dark red pixel whose green
   * happens to equal a nodata of 0 is a pixel, not a hole.)
   */
  readonly valid: Uint8Array | null;
}

/** An opened raster. Implemented by `io` for files and by tests for arrays; the engine knows only this. */
export interface RasterSource {
  readonly facts: RasterFacts;
  /** @throws {NadirError} `corrupt-raster` when a block cannot be decoded. @throws AbortError when cancelled. */
  read(request: ReadRequest): Promise<ReadResult>;
  /** Gives back the memory of what was read; where there is none, nothing is kept. Reading goes on as before. */
  forget?(): void;
  close(): void;
}
