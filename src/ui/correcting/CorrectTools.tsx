/** Above the map while it is corrected by hand: whose map, tools, from which class to which, and how much was done. */
import {
  chooseFromClass,
  chooseRunToCorrect,
  correctEverywhere,
  openCorrecting,
} from "../../actions/correcting/draw-edits";
import { clearEdits } from "../../actions/correcting/edit-mask";
import { saveEdits } from "../../actions/correcting/save-edits";
import { strokesFromEdits } from "../../actions/correcting/strokes-from-edits";
import { retryCorrected } from "../../actions/results/corrected-masks";
import { selectRunToCorrect } from "../../store/correcting";
import { newestCorrected } from "../../store/masks-in-use";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns } from "../../store/selectors";
import { selectStrokeClass } from "../../store/stroke-classes";
import { Fault } from "../controls/Fault";
import { MenuItem, MenuLine } from "../controls/Menu";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { StrokeClasses } from "../teaching/StrokeClasses";
import { BrushSize, focusMap, MoreMenu, ToolButtons, ToolEnds } from "../teaching/ToolBar";
import { useCorrectionText } from "./correction-text";

const words = messages.correcting;

export function CorrectTools() {
  const studio = useStudio();
  const tool = useSelect(({ strokes }) => strokes.tool ?? "map");
  const run = useSelect(selectRunToCorrect);
  const hint = tool === "eraser" ? "" : words.hints[tool];
  return (
    <section className="stroke-tools" aria-label={words.title}>
      <div className="stroke-tools-line">
        <h2 className="label">{words.title}</h2>
        <ToolButtons label={words.toolbar} names={words.tools} />
        {tool === "brush" && <BrushSize />}
        <span className="stroke-hint quiet truncate" title={hint}>
          {hint}
        </span>
        <ToolEnds close={words.close} onClose={() => openCorrecting(studio, false)}>
          {run !== null && <CorrectionMenu run={run} />}
        </ToolEnds>
      </div>
      {run === null ? <p className="quiet">{messages.actions.correctingNeedsMap}</p> : <Change run={run} />}
    </section>
  );
}

/** From what to what, and how far it has come. */
function Change({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const from = useSelect(({ strokes }) => strokes.fromClass);
  const to = useSelect((state) => selectStrokeClass(state)?.name ?? null);
  const state = useSelect((all) => newestCorrected(all, run)?.state ?? null);
  const done = useCorrectionText(run);
  return (
    <>
      <div className="correct-line">
        <MapChoice run={run} />
        <label className="correct-choice">
          <span className="quiet">{words.only}</span>
          <select
            className="select"
            value={from ?? ""}
            onChange={({ target }) => chooseFromClass(studio, target.value === "" ? null : target.value)}
          >
            <option value="">{words.anyClass}</option>
            {run.classes.map(({ name }) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        </label>
        <span className="quiet">{words.becomes}</span>
        {from !== null && to !== null && from !== to && (
          <button
            type="button"
            className="button button-small"
            title={words.everywhereTip}
            onClick={() => correctEverywhere(studio)}
          >
            {words.everywhere(from, to)}
          </button>
        )}
        <span className="correct-done quiet number" role="status" data-edits={run.edits?.edits.length ?? 0}>
          {state?.status === "making" ? words.making : done}
        </span>
      </div>
      <StrokeClasses onChosen={focusMap} areFixed />
      {state?.status === "failed" && <Fault error={state.error} onRetry={() => retryCorrected(studio, run)} />}
    </>
  );
}

function MapChoice({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const runs = useSelectList(selectDoneRuns);
  return runs.length < 2 ? null : (
    <label className="correct-choice">
      <span className="quiet">{words.map}</span>
      <select className="select" value={run.id} onChange={({ target }) => chooseRunToCorrect(studio, target.value)}>
        {runs.map(({ id, modelName }, at) => (
          <option key={id} value={id}>
            {at + 1} · {modelName}
          </option>
        ))}
      </select>
    </label>
  );
}

function CorrectionMenu({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const edits = run.edits?.edits.length ?? 0;
  return (
    <MoreMenu label={words.more}>
      <MenuItem text={words.learn} disabled={edits === 0} onSelect={() => void strokesFromEdits(studio, run.id)} />
      <MenuItem text={words.saveLog} disabled={edits === 0} onSelect={() => void saveEdits(studio, run.id)} />
      <MenuLine />
      <MenuItem text={words.clear(edits)} disabled={edits === 0} onSelect={() => clearEdits(studio, run.id)} />
    </MoreMenu>
  );
}
