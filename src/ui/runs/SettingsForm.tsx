/** How windows are laid and joined, and where the model runs. */
import { changeSettings, reproducePapers } from "../../actions/view/arrange";
import { LEAST_SCALE, MOST_SCALE, SCALE_CHOICES } from "../../core/run/run-scale";
import { AUGMENTATION_IDS } from "../../core/vocabulary/augmentations";
import { BACKEND_CHOICES } from "../../core/vocabulary/backends";
import { BLEND_PROFILES, BLENDS } from "../../core/vocabulary/blends";
import { selectAskedManifests } from "../../store/selectors";
import { ChoiceField, NumberField, RangeField, SwitchField } from "../controls/Fields";
import { fixed } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";
import { AreaForm } from "../scenes/AreaForm";

const words = messages.settings;

const OFFERED_BLENDS = BLEND_PROFILES.filter((profile) => BLENDS[profile].offered).map((value) => ({
  value,
  text: messages.describe.blends[value],
}));
const SCALES = ([...SCALE_CHOICES, "number"] as const).map((value) => ({ value, text: words.scales[value] }));
const BACKENDS = BACKEND_CHOICES.map((value) => ({ value, text: words.backends[value] }));
const AUGMENTATIONS = AUGMENTATION_IDS.map((value) => ({ value, text: words.augmentations[value] }));

export function SettingsForm() {
  const studio = useStudio();
  const settings = useSelect((state) => state.settings);
  return (
    <>
      <h3 className="label">{words.title}</h3>
      <WindowField />
      <RangeField
        label={words.overlap}
        text={`${Math.round(settings.overlapFraction * 100)} %`}
        value={Math.round(settings.overlapFraction * 100)}
        min={0}
        max={75}
        step={5}
        hint={words.overlapHint(overlapWork(settings.overlapFraction))}
        onChange={(value) => changeSettings(studio, { overlapFraction: value / 100, papers: false })}
      />
      <ChoiceField
        label={words.blend}
        value={settings.blend}
        options={OFFERED_BLENDS}
        hint={words.blendHints[settings.blend]}
        disabled={settings.papers}
        onChange={(blend) => changeSettings(studio, { blend })}
      />
      <ScaleFields />
      <ChoiceField
        label={words.augmentation}
        value={settings.testTimeAugmentation}
        options={AUGMENTATIONS}
        onChange={(testTimeAugmentation) => changeSettings(studio, { testTimeAugmentation })}
      />
      <ChoiceField
        label={words.runsOn}
        value={settings.backend}
        options={BACKENDS}
        onChange={(backend) => changeSettings(studio, { backend })}
      />
      <SwitchField
        label={words.keepConfidence}
        checked={settings.confidence}
        hint={words.keepConfidenceHint}
        onChange={(confidence) => changeSettings(studio, { confidence })}
      />
      <PapersField />
      <AreaForm />
    </>
  );
}

function WindowField() {
  const manifests = useSelectList(selectAskedManifests);
  const windowSizesPx = [...new Set(manifests.map(({ window }) => window.sizePx))];
  return (
    <div className="field">
      <span>{words.window}</span>
      <span className="strong">{windowSizesPx.length === 0 ? words.windowByModel : words.windows(windowSizesPx)}</span>
      <span className="field-hint">{words.windowHint}</span>
    </div>
  );
}

function PapersField() {
  const studio = useStudio();
  const isOn = useSelect((state) => state.settings.papers);
  const manifests = useSelectList(selectAskedManifests);
  const papers = manifests.filter(({ stitch }) => stitch.papersStridePx !== null);
  return (
    <SwitchField
      label={words.papers}
      checked={isOn}
      disabled={papers.length === 0}
      hint={
        papers.length === 0
          ? words.noPapers
          : words.papersHint(papers.map(({ name, stitch }) => ({ model: name, stridePx: stitch.papersStridePx! })))
      }
      onChange={(on) => reproducePapers(studio, on)}
    />
  );
}

function ScaleFields() {
  const studio = useStudio();
  const scale = useSelect((state) => state.settings.scale ?? "auto");
  const papers = useSelect((state) => state.settings.papers);
  const choice = typeof scale === "number" ? "number" : scale;
  return (
    <>
      <ChoiceField
        label={words.scale}
        value={choice}
        options={SCALES}
        hint={words.scaleHints[choice]}
        disabled={papers}
        onChange={(next) => changeSettings(studio, { scale: next === "number" ? 2 : next })}
      />
      {choice === "number" && (
        <NumberField
          label={words.scaleNumber}
          value={Number(scale)}
          min={LEAST_SCALE}
          max={MOST_SCALE}
          onChange={(number) => changeSettings(studio, { scale: number })}
        />
      )}
    </>
  );
}

/** Windows per window without overlap: (1 / (1 − overlap))². */
function overlapWork(overlapFraction: number): string {
  return fixed(1 / (1 - overlapFraction) ** 2, 1);
}
