/** Confusion matrix of one run: rows truth, columns prediction. A clicked cell lights up exactly its pixels. */

import { goToBlob, lightCell, stepBlob } from "../../actions/evaluation/evaluate-run";
import { changeEvaluation } from "../../actions/view/arrange";
import type { ConfusionMatrix } from "../../core/metrics/confusion-matrix";
import type { TextTable } from "../../outputs/score-table";
import type { EvaluationState } from "../../store/evaluation";
import { ChoiceField } from "../controls/Fields";
import { Segments } from "../controls/Segments";
import { fixed } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { useSelect, useStudio } from "../StudioContext";
import { selectIsTestSet } from "./run-groups";
import { NoScores } from "./ScoresTab";
import { boundaryText, useScoredRuns } from "./scored-runs";
import { useTestSet } from "./test-set-runs";

const words = messages.confusion;
const NORMALISATIONS = (["rows", "columns", "counts"] as const).map((value) => ({
  value,
  text: words.normalisations[value],
}));

export function ConfusionTab() {
  const studio = useStudio();
  const shown = useMatrices();
  const state = useSelect((studioState) => studioState.evaluation);
  const chosen = shown.find(({ id }) => id === state.matrixRunId) ?? shown[0];
  if (chosen === undefined) {
    return <NoScores />;
  }
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label">{boundaryText(state)}</span>
      </div>
      {shown.length > 1 && (
        <ChoiceField
          label={words.run}
          value={chosen.id}
          options={shown.map(({ id, name }) => ({ value: id, text: name }))}
          onChange={(matrixRunId) => changeEvaluation(studio, { matrixRunId })}
        />
      )}
      <Segments
        label={words.cellsAs}
        value={state.normalise}
        options={NORMALISATIONS}
        onChange={(normalise) => changeEvaluation(studio, { normalise })}
      />
      <p className="quiet" style={{ margin: "6px 0" }}>
        {chosen.runId === null ? words.pooledHint(chosen.name, chosen.tiles) : words.hint(chosen.name)}
      </p>
      <Matrix shown={chosen} state={state} />
      <LitCell shown={chosen} lit={state.lit} />
      <CopyTable table={matrixTable(chosen, state)} />
    </section>
  );
}

interface ShownMatrix {
  readonly id: string;
  readonly name: string;
  readonly matrix: ConfusionMatrix;
  /** Of the classes, in the matrix's order. */
  readonly names: readonly string[];
  readonly runId: string | null;
  readonly tiles: number;
}

function Matrix({ shown, state }: { shown: ShownMatrix; state: EvaluationState }) {
  const { names, matrix, runId } = shown;
  return (
    <fieldset
      className="confusion"
      aria-label={words.matrix}
      style={{
        gridTemplateColumns: `minmax(44px, 1.3fr) repeat(${names.length}, minmax(0, 1fr))`,
        border: 0,
        margin: 0,
        padding: 0,
      }}
    >
      <span />
      {names.map((name) => (
        <Head key={name} name={name} align="center" />
      ))}
      {names.map((name, row) => (
        <Row key={name} row={row} names={names} matrix={matrix} state={state} runId={runId} />
      ))}
    </fieldset>
  );
}

function Head({ name, align }: { name: string; align: "center" | "start" }) {
  return (
    <span className="confusion-head" title={name} style={{ textAlign: align }}>
      <span className="whole">{name}</span>
      <span className="cut">{abbreviate(name)}</span>
    </span>
  );
}

/** What the clicked cell says on the map, and the way to its pixels. */
function LitCell({ shown: { names, runId }, lit }: { shown: ShownMatrix; lit: EvaluationState["lit"] }) {
  const studio = useStudio();
  return (
    lit !== null &&
    lit.runId === runId && (
      <p style={{ marginTop: 8 }} role="status" data-role="lit-cell" data-pixels={lit.pixels ?? ""}>
        {lit.truthClass === lit.predictedClass
          ? words.foundAs(names[lit.truthClass] ?? "", names[lit.predictedClass] ?? "")
          : words.called(names[lit.truthClass] ?? "", names[lit.predictedClass] ?? "")}
        {lit.pixels === null ? words.counting : words.onMap(lit.pixels)}
        {lit.blobs.length > 0 && (
          <>
            {words.inBlobs(lit.blobs.length, lit.blobs.length >= 500)}
            <button type="button" className="link" onClick={() => goToBlob(studio)}>
              {words.goToLargest}
            </button>
            {", "}
            <button type="button" className="link" onClick={() => stepBlob(studio, 1)}>
              {words.next}
            </button>
          </>
        )}
      </p>
    )
  );
}

function matrixTable({ name: runName, names, matrix }: ShownMatrix, state: EvaluationState): TextTable {
  const cell = (row: number, column: number) =>
    state.normalise === "counts" ? String(count(matrix, row, column)) : cellText(matrix, row, column, state.normalise);
  return {
    caption: words.caption(runName, words.normalisations[state.normalise], boundaryText(state)),
    columns: [words.corner, ...names],
    rows: names.map((name, row) => [name, ...names.map((_, column) => cell(row, column))]),
  };
}

/** Each run of the scene, or each model with its tiles' matrices added. */
function useMatrices(): ShownMatrix[] {
  const isTestSet = useSelect(selectIsTestSet);
  const runs = useScoredRuns();
  const { models } = useTestSet();
  return isTestSet
    ? models.map(({ modelName, scores, byScene }) => ({
        id: modelName,
        name: modelName,
        matrix: scores.pooled.matrix,
        names: scores.classes.map(({ name }) => name),
        runId: null,
        tiles: byScene.size,
      }))
    : runs.map(({ run, matrix, evaluation }) => ({
        id: run.id,
        name: run.modelName,
        matrix,
        names: evaluation.classes.map(({ name }) => name),
        runId: run.id,
        tiles: 1,
      }));
}

function Row(props: {
  row: number;
  names: readonly string[];
  matrix: ConfusionMatrix;
  state: EvaluationState;
  /** Null for tiles together: no one map has their pixels. */
  runId: string | null;
}) {
  const { row, names, matrix, state, runId } = props;
  const studio = useStudio();
  return (
    <>
      <Head name={names[row] ?? ""} align="start" />
      {names.map((name, column) => {
        const share = normalised(matrix, row, column, state.normalise === "counts" ? "rows" : state.normalise) ?? 0;
        const lit = state.lit?.runId === runId && state.lit.truthClass === row && state.lit.predictedClass === column;
        const tone = row === column ? "--good-cell" : "--bad-cell";
        return (
          <button
            key={name}
            type="button"
            className="confusion-cell"
            aria-pressed={lit}
            aria-label={words.cell(names[row] ?? "", name, count(matrix, row, column))}
            data-cell={`${row},${column}`}
            data-count={count(matrix, row, column)}
            style={{ background: `rgb(var(${tone}) / ${(0.06 + 0.5 * Math.sqrt(share)).toFixed(3)})` }}
            disabled={runId === null}
            onClick={() => runId !== null && void lightCell(studio, runId, row, column)}
          >
            {cellText(matrix, row, column, state.normalise)}
          </button>
        );
      })}
    </>
  );
}

function count(matrix: ConfusionMatrix, row: number, column: number): number {
  return matrix.counts[row * matrix.classCount + column] ?? 0;
}

/** Share of the row (truth) or column (prediction); null when that is empty. */
function normalised(matrix: ConfusionMatrix, row: number, column: number, by: "rows" | "columns"): number | null {
  let total = 0;
  for (let index = 0; index < matrix.classCount; index++) {
    total += by === "rows" ? count(matrix, row, index) : count(matrix, index, column);
  }
  return total === 0 ? null : count(matrix, row, column) / total;
}

function cellText(matrix: ConfusionMatrix, row: number, column: number, by: EvaluationState["normalise"]): string {
  if (by === "counts") {
    const value = count(matrix, row, column);
    return value >= 100_000 ? `${Math.round(value / 1000)}k` : String(value);
  }
  const share = normalised(matrix, row, column, by);
  return share === null ? "–" : fixed(100 * share, share > 0 && share < 0.0995 ? 1 : 0);
}

function abbreviate(name: string): string {
  return name.slice(0, 3).replace(/^./, (letter) => letter.toUpperCase());
}
