/** Whether pixels near another class count, and how near. */
import { setBoundaryWidth } from "../../actions/evaluation/evaluate-run";
import { changeEvaluation } from "../../actions/view/arrange";
import { Segments } from "../controls/Segments";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.scores;

export function BoundaryChoice() {
  const studio = useStudio();
  const evaluation = useSelect((state) => state.evaluation);
  return (
    <div className="row row-wrap" style={{ marginBottom: 10 }}>
      <Segments
        label={words.boundary}
        value={evaluation.boundary}
        options={[
          { value: "with", text: words.withBoundary, tip: words.withBoundaryTip },
          {
            value: "without",
            text: words.noBoundary,
            tip: words.noBoundaryTip,
          },
        ]}
        onChange={(boundary) => changeEvaluation(studio, { boundary })}
      />
      {evaluation.boundary === "without" && (
        <label className="row">
          <span className="quiet">{words.discOf}</span>
          <input
            type="number"
            className="text-input number"
            style={{ width: 52 }}
            min={1}
            max={20}
            value={evaluation.boundaryPx}
            aria-label={words.boundaryRadius}
            onChange={(event) => {
              const value = Math.round(Number(event.target.value));
              if (value >= 1 && value <= 20) {
                setBoundaryWidth(studio, value);
              }
            }}
          />
          <span className="quiet">{words.px}</span>
        </label>
      )}
    </div>
  );
}
