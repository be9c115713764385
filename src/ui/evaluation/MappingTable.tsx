/** Which model classes count as which truth class, changed row by row or from a file. */
import { useRef } from "react";
import {
  loadClassMapping,
  mapClass,
  resetClassMapping,
  saveClassMapping,
} from "../../actions/evaluation/truth-classes";
import { type ClassMapping, decideClassMapping } from "../../core/labels/class-mapping";
import type { ModelClass } from "../../core/manifest/manifest";
import type { TruthState } from "../../store/scenes";
import { selectModelClasses } from "../../store/selectors";
import { ClassName } from "../controls/ClassName";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.truthClasses;

export function MappingTable({ truth }: { truth: TruthState & { status: "ready" } }) {
  const modelClasses = useSelectList(selectModelClasses);
  const chosen = useSelect((state) => state.evaluation.classMapping);
  const { modelToTruth } = decideClassMapping(modelClasses, truth.classes, chosen);
  if (modelClasses.length === 0) {
    return null;
  }
  const parts = truth.classes.map(({ name }) => ({
    name,
    from: modelClasses.filter((entry) => modelToTruth[entry.name] === name).map((entry) => entry.name),
  }));
  return (
    <>
      <h3 className="label">{words.mapping}</h3>
      <ClassRows truthClasses={truth.classes} modelToTruth={modelToTruth} />
      <ul data-role="mapping-summary" className="quiet">
        {parts.map(({ name, from }) => (
          <li key={name}>{from.length > 0 ? words.scoredAs(name, from) : words.leftOut(name)}</li>
        ))}
      </ul>
      <MappingTools isChosen={Object.keys(chosen).length > 0} />
    </>
  );
}

function ClassRows(props: {
  truthClasses: readonly ModelClass[];
  /** Name of a class of a model to the name of one of the truth; null where it counts as none. */
  modelToTruth: ClassMapping["modelToTruth"];
}) {
  const { truthClasses, modelToTruth } = props;
  const studio = useStudio();
  const modelClasses = useSelectList(selectModelClasses);
  return (
    <table className="table" aria-label={words.mapping}>
      <tbody>
        {modelClasses.map(({ name, colour }) => (
          <tr key={name}>
            <td>
              <ClassName name={name} colour={colour} />
            </td>
            <td className="number">
              <select
                className="select"
                aria-label={words.countsAs(name)}
                value={modelToTruth[name] ?? ""}
                onChange={(event) => void mapClass(studio, name, event.target.value || null)}
              >
                <option value="">{words.notScored}</option>
                {truthClasses.map((entry) => (
                  <option key={entry.id} value={entry.name}>
                    {entry.name}
                  </option>
                ))}
              </select>
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The mapping as a file, from a file, and back to what the names say. */
function MappingTools({ isChosen }: { isChosen: boolean }) {
  const studio = useStudio();
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="card-tools">
      <button type="button" className="button button-small" onClick={() => saveClassMapping(studio)}>
        {words.save}
      </button>
      <button type="button" className="button button-small" onClick={() => input.current?.click()}>
        {words.load}
      </button>
      <input
        ref={input}
        type="file"
        accept="application/json,.json"
        hidden
        aria-label={words.load}
        data-role="mapping-input"
        onChange={(event) => {
          const file = event.target.files?.[0];
          event.target.value = "";
          if (file !== undefined) {
            void loadClassMapping(studio, file);
          }
        }}
      />
      {isChosen && (
        <button type="button" className="link" onClick={() => void resetClassMapping(studio)}>
          {words.reset}
        </button>
      )}
    </div>
  );
}
