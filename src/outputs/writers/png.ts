/** The map as a picture, its world file where the orthophoto has a position, and its CRS where that is known as WKT. */
import { writeClassMapPng } from "../../io/write-png";
import { type RunWriter, writeText } from "../run-format";

/** The class map as PNG, with world file and `.prj` beside it where the position is known. */
export const writePng: RunWriter = async ({ mask, grid, classes }, open, signal) => {
  const worldFile = await writeClassMapPng({ mask, grid, classes, sink: await open("main", "image/png"), signal });
  if (worldFile !== null) {
    await writeText(open, { afterStem: ".pgw" }, "text/plain", worldFile);
  }
  const wkt = grid.crs?.wkt;
  if (wkt != null) {
    await writeText(open, { afterStem: ".prj" }, "text/plain", wkt);
  }
};
