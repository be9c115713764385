/**
 * Where everything of a hand-over stands, for page and command line:
 *
 *   report.html, report.json                  the report, to read and to go on with
 *   scores/{pooled,tiles,classes,confusion}.csv, scores/scores.tex
 *   maps/MODEL/TILE.MODEL.tif, …              every chosen format of every run
 *   maps/MODEL/MODEL.vrt, MODEL.qml           the model's GeoTIFFs as one raster
 *   remarks.txt                               what is not there and why, where something is not
 */
import { type RunFormatId, runFormat } from "../run-formats";
import { slug } from "../run-labels";

/** Which model over which tile, by the names that people see. */
export interface RunNames {
  readonly modelName: string;
  readonly sceneName: string;
}

/** Where the files of one run go. */
export interface RunPlace {
  /** "maps/emsnet" */
  readonly folder: string;
  /** "maps/emsnet/top-potsdam-2_13.emsnet": each format puts its extension behind it. */
  readonly stem: string;
}

/** Of a name in a path: what some archives and file systems bear, with room for extensions. */
const MOST_CHARACTERS = 80;

/** Names that Windows keeps for devices, whatever follows their first dot. */
const DEVICES = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i;

/**
 * One place per run, in their order. Names that would meet in one file, on systems that tell no case too, are numbered,
 * in the order in which they come.
 */
export function planTree(runs: readonly RunNames[]): RunPlace[] {
  const models = fileNames(runs.map(({ modelName }) => modelName));
  const tiles = fileNames(runs.map(({ sceneName }) => sceneName));
  return runs.map(({ modelName, sceneName }) => {
    const model = models.get(modelName)!.toLowerCase();
    const folder = `maps/${model}`;
    return { folder, stem: `${folder}/${tiles.get(sceneName)!}.${model}` };
  });
}

/** Path of the main file of a format. */
export function formatPath({ stem }: RunPlace, format: RunFormatId): string {
  return `${stem}${runFormat(format).extension}`;
}

/** The model's maps as one raster: "maps/emsnet/emsnet.vrt". */
export function mosaicPath({ folder }: RunPlace): string {
  return `${folder}/${folder.split("/").at(-1)!}.vrt`;
}

/** A name for files by each name for people. */
function fileNames(names: readonly string[]): Map<string, string> {
  const byName = new Map<string, string>();
  const taken = new Set<string>();
  for (const name of names) {
    if (byName.has(name)) continue;
    const plain = fileName(name);
    let free = plain;
    for (let number = 2; taken.has(free.toLowerCase()); number++) free = `${plain}-${number}`;
    taken.add(free.toLowerCase());
    byName.set(name, free);
  }
  return byName;
}

function fileName(name: string): string {
  const plain = Array.from(slug(name.normalize("NFC")))
    .slice(0, MOST_CHARACTERS)
    .join("")
    .replaceAll(/^\.+|\.+$/g, "");
  return (plain === "" ? "unnamed" : plain).replace(DEVICES, "$1-");
}
