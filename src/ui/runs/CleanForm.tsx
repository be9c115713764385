/** A finished run's mask tidied up: which steps, and below which size a patch of each class goes. */
import { useState } from "react";
import { cancelCleaning, cleanRuns, selectAlike } from "../../actions/runs/clean-run";
import { CLEANING_UNITS, type Cleaning, type CleaningUnit, isCleaning } from "../../core/cleaning/cleaning";
import { meanPixelArea } from "../../evaluation/clean-mask";
import type { DoneRun } from "../../store/runs";
import { findScene } from "../../store/scenes";
import { ChoiceField } from "../controls/Fields";
import { ShareBar } from "../controls/ProgressBar";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.cleaning;

const SQUARES = ["1", "3", "5", "7", "9"] as const;

/** What is joined unless something else is typed: a car has some 8 square metres. */
const USUAL: Record<CleaningUnit, string> = { m2: "2", px: "24" };

/** Its fields are there from when it is opened first: most of many runs are never cleaned. */
export function CleanForm({ run }: { run: DoneRun }) {
  const [wasOpened, setOpened] = useState(false);
  return (
    <details className="card-details" data-role="clean" onToggle={() => setOpened(true)}>
      <summary>{words.summary}</summary>
      {wasOpened && <Steps run={run} />}
    </details>
  );
}

/** As typed; empty sizes of a class are the usual one. */
interface Typed {
  readonly majority: (typeof SQUARES)[number];
  readonly unit: CleaningUnit;
  readonly holes: string;
  readonly usual: string;
  readonly byClass: Readonly<Record<number, string>>;
}

function Steps({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const isMeasured = useSelect((state) => {
    const facts = findScene(state.scenes, run.sceneId)?.scene.optical.facts;
    return facts !== undefined && meanPixelArea(facts) !== null;
  });
  const alike = useSelect(() => selectAlike(studio, run).length);
  const unit = isMeasured ? "m2" : "px";
  const [typed, setTyped] = useState<Typed>({ majority: "3", unit, holes: "", usual: USUAL[unit], byClass: {} });
  const isBusy = useSelect(({ workspace }) => workspace.cleaning !== null);
  const cleaning = cleaningOf(typed, run);
  const start = (runs: readonly DoneRun[]) => void cleanRuns(studio, runs, cleaning);
  const isOff = !isCleaning(cleaning);
  return (
    <form
      aria-label={words.summary}
      onSubmit={(event) => {
        event.preventDefault();
        if (!isBusy) start([run]);
      }}
    >
      <p className="quiet">{words.hint}</p>
      <StepFields run={run} typed={typed} isMeasured={isMeasured} onChange={setTyped} />
      {isBusy ? (
        <Progress />
      ) : (
        <div className="card-tools">
          <button type="submit" className="button button-small" disabled={isOff}>
            {words.start}
          </button>
          {alike > 1 && (
            <button
              type="button"
              className="button button-small"
              disabled={isOff}
              onClick={() => start(selectAlike(studio, run))}
            >
              {words.startAll(alike)}
            </button>
          )}
        </div>
      )}
    </form>
  );
}

/** Of whatever is being cleaned, wherever it was begun. */
function Progress() {
  const studio = useStudio();
  const now = useSelect(({ workspace }) => workspace.cleaning);
  if (now === null) return null;
  const { runsDone, runsTotal, share } = now;
  return (
    <>
      <p className="quiet number" role="status">
        {words.progress(runsDone + 1, runsTotal, Math.floor(100 * share))}
      </p>
      <ShareBar label={words.bar} share={(runsDone + share) / runsTotal} />
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={() => cancelCleaning(studio)}>
          {words.cancel}
        </button>
      </div>
    </>
  );
}

function cleaningOf({ majority, unit, holes, usual, byClass }: Typed, run: DoneRun): Cleaning {
  const patchesBelow = sizesById(run, (id) => Number(byClass[id] || usual));
  return { majorityPx: Number(majority), unit, holesBelow: Number(holes), patchesBelow };
}

function StepFields(props: {
  run: DoneRun;
  typed: Typed;
  /** Whether pixels are known in square metres. */
  isMeasured: boolean;
  onChange: (typed: Typed) => void;
}) {
  const { run, typed, isMeasured, onChange } = props;
  const { majority, unit, holes, usual, byClass } = typed;
  return (
    <>
      <ChoiceField
        label={words.majority}
        value={majority}
        options={SQUARES.map((value) => ({
          value,
          text: value === "1" ? words.noFilter : words.square(Number(value)),
        }))}
        onChange={(value) => onChange({ ...typed, majority: value })}
      />
      {isMeasured && (
        <ChoiceField
          label={words.unit}
          value={unit}
          options={CLEANING_UNITS.map((value) => ({ value, text: words.units[value] }))}
          onChange={(next) => onChange({ majority, unit: next, holes: "", usual: USUAL[next], byClass: {} })}
        />
      )}
      <Size
        label={words.holesBelow}
        unit={unit}
        value={holes}
        onChange={(value) => onChange({ ...typed, holes: value })}
      />
      <Size
        label={words.patchesBelow}
        unit={unit}
        value={usual}
        onChange={(value) => onChange({ ...typed, usual: value })}
      />
      {run.classes.map(({ id, name }) => (
        <Size
          key={id}
          label={name}
          name={words.ofClass(name)}
          unit={unit}
          value={byClass[id] ?? ""}
          placeholder={words.usual}
          onChange={(value) => onChange({ ...typed, byClass: { ...byClass, [id]: value } })}
        />
      ))}
    </>
  );
}

/** One value per id up to the highest; ids between that no class has are as the others. */
function sizesById({ classes }: DoneRun, size: (id: number) => number): number[] {
  return Array.from({ length: Math.max(-1, ...classes.map(({ id }) => id)) + 1 }, (_, id) => size(id));
}

function Size(props: {
  label: string;
  /** For who cannot see what stands around it. */
  name?: string;
  unit: CleaningUnit;
  value: string;
  placeholder?: string;
  onChange: (value: string) => void;
}) {
  const { label, name = label, unit, value, placeholder = "0", onChange } = props;
  return (
    <label className="field">
      <span>{label}</span>
      <span className="row">
        <input
          type="number"
          className="text-input number"
          aria-label={name}
          style={{ width: 72 }}
          min={0}
          step={unit === "px" ? 1 : "any"}
          placeholder={placeholder}
          value={value}
          onChange={(event) => onChange(event.target.value)}
        />
        <span className="quiet">{unit === "px" ? "px" : "m²"}</span>
      </span>
    </label>
  );
}
