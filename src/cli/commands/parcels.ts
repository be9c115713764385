/** `nadir parcels`: area and share of every class of a map in each polygon of a layer. */
import { resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { NadirError } from "../../core/errors";
import { type Crs, datumAt } from "../../core/georef/crs";
import { pixelToMap } from "../../core/georef/geotransform";
import { pixelAreaByRow } from "../../core/georef/pixel-area";
import type { PointTransform } from "../../core/georef/reprojection";
import type { RasterFacts } from "../../core/raster/raster";
import { parsePolygons } from "../../core/vector/parse-polygons";
import { ringsInPixels } from "../../core/vector/rings-in-pixels";
import { type ParcelStatistics, parcelStatistics } from "../../evaluation/parcel-statistics";
import { crsOfEpsg } from "../../io/crs-definition";
import { createReprojection, toLngLat, toOwnLngLat } from "../../io/reproject";
import { formatParcels, parcelTable, type SeenParcel } from "../../outputs/parcel-table";
import { formatTable } from "../../outputs/score-table";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { openFile } from "../file-blob";
import { writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { readOptions, required } from "../read-options";
import { withTemporaryFolder } from "../temporary-folder";

export const parcels: Command = {
  usage: `Usage: nadir parcels --map FILE --parcels FILE --out FILE [options]

Area on the ground and share of every class in each polygon, as columns beside the polygons' own. Pixels on a border
count by the part of them that lies inside.

  --map FILE        class map of any make
  --parcels FILE    GeoJSON with polygons, in longitude and latitude or any system with an EPSG code
  --out FILE        the polygons with the columns joined, as GeoJSON
  --csv FILE        the columns as a table
  --model MANIFEST  the classes of the map's ids; told by the file itself without it`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      parcels: { type: "string" },
      out: { type: "string" },
      csv: { type: "string" },
      model: { type: "string" },
    });
    const [path, layer] = [required(values.map, "map"), required(values.parcels, "parcels")];
    const out = required(values.out, "out");
    const outputs = [
      { name: "--out", path: out },
      ...(values.csv === undefined ? [] : [{ name: "--csv", path: values.csv }]),
    ];
    const inputs = [
      { name: "--map", path },
      { name: "--parcels", path: layer },
    ];
    printNotes(io, await requireOutputs(outputs, inputs, RunFolder.of(out).path));
    const model = values.model === undefined ? null : await readManifest(values.model);
    const file = parsePolygons(await (await openFile(layer)).text(), layer);
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classes } = await openMap(path, model, folder, keep, io);
        const { geotransform, areaOf, toMap } = await meet(facts, file.epsg, layer);
        const seen: SeenParcel[] = [];
        for (const [index, { parts, ...polygon }] of file.polygons.entries()) {
          const placed = parts.map((rings) => ringsInPixels(rings, toMap, geotransform));
          if (placed.some((rings) => rings === null)) throw notPlaced(layer, index);
          const statistics: ParcelStatistics = await parcelStatistics(
            ids,
            placed.map((rings) => rings!),
            areaOf,
            io.signal,
          );
          seen.push({ ...polygon, statistics });
        }
        const outside = seen.filter(({ statistics }) => statistics.seenArea === 0).length;
        if (outside > 0) printNotes(io, [`${outside} of ${seen.length} polygons lie outside the map.`]);
        await writeWholeFile(out, formatParcels(seen, classes, file.epsg));
        if (values.csv !== undefined) {
          await writeWholeFile(values.csv, `${formatTable(parcelTable(seen, classes), "csv")}\r\n`);
        }
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};

/** What the polygons' coordinates are on the map; no transform where both have one system. */
async function meet(facts: RasterFacts, epsg: number, layer: string) {
  const { geotransform, crs, widthPx, heightPx, fileName } = facts;
  const areaOf = pixelAreaByRow({ geotransform, crs, widthPx }, crs && toOwnLngLat(crs));
  if (geotransform === null || crs === null || areaOf === null) {
    throw new NadirError({
      code: "missing-crs",
      subject: fileName,
      found: "It has no position on the ground.",
      needed: "Polygons lie on maps whose position and coordinate system are known.",
      next: "Give the map a world file and a .prj file.",
    });
  }
  const middle = toLngLat(crs)?.(pixelToMap(geotransform, [widthPx / 2, heightPx / 2])) ?? null;
  return { geotransform, areaOf, toMap: crs.epsg === epsg ? null : await transform(crs, middle, epsg, layer) };
}

async function transform(
  crs: Crs,
  place: Parameters<typeof datumAt>[1] | null,
  epsg: number,
  layer: string,
): Promise<PointTransform> {
  const named = await crsOfEpsg(epsg);
  const other = named?.datum && place !== null ? { ...named, datum: datumAt(named.datum, place) } : named;
  const reprojection = createReprojection(crs, other);
  if (reprojection === null) {
    throw new NadirError({
      code: "missing-crs",
      subject: layer,
      found: `Its coordinates are in EPSG:${epsg}, the map's in ${crs.name}.`,
      needed: "Both must be systems that can be converted into each other exactly.",
      next: "Save the layer in the map's coordinate system and try again.",
    });
  }
  return reprojection.otherToOptical;
}

function notPlaced(subject: string, index: number): NadirError {
  return new NadirError({
    code: "bad-vector",
    subject,
    found: `Feature ${index + 1} has a point that the map's coordinate system cannot have.`,
    needed: "Polygons must lie where the map's coordinate system is made for.",
    next: "Check the layer's coordinate system, or leave that polygon out.",
  });
}
