/** Is the second run better than the first, or is it chance? A bootstrap over windows or tiles, worked out in the worker. */
import { useCallback, useEffect, useState } from "react";
import { compareModels, comparePair } from "../../actions/evaluation/compare-pair";
import type { RunComparison } from "../../core/metrics/compare-runs";
import { ChoiceField } from "../controls/Fields";
import { signedPoints } from "../format";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { conventionTexts, type ScoredRun } from "./scored-runs";
import type { ScoredModel } from "./test-set-runs";

const words = messages.pairedComparison;

/** One of those that are compared. */
interface Compared {
  readonly id: string;
  readonly name: string;
}

/** Of runs over one scene: its squares are drawn. */
export function PairedComparison({ runs }: { runs: readonly ScoredRun[] }) {
  const studio = useStudio();
  const compare = useCallback((first: string, second: string) => comparePair(studio, first, second), [studio]);
  return (
    <Comparison
      compared={runs.map(({ run }) => ({ id: run.id, name: run.modelName }))}
      compare={compare}
      drawn={(count) => words.windows(count)}
      convention={conventionTexts(runs[0]!.evaluation).scored}
    />
  );
}

/** Of models over a test set: its tiles are drawn. */
export function PairedModels({ models }: { models: readonly ScoredModel[] }) {
  const studio = useStudio();
  const boundary = useSelect((state) => state.evaluation.boundary);
  const compare = useCallback(
    (first: string, second: string) => {
      const tiles = (name: string) =>
        [...(models.find(({ modelName }) => modelName === name)?.byScene ?? [])].map(
          ([
            sceneId,
            {
              evaluation: { classes },
              matrix,
            },
          ]) => ({ sceneId, classes, matrix }),
        );
      return compareModels(studio, tiles(first), tiles(second));
    },
    [studio, models],
  );
  return (
    <Comparison
      compared={models.map(({ modelName }) => ({ id: modelName, name: modelName }))}
      compare={compare}
      drawn={(count) => words.tiles(count, boundary)}
      convention={conventionTexts(models[0]!.scores).scored}
    />
  );
}

function Comparison(props: {
  compared: readonly Compared[];
  compare: (first: string, second: string) => Promise<RunComparison | null>;
  drawn: (count: number) => string;
  convention: string;
}) {
  const { compared, compare, drawn, convention } = props;
  const [chosen, setChosen] = useState<readonly [string, string] | null>(null);
  const [result, setResult] = useState<RunComparison | "counting" | null>("counting");
  const ids = compared.map(({ id }) => id);
  const [first, second] = chosen?.every((id) => ids.includes(id)) ? chosen : ([ids[0]!, ids[1]!] as const);
  useEffect(() => {
    let current = true;
    setResult("counting");
    void compare(first, second).then((comparison) => current && setResult(comparison));
    return () => {
      current = false;
    };
  }, [compare, first, second]);
  const options = compared.map(({ id, name }) => ({ value: id, text: name }));
  return (
    <section className="section" aria-label={words.region}>
      <h2 className="label">{words.title}</h2>
      {compared.length > 2 && (
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
            convention,
            level: Math.round(result.level * 100),
            low: signedPoints(result.low),
            high: signedPoints(result.high),
            drawn: drawn(result.windows),
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
