/** The browser's own colour picker for a colour of three bytes. */
import type { Colour } from "../../core/labels/class-scheme";

export function ColourInput(props: { label: string; colour: Colour; onChange: (colour: Colour) => void }) {
  return (
    <input
      type="color"
      aria-label={props.label}
      value={`#${props.colour.map((value) => value.toString(16).padStart(2, "0")).join("")}`}
      onChange={({ target }) => {
        const channel = (at: number) => Number.parseInt(target.value.slice(at, at + 2), 16);
        props.onChange([channel(1), channel(3), channel(5)]);
      }}
    />
  );
}
