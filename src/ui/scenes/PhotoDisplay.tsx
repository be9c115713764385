/** How the photo is shown: bands, stretch and gamma, and what they come to in stored values. Models see none of it. */
import { useEffect, useState } from "react";
import { readShown, type ShownPhoto, setDisplay } from "../../actions/view/photo-display";
import type { BandFacts } from "../../core/raster/raster";
import {
  combinationsOf,
  type PhotoDisplay as Display,
  GAMMA,
  STRETCHES,
  type Stretch,
} from "../../core/view/photo-display";
import { BAND_ROLES } from "../../core/vocabulary/band-roles";
import type { SceneRecord } from "../../store/scenes";
import { ChoiceField, RangeField } from "../controls/Fields";
import { fixed, significant } from "../format";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";

const words = messages.photoDisplay;

export function PhotoDisplay({ record }: { record: SceneRecord }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <details className="card-details" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{words.title}</summary>
      {isOpen && <Choices record={record} />}
    </details>
  );
}

function Choices({ record }: { record: SceneRecord }) {
  const studio = useStudio();
  const { scene, display = {} } = record;
  const { bands, palette } = scene.optical.facts;
  const change = (next: Display) => setDisplay(studio, scene.id, next);
  const { combination, stretch, gamma = 1 } = display;
  const combinations = combinationsOf(bands).filter((each) => each !== "single");
  return (
    <section aria-label={words.title}>
      <ChoiceField
        label={words.bands}
        value={combination === "single" ? `band ${display.band ?? 0}` : (combination ?? "")}
        options={[
          { value: "", text: words.automatic },
          ...combinations.map((value) => ({ value, text: words.combinations[value] })),
          ...bands.map((band) => ({ value: `band ${band.index}`, text: words.band(band.index + 1, nameOf(band)) })),
        ]}
        onChange={(value) => change(withBands(display, value))}
      />
      {palette === null && (
        <ChoiceField
          label={words.stretch}
          value={stretch ?? ""}
          options={[
            { value: "", text: words.automatic },
            ...STRETCHES.map((value) => ({ value, text: words.stretches[value] })),
          ]}
          onChange={(value) => {
            const { stretch: _, ...rest } = display;
            change(value === "" ? rest : { ...rest, stretch: value as Stretch });
          }}
        />
      )}
      {palette === null && (
        <RangeField
          label={words.gamma}
          value={gamma}
          min={GAMMA.least}
          max={GAMMA.most}
          step={0.1}
          text={fixed(gamma, 1)}
          onChange={(value) => {
            const { gamma: _, ...rest } = display;
            const rounded = Math.round(value * 10) / 10;
            change(rounded === 1 ? rest : { ...rest, gamma: rounded });
          }}
        />
      )}
      <Shown opticalId={scene.optical.rasterId} bands={bands} display={display} />
      <p className="quiet">{words.onlyShown}</p>
      {Object.keys(display).length > 0 && (
        <button type="button" className="link" onClick={() => change({})}>
          {words.reset}
        </button>
      )}
    </section>
  );
}

/** @param value Of the select: a combination, "band N" with N from 0, or "" for what suits the photo. */
function withBands({ combination: _, band: __, ...rest }: Display, value: string): Display {
  if (value.startsWith("band ")) return { ...rest, combination: "single", band: Number(value.slice(5)) };
  const combination = (["natural", "infrared", "ndvi"] as const).find((each) => each === value);
  return combination === undefined ? rest : { ...rest, combination };
}

/** The values that are drawn as black and white, band by band. */
function Shown(props: { opticalId: string; bands: readonly BandFacts[]; display: Display }) {
  const studio = useStudio();
  const { opticalId, bands, display } = props;
  const [shown, setShown] = useState<ShownPhoto | null>(null);
  const key = JSON.stringify(display);
  useEffect(() => {
    let isNewest = true;
    readShown(studio, opticalId, JSON.parse(key) as Display).then(
      (found) => isNewest && setShown(found),
      // The panes say why nothing is shown.
      () => isNewest && setShown(null),
    );
    return () => {
      isNewest = false;
    };
  }, [studio, opticalId, key]);
  if (shown === null) return null;
  const { low, high } = shown;
  const ends = (at: number) => [significant(low[at]!, 4), significant(high[at]!, 4)] as const;
  const lines =
    shown.shown.kind === "ndvi"
      ? [words.ndviShown(...ends(0))]
      : [...new Set(shown.shown.bands)].map((band, at) => words.bandShown(nameOf(bands[band]!), ...ends(at)));
  return (
    <output className="quiet" data-role="photo-shown">
      {lines.join(" · ")}
    </output>
  );
}

function nameOf({ role, name, index }: BandFacts): string {
  return role === "unknown" ? (name ?? words.unnamedBand(index + 1)) : BAND_ROLES[role].name;
}
