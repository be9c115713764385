/** Items by which a map's file says what made it, in the order in which they are written. */
export const MAP_LABELS = [
  "PREDICTION",
  "READ",
  "MODEL",
  "MODEL_SHA256",
  "SETTINGS",
  "BACKEND",
  "INPUTS",
  "CLEANED",
  "CLEANING",
  "CORRECTED",
] as const;

/** Texts by item. */
export type MapLabels = Readonly<Partial<Record<(typeof MAP_LABELS)[number], string>>>;
