/** Above the map while strokes are drawn: tools, their size, the classes, what else can be done with strokes. */
import { chooseTolerance, openTeaching } from "../../actions/teaching/choose-tool";
import { clearStrokes } from "../../actions/teaching/draw-strokes";
import { saveStrokes } from "../../actions/teaching/stroke-files";
import { addTruthStrokes } from "../../actions/teaching/strokes-from-truth";
import { selectScene } from "../../store/selectors";
import { FLOOD_TOLERANCE, strokesOf } from "../../store/strokes";
import { RangeSlider } from "../controls/Fields";
import { MenuItem, MenuLabel, MenuLine } from "../controls/Menu";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { StrokeClasses } from "./StrokeClasses";
import { BrushSize, focusMap, MoreMenu, ToolButtons, ToolEnds } from "./ToolBar";

const words = messages.strokes;

export function StrokeTools() {
  const studio = useStudio();
  const tool = useSelect(({ strokes }) => strokes.tool ?? "map");
  return (
    <section className="stroke-tools" aria-label={words.title}>
      <div className="stroke-tools-line">
        <h2 className="label">{words.title}</h2>
        <ToolButtons label={words.toolbar} names={words.tools} />
        {tool === "flood" ? <Tolerance /> : <BrushSize />}
        <span className="stroke-hint quiet truncate" title={words.hints[tool]}>
          {words.hints[tool]}
        </span>
        <ToolEnds close={words.close} onClose={() => openTeaching(studio, false)}>
          <StrokeMenu />
        </ToolEnds>
      </div>
      <StrokeClasses onChosen={focusMap} />
    </section>
  );
}

function Tolerance() {
  const studio = useStudio();
  const tolerance = useSelect(({ strokes }) => strokes.floodTolerance);
  return (
    <div className="stroke-size">
      <RangeSlider
        label={words.tolerance}
        min={FLOOD_TOLERANCE.least}
        max={FLOOD_TOLERANCE.most}
        step={1}
        value={tolerance}
        onChange={(value) => chooseTolerance(studio, value)}
      />
      <output className="number quiet">{words.toleranceIs(tolerance)}</output>
    </div>
  );
}

/** Shares of a truth that are offered. */
const TRUTH_PERCENT = [1, 2, 5, 10] as const;

function pickFiles(): void {
  document.querySelector<HTMLInputElement>("[data-role=file-input]")?.click();
}

function StrokeMenu() {
  const studio = useStudio();
  const sceneId = useSelect((state) => selectScene(state)?.scene.id ?? null);
  const drawn = useSelect((state) => (sceneId === null ? 0 : strokesOf(state.strokes, sceneId).length));
  const hasTruth = useSelect((state) => selectScene(state)?.truth.status === "ready");
  const all = useSelect((state) => state.strokes.records.length);
  return (
    <MoreMenu label={words.more}>
      {hasTruth && (
        <>
          <MenuLabel text={words.fromTruth} />
          {TRUTH_PERCENT.map((percent) => (
            <MenuItem
              key={percent}
              text={words.fromTruthShare(percent)}
              onSelect={() => void addTruthStrokes(studio, percent / 100)}
            />
          ))}
          <MenuLine />
        </>
      )}
      <MenuItem text={words.import} onSelect={pickFiles} />
      <MenuItem text={words.save} disabled={all === 0} onSelect={() => saveStrokes(studio)} />
      <MenuLine />
      <MenuItem
        text={words.clear(drawn)}
        disabled={drawn === 0}
        onSelect={() => sceneId !== null && clearStrokes(studio, sceneId)}
      />
    </MoreMenu>
  );
}
