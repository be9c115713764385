/** From the positions of one datum to another's, by way of WGS 84 or straight by a grid that leads there. */
import { type Datum, type ShiftFile, type UsableWay, usableWay } from "./crs";
import { shiftFromWgs84, shiftToWgs84 } from "./datum-shift";
import type { LngLatShift } from "./degrees";
import type { ReprojectionAccuracy } from "./reprojection";
import { shiftBackByGrid, shiftByGrid } from "./shift-grid";

export interface DatumBridge {
  readonly forth: LngLatShift;
  readonly back: LngLatShift;
  readonly accuracy: ReprojectionAccuracy;
}

const STAY: Pick<DatumBridge, "forth" | "back"> = { forth: (place) => place, back: (place) => place };

/** To WGS 84 and back; null without a way. */
export function wayToWgs84(datum: Datum | undefined): Pick<DatumBridge, "forth" | "back"> | null {
  const by = datum === undefined ? undefined : usableWay(datum)?.by;
  if (datum === undefined || by === undefined) return null;
  // What a grid leads to is taken as WGS 84.
  return "nodes" in by
    ? { forth: shiftByGrid(by.nodes), back: shiftBackByGrid(by.nodes) }
    : { forth: shiftToWgs84(datum.ellipsoid, by), back: shiftFromWgs84(datum.ellipsoid, by) };
}

/** Null when one of them has no way to WGS 84. */
export function bridgeDatums(here: Datum | undefined, there: Datum | undefined): DatumBridge | null {
  if (here !== undefined && here.name === there?.name) return { ...STAY, accuracy: { kind: "exact" } };
  const [fromHere, fromThere] = [wayToWgs84(here), wayToWgs84(there)];
  if (fromHere === null || fromThere === null) return null;
  const [way, backWay] = [usableWay(here!)!, usableWay(there!)!];
  const accuracy = (metres: number | null): ReprojectionAccuracy =>
    metres === null
      ? { kind: "not-stated" }
      : {
          kind: "within",
          metres: Number(metres.toPrecision(3)),
          betterGrids: distinct([...betterGrids(here!, way, there!), ...betterGrids(there!, backWay, here!)]),
          usedGrids: distinct([way, backWay].flatMap(({ by }) => ("grid" in by ? [by.grid] : []))),
        };
  const [target, backTarget] = [targetOf(way), targetOf(backWay)];
  if (target?.datum === there!.name) return { ...fromHere, accuracy: accuracy(target.accuracyMetres) };
  if (backTarget?.datum === here!.name) {
    const straight = { forth: fromThere.back, back: fromThere.forth };
    return { ...straight, accuracy: accuracy(backTarget.accuracyMetres) };
  }
  const metres =
    target !== null && target.datum === backTarget?.datum
      ? target.accuracyMetres + backTarget.accuracyMetres
      : way.accuracyMetres === null || backWay.accuracyMetres === null
        ? null
        : way.accuracyMetres + backWay.accuracyMetres;
  return {
    forth: (place) => fromThere.back(fromHere.forth(place)),
    back: (place) => fromHere.back(fromThere.forth(place)),
    accuracy: accuracy(metres),
  };
}

function targetOf({ by }: UsableWay): ShiftFile["to"] | null {
  return "to" in by ? by.to : null;
}

/** Those that PROJ would take, by the names of the files that users may have; else the best of these, of equals the latest. */
function betterGrids({ ways, shiftFiles = [] }: Datum, way: UsableWay, other: Datum): string[] {
  if ("grid" in way.by) return [];
  const before = ways.slice(0, ways.indexOf(way)).flatMap(({ by }) => ("grid" in by ? [by.grid] : []));
  if (before.length > 0) return before.map((grid) => shiftFiles.find(({ name }) => isCopyOf(grid, name))?.name ?? grid);
  const better = shiftFiles.filter(
    ({ accuracyMetres, to }) => to.datum === other.name || accuracyMetres < (way.accuracyMetres ?? Infinity),
  );
  const least = Math.min(...better.map(({ to }) => to.accuracyMetres));
  const best = better.findLast(({ to }) => to.accuracyMetres === least);
  return best === undefined ? [] : [best.name];
}

/** PROJ's copies are called by country and agency before the file's own name: "de_adv_BETA2007.tif". */
function isCopyOf(grid: string, name: string): boolean {
  const [copy, own] = [grid, name].map((file) => file.toLowerCase().replace(/\.[^.]*$/, ""));
  return copy!.endsWith(`_${own}`);
}

function distinct(names: readonly string[]): string[] {
  return [...new Set(names)];
}
