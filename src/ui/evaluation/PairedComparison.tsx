/** Is the second run better than the first, or is it chance? A bootstrap over windows, worked out in the worker. */
import { useEffect, useState } from "react";
import { comparePair } from "../../actions/evaluation/compare-pair";
import type { RunComparison } from "../../core/metrics/compare-runs";
import { ChoiceField } from "../controls/Fields";
import { signedPoints } from "../format";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";
import { conventionTexts, type ScoredRun } from "./scored-runs";

const words = messages.pairedComparison;

export function PairedComparison({ runs }: { runs: readonly ScoredRun[] }) {
  const studio = useStudio();
  const [chosen, setChosen] = useState<readonly [string, string] | null>(null);
  const [result, setResult] = useState<RunComparison | "counting" | null>("counting");
  const ids = runs.map(({ run }) => run.id);
  const [first, second] = chosen?.every((id) => ids.includes(id)) ? chosen : ([ids[0]!, ids[1]!] as const);
  useEffect(() => {
    let current = true;
    setResult("counting");
    void comparePair(studio, first, second).then((comparison) => current && setResult(comparison));
    return () => {
      current = false;
    };
  }, [studio, first, second]);
  const options = runs.map(({ run }) => ({ value: run.id, text: run.modelName }));
  return (
    <section className="section" aria-label={words.region}>
      <h2 className="label">{words.title}</h2>
      {runs.length > 2 && (
        <>
          <ChoiceField label={words.from} value={first} options={options} onChange={(id) => setChosen([id, second])} />
          <ChoiceField label={words.to} value={second} options={options} onChange={(id) => setChosen([first, id])} />
        </>
      )}
      {result === null || result === "counting" ? (
        <p className="quiet">{result === null ? words.nothingInCommon : words.resampling}</p>
      ) : (
        <p data-role="paired-difference" data-difference={result.difference}>
          <span className={tone(result)}>{words.points(signedPoints(result.difference))}</span>
          {words.interval({
            convention: conventionTexts(runs[0]!.evaluation).scored,
            level: Math.round(result.level * 100),
            low: signedPoints(result.low),
            high: signedPoints(result.high),
            windows: result.windows,
          })}
          {result.low <= 0 && result.high >= 0 ? words.maybeChance : words.hardlyChance}
        </p>
      )}
    </section>
  );
}

function tone({ low, high }: RunComparison): string {
  return low > 0 ? "good" : high < 0 ? "bad" : "quiet";
}
