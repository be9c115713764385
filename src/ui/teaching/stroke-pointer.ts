/** The pointer on the map while a tool is in hand: it draws; with the space bar or the middle button it moves the map. */
import type { Studio } from "../../actions/studio";
import { moveCamera } from "../../actions/view/arrange";
import type { PixelPoint } from "../../core/vector/stroke-on-photo";
import { screenToPixel } from "../../layers/camera";
import type { PaneDeck } from "../view/pane-deck";
import type { Drawing } from "./drawing";

const MIDDLE_BUTTON = 1;

interface Held {
  readonly pane: number;
  readonly does: "draw" | "pan";
  x: number;
  y: number;
}

export class StrokePointer {
  /** Set while the space bar is down. */
  isPanning = false;
  /** The map was moved since the space bar was pressed. */
  hasPanned = false;
  private held: Held | null = null;
  private readonly heard = {
    pointerdown: (event: PointerEvent) => this.onDown(event),
    pointermove: (event: PointerEvent) => this.onMove(event),
    pointerup: () => this.onUp(),
    pointercancel: () => this.onLost(),
    pointerleave: () => this.onLeave(),
  } as const;

  constructor(
    private readonly studio: Studio,
    private readonly canvas: HTMLCanvasElement,
    private readonly deck: () => PaneDeck | null,
    private readonly drawing: Drawing,
  ) {
    for (const [name, listener] of Object.entries(this.heard)) {
      canvas.addEventListener(name as keyof typeof this.heard, listener);
    }
    canvas.addEventListener("mousedown", stayPut);
  }

  stop(): void {
    for (const [name, listener] of Object.entries(this.heard)) {
      this.canvas.removeEventListener(name as keyof typeof this.heard, listener);
    }
    this.canvas.removeEventListener("mousedown", stayPut);
  }

  private onDown(event: PointerEvent): void {
    const { tool } = this.studio.store.getState().strokes;
    const place = this.placeOf(event);
    if (tool === null || place === null || this.held !== null || event.button > MIDDLE_BUTTON) {
      return;
    }
    const does = this.isPanning || event.button === MIDDLE_BUTTON ? "pan" : "draw";
    this.held = { pane: place.pane, does, x: event.clientX, y: event.clientY };
    this.canvas.setPointerCapture(event.pointerId);
    if (does === "draw") this.drawing.press(tool, place.at, place.screenPx);
  }

  private onMove(event: PointerEvent): void {
    const { held, drawing } = this;
    if (this.studio.store.getState().strokes.tool === null) {
      return;
    }
    const place = this.placeOf(event, held?.pane);
    if (held?.does === "pan" && place !== null) {
      this.pan(held, event, place.screenPx);
      return;
    }
    if (held?.does === "draw") {
      const events = event.getCoalescedEvents?.() ?? [];
      const way = (events.length > 0 ? events : [event]).map((each) => this.placeOf(each, held.pane)?.at);
      drawing.drag(way.filter((at) => at !== undefined));
    }
    drawing.aimAt(place && { at: place.at, by: "pointer" });
  }

  private onUp(): void {
    const { held } = this;
    this.held = null;
    if (held?.does === "draw") this.drawing.release();
  }

  private onLost(): void {
    this.held = null;
    this.drawing.cancel();
  }

  private onLeave(): void {
    if (this.drawing.aim?.by === "pointer") this.drawing.aimAt(null);
  }

  private pan(held: Held, event: PointerEvent, screenPx: number): void {
    const camera = this.deck()?.panes()[held.pane]?.camera;
    if (camera !== undefined) {
      const [right, down] = [(event.clientX - held.x) * screenPx, (event.clientY - held.y) * screenPx];
      moveCamera(this.studio, held.pane, {
        ...camera,
        centrePx: [camera.centrePx[0] - right, camera.centrePx[1] - down],
      });
      [held.x, held.y] = [event.clientX, event.clientY];
      this.hasPanned = true;
    }
  }

  /** Null outside the panes, or outside all of them but `pane`. */
  private placeOf(event: PointerEvent, pane?: number): { pane: number; at: PixelPoint; screenPx: number } | null {
    const box = this.canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const panes = this.deck()?.panes() ?? [];
    const found =
      pane ??
      panes.findIndex(({ rect }) => x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height);
    const over = panes[found];
    if (over === undefined) {
      return null;
    }
    const { rect, camera } = over;
    return { pane: found, at: screenToPixel(camera, rect, [x - rect.x, y - rect.y]), screenPx: 2 ** -camera.zoom };
  }
}

/** The middle button would let the browser scroll. */
function stayPut(event: MouseEvent): void {
  if (event.button === MIDDLE_BUTTON) event.preventDefault();
}
