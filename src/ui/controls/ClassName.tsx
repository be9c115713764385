/** A class: its swatch in the colour that the map has for it and its name, cut short where it does not fit. */
import { screenColour } from "../../core/labels/class-colours";
import type { Colour } from "../../core/labels/class-scheme";
import { useSelect } from "../StudioContext";

export function ClassName(props: { name: string; colour: Colour; tip?: string }) {
  const { name, colour, tip = name } = props;
  const background = useSelect(({ legend }) => `rgb(${screenColour({ name, colour }, legend).join(" ")})`);
  return (
    <span className="class-name">
      <span className="swatch" style={{ background }} />
      <span className="truncate" title={tip}>
        {name}
      </span>
    </span>
  );
}
