/** The map as Cloud Optimised GeoTIFF and, beside it, the class names where GDAL looks for them, and a QGIS style. */
import { formatCategoryAuxXml, writeClassMapCog } from "../../io/write-class-map";
import { formatQml } from "../../io/write-qml";
import { type RunWriter, writeText } from "../run-format";

/** The class map as Cloud Optimised GeoTIFF, with class names a QGIS style and what was corrected by hand beside it. */
export const writeGeoTiff: RunWriter = async ({ mask, grid, classes, labels, edits }, open, signal) => {
  const sink = await open("main", "image/tiff");
  await writeClassMapCog({ mask, grid, classes, metadata: labels, sink, signal });
  await writeText(open, { afterName: ".aux.xml" }, "text/xml", formatCategoryAuxXml(classes));
  await writeText(open, { afterStem: ".qml" }, "text/xml", formatQml(classes));
  if (edits !== undefined) await writeText(open, { afterStem: ".edits.json" }, "application/json", edits);
};
