/** Polygons over all panes: their outlines, filled by the share of the chosen class. */
import { type RefObject, useEffect, useRef } from "react";
import type { Studio } from "../../actions/studio";
import { rampColour } from "../../core/raster/colour-ramp";
import { type PaintedPolygon, paintPolygon, polygonToPaint } from "../../layers/paint-polygons";
import { isInView, paintPane } from "../../layers/paint-strokes";
import type { ParcelOutlines } from "../../store/results";
import type { StudioState } from "../../store/studio-store";
import { cleared } from "../controls/cleared-canvas";
import { useStudio } from "../StudioContext";
import type { PaneDeck } from "../view/pane-deck";
import { selectCounts, selectOutlines, selectShownParcels, shareOf } from "./shown-parcels";

export function ParcelOverlay({ deckRef }: { deckRef: RefObject<PaneDeck | null> }) {
  const studio = useStudio();
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => (canvas.current === null ? undefined : overlay(studio, canvas.current, deckRef)), [studio, deckRef]);
  return (
    <div aria-hidden="true">
      <canvas ref={canvas} className="stroke-canvas" data-role="parcels" />
    </div>
  );
}

/** @returns What ends it. */
function overlay(studio: Studio, canvas: HTMLCanvasElement, deckRef: RefObject<PaneDeck | null>): () => void {
  const { store } = studio;
  const prepared = new WeakMap<ParcelOutlines, readonly PaintedPolygon[]>();
  let isDue = false;
  const paint = () => {
    isDue = false;
    paintParcels(canvas, store.getState(), deckRef.current?.panes() ?? [], (outlines) => {
      const known = prepared.get(outlines) ?? outlines.map(polygonToPaint);
      prepared.set(outlines, known);
      return known;
    });
  };
  const schedule = () => {
    if (!isDue) requestAnimationFrame(paint);
    isDue = true;
  };
  const unsubscribe = store.subscribe((state, before) => {
    const { parcels, results, panes, scenes, runs, workspace } = state;
    if (
      parcels !== before.parcels ||
      results !== before.results ||
      panes !== before.panes ||
      scenes !== before.scenes ||
      runs !== before.runs ||
      workspace.mosaic !== before.workspace.mosaic
    ) {
      schedule();
    }
  });
  const observer = new ResizeObserver(schedule);
  observer.observe(canvas);
  return () => {
    observer.disconnect();
    unsubscribe();
  };
}

function paintParcels(
  canvas: HTMLCanvasElement,
  state: StudioState,
  panes: ReturnType<PaneDeck["panes"]>,
  prepare: (outlines: ParcelOutlines) => readonly PaintedPolygon[],
): void {
  const context = cleared(canvas);
  const shown = selectShownParcels(state);
  const placed = shown === null ? undefined : selectOutlines(state, shown.layer.id);
  if (shown === null || placed?.status !== "ready" || !state.parcels.areOutlinesShown) return;
  const counted = selectCounts(state, shown);
  const counts = counted?.status === "ready" ? (counted.parcels ?? null) : null;
  const classId = shown.run?.classes.find(({ name }) => name === state.parcels.className)?.id;
  const polygons = prepare(placed.outlines ?? []);
  for (const { rect, camera } of panes) {
    paintPane(context, rect, camera, devicePixelRatio, (screenPx) => {
      for (const [index, polygon] of polygons.entries()) {
        if (!isInView(polygon, rect, camera)) continue;
        const own = counts?.[index];
        const share = own === undefined || classId === undefined ? null : shareOf(own, classId);
        paintPolygon(context, polygon, share === null ? null : rampColour(share), screenPx);
      }
    });
  }
}
