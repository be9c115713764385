/** A class: its swatch and its name, cut short where it does not fit. */
export function ClassName(props: { name: string; colour: readonly number[]; tip?: string }) {
  const { name, colour, tip = name } = props;
  return (
    <span className="class-name">
      <span className="swatch" style={{ background: `rgb(${colour.join(" ")})` }} />
      <span className="truncate" title={tip}>
        {name}
      </span>
    </span>
  );
}
