/** Cost beside quality, measured here: parameters, arithmetic and time per window, and what that bought. */
import type { DoneRun } from "../../store/runs";
import { selectDoneRuns, selectManifest } from "../../store/selectors";
import { SideScroll } from "../controls/SideScroll";
import { bytes, fixed, parameters, percent, seconds, significant, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { RunHeads } from "../runs/RunHeads";
import { useSelect, useSelectList } from "../StudioContext";
import { scoreRun } from "./scored-runs";

const words = messages.cost;

export function CostTab() {
  const runs = useSelectList((state) =>
    selectDoneRuns(state).filter((run) => run.state.result.result.madeElsewhere === undefined),
  );
  const evaluation = useSelect((state) => state.evaluation);
  const models = useSelect((state) => state.models);
  if (runs.length === 0) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const lines: { name: string; of: (run: DoneRun) => string }[] = [
    { name: words.backend, of: ({ state }) => state.result.result.backend.kind },
    { name: words.parameters, of: (run) => optional(manifestOf(run)?.network?.parameters, parameters) },
    {
      name: words.arithmetic,
      of: (run) => optional(manifestOf(run)?.network?.macsPerWindow, (macs) => significant((2 * macs) / 1e9, 3)),
    },
    { name: words.download, of: (run) => optional(manifestOf(run)?.graph.bytes, bytes) },
    { name: words.windows, of: ({ state }) => whole(state.result.result.windowsRun) },
    { name: words.perWindow, of: (run) => (perWindowMs(run) === null ? "–" : fixed(perWindowMs(run)!, 1)) },
    { name: words.inNetwork, of: ({ state }) => modelShare(state.result.result.timings) },
    {
      name: words.perSecond,
      of: (run) => (perWindowMs(run) === null ? "–" : fixed(1000 / perWindowMs(run)!, 2)),
    },
    { name: words.gpuMemory, of: ({ state }) => optional(state.result.result.gpuPeakBytes, bytes) },
    { name: words.wholeRun, of: ({ state }) => seconds(state.result.seconds) },
    { name: words.meanIou, of: (run) => percent(scoreRun(evaluation, run)?.scored.meanIou ?? null) },
    { name: words.overallAccuracy, of: (run) => percent(scoreRun(evaluation, run)?.all.overallAccuracy ?? null) },
  ];
  function manifestOf(run: DoneRun) {
    return selectManifest({ models } as never, run.modelId);
  }
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label">{words.measuredHere}</span>
      </div>
      <SideScroll label={words.title}>
        <table className="table" aria-label={words.title}>
          <thead>
            <tr>
              <th scope="col">
                <span className="visually-hidden">{words.figureColumn}</span>
              </th>
              <RunHeads runs={runs} />
            </tr>
          </thead>
          <tbody>
            {lines.map(({ name, of }) => (
              <tr key={name}>
                <td>{name}</td>
                {runs.map((run) => (
                  <td key={run.id} className="number">
                    {of(run)}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      <p className="quiet" style={{ marginTop: 8 }}>
        {words.adapter(runs[0]!.state.result.result.backend.adapter)}
      </p>
      <CopyTable
        table={{
          caption: words.caption(runs[0]!.state.result.result.backend.adapter),
          columns: ["", ...runs.map(({ modelName }) => modelName)],
          rows: lines.map(({ name, of }) => [name, ...runs.map(of)]),
        }}
      />
    </section>
  );
}

function optional<T>(value: T | undefined, text: (value: T) => string): string {
  return value === undefined ? "–" : text(value);
}

function perWindowMs({ state }: DoneRun): number | null {
  const { timings, windowsRun, augmentations } = state.result.result;
  const windows = windowsRun * Math.max(1, augmentations);
  return windows === 0 ? null : timings.runMs / windows;
}

function modelShare({ runMs, modelMs }: { runMs: number; modelMs: number }): string {
  return runMs === 0 ? "–" : `${Math.round((100 * modelMs) / runMs)} %`;
}
