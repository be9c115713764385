import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ActionMessages } from "../action-messages";
import { createStudio, type Studio } from "../studio";
import { restorePreferences } from "./preferences";

beforeEach(() => {
  const kept = new Map<string, string>();
  vi.stubGlobal("localStorage", {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
  });
});

afterEach(() => vi.unstubAllGlobals());

/** A visit to the page. */
function visit(): Studio {
  const nobody = { call: async () => undefined } as never;
  const studio = createStudio(nobody, nobody, {} as ActionMessages);
  restorePreferences(studio);
  return studio;
}

test("what was chosen is there on the next visit: theme, legend, settings, polygons, corrections", () => {
  const first = visit();
  const chosen = {
    legend: { opacity: 1, palette: "soft", colours: { building: [10, 20, 30] } },
    settings: { overlapFraction: 0.5, blend: "gaussian" },
    workspace: { theme: "dark", polygons: { simplifyPx: 2, roofClasses: ["roof"], leastIou: 0.7 } },
    corrections: { "a#.tif": { nodata: { 0: Number.NaN } }, b: { use: "ndsm" } },
  } as const;
  first.store.setState(({ legend, settings, workspace }) => ({
    legend: { ...legend, ...chosen.legend },
    settings: { ...settings, ...chosen.settings },
    workspace: { ...workspace, ...chosen.workspace },
    corrections: chosen.corrections,
  }));
  expect(visit().store.getState()).toMatchObject(chosen);
});

test("what cannot be read leaves a first visit", () => {
  const first = visit().store.getState();
  localStorage.setItem("nadir-preferences/1", "{");
  const { legend, settings, corrections } = visit().store.getState();
  expect({ legend, settings, corrections }).toEqual({
    legend: first.legend,
    settings: first.settings,
    corrections: first.corrections,
  });
});
