/** How points are to be drawn. */
import { changeDesign } from "../../actions/sampling/draw-points";
import {
  ALLOCATIONS,
  DEFAULT_DESIGN,
  DESIGN_LIMITS,
  EXPECTED_ACCURACY,
  type SampleSize,
} from "../../core/sampling/sample-design";
import { NumberField } from "../controls/Fields";
import { Segments } from "../controls/Segments";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.accuracy;

/** What the choice of a standard error begins with. */
const STANDARD_ERROR = 0.02;

export function DesignForm() {
  const studio = useStudio();
  const { size, allocation, least, seed } = useSelect(({ samples }) => samples.design);
  return (
    <div className="sample-form">
      <p className="quiet">{words.hint}</p>
      <Segments
        label={words.howMany}
        value={size.kind}
        options={[
          { value: "points", text: words.byCount },
          { value: "standard-error", text: words.byError },
        ]}
        onChange={(kind) =>
          changeDesign(studio, {
            size:
              kind === "points"
                ? DEFAULT_DESIGN.size
                : { kind, standardError: STANDARD_ERROR, expectedAccuracy: EXPECTED_ACCURACY },
          })
        }
      />
      <SizeFields size={size} />
      <Segments
        label={words.allocation}
        value={allocation}
        options={ALLOCATIONS.map((value) => ({ value, text: words.allocations[value] }))}
        onChange={(value) => changeDesign(studio, { allocation: value })}
      />
      {allocation === "area" && (
        <NumberField
          label={words.least}
          value={least}
          min={DESIGN_LIMITS.least[0]}
          max={DESIGN_LIMITS.least[1]}
          onChange={(value) => changeDesign(studio, { least: Math.round(value) })}
        />
      )}
      <NumberField
        label={words.seed}
        value={seed}
        min={DESIGN_LIMITS.seed[0]}
        max={DESIGN_LIMITS.seed[1]}
        onChange={(value) => changeDesign(studio, { seed: Math.round(value) })}
      />
    </div>
  );
}

function SizeFields({ size }: { size: SampleSize }) {
  const studio = useStudio();
  const { standardErrorPercent, expectedPercent } = DESIGN_LIMITS;
  return size.kind === "points" ? (
    <NumberField
      label={words.points}
      value={size.count}
      min={DESIGN_LIMITS.count[0]}
      max={DESIGN_LIMITS.count[1]}
      onChange={(count) => changeDesign(studio, { size: { kind: "points", count: Math.round(count) } })}
    />
  ) : (
    <>
      <NumberField
        label={words.standardError}
        value={inPercent(size.standardError)}
        min={standardErrorPercent[0]}
        max={standardErrorPercent[1]}
        onChange={(percent) => changeDesign(studio, { size: { ...size, standardError: percent / 100 } })}
      />
      <NumberField
        label={words.expected}
        value={inPercent(size.expectedAccuracy)}
        min={expectedPercent[0]}
        max={expectedPercent[1]}
        onChange={(percent) => changeDesign(studio, { size: { ...size, expectedAccuracy: percent / 100 } })}
      />
    </>
  );
}

function inPercent(share: number): number {
  return Number((100 * share).toPrecision(6));
}
