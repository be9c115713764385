/** Class layers on the page: colours, which classes are shown, and how opaque they lie on the photo. */
import type { ColourChoice } from "../core/labels/class-colours";
import type { Colour } from "../core/labels/class-scheme";

export interface LegendState extends ColourChoice {
  /** Opacity of class layers over the orthophoto, 0–1. */
  readonly opacity: number;
  /** Class keys that are switched off. */
  readonly hidden: readonly string[];
}

export const initialLegend: LegendState = { opacity: 0.72, hidden: [], palette: "isprs", colours: {} };

export function withClassToggled(state: LegendState, key: string): LegendState {
  const hidden = state.hidden.includes(key) ? state.hidden.filter((other) => other !== key) : [...state.hidden, key];
  return { ...state, hidden };
}

/** Shows only this class, or all again when it already was the only one. */
export function withOnlyClass(state: LegendState, key: string, allKeys: readonly string[]): LegendState {
  const others = allKeys.filter((other) => other !== key);
  const alone = others.every((other) => state.hidden.includes(other)) && !state.hidden.includes(key);
  return { ...state, hidden: alone ? [] : others };
}

/** Null gives the class back the colour that the palette has for it. */
export function withClassColour(state: LegendState, key: string, colour: Colour | null): LegendState {
  const { [key]: _, ...others } = state.colours;
  return { ...state, colours: colour === null ? others : { ...others, [key]: colour } };
}
