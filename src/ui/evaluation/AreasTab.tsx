/** How much ground each class covers, per run. Square metres only where the CRS has metres. */

import { useEffect, useMemo } from "react";
import { measureAreas } from "../../actions/results/measure-areas";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ModelClass } from "../../core/manifest/manifest";
import { findResult, type ResultState } from "../../store/results";
import type { DoneRun } from "../../store/runs";
import { selectScene } from "../../store/selectors";
import { ClassName } from "../controls/ClassName";
import { Fault } from "../controls/Fault";
import { SideScroll } from "../controls/SideScroll";
import { area, percent, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { GroupHeads } from "../runs/RunHeads";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { type RunGroup, useRunGroups } from "./run-groups";

const words = messages.areas;

export function AreasTab() {
  const studio = useStudio();
  const record = useSelect(selectScene);
  const groups = useRunGroups();
  const runs = useMemo(() => groups.flatMap((group) => group.runs), [groups]);
  const areas = useAreas(runs);
  if (record === null || runs.length === 0) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const names = new Map<string, Pick<ModelClass, "name" | "colour">>();
  for (const { name, colour } of runs.flatMap(({ classes }) => classes)) {
    names.set(canonicalClass(name), names.get(canonicalClass(name)) ?? { name, colour });
  }
  const idOf = (run: DoneRun, key: string) => run.classes.find(({ name }) => canonicalClass(name) === key)?.id;
  const pixels = ({ runs: own }: RunGroup, key: string) =>
    sum(own.map((run) => run.state.result.result.classPixels[idOf(run, key) ?? -1] ?? 0));
  const total = ({ runs: own }: RunGroup) => sum(own.flatMap((run) => run.state.result.result.classPixels));
  /** Square metres; null until all are measured, or where a unit is unknown. */
  const squareMetres = ({ runs: own }: RunGroup, key: string) => {
    const parts = own.map((run) => {
      const id = idOf(run, key);
      return id === undefined ? 0 : (squareMetresOf(areas[runs.indexOf(run)])?.[id] ?? null);
    });
    return parts.every((part) => part !== null) ? sum(parts) : null;
  };
  const known = areas.some((result) => squareMetresOf(result) !== null);
  const text = (group: RunGroup, key: string) => {
    const ground = squareMetres(group, key);
    return ground === null ? `${whole(pixels(group, key))} px` : area(ground);
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
              <GroupHeads groups={groups} />
            </tr>
          </thead>
          <tbody>
            {[...names].map(([key, { name, colour }]) => (
              <tr key={key} data-class={name}>
                <td>
                  <ClassName name={name} colour={colour} />
                </td>
                {groups.map((group) => (
                  <td key={group.id} className="number">
                    <span className="strong">{text(group, key)}</span>
                    <span className="share">
                      {words.share(percent(total(group) === 0 ? null : pixels(group, key) / total(group)))}
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
          columns: [words.classColumn, ...groups.map((group) => group.name)],
          rows: [...names].map(([key, { name }]) => [
            name,
            ...groups.map((group) => squareMetres(group, key)?.toFixed(2) ?? String(pixels(group, key))),
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

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
