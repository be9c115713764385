/** Whether the scores are of the scene that is shown or of all ticked scenes; nothing where none is ticked. */
import { changeEvaluation } from "../../actions/view/arrange";
import { selectTicked } from "../../store/selectors";
import { Segments } from "../controls/Segments";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.testSet;

export function ScopeChoice() {
  const studio = useStudio();
  const ticked = useSelect((state) => selectTicked(state).length);
  const scope = useSelect((state) => state.evaluation.scope);
  return (
    ticked > 0 && (
      <div className="section scope-choice">
        <Segments
          label={words.scope}
          value={scope}
          options={[
            { value: "scene", text: words.scene },
            { value: "test-set", text: words.ticked(ticked), tip: words.pooledTip },
          ]}
          onChange={(next) => changeEvaluation(studio, { scope: next })}
        />
      </div>
    )
  );
}
