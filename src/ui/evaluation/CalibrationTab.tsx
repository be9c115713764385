/** How far a run's confidence can be trusted: reliability diagram, expected calibration error, coverage–accuracy. */
import { lazy, Suspense } from "react";
import type { ConfidenceHistogram } from "../../core/metrics/reliability";
import {
  coverageAccuracy,
  expectedCalibrationError,
  reliabilityBins,
  sumConfidence,
} from "../../core/metrics/reliability";
import { percent } from "../format";
import { messages } from "../messages";
import { useSelect } from "../StudioContext";
import { useRunGroups } from "./run-groups";
import { NoScores } from "./ScoresTab";

const words = messages.calibration;

const CurvePlot = lazy(async () => ({ default: (await import("./CurvePlot")).CurvePlot }));

interface RunConfidence {
  readonly id: string;
  readonly name: string;
  readonly colour: string;
  readonly histogram: ConfidenceHistogram;
}

export function CalibrationTab() {
  const groups = useRunGroups();
  const byRun = useSelect((state) => state.evaluation.byRun);
  const scored = groups.map(({ runs, ...group }) => ({
    ...group,
    ready: runs.flatMap(({ id }) => {
      const evaluation = byRun[id];
      return evaluation?.status === "ready" ? [evaluation] : [];
    }),
  }));
  if (scored.every(({ ready }) => ready.length === 0)) {
    return <NoScores />;
  }
  const curves = scored.flatMap(({ ready, ...group }): RunConfidence[] => {
    const kept = ready.flatMap(({ confidence }) => confidence ?? []);
    return kept.length === 0 ? [] : [{ ...group, histogram: sumConfidence(kept) }];
  });
  if (curves.length === 0) {
    return (
      <section className="section">
        <p className="quiet">{words.noConfidence}</p>
      </section>
    );
  }
  return (
    <>
      <Reliability curves={curves} />
      <Coverage curves={curves} />
    </>
  );
}

function Reliability({ curves }: { curves: readonly RunConfidence[] }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.reliability}</h2>
        <span className="label">{words.reliabilityNote}</span>
      </div>
      <Suspense fallback={<PlotLoading />}>
        <CurvePlot
          name={words.reliabilityPlot}
          x={words.confidenceAxis}
          y={words.accuracyAxis}
          diagonal
          dots
          curves={curves.map((curve) => ({
            ...curve,
            points: reliabilityBins(curve.histogram).map(({ meanConfidence, accuracy }) => ({
              x: meanConfidence,
              y: accuracy,
            })),
          }))}
        />
      </Suspense>
      <p className="quiet">{words.reliabilityHint}</p>
      <table className="table" aria-label={words.errorTable}>
        <thead>
          <tr>
            <th scope="col">{words.runColumn}</th>
            <th scope="col">{words.errorColumn}</th>
          </tr>
        </thead>
        <tbody>
          {curves.map(({ id, name, colour, histogram }) => (
            <tr key={id}>
              <td>
                <span className="row">
                  <span className="dot" style={{ color: colour }} />
                  {name}
                </span>
              </td>
              <td className="number strong" data-ece={id}>
                {percent(expectedCalibrationError(reliabilityBins(histogram)))}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </section>
  );
}

function Coverage({ curves }: { curves: readonly RunConfidence[] }) {
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.coverage}</h2>
      </div>
      <Suspense fallback={<PlotLoading />}>
        <CurvePlot
          name={words.coveragePlot}
          x={words.coverageAxis}
          y={words.accuracyAxis}
          diagonal={false}
          dots={false}
          curves={curves.map((curve) => ({
            ...curve,
            points: coverageAccuracy(curve.histogram).map(({ coverage, accuracy }) => ({ x: coverage, y: accuracy })),
          }))}
        />
      </Suspense>
      <p className="quiet">{words.coverageHint}</p>
    </section>
  );
}

function PlotLoading() {
  return <div className="plot" role="status" aria-label={words.drawing} />;
}
