/**
 * One deck.gl canvas for all panes: one WebGL context, so that a tile is one texture however many panes show it.
 *
 * React renders the frames around the panes; this object draws what is in them, straight from the store.
 */
import { Deck, type Layer, OrthographicView, type Viewport } from "@deck.gl/core";
import { drawArea, setArea, setDrawingArea } from "../../actions/scenes/set-area";
import { notifyError, type Studio } from "../../actions/studio";
import { moveCamera, setActivePane } from "../../actions/view/arrange";
import { hoverPixel, pinPixel } from "../../actions/view/probe-pixel";
import { dropGoneFeeds } from "../../actions/view/tile-sources";
import type { PixelRect } from "../../core/raster/raster";
import { fitPose, paneRects, type ScreenRect, screenToPixel } from "../../layers/camera";
import type { PaneClip } from "../../layers/raster-tile-layer";
import { TileTextures } from "../../layers/tile-textures";
import type { Camera, PanesState } from "../../store/panes";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import { contentLayers } from "./pane-layers";
import { shownPanes } from "./shown-panes";

const MIN_ZOOM = -8;
const MAX_ZOOM = 6;
const LENS_RADIUS_PX = 110;
/** How long a larger picture waits for its tiles: ten seconds at 60 a second. */
const MOST_FRAMES = 600;

export interface PaneDeck {
  resize(width: number, height: number): void;
  readonly textures: TileTextures;
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
  const textures = new TileTextures();
  let size = { width: canvas.clientWidth, height: canvas.clientHeight };
  let pointer: { x: number; y: number } | null = null;
  let drawingFrom: { pane: number; at: readonly [number, number]; before: PixelRect | null } | null = null;

  const rects = (state: StudioState) => paneRects(shownPanes(state.panes), size.width, size.height);

  const cameraIn = (state: StudioState, pane: number): Camera | null => {
    const own = state.panes.cameras[pane] ?? null;
    const record = selectScene(state);
    const rect = rects(state)[pane];
    if (own !== null || record === null || rect === undefined) {
      return own;
    }
    const { widthPx, heightPx } = record.scene.optical.facts;
    return fitPose({ col: 0, row: 0, widthPx, heightPx }, rect);
  };

  const deck = new Deck<OrthographicView[]>({
    canvas,
    width: "100%",
    height: "100%",
    useDevicePixels: true,
    views: [],
    layers: [],
    getCursor: ({ isDragging }) => (isDragging ? "grabbing" : "crosshair"),
    layerFilter: ({ layer, viewport }: { layer: Layer; viewport: Viewport }) => layer.id.startsWith(`${viewport.id}/`),
    onViewStateChange: ({ viewId, viewState }) => {
      const { target, zoom } = viewState as unknown as { target: [number, number]; zoom: number };
      moveCamera(studio, paneIndex(viewId), { centrePx: [target[0], target[1]], zoom });
    },
    onError: (error) => notifyError(studio, error),
  });

  const draw = (state: StudioState) => {
    const record = selectScene(state);
    if (record === null || size.width === 0) {
      deck.setProps({ layers: [], views: [] });
      return;
    }
    const panes = rects(state);
    deck.setProps({
      views: panes.map(
        (rect, pane) =>
          new OrthographicView({
            id: viewId(pane),
            ...rect,
            flipY: true,
            clear: false,
            controller: !state.workspace.drawingArea && {
              scrollZoom: { speed: 0.01, smooth: false },
              doubleClickZoom: false,
              inertia: false,
              keyboard: false,
            },
          }),
      ),
      viewState: Object.fromEntries(
        panes.map((_, pane) => {
          const { centrePx, zoom } = cameraIn(state, pane) ?? { centrePx: [0, 0], zoom: 0 };
          return [viewId(pane), { target: [...centrePx, 0], zoom, minZoom: MIN_ZOOM, maxZoom: MAX_ZOOM }];
        }),
      ) as never,
      layers: panes.flatMap((rect, pane) =>
        paneParts(state.panes, pane, rect, pointer).flatMap(({ slot, clip }) => {
          const content = state.panes.contents[slot];
          return content === undefined
            ? []
            : contentLayers(studio, state, record, content, { viewId: `${viewId(pane)}/${slot}`, clip, textures });
        }),
      ),
    });
  };

  let drawing = false;
  const schedule = () => {
    if (!drawing) {
      drawing = true;
      requestAnimationFrame(() => {
        drawing = false;
        draw(studio.store.getState());
      });
    }
  };

  textures.onArrival = () => {
    deck.redraw("tile arrived");
    update(studio.store, "engine", (state) =>
      state.textureBytes === textures.bytes ? state : { ...state, textureBytes: textures.bytes },
    );
  };
  textures.onFailure = (_source, error) => notifyError(studio, error);

  const unsubscribe = studio.store.subscribe((state, before) => {
    if (state.results !== before.results || state.scenes.records !== before.scenes.records) {
      for (const id of dropGoneFeeds(studio)) {
        textures.forget(id);
      }
    }
    if (
      state.panes !== before.panes ||
      state.workspace.drawingArea !== before.workspace.drawingArea ||
      state.scenes !== before.scenes ||
      state.legend !== before.legend ||
      state.evaluation !== before.evaluation ||
      selectDoneRuns(state).length !== selectDoneRuns(before).length ||
      state.responses !== before.responses ||
      state.results !== before.results
    ) {
      schedule();
    }
  });

  /** Place in optical pixels under the pointer, outside the scene too; null outside the panes or `pane`. */
  const placeOf = (event: PointerEvent, pane?: number): { pane: number; at: readonly [number, number] } | null => {
    const state = studio.store.getState();
    const box = canvas.getBoundingClientRect();
    const [x, y] = [event.clientX - box.left, event.clientY - box.top];
    const panes = rects(state);
    const isIn = (rect: ScreenRect) =>
      x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height;
    const found = pane ?? panes.findIndex(isIn);
    const [rect, camera] = [panes[found], cameraIn(state, found)];
    return rect === undefined || camera === null
      ? null
      : { pane: found, at: screenToPixel(camera, rect, [x - rect.x, y - rect.y]) };
  };
  const locate = (event: PointerEvent): { pane: number; col: number; row: number } | null => {
    const record = selectScene(studio.store.getState());
    const place = placeOf(event);
    if (record === null || place === null) {
      return null;
    }
    const [col, row] = place.at.map(Math.floor) as [number, number];
    const { widthPx, heightPx } = record.scene.optical.facts;
    return col >= 0 && row >= 0 && col < widthPx && row < heightPx ? { pane: place.pane, col, row } : null;
  };
  let pressed: { x: number; y: number } | null = null;
  const onMove = (event: PointerEvent) => {
    const box = canvas.getBoundingClientRect();
    pointer = { x: event.clientX - box.left, y: event.clientY - box.top };
    hoverPixel(studio, locate(event));
    const drawnTo = drawingFrom && placeOf(event, drawingFrom.pane);
    if (drawingFrom !== null && drawnTo !== null) {
      drawArea(studio, drawingFrom.at, drawnTo.at);
    }
    if (studio.store.getState().panes.mode === "lens") {
      schedule();
    }
  };
  const onLeave = () => {
    pointer = null;
    hoverPixel(studio, null);
    schedule();
  };
  const onDown = (event: PointerEvent) => {
    pressed = { x: event.clientX, y: event.clientY };
    if (studio.store.getState().workspace.drawingArea && event.button === 0) {
      const from = placeOf(event);
      drawingFrom = from && { ...from, before: selectScene(studio.store.getState())?.area ?? null };
      canvas.setPointerCapture(event.pointerId);
    }
    const place = locate(event);
    if (place !== null) {
      setActivePane(studio, place.pane);
    }
  };
  const onUp = (event: PointerEvent) => {
    const still = pressed !== null && Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < 4;
    pressed = null;
    if (drawingFrom !== null) {
      if (still) {
        setArea(studio, drawingFrom.before);
      }
      drawingFrom = null;
      setDrawingArea(studio, still);
      return;
    }
    const place = still && event.button === 0 ? locate(event) : null;
    if (place !== null) {
      void pinPixel(studio, place.col, place.row);
    }
  };
  canvas.addEventListener("pointermove", onMove);
  canvas.addEventListener("pointerleave", onLeave);
  canvas.addEventListener("pointerdown", onDown);
  canvas.addEventListener("pointerup", onUp);
  schedule();

  const capture = (pane: number): OffscreenCanvas | null => {
    const rect = rects(studio.store.getState())[pane];
    if (rect === undefined) {
      return null;
    }
    draw(studio.store.getState());
    // What a WebGL canvas shows can only be read in the task that drew it.
    deck.redraw("picture");
    const ratio = canvas.width / size.width;
    const [x, y, width, height] = [rect.x, rect.y, rect.width, rect.height].map((px) => Math.round(px * ratio));
    const picture = new OffscreenCanvas(width!, height!);
    picture.getContext("2d")!.drawImage(canvas, x!, y!, width!, height!, 0, 0, width!, height!);
    return picture;
  };

  return {
    textures,
    cameraOf: (pane) => cameraIn(studio.store.getState(), pane),
    capture,
    async captureAll(factor) {
      deck.setProps({ useDevicePixels: factor });
      try {
        draw(studio.store.getState());
        deck.redraw("larger picture");
        // The canvas takes its new size, asks for the tiles that now fit, and draws them.
        for (let frame = 0; frame < MOST_FRAMES; frame++) {
          await new Promise(requestAnimationFrame);
          const isSized = Math.abs(canvas.width - size.width * factor) < 2;
          if (frame > 3 && isSized && textures.settled) break;
          deck.redraw("larger picture");
        }
        return rects(studio.store.getState()).flatMap((_, pane) => capture(pane) ?? []);
      } finally {
        deck.setProps({ useDevicePixels: true });
        schedule();
      }
    },
    resize(width, height) {
      size = { width, height };
      schedule();
    },
    destroy() {
      unsubscribe();
      canvas.removeEventListener("pointermove", onMove);
      canvas.removeEventListener("pointerleave", onLeave);
      canvas.removeEventListener("pointerdown", onDown);
      canvas.removeEventListener("pointerup", onUp);
      textures.destroy();
      deck.finalize();
    },
  };
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
