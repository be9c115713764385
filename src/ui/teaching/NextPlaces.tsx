/** Steps through the places where a stroke would tell most. */
import { stepPlace } from "../../actions/teaching/next-places";
import { selectRunToMend } from "../../store/teaching-selectors";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.teach;

/** Nothing without a map that says how sure it is. */
export function NextPlaces() {
  const studio = useStudio();
  const runId = useSelect((state) => selectRunToMend(state)?.id ?? null);
  const places = useSelect((state) => state.teaching.places);
  if (runId === null) return null;
  const { at, list } = places !== null && places.runId === runId ? places : { at: null, list: [] };
  const place = at === null ? undefined : list[at];
  return (
    <section className="row" aria-label={words.places}>
      <button
        type="button"
        className="button button-small"
        title={words.nextPlaceTip}
        onClick={() => void stepPlace(studio, 1)}
      >
        {words.nextPlace}
      </button>
      {place !== undefined && (
        <>
          <button
            type="button"
            className="button-plain"
            aria-label={words.previousPlace}
            title={words.previousPlace}
            onClick={() => void stepPlace(studio, -1)}
          >
            ‹
          </button>
          <span className="quiet number truncate" role="status" title={words.placeTip}>
            {words.placeAt(at! + 1, list.length, Math.round(100 * place.confidence))}
          </span>
        </>
      )}
    </section>
  );
}
