/** How much ground each class covers, per run. Square metres only where the CRS has metres. */

import { useEffect, useMemo } from "react";
import { measureAreas } from "../../actions/results/measure-areas";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ModelClass } from "../../core/manifest/manifest";
import { classPixelsInUse, maskInUse } from "../../store/masks-in-use";
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
  const record = useSelect(selectScene);
  const groups = useRunGroups();
  const runs = useMemo(() => groups.flatMap((group) => group.runs), [groups]);
  const areas = useAreas(runs);
  const pixels = useSelectList((state) => runs.map((run) => classPixelsInUse(state, run)));
  if (record === null || runs.length === 0) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const known = areas.some((result) => squareMetresOf(result) !== null);
  const isGeographic = record.scene.optical.facts.crs?.kind === "geographic";
  const lines = areaLines(groups, runs, areas, (run) => pixels[runs.indexOf(run)]!);
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label">{!known ? words.inPixels : isGeographic ? words.onEllipsoid : words.planar}</span>
      </div>
      <AreaTable groups={groups} lines={lines} />
      <AreaFaults runs={runs} areas={areas} />
      {!known && <p className="quiet">{words.unknownUnit}</p>}
      <CopyTable
        table={{
          caption: known ? words.captionMetres : words.captionPixels,
          columns: [words.classColumn, ...groups.map((group) => group.name)],
          rows: lines.map(({ name, cells }) => [
            name,
            ...cells.map(({ squareMetres, pixels }) => squareMetres?.toFixed(2) ?? String(pixels)),
          ]),
        }}
      />
    </section>
  );
}

/** One class in every group of runs. */
interface AreaLine {
  readonly key: string;
  readonly name: string;
  readonly colour: ModelClass["colour"];
  readonly cells: readonly AreaCell[];
}

interface AreaCell {
  readonly pixels: number;
  /** Of all pixels that have a class; null where there are none. */
  readonly share: number | null;
  /** Null until all runs of the group are measured, or where a unit is unknown. */
  readonly squareMetres: number | null;
}

/** The classes of all runs, meeting by name. */
function areaLines(
  groups: readonly RunGroup[],
  runs: readonly DoneRun[],
  areas: readonly (ResultState | undefined)[],
  pixelsOf: (run: DoneRun) => readonly number[],
): AreaLine[] {
  const names = new Map<string, Pick<ModelClass, "name" | "colour">>();
  for (const { name, colour } of runs.flatMap(({ classes }) => classes)) {
    names.set(canonicalClass(name), names.get(canonicalClass(name)) ?? { name, colour });
  }
  const idOf = (run: DoneRun, key: string) => run.classes.find(({ name }) => canonicalClass(name) === key)?.id;
  const cell = ({ runs: own }: RunGroup, key: string): AreaCell => {
    const pixels = sum(own.map((run) => pixelsOf(run)[idOf(run, key) ?? -1] ?? 0));
    const total = sum(own.flatMap(pixelsOf));
    const parts = own.map((run) => {
      const id = idOf(run, key);
      return id === undefined ? 0 : (squareMetresOf(areas[runs.indexOf(run)])?.[id] ?? null);
    });
    return {
      pixels,
      share: total === 0 ? null : pixels / total,
      squareMetres: parts.every((part) => part !== null) ? sum(parts) : null,
    };
  };
  return [...names].map(([key, shown]) => ({ key, ...shown, cells: groups.map((group) => cell(group, key)) }));
}

function AreaTable({ groups, lines }: { groups: readonly RunGroup[]; lines: readonly AreaLine[] }) {
  return (
    <SideScroll label={words.title}>
      <table className="table" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">{words.classColumn}</th>
            <GroupHeads groups={groups} />
          </tr>
        </thead>
        <tbody>
          {lines.map(({ key, name, colour, cells }) => (
            <tr key={key} data-class={name}>
              <td>
                <ClassName name={name} colour={colour} />
              </td>
              {cells.map(({ squareMetres, pixels, share }, index) => (
                <td key={groups[index]!.id} className="number">
                  <span className="strong">{squareMetres === null ? `${whole(pixels)} px` : area(squareMetres)}</span>
                  <span className="share">{words.share(percent(share))}</span>
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}

function AreaFaults(props: { runs: readonly DoneRun[]; areas: readonly (ResultState | undefined)[] }) {
  const { runs, areas } = props;
  const studio = useStudio();
  const scenes = useSelect((state) => state.scenes.records);
  const several = new Set(runs.map(({ sceneId }) => sceneId)).size > 1;
  const failed = runs.flatMap((run, at) => {
    const result = areas[at];
    return result?.status === "failed" ? [{ run, error: result.error }] : [];
  });
  return (
    <div className="stack">
      {failed.map(({ run: { id, sceneId, modelName }, error }) => {
        const sceneName = scenes.find(({ scene }) => scene.id === sceneId)?.scene.name ?? "";
        return (
          <Fault
            key={id}
            error={error}
            subject={several ? `${sceneName} · ${modelName}` : modelName}
            onRetry={() => measureAreas(studio, id)}
          />
        );
      })}
    </div>
  );
}

/** What is known of the areas, run by run; each is counted once. */
function useAreas(runs: readonly DoneRun[]): (ResultState | undefined)[] {
  const studio = useStudio();
  // Another mask of a run has other areas.
  const masks = useSelect((state) => runs.map((run) => maskInUse(state, run).maskId).join());
  // biome-ignore lint/correctness/useExhaustiveDependencies: what is measured hangs on the masks
  useEffect(() => {
    for (const { id } of runs) {
      measureAreas(studio, id);
    }
  }, [studio, runs, masks]);
  return useSelectList(({ results }) => runs.map(({ id }) => findResult(results, "areas", id)?.state));
}

function squareMetresOf(result: ResultState | undefined): readonly number[] | null {
  return result?.status === "ready" ? (result.squareMetres ?? null) : null;
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
