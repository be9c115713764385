/** What the user set right about a raster, as it stands in files. */
import { type Field, matching, nullable, number, objectOf, oneOf, optional, table } from "../json/fields";
import { storedNumber } from "../json/non-finite";
import { schemeField } from "../labels/scheme-fields";
import { RASTER_USES } from "../vocabulary/auxiliary-kinds";
import { BAND_ROLES, type BandRole } from "../vocabulary/band-roles";
import type { BandCorrections } from "./band-corrections";
import { COLLAR_ANSWERS } from "./collar";

const MOST_BANDS = 10_000;

export const bandKey = matching(/^\d{1,4}$/, "by number of a band");
export const useField = oneOf(RASTER_USES);
export const roleField = oneOf(Object.keys(BAND_ROLES) as BandRole[]);
export const nodataField = nullable(storedNumber);

export const photoRangeField = objectOf<{ black: number; white: number }>({ black: number, white: number });
export const collarField = oneOf(COLLAR_ANSWERS);

export const correctionsField: Field<BandCorrections> = objectOf<BandCorrections>({
  use: optional(useField),
  roles: optional(table(roleField, MOST_BANDS, bandKey)),
  nodata: optional(table(nodataField, MOST_BANDS, bandKey)),
  photoRange: optional(photoRangeField),
  collar: optional(collarField),
  scheme: optional(nullable(schemeField)),
});
