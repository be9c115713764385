/** What can be asked of the polygons of a map, on the page and on the command line. */
import { canonicalClass } from "../labels/class-mapping";

export interface PolygonOptions {
  /** How far corners that are left out may lie from what is left, in pixels; 0 leaves none out. */
  readonly simplifyPx: number;
  /** Names of the classes whose outlines may be right-angled and whose roofs have a slope; null for buildings. */
  readonly roofClasses: readonly string[] | null;
  /** A right-angled outline counts where its IoU with the patch's pixels is at least this. */
  readonly leastIou: number;
}

/** Beyond it an outline says nothing of its patch. */
export const MOST_SIMPLIFY_PX = 100;

export const POLYGON_DEFAULTS: PolygonOptions = { simplifyPx: 0, roofClasses: null, leastIou: 0.85 };

/** "buildings", "Gebäude", "bâti", "roof": what classes of buildings are called. */
const BUILDINGS = /build|roof|house|geb(ä|ae)ude|dach|haus|häuser|b(â|a)ti|toit|maison/i;

/** Ids of the classes that have roofs. */
export function roofClassIds(
  { roofClasses }: Pick<PolygonOptions, "roofClasses">,
  classes: readonly { readonly id: number; readonly name: string }[],
): ReadonlySet<number> {
  const named = roofClasses?.map(canonicalClass);
  return new Set(
    classes.filter(({ name }) => named?.includes(canonicalClass(name)) ?? BUILDINGS.test(name)).map(({ id }) => id),
  );
}
