/** Theme, legend, run settings and corrections of bands survive a reload; scenes and results do not live here. Versioned, checked on reading. */
import { keepNonFinite, parseCorrections } from "../../core/raster/parse-corrections";
import type { CorrectionsState } from "../../store/corrections";
import { initialLegend } from "../../store/legend";
import { initialSettings } from "../../store/settings";
import { update } from "../../store/studio-store";
import type { Studio } from "../studio";

const KEY = "nadir-preferences/1";

interface Preferences {
  readonly theme: "dark" | "light";
  readonly opacity: number;
  readonly palette: "isprs" | "soft";
  readonly settings: typeof initialSettings;
  readonly corrections: CorrectionsState;
}

/** Takes over what is stored, then stores every change. Private windows without storage simply start fresh. */
export function restorePreferences(studio: Studio): void {
  const stored = read();
  update(studio.store, "workspace", (state) => ({ ...state, theme: stored.theme ?? state.theme }));
  update(studio.store, "legend", (state) => ({
    ...state,
    opacity: stored.opacity ?? state.opacity,
    palette: stored.palette ?? state.palette,
  }));
  update(studio.store, "settings", (state) => ({ ...state, ...stored.settings }));
  update(studio.store, "corrections", () => stored.corrections ?? {});
  studio.store.subscribe(({ workspace, legend, settings, corrections }, before) => {
    if (
      workspace.theme !== before.workspace.theme ||
      legend !== before.legend ||
      settings !== before.settings ||
      corrections !== before.corrections
    ) {
      write({ theme: workspace.theme, opacity: legend.opacity, palette: legend.palette, settings, corrections });
    }
  });
}

function read(): Partial<Preferences> {
  try {
    const stored = JSON.parse(localStorage.getItem(KEY) ?? "{}") as Record<string, unknown>;
    const settings = (typeof stored.settings === "object" && stored.settings !== null ? stored.settings : {}) as Record<
      string,
      unknown
    >;
    // Only fields of the right type: an older or edited entry must not break the page.
    const usable = Object.entries(settings).filter(
      ([name, value]) =>
        name in initialSettings && typeof value === typeof initialSettings[name as keyof typeof initialSettings],
    );
    return {
      ...((stored.theme === "dark" || stored.theme === "light") && { theme: stored.theme }),
      ...((stored.palette === "isprs" || stored.palette === "soft") && { palette: stored.palette }),
      ...(typeof stored.opacity === "number" && { opacity: Math.min(1, Math.max(0, stored.opacity)) }),
      settings: { ...initialSettings, ...Object.fromEntries(usable) },
      corrections: parseCorrections(stored.corrections),
    };
  } catch {
    return { opacity: initialLegend.opacity };
  }
}

function write(preferences: Preferences): void {
  try {
    localStorage.setItem(KEY, JSON.stringify(preferences, keepNonFinite));
  } catch {
    // Storage is full or forbidden; the preferences last for this visit.
  }
}
