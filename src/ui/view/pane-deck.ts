/**
 * One deck.gl canvas for all panes: one WebGL context, so that a tile is one texture however many panes show it.
 *
 * React renders the frames around the panes; this object draws what is in them, straight from the store.
 */
import { Deck, type Layer, OrthographicView, type Viewport } from "@deck.gl/core";
import { notifyError, type Studio } from "../../actions/studio";
import { moveCamera } from "../../actions/view/arrange";
import { dropGoneFeeds } from "../../actions/view/tile-sources";
import { ZOOM } from "../../core/view/view-link";
import { fitPose, paneRects, type ScreenRect } from "../../layers/camera";
import type { PaneClip } from "../../layers/raster-tile-layer";
import { TileTextures } from "../../layers/tile-textures";
import { selectExtent } from "../../store/mosaic";
import type { Camera, PanesState } from "../../store/panes";
import type { SceneRecord } from "../../store/scenes";
import { selectScene } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import { mapLayers } from "./pane-layers";
import { listenToPointer, type PanePointer } from "./pane-pointer";
import { shownPanes } from "./shown-panes";

const LENS_RADIUS_PX = 110;
/** How long a larger picture waits for its tiles: ten seconds at 60 a second. */
const MOST_FRAMES = 600;

export interface PaneDeck {
  resize(width: number, height: number): void;
  readonly textures: TileTextures;
  /** Every pane on screen, as drawn. */
  panes(): readonly { readonly rect: ScreenRect; readonly camera: Camera }[];
  /** Camera of a pane as drawn: its own, or the one that fits the scene. */
  cameraOf(pane: number): Camera | null;
  /** The map of a pane as drawn now, in device pixels, without what React lays over it; null when it is not on screen. */
  capture(pane: number): OffscreenCanvas | null;
  /**
   * The map of every pane on screen, drawn anew with `factor` pixels for each of the page's, finer tiles loaded first;
   * the screen then has its own again.
   */
  captureAll(factor: number): Promise<readonly OffscreenCanvas[]>;
  destroy(): void;
}

export function createPaneDeck(studio: Studio, canvas: HTMLCanvasElement): PaneDeck {
  return new CanvasDeck(studio, canvas);
}

class CanvasDeck implements PaneDeck {
  readonly textures = new TileTextures();
  private size: { width: number; height: number };
  private isDrawing = false;
  private readonly deck: Deck<OrthographicView[]>;
  private readonly pointer: PanePointer;
  private readonly unsubscribe: () => void;

  constructor(
    private readonly studio: Studio,
    private readonly canvas: HTMLCanvasElement,
  ) {
    this.size = { width: canvas.clientWidth, height: canvas.clientHeight };
    this.deck = deckOn(studio, canvas);
    this.textures.onArrival = () => this.onTile();
    this.textures.onFailure = (_source, error) => notifyError(studio, error);
    this.unsubscribe = studio.store.subscribe((state, before) => this.onChange(state, before));
    this.pointer = listenToPointer(studio, canvas, {
      rects: (state) => this.rects(state),
      cameraIn: (state, pane) => this.cameraIn(state, pane),
      // Only the lens follows the pointer.
      onMoved: () => studio.store.getState().panes.mode === "lens" && this.schedule(),
      onLeft: () => this.schedule(),
    });
    this.schedule();
  }

  cameraOf(pane: number): Camera | null {
    return this.cameraIn(this.studio.store.getState(), pane);
  }

  panes(): readonly { readonly rect: ScreenRect; readonly camera: Camera }[] {
    const state = this.studio.store.getState();
    return this.rects(state).flatMap((rect, pane) => {
      const camera = this.cameraIn(state, pane);
      return camera === null ? [] : [{ rect, camera }];
    });
  }

  capture(pane: number): OffscreenCanvas | null {
    const { canvas } = this;
    const rect = this.rects(this.studio.store.getState())[pane];
    if (rect === undefined) {
      return null;
    }
    this.draw(this.studio.store.getState());
    // What a WebGL canvas shows can only be read in the task that drew it.
    this.deck.redraw("picture");
    const ratio = canvas.width / this.size.width;
    const [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map((px) => Math.round(px * ratio));
    const picture = new OffscreenCanvas(width!, height!);
    picture.getContext("2d")!.drawImage(canvas, x!, y!, width!, height!, 0, 0, width!, height!);
    return picture;
  }

  async captureAll(factor: number): Promise<readonly OffscreenCanvas[]> {
    const { store } = this.studio;
    this.deck.setProps({ useDevicePixels: factor });
    try {
      this.draw(store.getState());
      this.deck.redraw("larger picture");
      // The canvas takes its new size, asks for the tiles that now fit, and draws them.
      for (let frame = 0; frame < MOST_FRAMES; frame++) {
        await new Promise(requestAnimationFrame);
        const isSized = Math.abs(this.canvas.width - this.size.width * factor) < 2;
        if (frame > 3 && isSized && this.textures.settled) break;
        this.deck.redraw("larger picture");
      }
      return this.rects(store.getState()).flatMap((_, pane) => this.capture(pane) ?? []);
    } finally {
      this.deck.setProps({ useDevicePixels: true });
      this.schedule();
    }
  }

  resize(width: number, height: number): void {
    this.size = { width, height };
    this.schedule();
  }

  destroy(): void {
    this.unsubscribe();
    this.pointer.stop();
    this.textures.destroy();
    this.deck.finalize();
  }

  private rects(state: StudioState): readonly ScreenRect[] {
    return paneRects(shownPanes(state.panes), this.size.width, this.size.height);
  }

  private cameraIn(state: StudioState, pane: number): Camera | null {
    const own = state.panes.cameras[pane] ?? null;
    const record = selectScene(state);
    const rect = this.rects(state)[pane];
    if (own !== null || record === null || rect === undefined) {
      return own;
    }
    return fitPose(selectExtent(state, record), rect);
  }

  private draw(state: StudioState): void {
    const record = selectScene(state);
    if (record === null || this.size.width === 0) {
      this.deck.setProps({ layers: [], views: [] });
      return;
    }
    const panes = this.rects(state);
    this.deck.setProps({
      views: panes.map((rect, pane) => paneView(pane, rect, !state.workspace.drawingArea, state.strokes.tool === null)),
      viewState: Object.fromEntries(
        panes.map((_, pane) => {
          const { centrePx, zoom } = this.cameraIn(state, pane) ?? { centrePx: [0, 0], zoom: 0 };
          return [viewId(pane), { target: [...centrePx, 0], zoom, minZoom: ZOOM.min, maxZoom: ZOOM.max }];
        }),
      ) as never,
      layers: panes.flatMap((rect, pane) => this.layersOf(state, record, pane, rect)),
    });
  }

  private layersOf(state: StudioState, record: SceneRecord, pane: number, rect: ScreenRect): Layer[] {
    const { studio, textures } = this;
    return paneParts(state.panes, pane, rect, this.pointer.at()).flatMap(({ slot, clip }) => {
      const content = state.panes.contents[slot];
      return content === undefined
        ? []
        : mapLayers(studio, state, record, content, { viewId: `${viewId(pane)}/${slot}`, clip, textures });
    });
  }

  /** At most one drawing per frame, of what the store then holds. */
  private schedule(): void {
    if (!this.isDrawing) {
      this.isDrawing = true;
      requestAnimationFrame(() => {
        this.isDrawing = false;
        this.draw(this.studio.store.getState());
      });
    }
  }

  private onTile(): void {
    const { bytes } = this.textures;
    this.deck.redraw("tile arrived");
    update(this.studio.store, "engine", (state) =>
      state.textureBytes === bytes ? state : { ...state, textureBytes: bytes },
    );
  }

  private onChange(state: StudioState, before: StudioState): void {
    if (state.results !== before.results || state.scenes.records !== before.scenes.records) {
      for (const id of dropGoneFeeds(this.studio)) {
        this.textures.forget(id);
      }
    }
    if (
      state.panes !== before.panes ||
      state.workspace.drawingArea !== before.workspace.drawingArea ||
      state.strokes.tool !== before.strokes.tool ||
      state.workspace.mosaic !== before.workspace.mosaic ||
      state.scenes !== before.scenes ||
      state.legend !== before.legend ||
      state.evaluation !== before.evaluation ||
      state.runs !== before.runs ||
      state.responses !== before.responses ||
      state.results !== before.results
    ) {
      this.schedule();
    }
  }
}

function deckOn(studio: Studio, canvas: HTMLCanvasElement): Deck<OrthographicView[]> {
  return new Deck<OrthographicView[]>({
    canvas,
    width: "100%",
    height: "100%",
    useDevicePixels: true,
    views: [],
    layers: [],
    getCursor: ({ isDragging }) => (isDragging ? "grabbing" : "crosshair"),
    layerFilter: ({ layer, viewport }: { layer: Layer; viewport: Viewport }) => layer.id.startsWith(`${viewport.id}/`),
    onViewStateChange: ({ viewId, viewState, interactionState }) => {
      // Of a drag with a tool in hand deck.gl tells beginning and end, with the place from before.
      if (studio.store.getState().strokes.tool !== null && !interactionState.isZooming) return;
      const { target, zoom } = viewState as unknown as { target: [number, number]; zoom: number };
      moveCamera(studio, paneIndex(viewId), { centrePx: [target[0], target[1]], zoom });
    },
    onError: (error) => notifyError(studio, error),
  });
}

function paneView(pane: number, rect: ScreenRect, isMovable: boolean, isDragged: boolean): OrthographicView {
  return new OrthographicView({
    id: viewId(pane),
    ...rect,
    flipY: true,
    clear: false,
    controller: isMovable && {
      dragPan: isDragged,
      scrollZoom: { speed: 0.01, smooth: false },
      doubleClickZoom: false,
      inertia: false,
      keyboard: false,
    },
  });
}

/** Which contents a pane draws and where: swipe cuts it in two, the lens looks through, blink swaps. */
function paneParts(
  panes: PanesState,
  pane: number,
  rect: ScreenRect,
  pointer: { x: number; y: number } | null,
): { slot: number; clip: PaneClip }[] {
  const all: PaneClip = { kind: "all" };
  switch (panes.mode) {
    case "side-by-side":
      return [{ slot: pane, clip: all }];
    case "blink":
      return [{ slot: panes.blinking ? 1 : 0, clip: all }];
    case "swipe": {
      const { direction, fraction } = panes.swipe;
      const first =
        direction === "vertical"
          ? { left: 0, top: 0, right: fraction, bottom: 1 }
          : { left: 0, top: 0, right: 1, bottom: fraction };
      const second =
        direction === "vertical"
          ? { left: fraction, top: 0, right: 1, bottom: 1 }
          : { left: 0, top: fraction, right: 1, bottom: 1 };
      return [
        { slot: 0, clip: { kind: "rect", ...first } },
        { slot: 1, clip: { kind: "rect", ...second } },
      ];
    }
    case "lens": {
      const lens: PaneClip | null = pointer && {
        kind: "disc",
        x: (pointer.x - rect.x) / rect.width,
        y: (pointer.y - rect.y) / rect.height,
        radiusPx: LENS_RADIUS_PX,
      };
      return [{ slot: 0, clip: all }, ...(lens === null ? [] : [{ slot: 1, clip: lens }])];
    }
  }
}

function viewId(pane: number): string {
  return `pane-${pane}`;
}

function paneIndex(id: string): number {
  return Number(id.slice("pane-".length));
}
