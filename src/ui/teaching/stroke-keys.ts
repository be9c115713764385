/**
 * Keys while a tool is in hand. They go before the studio's own: digits choose classes, brackets the size, and without a
 * pointer the arrow keys move a cross-hair, the space bar sets points there and Enter ends what is drawn.
 */
import type { Studio } from "../../actions/studio";
import { chooseBrushSize, chooseClass, chooseTolerance, putToolAway } from "../../actions/teaching/choose-tool";
import { moveCamera } from "../../actions/view/arrange";
import { hoverPixel } from "../../actions/view/probe-pixel";
import type { PixelPoint } from "../../core/vector/stroke-on-photo";
import { pixelToScreen } from "../../layers/camera";
import { selectStrokeClasses } from "../../store/stroke-classes";
import { isTyping, isWidget } from "../keyboard";
import { messages } from "../messages";
import type { PaneDeck } from "../view/pane-deck";
import type { Drawing } from "./drawing";
import type { StrokePointer } from "./stroke-pointer";

/** CSS pixels of one step of the cross-hair; with the shift key it is a pixel of the image. */
const STEP = 16;
/** The map follows when the cross-hair comes nearer to the edge of its pane. CSS pixels. */
const MARGIN = 24;

const words = messages.strokes;

/** As shown. */
export const STROKE_KEYS: readonly { readonly name: string; readonly keys: string }[] = [
  { name: words.keys.classes, keys: "1–9" },
  { name: words.keys.size, keys: words.keyNames.size },
  { name: words.keys.move, keys: "← → ↑ ↓" },
  { name: words.keys.point, keys: words.keyNames.space },
  { name: words.keys.end, keys: "Enter" },
  { name: words.keys.back, keys: "Backspace" },
  { name: words.keys.cancel, keys: "Esc" },
];

const ARROWS: Readonly<Record<string, PixelPoint>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class StrokeKeys {
  private readonly down = (event: KeyboardEvent) => this.onDown(event);
  private readonly up = (event: KeyboardEvent) => this.onUp(event);

  constructor(
    private readonly studio: Studio,
    private readonly deck: () => PaneDeck | null,
    private readonly drawing: Drawing,
    private readonly pointer: StrokePointer,
  ) {
    window.addEventListener("keydown", this.down, true);
    window.addEventListener("keyup", this.up, true);
  }

  stop(): void {
    window.removeEventListener("keydown", this.down, true);
    window.removeEventListener("keyup", this.up, true);
  }

  private onDown(event: KeyboardEvent): void {
    const { strokes, workspace } = this.studio.store.getState();
    const isOurs =
      strokes.tool !== null && workspace.dialog === null && !event.ctrlKey && !event.metaKey && !event.altKey;
    if (isOurs && !isTyping(event) && !isOnTop(event) && this.does(event)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @returns Whether the key meant something. */
  private does(event: KeyboardEvent): boolean {
    const { studio, drawing } = this;
    const { strokes } = studio.store.getState();
    const { key } = event;
    if (/^[1-9]$/.test(key)) {
      const chosen = selectStrokeClasses(studio.store.getState())[Number(key) - 1];
      if (chosen !== undefined) chooseClass(studio, chosen.name);
      return true;
    }
    if (key === "[" || key === "]") {
      if (strokes.tool === "flood") {
        chooseTolerance(studio, strokes.floodTolerance + (key === "]" ? 2 : -2));
        return true;
      }
      const step = Math.max(1, Math.round(strokes.brushImagePx / 5));
      chooseBrushSize(studio, strokes.brushImagePx + (key === "]" ? step : -step));
      return true;
    }
    if (key === "Backspace") return drawing.takeBack();
    if (key === "Escape") {
      if (!drawing.cancel()) putToolAway(studio);
      return true;
    }
    return !isOnControl(event) && this.doesOnMap(event);
  }

  private doesOnMap({ key, shiftKey, repeat }: KeyboardEvent): boolean {
    const { drawing, pointer } = this;
    const arrow = ARROWS[key];
    if (arrow !== undefined) {
      this.moveAim(arrow, shiftKey);
      return true;
    }
    if (key === " ") {
      if (!repeat) [pointer.isPanning, pointer.hasPanned] = [true, false];
      return true;
    }
    if (key === "Enter") {
      if (drawing.draft === null) this.setPoint();
      drawing.finish();
      return true;
    }
    return false;
  }

  /** The space bar that has not moved the map has set a point. */
  private onUp(event: KeyboardEvent): void {
    if (event.key !== " " || !this.pointer.isPanning) {
      return;
    }
    this.pointer.isPanning = false;
    event.preventDefault();
    if (!this.pointer.hasPanned && this.drawing.aim?.by === "keys") this.setPoint();
  }

  private setPoint(): void {
    const { tool } = this.studio.store.getState().strokes;
    const { aim } = this.drawing;
    if (tool !== null && aim?.by === "keys") this.drawing.setPoint(tool, aim.at);
  }

  private moveAim([right, down]: PixelPoint, isFine: boolean): void {
    const { studio, drawing } = this;
    const pane = studio.store.getState().panes.activePane;
    const shown = this.deck()?.panes()[pane];
    if (shown === undefined) {
      return;
    }
    const { rect, camera } = shown;
    const step = isFine ? 1 : Math.max(1, Math.round(STEP / 2 ** camera.zoom));
    // The centre of a pixel, so that steps end where pixels are.
    const from = drawing.aim?.at ?? camera.centrePx;
    const at = [Math.floor(from[0]) + 0.5 + right * step, Math.floor(from[1]) + 0.5 + down * step] as const;
    const [x, y] = pixelToScreen(camera, rect, at);
    if (x < MARGIN || y < MARGIN || x > rect.width - MARGIN || y > rect.height - MARGIN) {
      const [col, row] = camera.centrePx;
      moveCamera(studio, pane, { ...camera, centrePx: [col + right * step, row + down * step] });
    }
    hoverPixel(studio, { pane, col: Math.floor(at[0]), row: Math.floor(at[1]) });
    drawing.aimAt({ at, by: "keys" });
  }
}

/** Menus and forms over the page are closed by keys of their own. */
function isOnTop({ target }: KeyboardEvent): boolean {
  return target instanceof HTMLElement && target.closest("[role=menu], [role=dialog]") !== null;
}

/** Buttons and sliders have their own use for arrows, space bar and Enter. */
function isOnControl(event: KeyboardEvent): boolean {
  return (
    isWidget(event) || (event.target instanceof HTMLElement && event.target.closest("button, a, summary") !== null)
  );
}
