/**
 * What a run makes of the second raster: `flattened` feeds the constant-height DSM of the ablation; `left-out` runs as
 * if the scene had none.
 */
export const HEIGHT_TREATMENTS = ["as-is", "flattened", "left-out"] as const;

export type HeightTreatment = (typeof HEIGHT_TREATMENTS)[number];
