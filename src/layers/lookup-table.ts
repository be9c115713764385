/**
 * Colour tables for the class layers: what colour a pixel has, given its class id (or the ids of two rasters).
 *
 * All maps of classes are such tables: a mask, an error map, the pixels of one confusion cell, what changed between
 * two runs, a confidence ramp. Pure; the tests read colours from here.
 */

import { rampColour } from "../core/raster/colour-ramp";

/** RGBA bytes, straight alpha: 256 columns by id of the first raster, `rows` (1 or 256) by id of the second. */
export interface LookupTable {
  readonly rows: 1 | 256;
  readonly rgba: Uint8Array;
}

export type Rgb = readonly [red: number, green: number, blue: number];
export type Rgba = readonly [red: number, green: number, blue: number, alpha: number];

/** @param colours  Colour of each class id, or null where the class is hidden; other ids are transparent. */
export function classTable(colours: readonly (Rgb | null)[]): LookupTable {
  return singleTable((id) => {
    const colour = colours[id] ?? null;
    return colour === null ? null : [...colour, 255];
  });
}

/** A table of one id. */
function singleTable(colourOf: (id: number) => Rgba | null): LookupTable {
  const rgba = new Uint8Array(256 * 4);
  for (let id = 0; id < 256; id++) {
    const colour = colourOf(id);
    if (colour !== null) {
      rgba.set(colour, id * 4);
    }
  }
  return { rows: 1, rgba };
}

/** A table of two ids. */
function pairTable(colourOf: (first: number, second: number) => Rgba | null): LookupTable {
  const rgba = new Uint8Array(256 * 256 * 4);
  for (let second = 0; second < 256; second++) {
    for (let first = 0; first < 256; first++) {
      const colour = colourOf(first, second);
      if (colour !== null) {
        rgba.set(colour, (second * 256 + first) * 4);
      }
    }
  }
  return { rows: 256, rgba };
}

/** How the ids of a mask (first) and of the truth (second) meet: both mapped to the classes of the evaluation. */
export interface ClassMeeting {
  readonly maskToClass: readonly (number | null)[];
  readonly truthToClass: readonly (number | null)[];
}

/** Told apart by colour-blind eyes: what is right is grey, what is too much orange, what is missing blue. */
export const ERROR_COLOURS = {
  wrong: [230, 110, 20, 255],
  truePositive: [235, 235, 235, 215],
  falsePositive: [230, 110, 20, 255],
  falseNegative: [60, 130, 255, 255],
  lit: [255, 214, 92, 255],
} as const satisfies Record<string, Rgba>;

/** Wrong pixels, or with a class: its true positives, false positives and false negatives. Ignored truth stays clear. */
export function errorTable(meeting: ClassMeeting, classId: number | null): LookupTable {
  return pairTable((maskId, truthId) => {
    const truth = meeting.truthToClass[truthId] ?? null;
    const predicted = meeting.maskToClass[maskId] ?? null;
    if (truth === null || predicted === null) {
      return null;
    }
    if (classId === null) {
      return truth === predicted ? null : ERROR_COLOURS.wrong;
    }
    if (truth === classId) {
      return predicted === classId ? ERROR_COLOURS.truePositive : ERROR_COLOURS.falseNegative;
    }
    return predicted === classId ? ERROR_COLOURS.falsePositive : null;
  });
}

/** Exactly the pixels of one cell of the confusion matrix. */
export function cellTable(meeting: ClassMeeting, truthClass: number, predictedClass: number): LookupTable {
  return pairTable((maskId, truthId) =>
    meeting.truthToClass[truthId] === truthClass && meeting.maskToClass[maskId] === predictedClass
      ? ERROR_COLOURS.lit
      : null,
  );
}

/** Where two masks differ, in the colour the first one gives; ids are compared through their class keys. */
export function changeTable(
  first: readonly { readonly key: string; readonly colour: Rgb }[],
  second: readonly { readonly key: string }[],
): LookupTable {
  return pairTable((firstId, secondId) => {
    const before = second[secondId];
    const after = first[firstId];
    return before === undefined || after === undefined || before.key === after.key ? null : [...after.colour, 255];
  });
}

/** Lower blue, higher orange, the more the farther; what hardly changed is clear. @param shareOf −1 to 1 for a byte. */
export function heightChangeTable(shareOf: (byte: number) => number): LookupTable {
  return singleTable((byte) => {
    if (byte === 255) return null;
    const share = shareOf(byte);
    const [red, green, blue] = share < 0 ? HEIGHT_CHANGE_COLOURS.lower : HEIGHT_CHANGE_COLOURS.higher;
    return [red, green, blue, Math.round(255 * Math.min(1, 3 * Math.abs(share)))];
  });
}

/** Told apart by colour-blind eyes. */
export const HEIGHT_CHANGE_COLOURS = { lower: [60, 130, 255], higher: [240, 120, 30] } as const satisfies Record<
  string,
  Rgb
>;

/** Bytes 0–254 as a ramp over 0–1, 255 clear unless `fullByte`, where 255 is 1. */
export function rampTable(fullByte: boolean): LookupTable {
  return singleTable((byte) =>
    byte === 255 && !fullByte ? null : [...rampColour(byte / (fullByte ? 255 : 254)), 255],
  );
}
