/** How many panes are on screen. */
import type { PanesState } from "../../store/panes";

/** Panes on screen: comparing in one pane needs one frame whatever the layout says. */
export function shownPanes({ count, mode }: PanesState): number {
  return mode === "side-by-side" ? count : 1;
}
