/** Theme, legend, run settings, options of polygons and corrections of bands survive a reload; scenes and results do not live here. */
import { keepNonFinite } from "../../core/json/non-finite";
import { type Preferences, parsePreferences, type StoredPreferences } from "../../core/project/preferences";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

const KEY = "nadir-preferences/1";

/** Takes over what is stored, then stores every change. Private windows without storage simply start fresh. */
export function restorePreferences(studio: Studio): void {
  const stored = read();
  update(studio.store, "workspace", (state) => ({
    ...state,
    theme: stored.theme ?? state.theme,
    polygons: { ...state.polygons, ...stored.polygons },
  }));
  update(studio.store, "legend", (state) => ({
    ...state,
    opacity: stored.opacity ?? state.opacity,
    palette: stored.palette ?? state.palette,
    colours: stored.colours ?? state.colours,
  }));
  update(studio.store, "settings", (state) => ({ ...state, ...stored.settings }));
  update(studio.store, "corrections", () => stored.corrections);
  studio.store.subscribe(({ workspace, legend, settings, corrections }, before) => {
    if (
      workspace.theme !== before.workspace.theme ||
      workspace.polygons !== before.workspace.polygons ||
      legend !== before.legend ||
      settings !== before.settings ||
      corrections !== before.corrections
    ) {
      const { opacity, palette, colours } = legend;
      const { theme, polygons } = workspace;
      write({ theme, opacity, palette, colours, settings, polygons, corrections });
    }
  });
}

function read(): StoredPreferences {
  try {
    return parsePreferences(JSON.parse(localStorage.getItem(KEY) ?? "{}"));
  } catch {
    return parsePreferences({});
  }
}

function write(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences, keepNonFinite));
  } catch {
    // Storage is full or forbidden; the preferences last for this visit.
  }
}
