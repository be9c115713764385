/** Error matrix, accuracies and areas that follow from the answers, each with its 95 % interval. */
import { useMemo } from "react";
import { errorFacts } from "../../actions/studio";
import { classesWithoutAnswer, describeSample, type SampledMap } from "../../core/sampling/sampled-map";
import { accuracyFigures } from "../../outputs/accuracy-tables";
import type { SceneSample } from "../../store/samples";
import { Fault } from "../controls/Fault";
import { messages } from "../messages";
import { ClassFigures } from "../outputs/ClassFigures";

const words = messages.accuracy;

/** Nothing before every class has an answered point; until then it says which have none. */
export function AccuracyResults({ sample }: { sample: SceneSample }) {
  const missing = useMemo(() => classesWithoutAnswer(sample.points, sample), [sample]);
  const described = useMemo(() => (missing.length > 0 ? null : estimate(sample)), [sample, missing]);
  if (described === null) {
    return <p className="quiet">{words.missing(missing.map(({ name }) => name))}</p>;
  }
  if ("error" in described) return <Fault error={described.error} />;
  const { map } = described;
  const { matrix, accuracy, overall, areas } = accuracyFigures(map);
  const unit = words.units[map.unit];
  const named = (rows: readonly (readonly string[])[]) => map.classNames.map((name, at) => [name, ...rows[at]!]);
  return (
    <>
      <p className="accuracy-overall" data-role="overall-accuracy">
        <span>{words.overall}</span>{" "}
        <strong className="number">
          {overall[0]} ± {overall[1]} %
        </strong>
      </p>
      <ClassFigures
        classes={sample.classes}
        table={{ caption: words.accuracyCaption, columns: ["", ...words.accuracyColumns], rows: named(accuracy) }}
      />
      <ClassFigures
        classes={sample.classes}
        table={{ caption: words.areaCaption(unit), columns: ["", ...words.areaColumns], rows: named(areas) }}
      />
      <ClassFigures
        classes={sample.classes}
        table={{ caption: words.matrixCaption, columns: ["", ...map.classNames], rows: named(matrix) }}
      />
      <p className="quiet">{words.source}</p>
    </>
  );
}

function estimate(
  sample: SceneSample,
): { readonly map: SampledMap } | { readonly error: ReturnType<typeof errorFacts> } {
  try {
    return { map: describeSample(sample.points, sample) };
  } catch (error) {
    return { error: errorFacts(error) };
  }
}
