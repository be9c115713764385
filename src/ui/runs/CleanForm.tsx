/** A finished run's mask tidied up: which steps, and below which size a patch of each class goes. */
import { useState } from "react";
import { cleanRuns, selectAlike } from "../../actions/runs/clean-run";
import { CLEANING_UNITS, type Cleaning, type CleaningUnit, isCleaning } from "../../core/cleaning/cleaning";
import { meanPixelArea } from "../../evaluation/clean-mask";
import type { DoneRun } from "../../store/runs";
import { ChoiceField } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.cleaning;

const SQUARES = ["1", "3", "5", "7", "9"] as const;

/** What is joined unless something else is typed: a car has some 8 square metres. */
const USUAL: Record<CleaningUnit, string> = { m2: "2", px: "24" };

export function CleanForm({ run }: { run: DoneRun }) {
  return (
    <details className="card-details" data-role="clean">
      <summary>{words.summary}</summary>
      <Steps run={run} />
    </details>
  );
}

function Steps({ run }: { run: DoneRun }) {
  const studio = useStudio();
  const facts = useSelect(
    (state) => state.scenes.records.find(({ scene }) => scene.id === run.sceneId)?.scene.optical.facts,
  );
  const alike = useSelect(() => selectAlike(studio, run).length);
  const isMeasured = facts !== undefined && meanPixelArea(facts) !== null;
  const [majority, setMajority] = useState<(typeof SQUARES)[number]>("3");
  const [unit, setUnit] = useState<CleaningUnit>(isMeasured ? "m2" : "px");
  const [holes, setHoles] = useState("");
  const [usual, setUsual] = useState(USUAL[unit]);
  const [byClass, setByClass] = useState<Readonly<Record<number, string>>>({});
  const [isBusy, setBusy] = useState(false);
  const cleaning: Cleaning = {
    majorityPx: Number(majority),
    unit,
    holesBelow: Number(holes),
    patchesBelow: sizesById(run, (id) => Number(byClass[id] || usual)),
  };
  const start = (runs: readonly DoneRun[]) => {
    setBusy(true);
    void cleanRuns(studio, runs, cleaning).finally(() => setBusy(false));
  };
  const isOff = isBusy || !isCleaning(cleaning);
  return (
    <form
      className="clean-form"
      aria-label={words.summary}
      onSubmit={(event) => {
        event.preventDefault();
        start([run]);
      }}
    >
      <p className="quiet">{words.hint}</p>
      <ChoiceField
        label={words.majority}
        value={majority}
        options={SQUARES.map((value) => ({
          value,
          text: value === "1" ? words.noFilter : words.square(Number(value)),
        }))}
        onChange={setMajority}
      />
      {isMeasured && (
        <ChoiceField
          label={words.unit}
          value={unit}
          options={CLEANING_UNITS.map((value) => ({ value, text: words.units[value] }))}
          onChange={(next) => {
            setUnit(next);
            setUsual(USUAL[next]);
            setHoles("");
            setByClass({});
          }}
        />
      )}
      <Size label={words.holesBelow} unit={unit} value={holes} placeholder="0" onChange={setHoles} />
      <Size label={words.patchesBelow} unit={unit} value={usual} placeholder="0" onChange={setUsual} />
      {run.classes.map(({ id, name }) => (
        <Size
          key={id}
          label={name}
          name={words.ofClass(name)}
          unit={unit}
          value={byClass[id] ?? ""}
          placeholder={words.usual}
          onChange={(value) => setByClass({ ...byClass, [id]: value })}
        />
      ))}
      <div className="card-tools">
        <button type="submit" className="button button-small" disabled={isOff}>
          {isBusy ? words.busy : words.start}
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
    </form>
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
  placeholder: string;
  onChange: (value: string) => void;
}) {
  const { label, name, unit, value, placeholder, onChange } = props;
  return (
    <label className="field">
      <span className={name === undefined ? undefined : "clean-class"}>{label}</span>
      <span className="row">
        <input
          type="number"
          className="text-input number"
          aria-label={name ?? label}
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
