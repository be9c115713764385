/** A name on one line that is cut in its middle where it does not fit: beginnings are alike, ends tell tiles and parts apart. */

/** Characters at the end that are always seen, a third of the name at most; so short a name is never cut. */
const TAIL = 8;

export function CutName({ text, strong, title = text }: { text: string; strong?: boolean; title?: string }) {
  const letters = Array.from(text);
  const cut = letters.length <= TAIL ? 0 : letters.length - Math.min(TAIL, Math.ceil(letters.length / 3));
  return (
    <span className={strong === true ? "cut-name strong" : "cut-name"} title={title}>
      <span className="truncate">{letters.slice(0, cut).join("")}</span>
      <span>{letters.slice(cut).join("")}</span>
    </span>
  );
}
