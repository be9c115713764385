/** What a model is, what it wants, what it gives and what it was trained on: the manifest, readable. */
import type { ModelManifest } from "../../core/manifest/manifest";
import { isAuxiliaryKind } from "../../core/vocabulary/auxiliary-kinds";
import { selectManifest } from "../../store/selectors";
import { bytes, fixed, parameters, percent, significant } from "../format";
import { messages } from "../messages";
import { useSelect } from "../StudioContext";

const words = messages.modelCard;

export function ModelCard({ modelId }: { modelId: string }) {
  const manifest = useSelect((state) => selectManifest(state, modelId));
  if (manifest === null) {
    return <p>{words.gone}</p>;
  }
  return (
    <div className="stack">
      <p className="strong">{manifest.name}</p>
      <p>{manifest.description}</p>
      {manifest.paper !== undefined && <p className="quiet">{words.paper(manifest.paper.title, manifest.paper.url)}</p>}
      <Facts manifest={manifest} />
      <h3 className="label">{words.inputs}</h3>
      <Inputs inputs={manifest.inputs} />
      <h3 className="label">{words.output}</h3>
      <p>
        <span className="mono">{manifest.output.name}</span>: {manifest.output.kind},{" "}
        {manifest.output.shape.join(" × ")}
        {manifest.output.stride > 1 && words.outputStride(manifest.output.stride)}
      </p>
      <div className="row row-wrap">
        {manifest.classes.map(({ id, name, colour, scored }) => (
          <span key={id} className="row">
            <span className="swatch" style={{ background: `rgb(${colour.join(" ")})` }} />
            {id} {name}
            {!scored && <span className="quiet">{words.notAveraged}</span>}
          </span>
        ))}
      </div>
      {manifest.scores.length > 0 && <Scores scores={manifest.scores} />}
    </div>
  );
}

function factsOf(manifest: ModelManifest): [string, string][] {
  const { network, graph, window, groundSamplingDistanceMetres: distance } = manifest;
  return [
    [words.version, manifest.version],
    [words.parameters, network?.parameters === undefined ? words.notGiven : parameters(network.parameters)],
    [
      words.arithmetic,
      network?.macsPerWindow === undefined ? words.notGiven : `${fixed((2 * network.macsPerWindow) / 1e9, 2)} GFLOP`,
    ],
    [words.graph, words.graphFacts({ ...graph, size: bytes(graph.bytes) })],
    [words.window, words.windowFacts(window.sizePx, window.padPx, window.suggestedStridePx)],
    [
      words.madeFor,
      words.metresPerPixel(
        significant(distance.min, 3),
        significant(distance.max, 3),
        distance.best === undefined ? null : significant(distance.best, 3),
      ),
    ],
    [words.trainedOn, manifest.trainedOn ?? words.notSaid],
    [words.limits, manifest.limits ?? words.notSaid],
    [words.licence, manifest.licence ?? words.notSaid],
  ];
}

function Facts({ manifest }: { manifest: ModelManifest }) {
  return (
    <table className="table" aria-label={words.facts}>
      <tbody>
        {factsOf(manifest).map(([name, value]) => (
          <tr key={name} style={{ verticalAlign: "top" }}>
            <td className="quiet">{name}</td>
            <td style={{ whiteSpace: "normal" }}>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Inputs({ inputs }: Pick<ModelManifest, "inputs">) {
  return (
    <table className="table" aria-label={words.inputs}>
      <tbody>
        {inputs.map((input) => (
          <tr key={input.name}>
            <td className="mono" style={{ minWidth: "9ch" }}>
              {input.name}
            </td>
            <td style={{ whiteSpace: "normal" }}>
              {input.bands.join(", ")}
              {input.otherBands?.map((bands) => words.orBands(bands.join(", ")))}
              {isAuxiliaryKind(input.kind) && ` (${words.kindOf(input.kind, input.optional === true)})`}
            </td>
            <td className="mono">{input.shape.join(" × ")}</td>
            <td>
              {input.scale.kind === "fixed"
                ? words.fixedRange(input.scale.min, input.scale.max)
                : words.scales[input.scale.kind]}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function Scores({ scores }: Pick<ModelManifest, "scores">) {
  return (
    <>
      <h3 className="label">{words.scores}</h3>
      <table className="table" aria-label={words.scoresTable}>
        <tbody>
          {scores.map(({ dataset, split, convention, miou, oa }) => (
            <tr key={`${dataset}${split}${convention}`}>
              <td style={{ whiteSpace: "normal" }}>
                {dataset}, {split}, {convention}
              </td>
              <td className="number">{words.meanIou(percent(miou ?? null))}</td>
              <td className="number">{words.overallAccuracy(percent(oa ?? null))}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}
