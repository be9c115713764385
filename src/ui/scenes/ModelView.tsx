/** What a model sees of the scene: every band of its tensors as a picture, with its histogram in the tensor's units. */
import { useEffect, useId, useRef, useState } from "react";
import { type SeenInputs, seeInputs } from "../../actions/scenes/see-inputs";
import { errorFacts, isCancelled } from "../../actions/studio";
import type { NadirErrorFacts } from "../../core/errors";
import { auxiliariesOf } from "../../core/scene/scene";
import type { SceneRecord } from "../../store/scenes";
import { selectAskedManifests } from "../../store/selectors";
import { Fault } from "../controls/Fault";
import { significant } from "../format";
import { messages } from "../messages";
import { useSelectList, useStudio } from "../StudioContext";

const words = messages.modelView;

type Seen = { readonly inputs: SeenInputs } | { readonly error: NadirErrorFacts };

/** Asked for anew whenever a raster is read by other corrections, or another model is chosen. */
export function ModelView({ record }: { record: SceneRecord }) {
  const studio = useStudio();
  const id = useId();
  const models = useSelectList(selectAskedManifests);
  const [chosen, setChosen] = useState<string | null>(null);
  const [seen, setSeen] = useState<Seen | null>(null);
  const model = models.find((entry) => entry.id === chosen) ?? models[0];
  const modelId = model?.id;
  const { scene } = record;
  const key = [modelId, scene.optical.rasterId, ...auxiliariesOf(scene).map(({ rasterId }) => rasterId)].join(" ");
  const latest = useRef(record);
  latest.current = record;
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when something else is seen.
  useEffect(() => {
    if (modelId === undefined) return;
    const controller = new AbortController();
    setSeen(null);
    seeInputs(studio, latest.current, modelId, controller.signal).then(
      (inputs) => !controller.signal.aborted && setSeen({ inputs }),
      (error: unknown) => !controller.signal.aborted && !isCancelled(error) && setSeen({ error: errorFacts(error) }),
    );
    return () => controller.abort();
  }, [studio, modelId, key]);
  if (model === undefined) {
    return <p className="quiet">{words.noModel}</p>;
  }
  return (
    <section className="model-view" aria-label={words.title}>
      <div className="row">
        <label htmlFor={id}>{words.seenBy}</label>
        <select
          id={id}
          className="select select-small"
          value={model.id}
          onChange={(event) => setChosen(event.target.value)}
        >
          {models.map((entry) => (
            <option key={entry.id} value={entry.id}>
              {entry.name}
            </option>
          ))}
        </select>
      </div>
      {seen === null && (
        <p role="status" className="quiet">
          {words.looking}
        </p>
      )}
      {seen !== null && "error" in seen && <Fault error={seen.error} />}
      {seen !== null && "inputs" in seen && <Pictures inputs={seen.inputs} />}
    </section>
  );
}

function Pictures({ inputs }: { inputs: SeenInputs }) {
  const { widthPx, heightPx, bands, notes } = inputs;
  return (
    <>
      <div className="model-view-bands">
        {bands.map((seen) => {
          const { input, band, min, max, mean } = seen;
          const [least, most, middle] = [min, max, mean].map((value) => significant(value, 2));
          return (
            <figure key={`${input} ${band}`} data-role="seen-band">
              <Picture grey={seen.grey} widthPx={widthPx} heightPx={heightPx} label={words.picture(input, band)} />
              <Histogram bins={seen.histogram} label={words.histogram(input, band)} />
              <figcaption>
                {words.band(input, band)}
                <span className="quiet">{words.range(least!, most!, middle!)}</span>
              </figcaption>
            </figure>
          );
        })}
      </div>
      {notes.map((note) => (
        <p key={note} className="quiet model-view-note">
          {note}
        </p>
      ))}
    </>
  );
}

interface PictureProps {
  readonly grey: Uint8Array;
  readonly widthPx: number;
  readonly heightPx: number;
  readonly label: string;
}

function Picture({ grey, widthPx, heightPx, label }: PictureProps) {
  const canvas = useRef<HTMLCanvasElement>(null);
  useEffect(() => {
    const context = canvas.current?.getContext("2d");
    if (context === null || context === undefined) return;
    const image = context.createImageData(widthPx, heightPx);
    for (const [pixel, value] of grey.entries()) image.data.set([value, value, value, 255], 4 * pixel);
    context.putImageData(image, 0, 0);
  }, [grey, widthPx, heightPx]);
  return <canvas ref={canvas} width={widthPx} height={heightPx} role="img" aria-label={label} />;
}

/** A value that missing pixels are filled with would flatten all others: beyond twice the next one it is cut off. */
function Histogram({ bins, label }: { readonly bins: readonly number[]; readonly label: string }) {
  const [first = 0, second = 0] = bins.toSorted((a, b) => b - a);
  const most = second > 0 ? Math.min(first, 2 * second) : first;
  return (
    <svg viewBox={`0 0 ${bins.length} 20`} preserveAspectRatio="none" role="img" aria-label={label}>
      {bins.map((count, bin) => {
        const height = most === 0 ? 0 : Math.min(20, (20 * count) / most);
        // biome-ignore lint/suspicious/noArrayIndexKey: a bin is its place.
        return <rect key={bin} x={bin} y={20 - height} width={1} height={height} />;
      })}
    </svg>
  );
}
