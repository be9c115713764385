/** Measuring on the map: a line or an outline, click by click. What it measures is in `io/measure-ground.ts`. */

import type { RasterFacts } from "../../core/raster/raster";
import { type GroundFigure, measureArea, measureLength } from "../../io/measure-ground";
import { selectScene } from "../../store/selectors";
import { update } from "../../store/studio-store";
import type { Measured } from "../../store/workspace";
import type { Studio } from "../studio";
import { putToolAway } from "../teaching/choose-tool";

const LEAST_PLACES = { length: 2, area: 3 } as const;

/** Begins another one; a second time it ends the one being drawn. */
export function startMeasuring(studio: Studio, what: Measured["what"]): void {
  const { workspace } = studio.store.getState();
  if (workspace.measured?.what === what && !workspace.measured.isDone) {
    endMeasuring(studio);
  } else if (selectScene(studio.store.getState()) !== null) {
    change(studio, () => ({ what, placesPx: [], isDone: false }));
    putToolAway(studio);
  }
}

export function addMeasuredPlace(studio: Studio, placePx: readonly [col: number, row: number]): void {
  change(studio, (measured) =>
    measured === null || measured.isDone ? measured : { ...measured, placesPx: [...measured.placesPx, placePx] },
  );
}

/** Takes the last click back; with none left, the tool is put away. */
export function undoMeasuredPlace(studio: Studio): void {
  change(studio, (measured) =>
    measured === null || measured.placesPx.length === 0
      ? null
      : { ...measured, placesPx: measured.placesPx.slice(0, -1), isDone: false },
  );
}

/** What was drawn stays on the map; too little to measure does not. */
export function endMeasuring(studio: Studio): void {
  change(studio, (measured) =>
    measured === null || measured.placesPx.length < LEAST_PLACES[measured.what] ? null : { ...measured, isDone: true },
  );
}

export function clearMeasured(studio: Studio): void {
  change(studio, () => null);
}

export interface MeasuredFigures {
  /** Of the line, or around the area. */
  readonly length: GroundFigure;
  readonly area: GroundFigure | null;
}

/** Null while there are too few points. */
export function figuresOf(facts: RasterFacts, { what, placesPx }: Measured): MeasuredFigures | null {
  if (placesPx.length < LEAST_PLACES[what]) {
    return null;
  }
  return what === "length"
    ? { length: measureLength(facts, placesPx), area: null }
    : { length: measureLength(facts, [...placesPx, placesPx[0]!]), area: measureArea(facts, placesPx) };
}

function change(studio: Studio, by: (measured: Measured | null) => Measured | null): void {
  update(studio.store, "workspace", (state) => {
    const measured = by(state.measured);
    return measured === state.measured ? state : { ...state, measured };
  });
}
