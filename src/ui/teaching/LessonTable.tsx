/** Class by class: how many strokes there are, and how much of them the old and the taught model tell rightly. */
import { screenColour } from "../../core/labels/class-colours";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ShownLesson } from "../../store/teaching";
import { type LessonLine, selectLessonLines } from "../../store/teaching-selectors";
import { whole } from "../format";
import { messages } from "../messages";
import { useSelect } from "../StudioContext";

const words = messages.teach;

/** Nothing while there are neither strokes nor scores. */
export function LessonTable({ lesson }: { lesson: ShownLesson | null }) {
  const lines = JSON.parse(useSelect((state) => JSON.stringify(selectLessonLines(state)))) as LessonLine[];
  if (lines.length === 0) return null;
  return (
    <table className="table lesson-table" aria-label={words.table} title={lesson === null ? undefined : words.toldHint}>
      <colgroup>
        <col />
        <col className="lesson-number" />
        {lesson !== null && <col className="lesson-share" span={2} />}
      </colgroup>
      <thead>
        <tr>
          <th scope="col">{words.class}</th>
          <th scope="col">{words.strokes}</th>
          {lesson !== null && (
            <>
              <th scope="col">{words.before}</th>
              <th scope="col">{words.taught}</th>
            </>
          )}
        </tr>
      </thead>
      <tbody>
        {lines.map((line) => (
          <Line key={line.name} line={line} lesson={lesson} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ line, lesson }: { line: LessonLine; lesson: ShownLesson | null }) {
  const legend = useSelect((state) => state.legend);
  const score = lesson?.classes.find(({ name }) => canonicalClass(name) === canonicalClass(line.name));
  const added = score === undefined || lesson === null ? 0 : line.strokes - score.strokes;
  const isBetter = score != null && score.taught !== null && score.taught > (score.old ?? 0);
  return (
    <tr>
      <td>
        <span className="class-name">
          <span className="swatch" style={{ background: `rgb(${screenColour(line, legend).join(" ")})` }} />
          <span>{line.name}</span>
        </span>
      </td>
      <td className="number">
        {whole(line.strokes)}
        {added > 0 && <span className="quiet"> {words.added(added)}</span>}
      </td>
      {lesson !== null && (
        <>
          <td className="number quiet">{share(score?.old)}</td>
          <td className={isBetter ? "number good" : "number"}>{share(score?.taught)}</td>
        </>
      )}
    </tr>
  );
}

function share(fraction: number | null | undefined): string {
  return fraction == null ? "–" : words.percent(Math.round(100 * fraction));
}
