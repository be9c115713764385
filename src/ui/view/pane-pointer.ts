/**
 * What the pointer does on the panes: hovers, pins a pixel, draws the area of interest, sets corners of what is measured.
 * The map itself is moved by deck.gl.
 */
import { drawArea, setArea, setDrawingArea } from "../../actions/scenes/set-area";
import type { Studio } from "../../actions/studio";
import { selectNeighbour, setActivePane } from "../../actions/view/arrange";
import { addMeasuredPlace, endMeasuring } from "../../actions/view/measure";
import { hoverPixel, pinPixel } from "../../actions/view/probe-pixel";
import { poseOn } from "../../core/georef/grid-placement";
import type { AreaOfInterest } from "../../core/run/run-settings";
import { type ScreenRect, screenToPixel } from "../../layers/camera";
import { neighbourAt, type PlacedScene } from "../../store/mosaic";
import type { Camera } from "../../store/panes";
import type { Beyond } from "../../store/probe";
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

export interface PanePointer {
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
  return new ListeningPointer(studio, canvas, view);
}

class ListeningPointer implements PanePointer {
  private pointer: { x: number; y: number } | null = null;
  private pressed: { x: number; y: number } | null = null;
  private drawingFrom: (Place & { before: AreaOfInterest | null }) | null = null;
  private readonly heard = {
    pointermove: (event: PointerEvent) => this.onMove(event),
    pointerleave: () => this.onLeave(),
    pointerdown: (event: PointerEvent) => this.onDown(event),
    pointerup: (event: PointerEvent) => this.onUp(event),
  } as const;

  constructor(
    private readonly studio: Studio,
    private readonly canvas: HTMLCanvasElement,
    private readonly view: PaneView,
  ) {
    for (const [name, listener] of Object.entries(this.heard)) {
      canvas.addEventListener(name as keyof typeof this.heard, listener);
    }
  }

  at(): { readonly x: number; readonly y: number } | null {
    return this.pointer;
  }

  stop(): void {
    for (const [name, listener] of Object.entries(this.heard)) {
      this.canvas.removeEventListener(name as keyof typeof this.heard, listener);
    }
  }

  private onMove(event: PointerEvent): void {
    const { studio, drawingFrom } = this;
    const box = this.canvas.getBoundingClientRect();
    this.pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    if (event.buttons !== 0 && studio.store.getState().strokes.tool !== null) {
      // Nothing but the stroke follows the pointer: reading pixels would hold it up.
      hoverPixel(studio, null);
      return;
    }
    const pixel = this.pixelOf(event);
    hoverPixel(studio, pixel, pixel === null ? this.beyondOf(event) : null);
    const drawnTo = drawingFrom && this.placeOf(event, drawingFrom.pane);
    if (drawingFrom !== null && drawnTo !== null) {
      drawArea(studio, drawingFrom.at, drawnTo.at);
    }
    this.view.onMoved();
  }

  private onLeave(): void {
    this.pointer = null;
    hoverPixel(this.studio, null);
    this.view.onLeft();
  }

  private onDown(event: PointerEvent): void {
    const { studio } = this;
    this.pressed = { x: event.clientX, y: event.clientY };
    if (studio.store.getState().workspace.drawingArea && event.button === 0) {
      const from = this.placeOf(event);
      this.drawingFrom = from && { ...from, before: selectScene(studio.store.getState())?.area ?? null };
      this.canvas.setPointerCapture(event.pointerId);
    }
    const place = this.pixelOf(event);
    if (place !== null) {
      setActivePane(studio, place.pane);
    }
  }

  private onUp(event: PointerEvent): void {
    const { studio, pressed, drawingFrom } = this;
    const still = pressed !== null && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < CLICK_PX;
    this.pressed = null;
    if (drawingFrom !== null) {
      if (still) {
        setArea(studio, drawingFrom.before);
      }
      this.drawingFrom = null;
      setDrawingArea(studio, still);
      return;
    }
    if (studio.store.getState().strokes.tool !== null) {
      return;
    }
    if (still && event.button === 0 && studio.store.getState().workspace.measured?.isDone === false) {
      this.measureTo(event);
      return;
    }
    const place = still && event.button === 0 ? this.pixelOf(event) : null;
    const neighbour = still && event.button === 0 && place === null ? this.neighbourOf(event) : null;
    if (place !== null) {
      void pinPixel(studio, place.col, place.row);
    } else if (neighbour !== null) {
      const state = studio.store.getState();
      const cameras = this.view.rects(state).map((_, pane) => this.view.cameraIn(state, pane));
      selectNeighbour(studio, neighbour, cameras);
    }
  }

  /** A second click at the same place, as the second half of a double click is, ends it. */
  private measureTo(event: PointerEvent): void {
    const state = this.studio.store.getState();
    const place = this.placeOf(event);
    const last = state.workspace.measured?.placesPx.at(-1);
    const zoom = place === null ? undefined : this.view.cameraIn(state, place.pane)?.zoom;
    if (place === null || zoom === undefined) {
      return;
    }
    const apartPx = last === undefined ? Infinity : Math.hypot(place.at[0] - last[0], place.at[1] - last[1]);
    if (apartPx * 2 ** zoom < CLICK_PX) {
      endMeasuring(this.studio);
    } else {
      addMeasuredPlace(this.studio, place.at);
    }
  }

  /** Null outside the panes, or outside all of them but `pane`. */
  private placeOf(event: PointerEvent, pane?: number): Place | null {
    const state = this.studio.store.getState();
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const panes = this.view.rects(state);
    const isIn = (rect: ScreenRect) =>
      x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
    const found = pane ?? panes.findIndex(isIn);
    const [rect, camera] = [panes[found], this.view.cameraIn(state, found)];
    return rect === undefined || camera === null
      ? null
      : { pane: found, at: screenToPixel(camera, rect, [x - rect.x, y - rect.y]) };
  }

  private pixelOf(event: PointerEvent): { pane: number; col: number; row: number } | null {
    const record = selectScene(this.studio.store.getState());
    const place = this.placeOf(event);
    if (record === null || place === null) {
      return null;
    }
    const [col, row] = place.at.map(Math.floor) as [number, number];
    const { widthPx, heightPx } = record.scene.optical.facts;
    return col >= 0 && row >= 0 && col < widthPx && row < heightPx ? { pane: place.pane, col, row } : null;
  }

  /** Another scene of the map under the pointer. */
  private neighbourOf(event: PointerEvent): (PlacedScene & Place) | null {
    const place = this.placeOf(event);
    const found = place && neighbourAt(this.studio.store.getState(), place.at);
    return place && found && { ...found, pane: place.pane, at: place.at };
  }

  private beyondOf(event: PointerEvent): Beyond | null {
    const found = this.neighbourOf(event);
    if (found === null) {
      return null;
    }
    const { pane, at, record, place } = found;
    const [col, row] = poseOn(place, { centrePx: at, zoom: 0 }).centrePx.map(Math.floor) as [number, number];
    return { pane, sceneId: record.scene.id, col, row };
  }
}
