/** What a browser remembers between visits besides projects. Read field by field: what does not fit is left out. */
import { oneOf } from "../json/fields";
import { readableFields } from "../json/readable";
import type { ColourChoice } from "../labels/class-colours";
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
  readonly corrections: Readonly<Record<string, BandCorrections>>;
}

export interface StoredPreferences extends Partial<Appearance> {
  readonly settings: Partial<AskedSettings>;
  readonly corrections: Preferences["corrections"];
}

/** @param json Parsed JSON of unknown origin. */
export function parsePreferences(json: unknown): StoredPreferences {
  const { settings, corrections } = (json ?? {}) as Readonly<Record<string, unknown>>;
  const appearance = {
    theme: oneOf(["dark", "light"]),
    opacity: opacityField,
    palette: paletteField,
    colours: coloursField,
  };
  return {
    ...readableFields<Appearance>(appearance, json),
    settings: readableFields<AskedSettings>(askedSettingsFields, settings),
    corrections: parseCorrections(corrections),
  };
}
