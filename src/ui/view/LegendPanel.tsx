/** The classes: on and off, how opaque they lie on the photo, in which colours. */

import { useMemo } from "react";
import { changeLegend, showOnlyClass, toggleClass } from "../../actions/view/arrange";
import { screenColour } from "../../core/labels/class-colours";
import { selectLegendClasses } from "../../store/selectors";
import { RangeSlider } from "../controls/Fields";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";
import { ClassColours } from "./ClassColours";

const words = messages.legend;

export function LegendPanel() {
  const studio = useStudio();
  const legend = useSelect((state) => state.legend);
  const runs = useSelect((state) => state.runs);
  const scenes = useSelect((state) => state.scenes);
  const models = useSelect((state) => state.models);
  const asked = useSelect((state) => state.settings.modelIds);
  const classes = useMemo(
    () => selectLegendClasses({ runs, scenes, models, settings: { modelIds: asked } }),
    [runs, scenes, models, asked],
  );
  const keys = classes.map(({ key }) => key);
  return (
    <section className="section legend" aria-label={words.title}>
      <div className="section-head">
        <h2 className="label">{words.title}</h2>
        <span className="label number">{words.opacity(Math.round(legend.opacity * 100))}</span>
      </div>
      <RangeSlider
        label={words.opacityOfClasses}
        min={0}
        max={100}
        step={1}
        value={Math.round(legend.opacity * 100)}
        onChange={(value) => changeLegend(studio, { opacity: value / 100 })}
      />
      <div className="legend-grid">
        {classes.map(({ key, name, colour }) => (
          <button
            key={key}
            type="button"
            className="legend-class"
            aria-pressed={!legend.hidden.includes(key)}
            title={words.classTip(name)}
            onClick={(event) => (event.altKey ? showOnlyClass(studio, key, keys) : toggleClass(studio, key))}
          >
            <span
              className="swatch"
              style={{ background: `rgb(${screenColour({ name, colour }, legend).join(" ")})` }}
            />
            <span className="truncate">{name}</span>
          </button>
        ))}
      </div>
      <div className="card-tools">
        <ClassColours classes={classes} />
        {legend.hidden.length > 0 && (
          <button type="button" className="button-plain quiet" onClick={() => changeLegend(studio, { hidden: [] })}>
            {words.showAll}
          </button>
        )}
      </div>
    </section>
  );
}
