/** IoU, F1, precision and recall per class and the totals, side by side for all runs, in both conventions. */
import { useState } from "react";
import { retryEvaluation } from "../../actions/results/evaluate";
import type { ModelClass } from "../../core/manifest/manifest";
import { commonClasses, unionOfClasses } from "../../core/metrics/common-classes";
import type { ClassScores } from "../../core/metrics/scores";
import { saidBesideScores } from "../../evaluation/place-labels";
import { findScene } from "../../store/scenes";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { ClassName } from "../controls/ClassName";
import { Fault } from "../controls/Fault";
import { Segments } from "../controls/Segments";
import { SideScroll } from "../controls/SideScroll";
import { fixed, percent, signedPoints, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { spelled } from "../remarks";
import { RunHeads } from "../runs/RunHeads";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { BoundaryChoice } from "./BoundaryChoice";
import { PairedComparison } from "./PairedComparison";
import { selectIsTestSet } from "./run-groups";
import { boundaryText, conventionTexts, kappaText, type ScoredRun, useScoredRuns } from "./scored-runs";
import { TestSetScores } from "./TestSetScores";

const words = messages.scores;

type Measure = keyof typeof words.measures;
const MEASURES = (["iou", "f1", "precision", "recall"] as const).map((value) => ({
  value,
  text: words.measures[value],
}));

export function ScoresTab() {
  return useSelect(selectIsTestSet) ? <TestSetScores /> : <SceneScores />;
}

function SceneScores() {
  const runs = useScoredRuns();
  const first = runs[0];
  if (first === undefined) {
    return <NoScores />;
  }
  return (
    <>
      <section className="section">
        <BoundaryChoice />
        <SummaryCards run={bestRun(runs)} several={runs.length > 1} />
        <FailedScores />
      </section>
      <PerClass runs={runs} />
      <Totals runs={runs} />
      {runs.length > 1 && <PairedComparison runs={runs} />}
      <Rules runs={runs} />
    </>
  );
}

/** Why there is nothing to score, and what would change that. */
export function NoScores() {
  const record = useSelect(selectScene);
  const counting = useSelect((state) =>
    selectDoneRuns(state).some(({ id }) => state.evaluation.byRun[id]?.status === "counting"),
  );
  return (
    <section className="section">
      <FailedScores />
      <p className="quiet" role="status">
        {record === null
          ? words.noScene
          : counting || record.truth.status === "decoding"
            ? words.counting
            : record.scene.truth === null
              ? words.noTruth
              : words.noRuns}
      </p>
    </section>
  );
}

/** Runs that could not be scored, each with its reason. */
function FailedScores() {
  const studio = useStudio();
  const runs = useSelectList(selectDoneRuns);
  const evaluations = useSelect((state) => state.evaluation.byRun);
  return runs.map(({ id, modelName }) => {
    const evaluation = evaluations[id];
    return (
      evaluation?.status === "failed" && (
        <Fault key={id} error={evaluation.error} subject={modelName} onRetry={() => retryEvaluation(studio, id)} />
      )
    );
  });
}

function bestRun(runs: readonly ScoredRun[]): ScoredRun {
  return runs.reduce((best, run) => ((run.scored.meanIou ?? -1) > (best.scored.meanIou ?? -1) ? run : best));
}

function SummaryCards({ run, several }: { run: ScoredRun; several: boolean }) {
  const text = conventionTexts(run.evaluation, run);
  const cards = [
    { name: words.meanIou(text.scored), value: run.scored.meanIou, id: "miou-scored" },
    { name: words.meanIou(text.all), value: run.all.meanIou, id: "miou-all" },
    { name: words.overallAccuracy, value: run.all.overallAccuracy, id: "oa" },
  ];
  return (
    <>
      {several && (
        <p className="quiet" style={{ marginBottom: 6 }}>
          {words.best(run.run.modelName)}
        </p>
      )}
      <div className="score-cards">
        {cards.map(({ name, value, id }) => (
          <div key={id} className="score-card" data-score={id}>
            <div className="name">{name}</div>
            <div className="value">
              {percent(value)}
              <span className="quiet" style={{ fontSize: 12 }}>
                {" "}
                %
              </span>
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

/** One class with a figure of every run. */
interface ClassRow {
  readonly entry: ModelClass;
  readonly values: readonly (number | null)[];
  /** Pixels of the truth. */
  readonly support: number;
}

function classRows(runs: readonly ScoredRun[], measure: Measure): ClassRow[] {
  // A model that lacks a class of the truth has fewer rows: classes meet by name.
  const classes = unionOfClasses(runs.map(({ evaluation: { classes: own } }) => own));
  const scoresOf = (run: ScoredRun, className: string): ClassScores | undefined =>
    run.all.perClass[run.evaluation.classes.findIndex(({ name }) => name === className)];
  return classes.map((entry) => ({
    entry,
    values: runs.map((run) => scoresOf(run, entry.name)?.[measure] ?? null),
    support: runs.map((run) => scoresOf(run, entry.name)?.support).find((pixels) => pixels !== undefined) ?? 0,
  }));
}

function PerClass({ runs }: { runs: readonly ScoredRun[] }) {
  const [measure, setMeasure] = useState<Measure>("iou");
  const evaluation = useSelect((state) => state.evaluation);
  const rows = classRows(runs, measure);
  const name = words.measures[measure];
  const caption = words.perClassCaption(name, boundaryText(evaluation));
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.perClass(name)}</h2>
        <span className="label">{boundaryText(evaluation)}</span>
      </div>
      <Segments label={words.measure} value={measure} options={MEASURES} onChange={setMeasure} />
      <ClassTable caption={caption} runs={runs} rows={rows} />
      <CopyTable
        table={{
          caption,
          columns: [words.classColumn, ...runColumns(runs), words.truthPixels],
          rows: rows.map(({ entry, values, support }) => [
            entry.name,
            ...runCells(values, percent, signedPoints),
            String(support),
          ]),
        }}
      />
    </section>
  );
}

function ClassTable(props: { caption: string; runs: readonly ScoredRun[]; rows: readonly ClassRow[] }) {
  const { caption, runs, rows } = props;
  const scoredCount = rows.filter(({ entry }) => entry.scored).length;
  return (
    <SideScroll label={caption}>
      <table className="table" aria-label={caption}>
        <thead>
          <tr>
            <th scope="col">%</th>
            <RunHeads runs={runs.map(({ run }) => run)} />
            <th scope="col">{words.truthPx}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map(({ entry, values, support }, classId) => (
            <tr key={entry.id} data-class={entry.name}>
              <td>
                <ClassName {...entry} tip={entry.scored ? entry.name : words.leftOut(entry.name, scoredCount)} />
              </td>
              <ScoreCells runs={runs} values={values} format={percent} signed={signedPoints} />
              <td className="number quiet" data-support={classId}>
                {whole(support)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}

/** One figure per run: the best one strong, and from the second on the difference to the first. */
function ScoreCells(props: {
  runs: readonly ScoredRun[];
  values: readonly (number | null)[];
  format: (value: number | null) => string;
  signed: (difference: number | null) => string;
}) {
  const { runs, values, format, signed } = props;
  return values.map((value, index) => {
    const best = isBest(value, values);
    const difference = index === 0 ? null : differenceOf(values, index);
    return (
      <td key={runs[index]!.run.id} className={`number ${best ? "strong" : ""}`}>
        {format(value)}
        {best && values.length > 1 && <span className="visually-hidden"> {words.bestOfRow}</span>}
        {difference !== null && <span className={`delta ${tone(difference)}`}>{signed(difference)}</span>}
      </td>
    );
  });
}

function differenceOf(values: readonly (number | null)[], index: number): number | null {
  const [from, to] = [values[0] ?? null, values[index] ?? null];
  return from === null || to === null ? null : to - from;
}

function tone(difference: number): "quiet" | "good" | "bad" {
  return Math.abs(difference) < 0.0005 ? "quiet" : difference > 0 ? "good" : "bad";
}

/** The same for a copied table: a column of differences after each run but the first. */
function runColumns(runs: readonly ScoredRun[]): string[] {
  const first = runs[0]!.run.modelName;
  return runs.flatMap(({ run }, index) => (index === 0 ? [run.modelName] : [run.modelName, words.differenceTo(first)]));
}

function runCells(
  values: readonly (number | null)[],
  format: (value: number | null) => string,
  signed: (difference: number | null) => string,
): string[] {
  return values.flatMap((value, index) =>
    index === 0 ? [format(value)] : [format(value), signed(differenceOf(values, index))],
  );
}

function Totals({ runs }: { runs: readonly ScoredRun[] }) {
  const evaluation = useSelect((state) => state.evaluation);
  const lines = totalLines(runs);
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.totals}</h2>
        <span className="label">{boundaryText(evaluation)}</span>
      </div>
      <SideScroll label={words.totals}>
        <table className="table" aria-label={words.totals}>
          <thead>
            <tr>
              <th scope="col">{words.totalsUnits}</th>
              <RunHeads runs={runs.map(({ run }) => run)} />
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, id, of, format, signed = signedPoints }) => (
              <tr key={id} data-total={id}>
                <td className="total-name">{name}</td>
                <ScoreCells runs={runs} values={runs.map(of)} format={format} signed={signed} />
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      <CopyTable
        table={{
          caption: words.totalsCaption(boundaryText(evaluation)),
          columns: [words.scoreColumn, ...runColumns(runs)],
          rows: lines.map(({ name, of, format, signed = signedPoints }) => [
            name,
            ...runCells(runs.map(of), format, signed),
          ]),
        }}
      />
    </section>
  );
}

interface TotalLine {
  readonly name: string;
  readonly id: string;
  readonly of: (run: ScoredRun) => number | null;
  readonly format: (value: number | null) => string;
  /** Percentage points without. */
  readonly signed?: (difference: number | null) => string;
}

function totalLines(runs: readonly ScoredRun[]): TotalLine[] {
  const text = conventionTexts(runs[0]!.evaluation, runs.length === 1 ? runs[0] : undefined);
  return [
    { name: words.meanIou(text.scored), id: "miou-scored", of: ({ scored }) => scored.meanIou, format: percent },
    { name: words.meanF1(text.scored), id: "mf1-scored", of: ({ scored }) => scored.meanF1, format: percent },
    { name: words.meanIou(text.all), id: "miou-all", of: ({ all }) => all.meanIou, format: percent },
    { name: words.meanF1(text.all), id: "mf1-all", of: ({ all }) => all.meanF1, format: percent },
    { name: words.overallAccuracy, id: "oa", of: ({ all }) => all.overallAccuracy, format: percent },
    {
      name: words.kappa,
      id: "kappa",
      of: ({ all }) => all.kappa,
      format: kappaText,
      signed: (difference) =>
        difference === null ? "–" : `${difference < 0 ? "−" : "+"}${fixed(Math.abs(difference), 3)}`,
    },
  ];
}

/** What was counted and what was left out. */
function Rules({ runs }: { runs: readonly ScoredRun[] }) {
  const { matrix, all } = runs[0]!;
  const lists = runs.map(({ evaluation }) => evaluation.classes);
  const alike = commonClasses(lists).length === unionOfClasses(lists).length;
  const truth = useSelect(({ scenes }) => findScene(scenes, runs[0]!.run.sceneId)?.truth);
  const warnings = truth?.status === "ready" ? saidBesideScores(truth).map(spelled) : [];
  const notes = runs.flatMap(({ run, evaluation }) =>
    evaluation.notes.map((note) => (runs.length === 1 ? spelled(note) : `${run.modelName}: ${spelled(note)}`)),
  );
  return (
    <section className="section quiet" aria-label={words.rules}>
      {runs.length > 1 && <p>{words.differences(runs[0]!.run.modelName)}</p>}
      {!alike && <p className="warn">{words.differentClasses}</p>}
      {warnings.map((warning) => (
        <p className="warn" key={warning}>
          {warning}
        </p>
      ))}
      <p>{words.counted(all.pixels, matrix.ignoredTruth, matrix.missingPrediction)}</p>
      {[...new Set(notes)].map((note) => (
        <p key={note}>{note}</p>
      ))}
    </section>
  );
}

function isBest(value: number | null, values: readonly (number | null)[]): boolean {
  return value !== null && values.length > 1
    ? values.every((other) => other === null || other <= value)
    : value !== null;
}
