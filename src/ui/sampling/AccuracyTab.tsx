/** How good a map is without full truth: points drawn from it, answered one by one, and what follows from the answers. */
import { useRef } from "react";
import { chooseSampledMap, drawSample, openPoints, removeSample } from "../../actions/sampling/draw-points";
import { startReview } from "../../actions/sampling/review-points";
import { saveSample } from "../../actions/sampling/save-points";
import { closeDrawer } from "../../actions/view/arrange";
import { answerProgress } from "../../core/sampling/sampled-map";
import { SAMPLE_FORMATS } from "../../outputs/sample-files";
import { type SampledChoice, selectSampled, selectSampledChoices } from "../../store/sample-selectors";
import type { SceneSample } from "../../store/samples";
import { Fault } from "../controls/Fault";
import { ChoiceField } from "../controls/Fields";
import { ShareBar } from "../controls/ProgressBar";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { AccuracyResults } from "./AccuracyResults";
import { DesignForm } from "./DesignForm";

const words = messages.accuracy;

export function AccuracyTab() {
  const studio = useStudio();
  const json = useSelect((state) => JSON.stringify(selectSampledChoices(state).map(choiceFacts)));
  const choices = JSON.parse(json) as ReturnType<typeof choiceFacts>[];
  const { key, name, isGone, sample } = useSelectList((state) => {
    const chosen = selectSampled(state);
    return {
      key: chosen?.mapKey ?? null,
      name: chosen?.name ?? "",
      isGone: chosen?.run === null,
      sample: chosen?.sample ?? null,
    };
  });
  const fault = useSelect(({ samples }) => samples.fault);
  if (key === null) {
    return (
      <section className="section">
        <p className="quiet">{words.noRuns}</p>
      </section>
    );
  }
  const earlier = choices.find((choice) => choice.isGone && choice.name === name);
  return (
    <section className="section">
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
      </div>
      {choices.length > 1 && (
        <ChoiceField
          label={words.map}
          value={key}
          options={choices.map((choice) => ({
            value: choice.key,
            text: choice.isGone ? words.goneMap(choice.name) : choice.name,
          }))}
          onChange={(chosen) => chooseSampledMap(studio, chosen)}
        />
      )}
      {isGone && <p className="warn">{words.otherMap}</p>}
      {!isGone && sample === null && earlier !== undefined && <p className="warn">{words.mapChanged}</p>}
      {sample === null ? <DesignForm /> : <Sample sample={sample} isGone={isGone} />}
      {!isGone && <SampleSource isDrawn={sample !== null} />}
      {fault !== null && <Fault error={fault} />}
      {sample !== null && <AccuracyResults sample={sample} />}
    </section>
  );
}

function choiceFacts({ mapKey: key, name, run }: SampledChoice) {
  return { key, name, isGone: run === null };
}

/** How far the answers are, and what can be done with them. */
function Sample({ sample, isGone }: { sample: SceneSample; isGone: boolean }) {
  const studio = useStudio();
  const { points, design, sceneId, mapKey } = sample;
  const { answered, untold, open } = answerProgress(points);
  const review = () => {
    startReview(studio);
    closeDrawer(studio);
  };
  return (
    <>
      <p className="quiet">{design === null ? words.fromFile(points.length) : words.drawn(points.length, design)}</p>
      <ShareBar label={words.progress} share={points.length === 0 ? 1 : (answered + untold) / points.length} />
      <p className="quiet" data-role="answers">
        {words.answers(answered, untold, open)}
      </p>
      <div className="card-tools">
        <button type="button" className="button button-small" onClick={review}>
          {open === points.length ? words.review : open === 0 ? words.lookAgain : words.goOn}
        </button>
        <span className="quiet">{words.saveAs}</span>
        {SAMPLE_FORMATS.map(({ ending, name }) => (
          <button key={ending} type="button" className="button-plain" onClick={() => saveSample(studio, ending)}>
            {name}
          </button>
        ))}
        <button type="button" className="button-plain" onClick={() => removeSample(studio, sceneId, mapKey)}>
          {words.remove}
        </button>
      </div>
      {isGone && <p className="quiet">{words.goneHint}</p>}
    </>
  );
}

/** Where points come from: drawn by the design, or a file. */
function SampleSource({ isDrawn }: { isDrawn: boolean }) {
  const studio = useStudio();
  const isDrawing = useSelect(({ samples }) => samples.drawingKey !== null);
  const input = useRef<HTMLInputElement>(null);
  return (
    <div className="card-tools">
      {!isDrawn && (
        <button
          type="button"
          className="button button-small"
          disabled={isDrawing}
          onClick={() => void drawSample(studio)}
        >
          {isDrawing ? words.drawing : words.draw}
        </button>
      )}
      <button type="button" className="button-plain" disabled={isDrawing} onClick={() => input.current?.click()}>
        {words.load}
      </button>
      <input
        ref={input}
        type="file"
        hidden
        accept=".geojson,.json,.csv"
        aria-label={words.load}
        data-role="points-input"
        onChange={(event) => {
          const [file] = event.target.files ?? [];
          if (file !== undefined) void openPoints(studio, file);
          event.target.value = "";
        }}
      />
    </div>
  );
}
