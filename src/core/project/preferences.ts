/** What a browser remembers between visits besides projects. Read field by field: what does not fit is left out. */
import { list, nullable, numberFrom, oneOf, text } from "../json/fields";
import { readableFields } from "../json/readable";
import type { ColourChoice } from "../labels/class-colours";
import { MOST_SIMPLIFY_PX, type PolygonOptions } from "../polygons/polygon-options";
import type { BandCorrections } from "../raster/band-corrections";
import { parseCorrections } from "../raster/parse-corrections";
import type { AskedSettings } from "../run/asked-settings";
import { askedSettingsFields } from "../run/asked-settings-fields";
import { coloursField, opacityField, paletteField } from "./legend-fields";

interface Appearance extends ColourChoice {
  readonly theme: "dark" | "light";
  readonly opacity: number;
}

export interface Preferences extends Appearance {
  readonly settings: AskedSettings;
  /** How polygons are made that are saved. */
  readonly polygons: PolygonOptions;
  readonly corrections: Readonly<Record<string, BandCorrections>>;
}

export interface StoredPreferences extends Partial<Appearance> {
  readonly settings: Partial<AskedSettings>;
  readonly polygons: Partial<PolygonOptions>;
  readonly corrections: Preferences["corrections"];
}

const polygonFields = {
  simplifyPx: numberFrom(0, MOST_SIMPLIFY_PX),
  roofClasses: nullable(list(text, 1000)),
  leastIou: numberFrom(0, 1),
};

/** @param json Parsed JSON of unknown origin. */
export function parsePreferences(json: unknown): StoredPreferences {
  const { settings, polygons, corrections } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const appearance = {
    theme: oneOf(["dark", "light"]),
    opacity: opacityField,
    palette: paletteField,
    colours: coloursField,
  };
  return {
    ...readableFields<Appearance>(appearance, json),
    settings: readableFields<AskedSettings>(askedSettingsFields, settings),
    polygons: readableFields<PolygonOptions>(polygonFields, polygons),
    corrections: parseCorrections(corrections),
  };
}
