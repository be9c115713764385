/** Scores of all ticked scenes together: pooled, their mean and spread, and tile by tile. */
import type { ReactNode } from "react";
import { selectSceneById } from "../../actions/view/arrange";
import { unionOfClasses } from "../../core/metrics/common-classes";
import type { Spread } from "../../core/metrics/test-set";
import { ClassName } from "../controls/ClassName";
import { SideScroll } from "../controls/SideScroll";
import { colourAt } from "../describe";
import { fixed, percent, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { useSelect, useStudio } from "../StudioContext";
import { BoundaryChoice } from "./BoundaryChoice";
import { PairedModels } from "./PairedComparison";
import { averagedCount, boundaryText, conventionTexts, kappaText, type ScoredRun } from "./scored-runs";
import { type ScoredModel, type TestSet, useTestSet } from "./test-set-runs";

const words = messages.testSet;

export function TestSetScores() {
  const testSet = useTestSet();
  if (testSet.models.length === 0) {
    return (
      <section className="section">
        <p className="quiet" role="status">
          {words.none}
        </p>
      </section>
    );
  }
  return (
    <>
      <section className="section">
        <BoundaryChoice />
        <Pooled {...testSet} />
        <Remarks {...testSet} />
      </section>
      <PerClass {...testSet} />
      <PerTile {...testSet} />
      {testSet.models.length > 1 && <PairedModels models={testSet.models} />}
    </>
  );
}

function Pooled({ models }: TestSet) {
  const caption = words.caption(boundaryText(useSelect((state) => state.evaluation)));
  const [first, ...others] = models;
  const text = conventionTexts(first!.scores, others.length === 0 ? first!.scores.pooled : undefined);
  const rows = [
    { name: words.meanIou(text.scored), of: ({ scores }: ScoredModel) => percent(scores.pooled.scored.meanIou) },
    { name: words.meanIou(text.all), of: ({ scores }: ScoredModel) => percent(scores.pooled.all.meanIou) },
    { name: words.overallAccuracy, of: ({ scores }: ScoredModel) => percent(scores.pooled.all.overallAccuracy) },
    { name: words.kappa, of: ({ scores }: ScoredModel) => kappaText(scores.pooled.all.kappa) },
    { name: words.meanOfTiles(text.scored), of: ({ scores }: ScoredModel) => spreadText(scores.meanIou) },
    { name: words.tilesScored, of: ({ byScene }: ScoredModel) => whole(byScene.size) },
  ].map(({ name, of }) => ({ name, values: models.map(of) }));
  return (
    <ModelTable
      caption={caption}
      head={words.units}
      models={models}
      rows={rows.map((row) => ({ ...row, key: row.name, cell: row.name }))}
    />
  );
}

interface ModelRow {
  readonly key: string;
  /** In a copied table. */
  readonly name: string;
  /** On the screen. */
  readonly cell: ReactNode;
  /** By model. */
  readonly values: readonly string[];
  readonly extra?: string;
}

/** A column per model, and one more where rows have something of their own to say. */
function ModelTable(props: {
  caption: string;
  head: string;
  extra?: string;
  models: readonly ScoredModel[];
  rows: readonly ModelRow[];
}) {
  const { caption, head, extra, models, rows } = props;
  return (
    <>
      <SideScroll label={caption}>
        <table className="table" aria-label={caption}>
          <thead>
            <tr>
              <th scope="col">{head}</th>
              {models.map(({ modelName }, index) => (
                <th
                  key={modelName}
                  scope="col"
                  className="run-head"
                  title={modelName}
                  style={{ color: colourAt(index) }}
                >
                  {modelName}
                </th>
              ))}
              {extra !== undefined && <th scope="col">{extra}</th>}
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.key} data-row={row.name}>
                <td className="total-name">{row.cell}</td>
                {models.map(({ modelName }, index) => (
                  <td key={modelName} className="number">
                    {row.values[index]}
                  </td>
                ))}
                {extra !== undefined && <td className="number quiet">{row.extra}</td>}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      <CopyTable
        table={{
          caption,
          columns: [head, ...models.map(({ modelName }) => modelName), ...(extra === undefined ? [] : [extra])],
          rows: rows.map((row) => [row.name, ...row.values, ...(row.extra === undefined ? [] : [row.extra])]),
        }}
      />
    </>
  );
}

/** What the figures do not say of themselves. */
function Remarks({ scenes, models }: TestSet) {
  const missing = scenes.filter(({ scene }) => models.every(({ byScene }) => !byScene.has(scene.id))).length;
  const tiles = models.map(({ byScene }) => [...byScene.keys()].sort().join());
  const lines = [
    ...(missing > 0 ? [words.missing(missing)] : []),
    ...(new Set(tiles).size > 1 ? [words.fewerTiles] : []),
    ...models.flatMap(({ modelName, scores, byScene, differences }) => [
      ...(differences.length > 0 ? [words.unequal(modelName, differences)] : []),
      ...([...byScene.values()].some(({ evaluation }) => evaluation.classes.length < scores.classes.length)
        ? [words.fewerClasses(modelName)]
        : []),
    ]),
  ];
  return lines.map((line) => (
    <p key={line} className="warn">
      {line}
    </p>
  ));
}

function PerClass({ models }: TestSet) {
  const classes = unionOfClasses(models.map(({ scores }) => scores.classes));
  const scoreOf = ({ scores }: ScoredModel, name: string) =>
    scores.pooled.all.perClass[scores.classes.findIndex((entry) => entry.name === name)];
  const rows = classes.map((entry) => {
    const scores = models.map((model) => scoreOf(model, entry.name));
    return {
      key: entry.name,
      name: entry.name,
      cell: <ClassName {...entry} tip={entry.name} />,
      values: scores.map((score) => percent(score?.iou ?? null)),
      extra: whole(scores.find((score) => score !== undefined)?.support ?? 0),
    };
  });
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.perClass}</h2>
      </div>
      <ModelTable
        caption={words.perClass}
        head={words.classPercent}
        extra={words.truthPx}
        models={models}
        rows={rows}
      />
    </section>
  );
}

function PerTile({ scenes, models }: TestSet) {
  const studio = useStudio();
  const rows = scenes
    .map(({ scene: { id, name } }) => ({
      id,
      name,
      scores: models.map(({ byScene }) => byScene.get(id)?.scored.meanIou ?? null),
      extra: classesMet(models.flatMap(({ byScene }) => byScene.get(id) ?? [])),
    }))
    .sort((a, b) => (a.scores[0] ?? 2) - (b.scores[0] ?? 2))
    .map(({ id, name, scores, extra }) => ({
      key: id,
      name,
      cell: (
        <button
          type="button"
          className="link tile-link"
          aria-label={words.open(name)}
          onClick={() => selectSceneById(studio, id)}
        >
          {name}
        </button>
      ),
      values: scores.map(percent),
      extra,
    }));
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.perTile}</h2>
      </div>
      <p className="quiet">{words.perTileHint}</p>
      <ModelTable
        caption={words.perTile}
        head={words.tilePercent}
        extra={words.classesColumn}
        models={models}
        rows={rows}
      />
    </section>
  );
}

/** "3 of 5": over how many of the tile's classes its means go, the fewest where models differ. */
function classesMet(runs: readonly ScoredRun[]): string {
  const counts = runs.map((run) => averagedCount(run, run.evaluation.classes));
  const [least] = counts.sort((a, b) => a.defined - b.defined);
  return least === undefined ? "–" : words.classesMet(least.defined, least.of);
}

/** "61.8 ± 0.9", in per cent and points. */
function spreadText({ mean, deviation }: Spread): string {
  return deviation === null ? percent(mean) : `${percent(mean)} ± ${fixed(deviation * 100, 1)}`;
}
