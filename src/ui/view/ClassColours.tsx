/** The colours of the classes: one of the palettes, and for each class one of the user's own. */
import { Popover } from "radix-ui";
import { changeLegend, setClassColour } from "../../actions/view/arrange";
import { PALETTES, type Palette, screenColour } from "../../core/labels/class-colours";
import type { LegendClass } from "../../store/selectors";
import { ColourInput } from "../controls/ColourInput";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const words = messages.legend;

export function ClassColours({ classes }: { classes: readonly LegendClass[] }) {
  const studio = useStudio();
  const legend = useSelect((state) => state.legend);
  return (
    <Popover.Root>
      <Popover.Trigger className="button-plain button-flush quiet">{words.colours}</Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover"
          side="right"
          align="end"
          collisionPadding={8}
          aria-label={words.coloursTitle}
        >
          <label className="field">
            <span>{words.palette}</span>
            <select
              className="select"
              value={legend.palette}
              onChange={({ target }) => changeLegend(studio, { palette: target.value as Palette })}
            >
              {PALETTES.map((palette) => (
                <option key={palette} value={palette}>
                  {words.palettes[palette]}
                </option>
              ))}
            </select>
            <span className="field-hint">{words.paletteHints[legend.palette]}</span>
          </label>
          {classes.map((entry) => (
            <div key={entry.key} className="row class-colour">
              <ColourInput
                label={words.colourOf(entry.name)}
                colour={screenColour(entry, legend)}
                onChange={(colour) => setClassColour(studio, entry.key, colour)}
              />
              <span className="truncate" title={entry.name}>
                {entry.name}
              </span>
              {entry.key in legend.colours && (
                <button
                  type="button"
                  className="button-plain"
                  aria-label={words.paletteColourOf(entry.name)}
                  onClick={() => setClassColour(studio, entry.key, null)}
                >
                  {words.paletteColour}
                </button>
              )}
            </div>
          ))}
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
