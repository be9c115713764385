/** What is measured: its line over each pane, and the figure above the map. */
import {
  clearMeasured,
  endMeasuring,
  figuresOf,
  type MeasuredFigures,
  undoMeasuredPlace,
} from "../../actions/view/measure";
import { type CameraPose, pixelToScreen, type ScreenRect } from "../../layers/camera";
import { selectScene } from "../../store/selectors";
import { fixed, measuredArea, measuredLength } from "../format";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.measure;

/** Over one pane; while it is drawn it goes on to the pointer. */
export function MeasuredLine({ camera, rect }: { camera: CameraPose; rect: ScreenRect }) {
  const measured = useSelect((state) => state.workspace.measured);
  const hover = useSelect((state) => state.probe.hover);
  if (measured === null || measured.placesPx.length === 0) {
    return null;
  }
  const next = measured.isDone || hover === null ? [] : [[hover.col + 0.5, hover.row + 0.5] as const];
  const points = [...measured.placesPx, ...next].map((place) => pixelToScreen(camera, rect, place));
  const path = points.map(([x, y]) => `${x},${y}`).join(" ");
  const isClosed = measured.what === "area" && points.length > 2;
  return (
    <svg className="measured-line" data-role="measured" aria-hidden="true" width={rect.width} height={rect.height}>
      {["measured-ground", "measured-stroke"].map((className) =>
        isClosed ? (
          <polygon key={className} className={className} points={path} />
        ) : (
          <polyline key={className} className={className} points={path} />
        ),
      )}
      {points.slice(0, measured.placesPx.length).map(([x, y]) => (
        <circle key={`${x},${y}`} className="measured-corner" cx={x} cy={y} r="3.5" />
      ))}
    </svg>
  );
}

/** Above the map, once for all panes. */
export function MeasuredFigure() {
  const studio = useStudio();
  const measured = useSelect((state) => state.workspace.measured);
  const facts = useSelect((state) => selectScene(state)?.scene.optical.facts ?? null);
  if (measured === null || facts === null) {
    return null;
  }
  const figures = figuresOf(facts, measured);
  return (
    <div className="pane-tools" data-role="measured-figure">
      <output className="number measured-figure">
        {figures === null ? words.begin[measured.what] : spell(figures)}
      </output>
      {!measured.isDone && (
        <>
          <button
            type="button"
            className="button button-small"
            disabled={measured.placesPx.length === 0}
            onClick={() => undoMeasuredPlace(studio)}
          >
            {words.takeBack}
          </button>
          <button
            type="button"
            className="button button-small"
            disabled={figures === null}
            onClick={() => endMeasuring(studio)}
          >
            {words.done}
          </button>
        </>
      )}
      <button
        type="button"
        className="button-plain"
        aria-label={words.putAway}
        title={words.putAway}
        onClick={() => clearMeasured(studio)}
      >
        ×
      </button>
    </div>
  );
}

function spell({ length, area }: MeasuredFigures): string {
  return area === null ? spellLength(length) : words.outline(spellArea(area), spellLength(length));
}

function spellLength({ value, unit }: MeasuredFigures["length"]): string {
  return unit === "metres" ? measuredLength(value) : words.inPixels(fixed(value, 1));
}

function spellArea({ value, unit }: MeasuredFigures["length"]): string {
  return unit === "metres" ? measuredArea(value) : words.inPixelsSquared(fixed(value, 0));
}
