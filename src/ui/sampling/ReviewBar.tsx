/** Above the map while points are answered: which one it is, the classes to choose from, and the way on and back. */
import { useEffect } from "react";
import { answerPoint, endReview, showReviewedMap, stepPoint } from "../../actions/sampling/review-points";
import { answerProgress } from "../../core/sampling/sampled-map";
import { type selectReview, selectReviewedRun } from "../../store/sample-selectors";
import { ClassName } from "../controls/ClassName";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { ReviewKeys } from "./review-keys";

const words = messages.accuracy;

/** Classes that have a key. */
const DIGITS = 9;

export function ReviewBar({ review, sample }: NonNullable<ReturnType<typeof selectReview>>) {
  const studio = useStudio();
  const hasMap = useSelect((state) => selectReviewedRun(state) !== null);
  useEffect(() => {
    const keys = new ReviewKeys(studio);
    return () => keys.stop();
  }, [studio]);
  const { classes, points } = sample;
  const point = points[review.at];
  const { answered, untold } = answerProgress(points);
  return (
    <section className="stroke-tools review-bar" aria-label={words.reviewing}>
      <div className="stroke-tools-line">
        <h2 className="label">{words.reviewing}</h2>
        <StepButton name={words.back} sign="‹" isAble={review.at > 0} onClick={() => stepPoint(studio, -1)} />
        <span className="number" role="status" data-role="review-progress">
          {words.pointAt(review.at + 1, points.length)}
        </span>
        <StepButton
          name={words.forward}
          sign="›"
          isAble={review.at < points.length - 1}
          onClick={() => stepPoint(studio, 1)}
        />
        <span className="stroke-hint quiet truncate">{words.looked(answered + untold, points.length)}</span>
        <div className="row stroke-ends">
          {hasMap && (
            <button
              type="button"
              className="button-plain"
              aria-pressed={review.isMapShown}
              title={words.showMapTip}
              onClick={() => showReviewedMap(studio, !review.isMapShown)}
            >
              {review.isMapShown ? words.hideMap : words.showMap}
            </button>
          )}
          <button type="button" className="button-plain" title={words.endTip} onClick={() => endReview(studio)}>
            {words.end}
          </button>
        </div>
      </div>
      <div className="stroke-classes" role="toolbar" aria-label={words.question}>
        {classes.map(({ name, colour }, at) => (
          <Answer
            key={name}
            digit={at < DIGITS ? String(at + 1) : null}
            isChosen={point?.reference === name}
            onClick={() => answerPoint(studio, name)}
          >
            <ClassName name={name} colour={colour} />
          </Answer>
        ))}
        <Answer digit="0" isChosen={point?.reference === ""} onClick={() => answerPoint(studio, "")}>
          {words.untold}
        </Answer>
      </div>
    </section>
  );
}

function StepButton(props: { name: string; sign: string; isAble: boolean; onClick: () => void }) {
  const { name, sign, isAble, onClick } = props;
  return (
    <button type="button" className="button-plain" aria-label={name} title={name} disabled={!isAble} onClick={onClick}>
      {sign}
    </button>
  );
}

function Answer(props: { digit: string | null; isChosen: boolean; onClick: () => void; children: React.ReactNode }) {
  const { digit, isChosen, onClick, children } = props;
  return (
    <span className="stroke-class" data-chosen={isChosen}>
      <button type="button" className="stroke-class-name" aria-pressed={isChosen} onClick={onClick}>
        {children}
        {digit !== null && <kbd className="review-key">{digit}</kbd>}
      </button>
    </span>
  );
}
