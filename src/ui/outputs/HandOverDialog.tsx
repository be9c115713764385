/** What is handed over and as what; a folder where the browser gives one, an archive everywhere. */
import { useMemo, useState } from "react";
import { cancelHandOver, handOver, selectHandOver } from "../../actions/outputs/hand-over";
import { notifyError } from "../../actions/studio";
import { openDialog } from "../../actions/view/arrange";
import { RUN_FORMATS, type RunFormatId } from "../../outputs/run-formats";
import { CheckRow } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.handOver;

declare global {
  interface Window {
    /** File System Access; absent in Firefox and Safari. */
    showDirectoryPicker?: (options: { mode: "readwrite" }) => Promise<FileSystemDirectoryHandle>;
  }
}

export function HandOverDialog() {
  const studio = useStudio();
  const state = useSelect((all) => all);
  const tiles = useMemo(() => selectHandOver(state), [state]);
  const [formats, setFormats] = useState<readonly RunFormatId[]>(["geotiff"]);
  const runs = tiles.flatMap((tile) => tile.runs);
  if (state.workspace.handOver !== null) {
    return <Progress />;
  }
  if (runs.length === 0) {
    return <p className="quiet">{words.nothing}</p>;
  }
  const models = new Set(runs.map(({ modelName }) => modelName)).size;
  const missing = models * tiles.length - runs.length;
  const unscored = runs.filter(({ evaluation }) => evaluation === null).length;
  const noConfidence = runs.every(({ confidenceId }) => confidenceId === null);
  const start = (folder: FileSystemDirectoryHandle | null) => {
    void handOver(studio, formats, folder).then(() => {
      if (studio.store.getState().workspace.dialog === "hand-over") {
        openDialog(studio, null);
      }
    });
  };
  const intoFolder = async () => {
    try {
      start(await window.showDirectoryPicker!({ mode: "readwrite" }));
    } catch (error) {
      // Not choosing one is no error.
      notifyError(studio, error);
    }
  };
  return (
    <div className="stack">
      <p>{words.what(runs.length, models, tiles.length)}</p>
      {missing > 0 && <p className="warn">{words.missing(missing)}</p>}
      {unscored > 0 && <p className="quiet">{words.unscored(unscored)}</p>}
      <Formats chosen={formats} noConfidence={noConfidence} onChange={setFormats} />
      <p className="quiet">{words.always}</p>
      <div className="card-tools">
        <button type="button" className="button button-primary" onClick={() => start(null)}>
          {words.toZip}
        </button>
        {window.showDirectoryPicker !== undefined && (
          <button type="button" className="button" onClick={() => void intoFolder()}>
            {words.toFolder}
          </button>
        )}
      </div>
    </div>
  );
}

function Formats(props: {
  chosen: readonly RunFormatId[];
  /** No run has one, so that formats of confidence would be empty. */
  noConfidence: boolean;
  onChange: (formats: readonly RunFormatId[]) => void;
}) {
  const { chosen, noConfidence, onChange } = props;
  return (
    <fieldset className="stack plain-fieldset" aria-label={words.formats}>
      <span className="label">{words.formats}</span>
      {RUN_FORMATS.map(({ id, confidence }) => {
        const isOff = confidence === "needed" && noConfidence;
        const { text, hint } = messages.topBar.exports[id];
        return (
          !isOff && (
            <CheckRow
              key={id}
              label={text}
              checked={chosen.includes(id)}
              onChange={() => onChange(chosen.includes(id) ? chosen.filter((other) => other !== id) : [...chosen, id])}
            >
              <span>
                {text} <span className="quiet">{hint}</span>
              </span>
            </CheckRow>
          )
        );
      })}
    </fieldset>
  );
}

function Progress() {
  const studio = useStudio();
  const progress = useSelect(({ workspace }) => workspace.handOver);
  if (progress === null) {
    return null;
  }
  const { runsDone, runsTotal } = progress;
  const isLast = runsTotal > 0 && runsDone === runsTotal;
  return (
    <div className="stack">
      <p role="status">{isLast ? words.finishing : words.progress(runsDone, runsTotal)}</p>
      <div
        className="progress"
        role="progressbar"
        aria-label={words.title}
        aria-valuemin={0}
        aria-valuemax={runsTotal}
        aria-valuenow={runsDone}
      >
        <div className="progress-bar" style={{ width: `${runsTotal === 0 ? 0 : (100 * runsDone) / runsTotal}%` }} />
      </div>
      <div className="card-tools">
        <button type="button" className="button" onClick={() => cancelHandOver(studio)}>
          {words.cancel}
        </button>
      </div>
    </div>
  );
}
