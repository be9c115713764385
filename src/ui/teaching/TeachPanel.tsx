/** What the strokes have taught: learn from them, how far they go class by class, and the versions made so far. */
import { useEffect } from "react";
import { cancelLearning, LEARNING, learnFromStrokes, lookAtPupil } from "../../actions/teaching/learn";
import type { NadirErrorFacts } from "../../core/errors";
import type { ShownLesson } from "../../store/teaching";
import { type LearnObstacle, selectLearnObstacle, selectPupil } from "../../store/teaching-selectors";
import { Fault } from "../controls/Fault";
import { ProgressBar } from "../controls/ProgressBar";
import { progressText } from "../describe";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { LessonTable } from "./LessonTable";
import { NextPlaces } from "./NextPlaces";
import { Versions } from "./Versions";

const words = messages.teach;

export function TeachPanel() {
  const studio = useStudio();
  const pupil = useSelect(selectPupil);
  const { work, lesson } = useSelect((state) => state.teaching);
  const own = lesson?.baseId === pupil?.id ? lesson : null;
  useEffect(() => {
    if (pupil !== null) void lookAtPupil(studio);
  }, [studio, pupil]);
  return (
    <section className="section" aria-label={words.region} data-teaching={work.status}>
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        {pupil !== null && <span className="quiet truncate">{pupil.manifest.name}</span>}
      </div>
      <div className="stack">
        <LessonTable lesson={own} />
        {work.status === "learning" ? <Learning /> : <LearnButton />}
        {work.status === "failed" && <Fault error={work.error} />}
        {own !== null && work.status !== "learning" && <Outcome lesson={own} />}
        <NextPlaces />
        <Versions />
      </div>
    </section>
  );
}

function LearnButton() {
  const studio = useStudio();
  const obstacle = useSelect((state) => JSON.stringify(selectLearnObstacle(state)));
  const why = JSON.parse(obstacle) as LearnObstacle | null;
  return (
    <>
      <button
        type="button"
        className="button button-primary learn-button"
        disabled={why !== null}
        aria-describedby={why === null ? undefined : "learn-obstacle"}
        onClick={() => void learnFromStrokes(studio)}
      >
        {words.learn}
      </button>
      {why !== null && (
        <div id="learn-obstacle">
          <Obstacle why={why} />
        </div>
      )}
    </>
  );
}

function Obstacle({ why }: { why: LearnObstacle }) {
  switch (why.kind) {
    case "no-model":
      return <p className="quiet">{words.noModel}</p>;
    case "no-strokes":
      return <p className="quiet">{words.noStrokes}</p>;
    case "no-base":
      return <p className="quiet">{words.noBase(why.baseName)}</p>;
    case "fault":
      return <Fault error={why.error satisfies NadirErrorFacts} />;
  }
}

function Learning() {
  const studio = useStudio();
  const progress = useSelect((state) => state.progress[LEARNING] ?? null);
  return (
    <div className="stack" style={{ gap: 4 }}>
      <div className="row">
        <span className="quiet truncate" role="status">
          {progress === null ? words.waiting : progressText(progress)}
        </span>
        <button type="button" className="button button-small" onClick={() => cancelLearning(studio)}>
          {words.cancel}
        </button>
      </div>
      <ProgressBar label={words.progress} progress={progress} />
    </div>
  );
}

/** What came of the last round, and what would help. */
function Outcome({ lesson }: { lesson: ShownLesson }) {
  const few = lesson.classes.filter(({ taught }) => taught === null).map(({ name }) => name);
  return (
    <div className="stack" style={{ gap: 4 }} role="status">
      {lesson.keptBecause !== null && <p className="warn">{words.kept}</p>}
      {few.length > 0 && <p className="quiet">{words.moreNeeded(few)}</p>}
      {lesson.notes.map((note) => (
        <p key={note} className="quiet">
          {note}
        </p>
      ))}
    </div>
  );
}
