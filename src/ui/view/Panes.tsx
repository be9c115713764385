/** What I see: the canvas, and over each pane its chip, scale bar, north arrow, cross-hair and read-out. */

import { type RefObject, useEffect, useRef, useState } from "react";
import { stepBlob } from "../../actions/evaluation/evaluate-run";
import { retryAboveGround } from "../../actions/results/above-ground";
import { retryAgreement } from "../../actions/results/watch-results";
import type { Studio } from "../../actions/studio";
import { setPaneContent, setSwipe } from "../../actions/view/arrange";
import { HEIGHT_CHANGE_RANGE } from "../../core/heights/height-change";
import { rampColour } from "../../core/raster/colour-ramp";
import { type CameraPose, fitPose, paneRects, pixelToScreen, type ScreenRect, visibleRect } from "../../layers/camera";
import { ERROR_COLOURS, HEIGHT_CHANGE_COLOURS } from "../../layers/lookup-table";
import { selectExtent } from "../../store/mosaic";
import type { PaneContent } from "../../store/panes";
import { findResult } from "../../store/results";
import { selectReview } from "../../store/sample-selectors";
import type { SceneRecord } from "../../store/scenes";
import { selectRun, selectScene, selectSceneRuns } from "../../store/selectors";
import { contentClassNames, runName } from "../describe";
import { fixed } from "../format";
import { messages } from "../messages";
import { ParcelOverlay } from "../parcels/ParcelOverlay";
import { ResponseTools } from "../runs/ResponseTools";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { StrokeOverlay } from "../teaching/StrokeOverlay";
import { AreaFrame } from "./AreaFrame";
import { copyPicture } from "./copy-picture";
import { allowRunDrop, droppedRun } from "./dragged-run";
import { MapTools } from "./MapTools";
import { MeasuredFigure, MeasuredLine } from "./Measured";
import { PaneChip } from "./PaneChip";
import { PixelReadOut } from "./PixelReadOut";
import { createPaneDeck, type PaneDeck } from "./pane-deck";
import { savePicture } from "./save-picture";
import { northAngle, scaleAt } from "./scale";
import { shownPanes } from "./shown-panes";

const words = messages.panes;

export function Panes({ deckRef }: { deckRef: RefObject<PaneDeck | null> }) {
  const studio = useStudio();
  const area = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const [size, setSize] = useState({ width: 0, height: 0 });
  const panes = useSelect((state) => state.panes);
  const record = useSelect(selectScene);
  const drawing = useSelect((state) => state.workspace.drawingArea);

  useEffect(() => {
    const element = area.current;
    const surface = canvas.current;
    if (element === null || surface === null) {
      return;
    }
    const deck = createPaneDeck(studio, surface);
    deckRef.current = deck;
    const observer = new ResizeObserver(() => {
      const { clientWidth: width, clientHeight: height } = element;
      setSize({ width, height });
      deck.resize(width, height);
    });
    observer.observe(element);
    return () => {
      observer.disconnect();
      deck.destroy();
      deckRef.current = null;
    };
  }, [studio, deckRef]);

  const rects = paneRects(shownPanes(panes), size.width, size.height);
  return (
    <section
      className="pane-area"
      ref={area}
      aria-label={words.region}
      onDragOver={allowRunDrop}
      onDrop={(event) => showDropped(studio, event, rects)}
    >
      <MapCanvas canvas={canvas} />
      <ParcelOverlay deckRef={deckRef} />
      <StrokeOverlay deckRef={deckRef} map={canvas} />
      {record !== null &&
        size.width > 0 &&
        rects.map((rect, pane) => <PaneFrame key={`${rect.x}:${rect.y}`} {...{ pane, rect, record, deckRef }} />)}
      {panes.mode === "swipe" && <SwipeLine size={size} />}
      <BlobTools />
      {record !== null && <MapTools deckRef={deckRef} />}
      <MeasuredFigure />
      {drawing && (
        <p className="pane-tools" role="status">
          {messages.area.drawing}
        </p>
      )}
    </section>
  );
}

function MapCanvas({ canvas }: { canvas: RefObject<HTMLCanvasElement | null> }) {
  const tool = useSelect((state) => state.strokes.tool);
  // Whoever has taken a tool goes on on the map, with keys too.
  useEffect(() => {
    if (tool !== null) canvas.current?.focus({ preventScroll: true });
  }, [tool, canvas]);
  return (
    <canvas
      ref={canvas}
      className="pane-canvas"
      id="panes"
      aria-label={tool === null ? words.map : messages.strokes.map}
      {...(tool !== null && { role: "application", tabIndex: 0 })}
    />
  );
}

/** A run that is dropped on a pane is shown there. */
function showDropped(studio: Studio, event: React.DragEvent, rects: readonly ScreenRect[]): void {
  const runId = droppedRun(event);
  const box = event.currentTarget.getBoundingClientRect();
  const [x, y] = [event.clientX - box.left, event.clientY - box.top];
  const pane = rects.findIndex(
    (rect) => x >= rect.x && y >= rect.y && x < rect.x + rect.width && y < rect.y + rect.height,
  );
  if (runId !== null && pane >= 0) {
    setPaneContent(studio, pane, { kind: "mask", runId });
  }
}

function PaneFrame(props: {
  pane: number;
  rect: ScreenRect;
  record: SceneRecord;
  deckRef: RefObject<PaneDeck | null>;
}) {
  const { pane, rect, record, deckRef } = props;
  const studio = useStudio();
  const own = useSelect((state) => state.panes.cameras[pane] ?? null);
  const active = useSelect((state) => state.panes.activePane === pane && shownPanes(state.panes) > 1);
  const mode = useSelect((state) => state.panes.mode);
  const blinking = useSelect((state) => state.panes.blinking);
  const slot = mode === "blink" && blinking ? 1 : pane;
  const content = useSelect((state) => state.panes.contents[slot]);
  const extent = useSelectList((state) => selectExtent(state, record));
  // What the map says there would lead the answer.
  const isMapHidden = useSelect((state) => selectReview(state)?.review.isMapShown === false);
  if (content === undefined) {
    return null;
  }
  const copy = () => deckRef.current !== null && void copyPicture(studio, deckRef.current, pane);
  const save = (which: "pane" | "all", factor: number) =>
    deckRef.current !== null && void savePicture(studio, deckRef.current, which === "all" ? null : pane, factor);
  const { facts } = record.scene.optical;
  const camera = own ?? fitPose(extent, rect);
  return (
    <section
      className={`pane pane-line${active ? " pane-active" : ""}`}
      aria-label={words.pane(pane + 1)}
      style={{ left: rect.x, top: rect.y, width: rect.width, height: rect.height }}
    >
      <PaneChip pane={slot} content={content} onCopy={copy} onSave={save} size={rect} />
      {(mode === "swipe" || mode === "lens") && pane === 0 && <SecondChip />}
      <PaneNote content={content} record={record} />
      {content.kind === "probability" && (
        <ResponseTools
          key={`${content.runId}/${content.classId}`}
          {...content}
          view={visibleRect(camera, rect, facts)}
        />
      )}
      <North record={record} />
      <ScaleBar zoom={camera.zoom} record={record} />
      <KeyLegend content={content} record={record} />
      <RampLegend content={content} record={record} />
      <AreaFrame camera={camera} rect={rect} record={record} />
      <Marks camera={camera} rect={rect} />
      <MeasuredLine camera={camera} rect={rect} />
      {!isMapHidden && <PixelReadOut pane={pane} record={record} />}
    </section>
  );
}

function SecondChip() {
  const content = useSelect((state) => state.panes.contents[1]);
  return content === undefined ? null : <PaneChip pane={1} content={content} second />;
}

/** Why a pane shows less than its chip promises. */
function PaneNote({ content, record }: { content: PaneContent; record: SceneRecord }) {
  const { scene, truth } = record;
  const studio = useStudio();
  const evaluated = useSelect((state) =>
    content.kind === "errors" ? (state.evaluation.byRun[content.runId]?.status ?? "none") : "ready",
  );
  const map = useSelect((state) =>
    content.kind === "agreement" || content.kind === "entropy"
      ? findResult(state.results, content.kind, scene.id)
      : content.kind === "above-ground"
        ? findResult(state.results, content.kind, scene.id)
        : null,
  );
  if (map?.state.status === "failed") {
    return (
      <p className="pane-note">
        {map.state.error.found}{" "}
        <button
          type="button"
          className="link"
          onClick={() =>
            content.kind === "above-ground" ? retryAboveGround(studio, record) : retryAgreement(studio, scene.id)
          }
        >
          {messages.fault.tryAgain}
        </button>
      </p>
    );
  }
  const text =
    content.kind === "truth" && truth.status !== "ready"
      ? truth.status === "none"
        ? words.noTruth
        : words.truthUnreadable
      : (content.kind === "hillshade" || content.kind === "heights" || content.kind === "above-ground") &&
          scene.auxiliary === null
        ? words.noDsm
        : content.kind === "errors" && evaluated !== "ready"
          ? words.noErrors
          : content.kind === "agreement" || content.kind === "entropy"
            ? map === null
              ? words.twoRunsNeeded
              : map.state.status === "making"
                ? words.counting
                : null
            : map?.state.status === "making"
              ? words.findingGround
              : null;
  return text === null ? null : <p className="pane-note">{text}</p>;
}

function North({ record }: { record: SceneRecord }) {
  const angle = northAngle(record.scene.optical.facts);
  if (angle === null) {
    return null;
  }
  return (
    <span className="north" role="img" aria-label={words.north} title={words.northTip(angle)}>
      <svg viewBox="0 0 20 20" width="20" height="20" aria-hidden="true" style={{ transform: `rotate(${angle}deg)` }}>
        <path d="M10 2 14 12 10 9.6 6 12Z" fill="currentColor" />
        <text x="10" y="19" textAnchor="middle" fontSize="7" fill="currentColor">
          {words.northLetter}
        </text>
      </svg>
    </span>
  );
}

function ScaleBar({ zoom, record }: { zoom: number; record: SceneRecord }) {
  const scale = scaleAt(zoom, record.scene.optical.facts);
  return (
    <div className="scale-bar" style={{ width: scale.widthPx }} data-scale={scale.length}>
      {scale.text}
    </div>
  );
}

function RampLegend({ content, record }: { content: PaneContent; record: SceneRecord }) {
  const range = record.heightRange;
  const className = useSelect((state) =>
    content.kind === "probability"
      ? (selectRun(state, content.runId)?.classes.find(({ id }) => id === content.classId)?.name ?? "")
      : "",
  );
  const texts: Partial<Record<PaneContent["kind"], readonly string[]>> = {
    ...words.ramps,
    probability: messages.responseMap.legend(className),
    "height-change": words.heightChange(HEIGHT_CHANGE_RANGE),
    ...(range !== null && { heights: [`${fixed(range.low, 1)} m`, `${fixed(range.high, 1)} m`] }),
  };
  const ends = texts[content.kind];
  if (ends === undefined) {
    return null;
  }
  const { lower, higher } = HEIGHT_CHANGE_COLOURS;
  const stops =
    content.kind === "height-change"
      ? `rgb(${lower.join(" ")}), transparent 40%, transparent 60%, rgb(${higher.join(" ")})`
      : Array.from({ length: 9 }, (_, index) => `rgb(${rampColour(index / 8).join(" ")})`).join(", ");
  return (
    <div className="ramp-legend">
      <div className="ramp-bar" style={{ background: `linear-gradient(90deg, ${stops})` }} />
      <div className="row" style={{ justifyContent: "space-between" }}>
        <span>{ends[0]}</span>
        <span>{ends[1]}</span>
      </div>
    </div>
  );
}

/** What the colours of a map of errors or changes say. */
function KeyLegend({ content, record }: { content: PaneContent; record: SceneRecord }) {
  const runs = useSelectList(selectSceneRuns);
  const classNames = useSelectList((state) => contentClassNames(state, content));
  if (record.truth.status !== "ready" && content.kind === "errors") {
    return null;
  }
  if (content.kind === "date-changes") {
    return <p className="key-legend">{words.keys.dateChanges}</p>;
  }
  if (content.kind === "changes") {
    return <p className="key-legend">{words.keys.changes(runName(content.runId, runs))}</p>;
  }
  if (content.kind !== "errors") {
    return null;
  }
  const texts =
    content.classId === null
      ? words.keys.errors
      : words.keys.errorsOfClass(classNames[content.classId] ?? messages.describe.class);
  return (
    <ul className="key-legend">
      {Object.entries(texts).map(([colour, text]) => (
        <li key={colour}>
          <span
            className="swatch"
            style={{ background: `rgb(${ERROR_COLOURS[colour as keyof typeof ERROR_COLOURS].slice(0, 3).join(" ")})` }}
          />
          {text}
        </li>
      ))}
    </ul>
  );
}

/** The shared cross-hair, the pinned pixel and the frame of the current blob. */
function Marks({ camera, rect }: { camera: CameraPose; rect: ScreenRect }) {
  const hover = useSelect((state) => state.probe.hover);
  const pinned = useSelect((state) => state.probe.pinned);
  const blob = useSelect((state) => state.evaluation.lit?.blobs[state.evaluation.lit.blobIndex]?.rect ?? null);
  const at = (col: number, row: number) => {
    const [left, top] = pixelToScreen(camera, rect, [col, row]);
    return { left, top };
  };
  const point = useSelect((state) => {
    const found = selectReview(state);
    return found?.sample.points[found.review.at] ?? null;
  });
  const scale = 2 ** camera.zoom;
  return (
    <>
      {point !== null && (
        <span
          className="sample-mark"
          data-role="sample-point"
          style={{ ...at(point.col + 0.5, point.row + 0.5), ["--pixel" as string]: `${scale}px` }}
        />
      )}
      {hover !== null && <span className="cross-hair" style={at(hover.col + 0.5, hover.row + 0.5)} />}
      {pinned !== null && <span className="cross-hair pin" style={at(pinned.col + 0.5, pinned.row + 0.5)} />}
      {blob !== null && (
        <span
          className="blob-frame"
          style={{
            ...at(blob.col - 2, blob.row - 2),
            width: (blob.widthPx + 4) * scale,
            height: (blob.heightPx + 4) * scale,
          }}
        />
      )}
    </>
  );
}

function SwipeLine({ size }: { size: { width: number; height: number } }) {
  const studio = useStudio();
  const { direction, fraction } = useSelect((state) => state.panes.swipe);
  const vertical = direction === "vertical";
  const move = (event: React.PointerEvent<HTMLDivElement>) => {
    if (event.currentTarget.hasPointerCapture(event.pointerId)) {
      const box = event.currentTarget.parentElement!.getBoundingClientRect();
      const next = vertical ? (event.clientX - box.left) / size.width : (event.clientY - box.top) / size.height;
      setSwipe(studio, { fraction: Math.min(0.98, Math.max(0.02, next)) });
    }
  };
  const key = (event: React.KeyboardEvent) => {
    const step = event.key === "ArrowLeft" || event.key === "ArrowUp" ? -0.02 : 0.02;
    if (event.key.startsWith("Arrow")) {
      event.preventDefault();
      event.stopPropagation();
      setSwipe(studio, { fraction: Math.min(0.98, Math.max(0.02, fraction + step)) });
    }
  };
  return (
    <div
      className="swipe-line"
      data-direction={direction}
      role="slider"
      tabIndex={0}
      aria-label={words.swipe}
      aria-orientation={vertical ? "horizontal" : "vertical"}
      aria-valuemin={0}
      aria-valuemax={100}
      aria-valuenow={Math.round(fraction * 100)}
      style={vertical ? { left: `${fraction * 100}%` } : { top: `${fraction * 100}%` }}
      onPointerDown={(event) => event.currentTarget.setPointerCapture(event.pointerId)}
      onPointerMove={move}
      onKeyDown={key}
      onDoubleClick={() => setSwipe(studio, { direction: vertical ? "horizontal" : "vertical" })}
    />
  );
}

function BlobTools() {
  const studio = useStudio();
  const lit = useSelect((state) => state.evaluation.lit);
  if (lit === null || lit.blobs.length === 0) {
    return null;
  }
  return (
    <div className="pane-tools">
      <button type="button" className="button button-small" onClick={() => stepBlob(studio, -1)}>
        {words.previousBlob}
      </button>
      <span className="number" style={{ alignSelf: "center" }}>
        {words.blobOf(lit.blobIndex + 1, lit.blobs.length)}
      </span>
      <button type="button" className="button button-small" onClick={() => stepBlob(studio, 1)}>
        {words.nextBlob}
      </button>
    </div>
  );
}
