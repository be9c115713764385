/** A line per polygon: area and share of every class, height and objects; sorted by the column that is asked for. */
import { useMemo, useState } from "react";
import { canonicalClass } from "../../core/labels/class-mapping";
import type { ModelClass } from "../../core/manifest/manifest";
import { parcelTable } from "../../outputs/parcel-table";
import type { ParcelLayer } from "../../store/parcels";
import type { ParcelCounts } from "../../store/results";
import { SideScroll } from "../controls/SideScroll";
import { area, fixed, percent, whole } from "../format";
import { messages } from "../messages";
import { CopyTable } from "../outputs/CopyTable";
import { shareOf } from "./shown-parcels";

const words = messages.parcels;

/** Lines that are shown; files have all. */
const MOST_LINES = 200;

interface Column {
  readonly key: string;
  readonly title: string;
  /** What it is sorted by; nothing goes last. */
  readonly value: (line: Line) => string | number | null;
  readonly text: (line: Line) => string;
  /** A second line, smaller. */
  readonly note?: (line: Line) => string;
}

interface Line {
  readonly index: number;
  readonly properties: Readonly<Record<string, unknown>>;
  readonly counts: ParcelCounts;
}

export function ParcelTable(props: {
  layer: ParcelLayer;
  counts: readonly ParcelCounts[];
  classes: readonly ModelClass[];
  className: string | null;
}) {
  const { layer, counts, classes, className } = props;
  const [sort, setSort] = useState<{ readonly key: string; readonly falling: boolean }>({
    key: "label",
    falling: false,
  });
  const lines = useMemo(
    () => counts.map((own, index): Line => ({ index, properties: layer.properties[index] ?? {}, counts: own })),
    [layer, counts],
  );
  const columns = useMemo(() => columnsOf(layer, counts, classes, className), [layer, counts, classes, className]);
  const by = columns.find(({ key }) => key === sort.key) ?? columns[0]!;
  const sorted = useMemo(() => sortedBy(lines, by.value, sort.falling), [lines, by, sort.falling]);
  const all = useMemo(() => ({ ...parcelTable(lines.map(counted), classes), caption: words.table }), [lines, classes]);
  const turn = (key: string) => setSort({ key, falling: sort.key === key ? !sort.falling : key !== "label" });
  return (
    <>
      <SideScroll label={words.table}>
        <table className="table parcel-table" aria-label={words.table}>
          <thead>
            <tr>
              {columns.map(({ key, title }) => (
                <th
                  key={key}
                  scope="col"
                  aria-sort={key === by.key ? (sort.falling ? "descending" : "ascending") : "none"}
                >
                  <button type="button" className="sort-button" onClick={() => turn(key)}>
                    {title}
                    <span aria-hidden="true">{key === by.key ? (sort.falling ? " ↓" : " ↑") : ""}</span>
                  </button>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {sorted.slice(0, MOST_LINES).map((line) => (
              <tr key={line.index}>
                {columns.map(({ key, text, note }) => (
                  <td key={key} className={key === "label" ? undefined : "number"}>
                    <span className={key === "label" ? "truncate parcel-name" : "strong"}>{text(line)}</span>
                    {note !== undefined && <span className="share">{note(line)}</span>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </SideScroll>
      {lines.length > MOST_LINES && <p className="quiet">{words.more(MOST_LINES, lines.length)}</p>}
      <CopyTable table={all} />
    </>
  );
}

function counted({ properties, counts }: Line) {
  return { properties, statistics: counts };
}

function columnsOf(
  layer: ParcelLayer,
  counts: readonly ParcelCounts[],
  classes: readonly ModelClass[],
  className: string | null,
): Column[] {
  const labelKey = labelOf(layer);
  const label = ({ properties, index }: Line) => {
    const value = labelKey === null ? null : properties[labelKey];
    return typeof value === "number" || (typeof value === "string" && value !== "") ? value : index + 1;
  };
  const chosen = classes.find(({ name }) => name === className);
  const first: Column[] = [
    { key: "label", title: labelKey ?? words.number, value: label, text: (line) => String(label(line)) },
    {
      key: "seen",
      title: words.seen,
      value: (line) => line.counts.seenArea,
      text: (line) => area(line.counts.seenArea),
    },
  ];
  const perClass = classes
    .filter(({ id, name }) => name === className || counts.some(({ areas }) => areas.has(id)))
    .map(
      ({ id, name }): Column => ({
        key: canonicalClass(name),
        title: name,
        value: (line) => shareOf(line.counts, id),
        text: (line) => area(line.counts.areas.get(id) ?? 0),
        note: (line) => words.share(percent(shareOf(line.counts, id))),
      }),
    );
  const height: Column = {
    key: "height",
    title: words.height,
    value: (line) => line.counts.meanHeight,
    text: ({ counts: { meanHeight } }) => (meanHeight === null ? "–" : `${fixed(meanHeight, 1)} m`),
  };
  const objectsIn = ({ counts: { objects } }: Line) =>
    chosen === undefined ? [...objects.values()].reduce((sum, count) => sum + count, 0) : (objects.get(chosen.id) ?? 0);
  const objects: Column = {
    key: "objects",
    title: chosen === undefined ? words.objects : words.objectsOf(chosen.name),
    value: objectsIn,
    text: (line) => whole(objectsIn(line)),
  };
  const hasHeights = counts.some(({ meanHeight }) => meanHeight !== null);
  return [...first, ...perClass, ...(hasHeights ? [height] : []), objects];
}

/** The attribute that names polygons best: one that says so, else the first text, else the first of all. */
function labelOf({ properties }: ParcelLayer): string | null {
  const [first = {}] = properties;
  const keys = Object.keys(first);
  return (
    keys.find((key) => /name|label|parcel|flur|titre|nom$|^id$/i.test(key)) ??
    keys.find((key) => typeof first[key] === "string") ??
    keys[0] ??
    null
  );
}

function sortedBy(lines: readonly Line[], value: Column["value"], falling: boolean): Line[] {
  const { compare } = new Intl.Collator(undefined, { numeric: true });
  const sense = falling ? -1 : 1;
  return [...lines].sort((one, other) => {
    const [a, b] = [value(one), value(other)];
    if (a === null || b === null) return Number(a === null) - Number(b === null);
    return sense * (typeof a === "number" && typeof b === "number" ? a - b : compare(String(a), String(b)));
  });
}
