/** The one colour table of the page: class colours, which classes are shown, and how opaque they lie on the photo. */
import type { ModelClass } from "../core/manifest/manifest";

export interface LegendState {
  /** Opacity of class layers over the orthophoto, 0–1. */
  readonly opacity: number;
  /** Class keys that are switched off. */
  readonly hidden: readonly string[];
  readonly palette: "isprs" | "soft";
}

export const initialLegend: LegendState = { opacity: 0.72, hidden: [], palette: "isprs" };

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

/**
 * Colour on the screen. The softened set keeps hue and order of lightness and takes a third of the saturation away;
 * exports always carry the class's own colour.
 */
export function screenColour(colour: ModelClass["colour"], palette: LegendState["palette"]): ModelClass["colour"] {
  if (palette === "isprs") {
    return colour;
  }
  const [red, green, blue] = colour;
  const grey = 0.299 * red + 0.587 * green + 0.114 * blue;
  const soften = (value: number) => Math.round((0.62 * value + 0.38 * grey) * 0.86 + 14);
  return [soften(red), soften(green), soften(blue)];
}
