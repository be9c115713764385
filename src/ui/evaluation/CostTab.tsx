/** Cost beside quality, measured here: parameters, arithmetic and time per window, and what that bought. */
import { scoreTestSet } from "../../core/metrics/test-set";
import { isOfNetwork, type RunResult } from "../../core/run/run-result";
import type { EvaluationState } from "../../store/evaluation";
import type { DoneRun } from "../../store/runs";
import { selectManifest } from "../../store/selectors";
import type { StudioState } from "../../store/studio-store";
import { SideScroll } from "../controls/SideScroll";
import { bytes, fixed, parameters, percent, seconds, significant, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { GroupHeads } from "../runs/RunHeads";
import { useSelect } from "../StudioContext";
import { type RunGroup, useRunGroups } from "./run-groups";
import { scoreRun } from "./scored-runs";

const words = messages.cost;

export function CostTab() {
  const groups = useRunGroups().filter(({ runs }) => runs.every(isMadeHere));
  const evaluation = useSelect((state) => state.evaluation);
  const models = useSelect((state) => state.models);
  const first = groups[0]?.runs[0];
  if (first === undefined) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const lines = costLines(evaluation, models);
  const { adapter } = first.state.result.result.backend;
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label">{words.measuredHere}</span>
      </div>
      <CostTable groups={groups} lines={lines} />
      <p className="quiet" style={{ marginTop: 8 }}>
        {words.adapter(adapter)}
      </p>
      <CopyTable
        table={{
          caption: words.caption(adapter),
          columns: ["", ...groups.map((group) => group.name)],
          rows: lines.map(({ name, of }) => [name, ...groups.map(of)]),
        }}
      />
    </section>
  );
}

function CostTable({ groups, lines }: { groups: readonly RunGroup[]; lines: readonly CostLine[] }) {
  return (
    <SideScroll label={words.title}>
      <table className="table" aria-label={words.title}>
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">{words.figureColumn}</span>
            </th>
            <GroupHeads groups={groups} />
          </tr>
        </thead>
        <tbody>
          {lines.map(({ name, of }) => (
            <tr key={name}>
              <td>{name}</td>
              {groups.map((group) => (
                <td key={group.id} className="number">
                  {of(group)}
                </td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </SideScroll>
  );
}

interface CostLine {
  readonly name: string;
  readonly of: (group: RunGroup) => string;
}

function costLines(evaluation: EvaluationState, models: StudioState["models"]): CostLine[] {
  const network = ({ runs }: RunGroup) => selectManifest({ models }, runs[0]!.modelId);
  const pooled = ({ runs }: RunGroup) =>
    scoreTestSet(
      runs.flatMap((run) => {
        const scored = scoreRun(evaluation, run);
        return scored === null ? [] : [{ classes: scored.evaluation.classes, matrix: scored.matrix }];
      }),
    ).pooled;
  return [
    {
      name: words.backend,
      of: ({ runs }) => [...new Set(resultsOf(runs).map(({ backend }) => backend.kind))].join(", "),
    },
    { name: words.parameters, of: (group) => optional(network(group)?.network?.parameters, parameters) },
    {
      name: words.arithmetic,
      of: (group) => optional(network(group)?.network?.macsPerWindow, (macs) => significant((2 * macs) / 1e9, 3)),
    },
    { name: words.download, of: (group) => optional(network(group)?.graph.bytes, bytes) },
    { name: words.windows, of: ({ runs }) => whole(sum(resultsOf(runs).map(({ windowsRun }) => windowsRun))) },
    { name: words.perWindow, of: (group) => (perWindowMs(group) === null ? "–" : fixed(perWindowMs(group)!, 1)) },
    { name: words.inNetwork, of: modelShare },
    {
      name: words.perSecond,
      of: (group) => (perWindowMs(group) === null ? "–" : fixed(1000 / perWindowMs(group)!, 2)),
    },
    { name: words.gpuMemory, of: ({ runs }) => optional(mostGpuBytes(runs), bytes) },
    { name: words.wholeRun, of: ({ runs }) => seconds(sum(runs.map(({ state }) => state.result.seconds))) },
    { name: words.meanIou, of: (group) => percent(pooled(group).scored.meanIou) },
    { name: words.overallAccuracy, of: (group) => percent(pooled(group).all.overallAccuracy) },
  ];
}

function optional<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? "–" : text(value);
}

function perWindowMs({ runs }: RunGroup): number | null {
  const results = resultsOf(runs);
  const windows = sum(results.map(({ windowsRun, augmentations }) => windowsRun * Math.max(1, augmentations)));
  return windows === 0 ? null : sum(results.map(({ timings }) => timings.runMs)) / windows;
}

function modelShare({ runs }: RunGroup): string {
  const timings = resultsOf(runs).map((result) => result.timings);
  const runMs = sum(timings.map((times) => times.runMs));
  return runMs === 0 ? "–" : `${Math.round((100 * sum(timings.map(({ modelMs }) => modelMs))) / runMs)} %`;
}

function mostGpuBytes(runs: readonly DoneRun[]): number | undefined {
  const known = resultsOf(runs).flatMap(({ gpuPeakBytes }) => gpuPeakBytes ?? []);
  return known.length === 0 ? undefined : Math.max(...known);
}

function resultsOf(runs: readonly DoneRun[]): RunResult[] {
  return runs.map(({ state }) => state.result.result);
}

function isMadeHere({ state }: DoneRun): boolean {
  return isOfNetwork(state.result.result);
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
