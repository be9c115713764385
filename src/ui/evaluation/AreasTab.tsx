/** How much ground each class covers, per run. Square metres only where the CRS has metres. */

import { useEffect } from "react";
import { measureAreas } from "../../actions/results/measure-areas";
import { canonicalClass } from "../../core/labels/class-mapping";
import { findResult, type ResultState } from "../../store/results";
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { ClassName } from "../controls/ClassName";
import { Fault } from "../controls/Fault";
import { SideScroll } from "../controls/SideScroll";
import { area, percent, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { RunHeads } from "../runs/RunHeads";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.areas;

export function AreasTab() {
  const studio = useStudio();
  const record = useSelect(selectScene);
  const runs = useSelectList(selectDoneRuns);
  const areas = useAreas(runs);
  const first = runs[0];
  if (record === null || first === undefined) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const names = new Map<string, { name: string; colour: readonly number[] }>();
  for (const { name, colour } of runs.flatMap(({ classes }) => classes)) {
    names.set(canonicalClass(name), names.get(canonicalClass(name)) ?? { name, colour });
  }
  const pixels = (run: DoneRun, key: string) => {
    const found = run.classes.find(({ name }) => canonicalClass(name) === key);
    return found === undefined ? 0 : (run.state.result.result.classPixels[found.id] ?? 0);
  };
  const total = (run: DoneRun) => run.state.result.result.classPixels.reduce((sum, count) => sum + count, 0);
  /** Square metres; null until measured or where the unit is unknown. */
  const squareMetres = (run: DoneRun, key: string) => {
    const found = run.classes.find(({ name }) => canonicalClass(name) === key);
    return found === undefined ? 0 : (squareMetresOf(areas[runs.indexOf(run)])?.[found.id] ?? null);
  };
  const known = areas.some((result) => squareMetresOf(result) !== null);
  const text = (run: DoneRun, key: string) => {
    const ground = squareMetres(run, key);
    return ground === null ? `${whole(pixels(run, key))} px` : area(ground);
  };
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label">
          {!known
            ? words.inPixels
            : record.scene.optical.facts.crs?.kind === "geographic"
              ? words.onEllipsoid
              : words.planar}
        </span>
      </div>
      <SideScroll label={words.title}>
        <table className="table" aria-label={words.title}>
          <thead>
            <tr>
              <th scope="col">{words.classColumn}</th>
              <RunHeads runs={runs} />
            </tr>
          </thead>
          <tbody>
            {[...names].map(([key, { name, colour }]) => (
              <tr key={key} data-class={name}>
                <td>
                  <ClassName name={name} colour={colour} />
                </td>
                {runs.map((run) => (
                  <td key={run.id} className="number">
                    <span className="strong">{text(run, key)}</span>
                    <span className="share">
                      {words.share(percent(total(run) === 0 ? null : pixels(run, key) / total(run)))}
                    </span>
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      {areas.map(
        (result, index) =>
          result?.status === "failed" && (
            <Fault
              key={runs[index]!.id}
              error={result.error}
              subject={runs[index]!.modelName}
              onRetry={() => measureAreas(studio, runs[index]!.id)}
            />
          ),
      )}
      {!known && <p className="quiet">{words.unknownUnit}</p>}
      <CopyTable
        table={{
          caption: known ? words.captionMetres : words.captionPixels,
          columns: [words.classColumn, ...runs.map(({ modelName }) => modelName)],
          rows: [...names].map(([key, { name }]) => [
            name,
            ...runs.map((run) => squareMetres(run, key)?.toFixed(2) ?? String(pixels(run, key))),
          ]),
        }}
      />
    </section>
  );
}

/** What is known of the areas, run by run; each is counted once. */
function useAreas(runs: readonly DoneRun[]): (ResultState | undefined)[] {
  const studio = useStudio();
  useEffect(() => {
    for (const { id } of runs) {
      measureAreas(studio, id);
    }
  }, [studio, runs]);
  return useSelectList(({ results }) => runs.map(({ id }) => findResult(results, "areas", id)?.state));
}

function squareMetresOf(result: ResultState | undefined): readonly number[] | null {
  return result?.status === "ready" ? (result.squareMetres ?? null) : null;
}
