/** A dropped graph: what it says about itself, a form for what it does not say, and a trial run before it counts. */
import { changeDraft, tryOwnModel } from "../../actions/models/import-model";
import { type DraftInput, type ModelDraft, withClassCount } from "../../core/manifest/draft-manifest";
import type { OnnxFacts } from "../../core/manifest/read-onnx";
import { operatorsWithoutKernel } from "../../core/manifest/webgpu-operators";
import type { BandName } from "../../core/vocabulary/band-roles";
import { ColourInput } from "../controls/ColourInput";
import { Fault } from "../controls/Fault";
import { ChoiceField, NumberField } from "../controls/Fields";
import { bytes } from "../format";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.ownModelCard;

const BAND_SETS: Readonly<Record<number, readonly (readonly BandName[])[]>> = {
  1: [["height"], ["red"], ["green"], ["nir"]],
  3: [
    ["red", "green", "blue"],
    ["blue", "green", "red"],
    ["nir", "red", "green"],
  ],
  4: [
    ["red", "green", "blue", "height"],
    ["nir", "red", "green", "height"],
    ["red", "green", "blue", "nir"],
  ],
  5: [["red", "green", "blue", "nir", "height"]],
};

const SCALES = (["declared-type", "min-max", "fixed", "none"] as const).map((value) => ({
  value,
  text: words.scales[value],
}));
const HEIGHTS = (["dsm", "ndsm"] as const).map((value) => ({ value, text: words.heights[value] }));
const SCALE_OF_HEIGHTS = { dsm: "min-max", ndsm: "fixed" } as const;
const OUTPUT_KINDS = (["logits", "probabilities"] as const).map((value) => ({ value, text: words.outputKinds[value] }));

const IMAGENET = { mean: [0.485, 0.456, 0.406], std: [0.229, 0.224, 0.225] };

export function OwnModelCard() {
  const studio = useStudio();
  const own = useSelect((state) => state.ownModel);
  if (own === null) {
    return <p>{words.gone}</p>;
  }
  const { facts, draft } = own;
  return (
    <div className="stack">
      <p>
        <span className="strong">{own.fileName}</span>
        {words.file(bytes(own.bytes), facts.opset, facts.producer)}
      </p>
      <Tensors facts={facts} />
      <Operators facts={facts} />
      <h3 className="label">{words.unsaid}</h3>
      {draft.guesses.map((guess) => (
        <p key={guess} className="quiet">
          {guess}
        </p>
      ))}
      <label className="field">
        <span>{words.name}</span>
        <input
          className="text-input"
          style={{ width: 360 }}
          value={draft.name}
          onChange={(event) => changeDraft(studio, { name: event.target.value })}
        />
      </label>
      {draft.inputs.map((input) => (
        <InputFields key={input.name} input={input} draft={draft} />
      ))}
      <OutputFields draft={draft} />
      {!draft.windowFixed && (
        <NumberField
          label={words.windowPx}
          value={draft.windowPx}
          min={16}
          onChange={(windowPx) => changeDraft(studio, { windowPx: Math.round(windowPx) })}
        />
      )}
      <NumberField
        label={words.groundSamplingDistance}
        value={draft.groundSamplingDistanceMetres}
        min={0.001}
        onChange={(groundSamplingDistanceMetres) => changeDraft(studio, { groundSamplingDistanceMetres })}
      />
      <ClassNames draft={draft} />
      {own.error !== null && <Fault error={own.error} />}
      <Trial isRunning={own.trial === "running"} />
    </div>
  );
}

function Trial({ isRunning }: { isRunning: boolean }) {
  const studio = useStudio();
  return (
    <div className="row">
      <button
        type="button"
        className="button button-primary"
        disabled={isRunning}
        onClick={() => void tryOwnModel(studio)}
      >
        {isRunning ? words.trying : words.tryIt}
      </button>
      <span className="quiet">{words.tryHint}</span>
    </div>
  );
}

function Operators({ facts: { operators } }: { facts: OnnxFacts }) {
  const slow = operatorsWithoutKernel(operators);
  return (
    <>
      <p className="quiet">
        {words.nodes(
          Object.values(operators).reduce((sum, count) => sum + count, 0),
          Object.entries(operators)
            .sort(([, first], [, second]) => second - first)
            .map(([name, count]) => `${name} ${count}`)
            .join(", "),
        )}
      </p>
      {slow.length > 0 && <p className="warn">{words.noKernel(slow)}</p>}
    </>
  );
}

function Tensors({ facts }: { facts: OnnxFacts }) {
  const rows = [
    ...facts.inputs.map((value) => ({ ...value, side: words.input })),
    ...facts.outputs.map((value) => ({ ...value, side: words.output })),
  ];
  return (
    <table className="table" aria-label={words.tensors}>
      <tbody>
        {rows.map(({ side, name, shape, elementType }) => (
          <tr key={`${side}${name}`}>
            <td className="quiet">{side}</td>
            <td className="mono">{name}</td>
            <td className="mono">{shape.map((size) => size ?? "?").join(" × ")}</td>
            <td>{elementType === 1 ? "float32" : elementType === 10 ? "float16" : words.elementType(elementType)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function InputFields({ input, draft }: { input: DraftInput; draft: ModelDraft }) {
  const studio = useStudio();
  const sets = BAND_SETS[input.channels] ?? [input.bands];
  const change = (next: Partial<DraftInput>) =>
    changeDraft(studio, {
      inputs: draft.inputs.map((other) => (other.name === input.name ? { ...other, ...next } : other)),
    });
  const isImagenet = input.mean.join() === IMAGENET.mean.join();
  return (
    <>
      <ChoiceField
        label={words.bandsOf(input.name)}
        value={input.bands.join(", ")}
        options={sets.map((set) => ({ value: set.join(", "), text: set.join(", ") }))}
        onChange={(text) => change({ bands: text.split(", ") as BandName[] })}
      />
      {input.bands.includes("height") && (
        <ChoiceField
          label={words.heightsOf(input.name)}
          value={input.heights}
          options={HEIGHTS}
          onChange={(heights) => change({ heights, ...(input.channels === 1 && { scale: SCALE_OF_HEIGHTS[heights] }) })}
        />
      )}
      <ChoiceField
        label={words.scalingOf(input.name)}
        value={input.scale}
        options={SCALES}
        onChange={(scale) => change({ scale })}
      />
      {input.channels === 3 && (
        <ChoiceField
          label={words.thenFor(input.name)}
          value={isImagenet ? "imagenet" : "plain"}
          options={[
            { value: "plain", text: words.nothing },
            { value: "imagenet", text: words.imagenet },
          ]}
          onChange={(kind) => change(kind === "imagenet" ? IMAGENET : { mean: [0, 0, 0], std: [1, 1, 1] })}
        />
      )}
    </>
  );
}

function OutputFields({ draft }: { draft: ModelDraft }) {
  const studio = useStudio();
  return (
    <>
      {!draft.output.isClassMap && (
        <ChoiceField
          label={words.outputGives(draft.output.name)}
          value={draft.output.kind}
          options={OUTPUT_KINDS}
          onChange={(kind) => changeDraft(studio, { output: { ...draft.output, kind } })}
        />
      )}
      {draft.output.isClassMap && (
        <NumberField
          label={words.classCount}
          value={draft.classes.length}
          min={2}
          onChange={(count) => changeDraft(studio, withClassCount(draft, Math.round(count)))}
        />
      )}
      {draft.output.strideOpen && (
        <NumberField
          label={words.outputStride}
          value={draft.output.stride}
          min={1}
          onChange={(stride) => changeDraft(studio, { output: { ...draft.output, stride: Math.round(stride) } })}
        />
      )}
    </>
  );
}

function ClassNames({ draft }: { draft: ModelDraft }) {
  const studio = useStudio();
  const rename = (id: number, change: Partial<ModelDraft["classes"][number]>) =>
    changeDraft(studio, { classes: draft.classes.map((entry) => (entry.id === id ? { ...entry, ...change } : entry)) });
  return (
    <fieldset className="plain-fieldset stack" style={{ gap: 4, margin: 0 }}>
      <legend className="label">{words.classes}</legend>
      {draft.classes.map(({ id, name, colour }) => (
        <div key={id} className="row">
          <span className="number quiet" style={{ width: 26 }}>
            {id}
          </span>
          <ColourInput
            label={words.classColour(id)}
            colour={colour}
            onChange={(chosen) => rename(id, { colour: chosen })}
          />
          <input
            className="text-input"
            style={{ flex: 1 }}
            aria-label={words.className(id)}
            value={name}
            onChange={(event) => rename(id, { name: event.target.value })}
          />
        </div>
      ))}
    </fieldset>
  );
}
