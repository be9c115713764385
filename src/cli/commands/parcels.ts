/** `nadir parcels`: area and share of every class of a map in each polygon of a layer. */
import { resolve } from "node:path";
import { closingAll } from "../../core/closing";
import { measureParcels } from "../../evaluation/parcel-statistics";
import { placePolygons } from "../../evaluation/place-polygons";
import { parcelTable, type SeenParcel } from "../../outputs/parcel-table";
import { formatTable } from "../../outputs/score-table";
import { isParcelFile, PARCEL_ENDINGS, writeParcels } from "../../outputs/write-parcels";
import { requireOutputs } from "../check-outputs";
import type { Command } from "../command";
import { printLine, printNotes } from "../command-io";
import { UsageError } from "../exit-codes";
import { createDiskSink, writeWholeFile } from "../file-sink";
import { RunFolder } from "../journal";
import { openMap } from "../open-map";
import { readManifest } from "../open-model";
import { openVector } from "../open-vector";
import { readOptions, required } from "../read-options";
import { openHeights } from "../second-rasters";
import { withTemporaryFolder } from "../temporary-folder";

export const parcels: Command = {
  usage: `Usage: nadir parcels --map FILE --parcels FILE --out FILE [options]

Area on the ground, share and number of objects of every class in each polygon, as columns beside the polygons' own.
Pixels on a border count by the part of them that lies inside, objects (patches of pixels that touch by their sides)
where their centroid lies.

  --map FILE        class map of any make
  --parcels FILE    polygons: GeoPackage, Shapefile (also zipped), GeoJSON, KML or KMZ, in any coordinate system
  --layer NAME      of a GeoPackage; its first of polygons without it
  --out FILE        the polygons with the columns joined: .geojson or .gpkg
  --csv FILE        the columns as a table
  --dsm FILE        surface model: the mean height above the ground of each polygon (the ground is looked for under it)
  --ndsm FILE       the same, for heights that are above the ground already
  --dtm FILE        ground, together with --dsm
  --model MANIFEST  the classes of the map's ids; told by the file itself without it`,

  async run(args, io) {
    const { values } = readOptions(args, {
      map: { type: "string" },
      parcels: { type: "string" },
      layer: { type: "string" },
      out: { type: "string" },
      csv: { type: "string" },
      dsm: { type: "string" },
      ndsm: { type: "string" },
      dtm: { type: "string" },
      model: { type: "string" },
    });
    const [path, parcelPath] = [required(values.map, "map"), required(values.parcels, "parcels")];
    const out = required(values.out, "out");
    if (!isParcelFile(out)) {
      throw new UsageError(`--out is "${out}"; one of these endings is needed: ${PARCEL_ENDINGS.join(", ")}.`);
    }
    const outputs = [
      { name: "--out", path: out },
      ...(values.csv === undefined ? [] : [{ name: "--csv", path: values.csv }]),
    ];
    const inputs = [
      { name: "--map", path },
      { name: "--parcels", path: parcelPath },
      ...(["dsm", "ndsm", "dtm"] as const).flatMap((name) => {
        const path = values[name];
        return path === undefined ? [] : [{ name: `--${name}`, path }];
      }),
    ];
    printNotes(io, await requireOutputs(outputs, inputs, RunFolder.of(out).path));
    const model = values.model === undefined ? null : await readManifest(values.model);
    const layer = await openVector(parcelPath, values.layer ?? null);
    printNotes(io, layer.notes);
    await withTemporaryFolder((folder) =>
      closingAll(async (keep) => {
        const { facts, ids, classes } = await openMap(path, model, folder, keep, io);
        const second = await openHeights(facts, values, keep, io);
        const statistics = await measureParcels(ids, placePolygons(facts, layer), second, io.signal);
        const seen = layer.polygons.map(
          (polygon, index): SeenParcel => ({ ...polygon, statistics: statistics[index]! }),
        );
        const outside = seen.filter(({ statistics }) => statistics.seenArea === 0).length;
        if (outside > 0) printNotes(io, [`${outside} of ${seen.length} polygons lie outside the map.`]);
        const sink = await createDiskSink(out);
        try {
          await writeParcels(out, { ...layer, parcels: seen, classes }, sink, io.signal);
        } catch (error) {
          await sink.discard();
          throw error;
        }
        if (values.csv !== undefined) {
          await writeWholeFile(values.csv, `${formatTable(parcelTable(seen, classes), "csv")}\r\n`);
        }
        printLine(io.stdout, resolve(out));
      }),
    );
  },
};
