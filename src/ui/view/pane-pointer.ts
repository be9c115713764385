/**
 * What the pointer does on the panes: hovers, pins a pixel, draws the area of interest, sets corners of what is measured.
 * The map itself is moved by deck.gl.
 */
import { drawArea, setArea, setDrawingArea } from "../../actions/scenes/set-area";
import type { Studio } from "../../actions/studio";
import { setActivePane } from "../../actions/view/arrange";
import { addMeasuredPlace, endMeasuring } from "../../actions/view/measure";
import { hoverPixel, pinPixel } from "../../actions/view/probe-pixel";
import type { PixelRect } from "../../core/raster/raster";
import { type ScreenRect, screenToPixel } from "../../layers/camera";
import type { Camera } from "../../store/panes";
import { selectScene } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";

/** Farther from where it was pressed it is a drag, in CSS pixels. */
const CLICK_PX = 4;

interface PaneView {
  readonly rects: (state: StudioState) => readonly ScreenRect[];
  readonly cameraIn: (state: StudioState, pane: number) => Camera | null;
  readonly onMoved: () => void;
  readonly onLeft: () => void;
}

interface PanePointer {
  /** In CSS pixels of the canvas; null outside it. */
  at(): { readonly x: number; readonly y: number } | null;
  stop(): void;
}

interface Place {
  readonly pane: number;
  /** Optical pixels, outside the scene too. */
  readonly at: readonly [col: number, row: number];
}

export function listenToPointer(studio: Studio, canvas: HTMLCanvasElement, view: PaneView): PanePointer {
  let pointer: { x: number; y: number } | null = null;
  let pressed: { x: number; y: number } | null = null;
  let drawingFrom: (Place & { before: PixelRect | null }) | null = null;

  /** Null outside the panes, or outside all of them but `pane`. */
  const placeOf = (event: PointerEvent, pane?: number): Place | null => {
    const state = studio.store.getState();
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const panes = view.rects(state);
    const isIn = (rect: ScreenRect) =>
      x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
    const found = pane ?? panes.findIndex(isIn);
    const [rect, camera] = [panes[found], view.cameraIn(state, found)];
    return rect === undefined || camera === null
      ? null
      : { pane: found, at: screenToPixel(camera, rect, [x - rect.x, y - rect.y]) };
  };
  const pixelOf = (event: PointerEvent): { pane: number; col: number; row: number } | null => {
    const record = selectScene(studio.store.getState());
    const place = placeOf(event);
    if (record === null || place === null) {
      return null;
    }
    const [col, row] = place.at.map(Math.floor) as [number, number];
    const { widthPx, heightPx } = record.scene.optical.facts;
    return col >= 0 && row >= 0 && col < widthPx && row < heightPx ? { pane: place.pane, col, row } : null;
  };

  const isMeasuring = () => studio.store.getState().workspace.measured?.isDone === false;
  /** A second click at the same place, as the second half of a double click is, ends it. */
  const measureTo = (event: PointerEvent) => {
    const state = studio.store.getState();
    const place = placeOf(event);
    const last = state.workspace.measured?.placesPx.at(-1);
    const zoom = place === null ? undefined : view.cameraIn(state, place.pane)?.zoom;
    if (place === null || zoom === undefined) {
      return;
    }
    const apartPx = last === undefined ? Infinity : Math.hypot(place.at[0] - last[0], place.at[1] - last[1]);
    if (apartPx * 2 ** zoom < CLICK_PX) {
      endMeasuring(studio);
    } else {
      addMeasuredPlace(studio, place.at);
    }
  };

  const onMove = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    hoverPixel(studio, pixelOf(event));
    const drawnTo = drawingFrom && placeOf(event, drawingFrom.pane);
    if (drawingFrom !== null && drawnTo !== null) {
      drawArea(studio, drawingFrom.at, drawnTo.at);
    }
    view.onMoved();
  };
  const onLeave = () => {
    pointer = null;
    hoverPixel(studio, null);
    view.onLeft();
  };
  const onDown = (event: PointerEvent) => {
    pressed = { x: event.clientX, y: event.clientY };
    if (studio.store.getState().workspace.drawingArea && event.button === 0) {
      const from = placeOf(event);
      drawingFrom = from && { ...from, before: selectScene(studio.store.getState())?.area ?? null };
      canvas.setPointerCapture(event.pointerId);
    }
    const place = pixelOf(event);
    if (place !== null) {
      setActivePane(studio, place.pane);
    }
  };
  const onUp = (event: PointerEvent) => {
    const still = pressed !== null && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < CLICK_PX;
    pressed = null;
    if (drawingFrom !== null) {
      if (still) {
        setArea(studio, drawingFrom.before);
      }
      drawingFrom = null;
      setDrawingArea(studio, still);
      return;
    }
    if (still && event.button === 0 && isMeasuring()) {
      measureTo(event);
      return;
    }
    const place = still && event.button === 0 ? pixelOf(event) : null;
    if (place !== null) {
      void pinPixel(studio, place.col, place.row);
    }
  };

  const heard = { pointermove: onMove, pointerleave: onLeave, pointerdown: onDown, pointerup: onUp } as const;
  for (const [name, listener] of Object.entries(heard)) {
    canvas.addEventListener(name as keyof typeof heard, listener);
  }
  return {
    at: () => pointer,
    stop() {
      for (const [name, listener] of Object.entries(heard)) {
        canvas.removeEventListener(name as keyof typeof heard, listener);
      }
    },
  };
}
