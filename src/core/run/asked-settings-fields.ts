/** What the next run is asked to do, as it stands in projects and preferences. */
import { union } from "valibot";
import { flag, list, numberFrom, oneOf, optional, text } from "../json/fields";
import { AUGMENTATION_IDS } from "../vocabulary/augmentations";
import { BACKEND_CHOICES } from "../vocabulary/backends";
import { BLEND_PROFILES } from "../vocabulary/blends";
import { LEAST_SCALE, MOST_SCALE, SCALE_CHOICES } from "./run-scale";

export const askedSettingsFields = {
  modelIds: list(text, 1000),
  backend: oneOf(BACKEND_CHOICES),
  overlapFraction: numberFrom(0, 0.9),
  blend: oneOf(BLEND_PROFILES),
  scale: optional(
    union([oneOf(SCALE_CHOICES), numberFrom(LEAST_SCALE, MOST_SCALE)], '"auto", "model", "image" or a number, 0.1–100'),
  ),
  testTimeAugmentation: oneOf(AUGMENTATION_IDS),
  confidence: flag,
  papers: flag,
};
