/** A prediction made elsewhere: which values mean what, and its files. */
import { useRef, useState } from "react";
import { addPredictions } from "../../actions/runs/add-prediction";
import { CLASS_SCHEMES } from "../../core/labels/class-scheme";
import { modelTable } from "../../evaluation/foreign-classes";
import type { LabelTable } from "../../evaluation/label-meaning";
import { ChoiceField } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.runs.prediction;

const BY_FILE = "by-file";

export function PredictionForm() {
  const studio = useStudio();
  const models = useSelect((state) => state.models.records);
  const [meaning, setMeaning] = useState(BY_FILE);
  const input = useRef<HTMLInputElement>(null);
  const options = [
    { value: BY_FILE, text: words.byFile },
    ...CLASS_SCHEMES.map(({ id, name }) => ({ value: `scheme ${id}`, text: name })),
    ...models.map(({ id, manifest }) => ({ value: `model ${id}`, text: words.classesOf(manifest.name) })),
  ];
  const table = (): LabelTable | null => {
    const scheme = CLASS_SCHEMES.find(({ id }) => meaning === `scheme ${id}`);
    const model = models.find(({ id }) => meaning === `model ${id}`);
    if (model !== undefined) {
      return modelTable(model.manifest.name, model.manifest.classes);
    }
    return scheme === undefined ? null : { role: "prediction", scheme };
  };
  return (
    <details className="card-details">
      <summary>{words.summary}</summary>
      <p className="quiet">{words.hint}</p>
      <ChoiceField label={words.idsMean} value={meaning} options={options} onChange={setMeaning} />
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={() => input.current?.click()}>
          {words.choose}
        </button>
      </div>
      <input
        ref={input}
        type="file"
        multiple
        hidden
        aria-label={words.summary}
        data-role="prediction-input"
        onChange={(event) => {
          const files = [...(event.target.files ?? [])];
          event.target.value = "";
          void addPredictions(studio, files, table());
        }}
      />
    </details>
  );
}
