/** Two dates of one place: whether the maps lie on each other, what became what, which objects are new and gone. */
import { useEffect } from "react";
import { changeDates, chooseDate, compareChosenDates, swapDates } from "../../actions/dates/compare-dates";
import { type ComparedDates, findChanges, selectDatedRuns, selectDates } from "../../store/date-selectors";
import { Fault } from "../controls/Fault";
import { ChoiceField, NumberField } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { ChangeResults } from "./ChangeResults";

const words = messages.changes;

export function ChangesTab() {
  const key = useSelect((state) => JSON.stringify(selectDates(state)?.of ?? null));
  return key === "null" ? (
    <section className="section">
      <p className="quiet">{words.noDates}</p>
    </section>
  ) : (
    <Dates key={key} />
  );
}

/** What is chosen is counted at once. */
function Dates() {
  const studio = useStudio();
  const state = studio.store.getState();
  const dates = selectDates(state);
  const result = useSelect((now) => {
    const chosen = selectDates(now);
    return chosen === null ? undefined : findChanges(now, chosen)?.state;
  });
  useEffect(() => {
    if (result === undefined) compareChosenDates(studio);
  }, [studio, result]);
  if (dates === null) return null;
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <button type="button" className="button-plain" onClick={() => swapDates(studio)}>
          {words.swap}
        </button>
      </div>
      <DateChoices dates={dates} />
      <NumberField
        label={words.least}
        value={dates.of.least}
        min={0}
        onChange={(least) => changeDates(studio, { least })}
      />
      {result?.status === "failed" && <Fault error={result.error} onRetry={() => compareChosenDates(studio)} />}
      {(result === undefined || result.status === "making") && (
        <p className="quiet" role="status">
          {words.comparing}
        </p>
      )}
      {result?.status === "ready" && result.changes !== undefined && (
        <ChangeResults
          changes={result.changes}
          placement={result.placement ?? null}
          hasHeights={dates.of.before.heightsId !== null && dates.of.after.heightsId !== null}
        />
      )}
    </section>
  );
}

function DateChoices({ dates: { before, after } }: { dates: ComparedDates }) {
  const studio = useStudio();
  const json = useSelect((state) =>
    JSON.stringify(
      selectDatedRuns(state).map(({ run, scene }) => ({ value: run.id, text: `${scene.name} · ${run.modelName}` })),
    ),
  );
  const options = JSON.parse(json) as { value: string; text: string }[];
  return (
    <>
      <ChoiceField
        label={words.before}
        value={before.run.id}
        options={options}
        onChange={(beforeRunId) => chooseDate(studio, "before", beforeRunId)}
      />
      <ChoiceField
        label={words.after}
        value={after.run.id}
        options={options}
        onChange={(afterRunId) => chooseDate(studio, "after", afterRunId)}
      />
    </>
  );
}
