/** Strokes over the map, and what pointer and keys do to them. */
import { type RefObject, useEffect, useRef } from "react";
import type { Studio } from "../../actions/studio";
import { useStudio } from "../StudioContext";
import type { PaneDeck } from "../view/pane-deck";
import { Drawing } from "./drawing";
import { PlacedStrokes } from "./placed-strokes";
import { StrokeKeys } from "./stroke-keys";
import { FinishedStrokes, paintDraft } from "./stroke-painter";
import { StrokePointer } from "./stroke-pointer";

export function StrokeOverlay({
  deckRef,
  map,
}: {
  deckRef: RefObject<PaneDeck | null>;
  /** What the pointer is on. */
  map: RefObject<HTMLCanvasElement | null>;
}) {
  const studio = useStudio();
  const finished = useRef<HTMLCanvasElement>(null);
  const draft = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const [below, above, surface] = [finished.current, draft.current, map.current];
    if (below === null || above === null || surface === null) {
      return;
    }
    return overlay(studio, { below, above, surface, deck: () => deckRef.current });
  }, [studio, deckRef, map]);
  return (
    <div aria-hidden="true">
      <canvas ref={finished} className="stroke-canvas" data-role="strokes" />
      <canvas ref={draft} className="stroke-canvas" data-role="stroke-draft" />
    </div>
  );
}

interface OverlayParts {
  readonly below: HTMLCanvasElement;
  readonly above: HTMLCanvasElement;
  readonly surface: HTMLCanvasElement;
  readonly deck: () => PaneDeck | null;
}

/** What has changed since strokes were painted last: nothing, the unfinished one, the place of the map, or anything. */
type Due = "nothing" | "draft" | "place" | "all";
const DUE: readonly Due[] = ["nothing", "draft", "place", "all"];

/** The map lies still when nothing has moved it for so long. */
const STILL_MS = 120;

/** @returns What ends it. */
function overlay(studio: Studio, { below, above, surface, deck }: OverlayParts): () => void {
  const { store } = studio;
  const placed = new PlacedStrokes();
  const finished = new FinishedStrokes(below, placed);
  let due: Due = "nothing";
  let erased = 0;
  let still: ReturnType<typeof setTimeout> | undefined;
  const paint = () => {
    const state = store.getState();
    const panes = deck()?.panes() ?? [];
    const shown = state.strokes.isOpen ? panes : [];
    const gone = drawing.draft?.kind === "eraser" ? drawing.draft.ids : new Set<string>();
    if (due === "all" || gone.size !== erased) {
      finished.paint(state, shown, gone);
    } else if (due === "place" && finished.follow(state, shown)) {
      clearTimeout(still);
      still = setTimeout(() => schedule("all"), STILL_MS);
    }
    erased = gone.size;
    paintDraft(above, state, panes, drawing);
    due = "nothing";
  };
  const schedule = (what: Due) => {
    if (due === "nothing") requestAnimationFrame(paint);
    if (DUE.indexOf(what) > DUE.indexOf(due)) due = what;
  };
  const drawing = new Drawing(studio, placed, () => schedule("draft"));
  const pointer = new StrokePointer(studio, surface, deck, drawing);
  const keys = new StrokeKeys(studio, deck, drawing, pointer);
  const unsubscribe = store.subscribe((state, before) => {
    const { strokes, scenes } = state;
    const isOtherTool = strokes.tool !== before.strokes.tool || scenes.selectedId !== before.scenes.selectedId;
    if (isOtherTool) drawing.cancel();
    if (SHOWN.some((slice) => state[slice] !== before[slice])) schedule("all");
    else if (state.panes !== before.panes || state.workspace.mosaic !== before.workspace.mosaic) schedule("place");
  });
  const observer = new ResizeObserver(() => schedule("all"));
  observer.observe(below);
  return () => {
    clearTimeout(still);
    observer.disconnect();
    unsubscribe();
    keys.stop();
    pointer.stop();
  };
}

/** What strokes look like depends on these, besides the place of the map. */
const SHOWN = ["strokes", "scenes", "legend", "models", "settings", "runs", "results"] as const;
