/** How polygons are made that are saved: with how many corners, and which classes get right angles. */
import { useMemo } from "react";
import { changePolygons } from "../../actions/view/arrange";
import { roofClassIds } from "../../core/polygons/polygon-options";
import { isDone } from "../../store/runs";
import { CheckRow, RangeField } from "../controls/Fields";
import { fixed } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.polygons;

export function PolygonsDialog() {
  const studio = useStudio();
  const options = useSelect((state) => state.workspace.polygons);
  const runs = useSelectList((state) => state.runs.records.filter(isDone));
  const names = useMemo(() => [...new Set(runs.flatMap(({ classes }) => classes.map(({ name }) => name)))], [runs]);
  const chosen = roofClassIds(
    options,
    names.map((name, id) => ({ id, name })),
  );
  const toggle = (at: number) =>
    changePolygons(studio, { roofClasses: names.filter((_, id) => chosen.has(id) !== (id === at)) });
  return (
    <div className="stack">
      <p className="quiet">{words.hint}</p>
      <RangeField
        label={words.simplify}
        value={options.simplifyPx}
        min={0}
        max={10}
        step={0.5}
        text={`${fixed(options.simplifyPx, 1)} px`}
        hint={words.simplifyHint}
        onChange={(simplifyPx) => changePolygons(studio, { simplifyPx })}
      />
      <RangeField
        label={words.leastIou}
        value={options.leastIou}
        min={0.5}
        max={0.99}
        step={0.01}
        text={fixed(options.leastIou, 2)}
        hint={words.leastIouHint}
        onChange={(leastIou) => changePolygons(studio, { leastIou })}
      />
      <fieldset className="stack plain-fieldset" aria-label={words.roofs}>
        <span className="label">{words.roofs}</span>
        {names.map((name, at) => (
          <CheckRow key={name} label={name} checked={chosen.has(at)} onChange={() => toggle(at)}>
            <span>{name}</span>
          </CheckRow>
        ))}
      </fieldset>
    </div>
  );
}
