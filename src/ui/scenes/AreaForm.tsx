/** Where runs work: the whole image, or a rectangle that is drawn on a pane or typed. */
import { setArea, setDrawingArea } from "../../actions/scenes/set-area";
import type { AreaOfInterest } from "../../core/run/run-settings";
import { selectScene } from "../../store/selectors";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.area;

const SIDES = ["col", "row", "widthPx", "heightPx"] as const;

export function AreaForm() {
  const studio = useStudio();
  const record = useSelect(selectScene);
  if (record === null) {
    return null;
  }
  const { widthPx, heightPx } = record.scene.optical.facts;
  const area: AreaOfInterest = record.area ?? { col: 0, row: 0, widthPx, heightPx };
  const key = SIDES.map((side) => area[side]).join(" ");
  return (
    // Written anew whenever the area changes elsewhere, so that typing is never overwritten half-way.
    <form
      key={key}
      aria-label={words.title}
      onSubmit={(event) => {
        event.preventDefault();
        const data = new FormData(event.currentTarget);
        const [col = 0, row = 0, width = 0, height = 0] = SIDES.map((side) => Math.round(Number(data.get(side))));
        setArea(studio, { col, row, widthPx: width, heightPx: height });
      }}
    >
      <div className="field">
        <span>{words.title}</span>
        <span className="strong">
          {record.area === undefined ? words.whole : words.size(area.widthPx, area.heightPx)}
          {area.polygons !== undefined && ` ${words.inPolygons(area.polygons.length)}`}
        </span>
      </div>
      <div className="area-fields">
        {SIDES.map((side) => (
          <label key={side}>
            <span className="quiet">{words.sides[side]}</span>
            <input
              className="text-input"
              name={side}
              type="number"
              required
              min={side === "col" || side === "row" ? 0 : 1}
              max={side === "col" || side === "widthPx" ? widthPx : heightPx}
              defaultValue={area[side]}
            />
          </label>
        ))}
      </div>
      <div className="card-tools">
        <button type="submit" className="button button-small">
          {words.apply}
        </button>
        <button type="button" className="button button-small" onClick={() => setDrawingArea(studio, true)}>
          {words.draw}
        </button>
        {record.area !== undefined && (
          <button type="button" className="button button-small" onClick={() => setArea(studio, null)}>
            {words.clear}
          </button>
        )}
      </div>
    </form>
  );
}
