/** Above the map while strokes are drawn: tools, their size, the classes, what else can be done with strokes. */
import { DropdownMenu } from "radix-ui";
import { chooseTolerance, openTeaching } from "../../actions/teaching/choose-tool";
import { clearStrokes } from "../../actions/teaching/draw-strokes";
import { saveStrokes } from "../../actions/teaching/stroke-files";
import { addTruthStrokes } from "../../actions/teaching/strokes-from-truth";
import { selectScene } from "../../store/selectors";
import { FLOOD_TOLERANCE, strokesOf } from "../../store/strokes";
import { RangeSlider } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { ToolIcon } from "../view/MapTool";
import { StrokeClasses } from "./StrokeClasses";
import { BrushSize, focusMap, ToolButtons, ToolEnds } from "./ToolBar";

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
          <MoreMenu />
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

function MoreMenu() {
  const studio = useStudio();
  const sceneId = useSelect((state) => selectScene(state)?.scene.id ?? null);
  const drawn = useSelect((state) => (sceneId === null ? 0 : strokesOf(state.strokes, sceneId).length));
  const hasTruth = useSelect((state) => selectScene(state)?.truth.status === "ready");
  const all = useSelect((state) => state.strokes.records.length);
  return (
    <DropdownMenu.Root>
      <DropdownMenu.Trigger className="map-tool" aria-label={words.more} title={words.more}>
        <ToolIcon>
          <path d="M4.5 10v0M10 10v0M15.5 10v0" strokeWidth="3" />
        </ToolIcon>
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" sideOffset={4} collisionPadding={8}>
          {hasTruth && (
            <>
              <DropdownMenu.Label className="menu-label label">{words.fromTruth}</DropdownMenu.Label>
              {TRUTH_PERCENT.map((percent) => (
                <DropdownMenu.Item
                  key={percent}
                  className="menu-item"
                  onSelect={() => void addTruthStrokes(studio, percent / 100)}
                >
                  {words.fromTruthShare(percent)}
                </DropdownMenu.Item>
              ))}
              <DropdownMenu.Separator className="menu-line" />
            </>
          )}
          <DropdownMenu.Item className="menu-item" onSelect={pickFiles}>
            {words.import}
          </DropdownMenu.Item>
          <DropdownMenu.Item className="menu-item" disabled={all === 0} onSelect={() => saveStrokes(studio)}>
            {words.save}
          </DropdownMenu.Item>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item
            className="menu-item"
            disabled={drawn === 0}
            onSelect={() => sceneId !== null && clearStrokes(studio, sceneId)}
          >
            {words.clear(drawn)}
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}
