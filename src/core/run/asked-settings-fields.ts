/** What the next run is asked to do, as it stands in projects and preferences. */
import { flag, list, numberFrom, oneOf, text } from "../json/fields";
import { AUGMENTATION_IDS } from "../vocabulary/augmentations";
import { BACKEND_CHOICES } from "../vocabulary/backends";
import { BLEND_PROFILES } from "../vocabulary/blends";

export const askedSettingsFields = {
  modelIds: list(text, 1000),
  backend: oneOf(BACKEND_CHOICES),
  overlapFraction: numberFrom(0, 0.9),
  blend: oneOf(BLEND_PROFILES),
  testTimeAugmentation: oneOf(AUGMENTATION_IDS),
  confidence: flag,
  papers: flag,
};
