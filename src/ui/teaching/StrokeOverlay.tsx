/** Strokes over the map, and what pointer and keys do to them. */
import { type RefObject, useEffect, useRef } from "react";
import type { Studio } from "../../actions/studio";
import { useStudio } from "../StudioContext";
import type { PaneDeck } from "../view/pane-deck";
import { Drawing } from "./drawing";
import { PlacedStrokes } from "./placed-strokes";
import { StrokeKeys } from "./stroke-keys";
import { paintDraft, paintFinished } from "./stroke-painter";
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

/** @returns What ends it. */
function overlay(studio: Studio, { below, above, surface, deck }: OverlayParts): () => void {
  const { store } = studio;
  const placed = new PlacedStrokes();
  let due: "nothing" | "draft" | "all" = "nothing";
  let erased = 0;
  const paint = () => {
    const state = store.getState();
    const panes = deck()?.panes() ?? [];
    const gone = drawing.draft?.kind === "eraser" ? drawing.draft.ids : new Set<string>();
    if (due === "all" || gone.size !== erased) {
      paintFinished(below, state, state.strokes.isOpen ? panes : [], placed, gone);
    }
    erased = gone.size;
    paintDraft(above, state, panes, drawing);
    due = "nothing";
  };
  const schedule = (what: "draft" | "all") => {
    if (due === "nothing") requestAnimationFrame(paint);
    if (due !== "all") due = what;
  };
  const drawing = new Drawing(studio, placed, () => schedule("draft"));
  const pointer = new StrokePointer(studio, surface, deck, drawing);
  const keys = new StrokeKeys(studio, deck, drawing, pointer);
  const unsubscribe = store.subscribe((state, before) => {
    const { strokes, panes, scenes, legend, models, settings, workspace } = state;
    const isOtherTool = strokes.tool !== before.strokes.tool || scenes.selectedId !== before.scenes.selectedId;
    if (isOtherTool) drawing.cancel();
    if (
      strokes !== before.strokes ||
      panes !== before.panes ||
      scenes !== before.scenes ||
      legend !== before.legend ||
      models !== before.models ||
      settings !== before.settings ||
      workspace.mosaic !== before.workspace.mosaic
    ) {
      schedule("all");
    }
  });
  const observer = new ResizeObserver(() => schedule("all"));
  observer.observe(below);
  return () => {
    observer.disconnect();
    unsubscribe();
    keys.stop();
    pointer.stop();
  };
}
