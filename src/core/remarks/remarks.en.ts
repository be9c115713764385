import type { HeightsMade } from "../run/heights-made";
import { capital, figuresWith, spellSizes } from "./figures";
import type { GridWay, RemarkWords } from "./remark";

const { plain, fixed, share, part, times, distance, closed, ratio, pixel } = figuresWith(".", "en");

const WHOLE = 0.999;

function gridWay(label: string, way: GridWay, covered: number): string {
  const partly = covered < WHOLE ? `, covers ${share(covered)}` : "";
  const all = partly || "; covers all of it";
  switch (way.is) {
    case "coarser":
    case "finer":
      return `${label} ${times(way.times)} ${way.is}${partly}, resampled`;
    case "mirrored":
      return `${label} mirrored${all}, resampled`;
    case "turned":
      return `${label} turned by ${way.degrees}°${all}, resampled`;
    case "on-grid":
      return `${label} on the image's grid${all}`;
    case "shifted":
      return `${label} shifted by ${way.px.map((px) => fixed(px, 1)).join(", ")} px${partly}, resampled`;
    case "starts": {
      const steps = way.steps.map(({ distance: far, to }) => `${plain(far)} ${way.unit} ${to}`);
      return `${label} starts ${steps.join(", ")}${all}, resampled`;
    }
  }
}

const apart = (gapMetres: number | null) => (gapMetres === null ? "" : `, ${distance(gapMetres)} apart`);

const unplaced = (file: string | null) =>
  file === null ? "Neither raster says where it lies" : `${file} does not say where it lies`;

const Role = { truth: "Truth", prediction: "Prediction" } as const;

/** "heights above the ground, which was looked for under dsm.tif; 3.1 % of them closed over holes". */
function heights({ how, files, closedShare }: HeightsMade): string {
  const [first = "", second = ""] = files;
  const made = {
    "as-given": `heights as ${first} gives them`,
    "minus-terrain": `heights above the ground: ${first} minus ${second}`,
    "from-surface": `heights above the ground, which was looked for under ${first}`,
    flat: "flat heights, as an experiment",
    absent: "no heights: the photo alone",
  }[how];
  return closedShare === undefined ? made : `${made}; ${closed(closedShare, "less than")} of them closed over holes`;
}

export const ENGLISH: RemarkWords = {
  "grids-aligned": () => "grids aligned",
  "grid-lies": ({ label, way, share: covered }) => gridWay(label, way, covered),
  "grid-apart": ({ gapMetres }) => `no overlap${apart(gapMetres)}`,
  "grid-by-size": () => "matched by size",
  "grid-by-shape": ({ label }) => `matched by shape, ${label} stretched`,
  "grid-not-placed": () => "cannot be placed on the image",

  "covers-part": ({ label, share: covered }) =>
    `The ${label} covers ${share(covered)} of the image; the rest has none and is treated as missing.`,
  "coarser-than-image": ({ label, times: by }) =>
    `The ${label} is ${times(by)} coarser than the image: small objects have no shape in it.`,
  "finer-than-image": ({ label, times: by }) =>
    `The ${label} is ${times(by)} finer than the image; only every so many of its pixels count.`,
  "shifted-by-fraction": ({ label, px }) =>
    `The ${label}'s grid is shifted by a fraction of a pixel (${px.map((value) => fixed(value, 2)).join(", ")}).`,
  "no-overlap": ({ label, gapMetres }) => `The ${label} and the image do not overlap${apart(gapMetres)}.`,
  "size-tells-nothing": ({ file, sizes }) =>
    `${unplaced(file)}, and the sizes differ (${spellSizes(sizes, "and")}), so they cannot be matched.`,
  "matched-by-size": ({ file, label }) =>
    `${unplaced(file)}: the ${label} is matched by size. Check that both show the same ground.`,
  "corners-taken-as-equal": ({ dx, dy }) =>
    `The sizes differ by ${dx}, ${dy} pixels; upper-left corners are taken as equal.`,
  stretched: ({ label, sizes }) =>
    `The sizes differ (${spellSizes(sizes, "and")}); the ${label} is stretched over the image.`,
  "no-conversion": ({ image, other, why }) =>
    `The rasters are in ${image} and ${other}, and no exact conversion between them is known (${why ?? "their definitions cannot be used"}).`,
  "crs-assumed": ({ file }) => `${file} names no coordinate system; that of the other raster is assumed.`,
  reprojected: ({ from, to, accuracy, pixels }) => {
    const what = `Reprojected from ${from} to ${to}`;
    if (accuracy.kind === "exact") return `${what}.`;
    if (accuracy.kind === "not-stated") {
      return `${what}, to an accuracy that is not known: a file names no datum, or brings parameters of its own.`;
    }
    const { metres, betterGrids, usedGrids } = accuracy;
    const through = usedGrids.length === 0 ? "" : ` through ${usedGrids.join(" and ")}`;
    const grids = betterGrids.length === 0 ? "" : `: exact only with the grid ${betterGrids.join(" and ")}`;
    const said = `${what}${through}, ± ${plain(metres)} m${grids}.`;
    return pixels <= 0.5
      ? said
      : `${said} That is ± ${roughly(pixels)} pixels of the image: check that both lie on each other.`;
  },
  "no-valid-pixel": ({ label }) => `The ${label} has no valid pixel.`,
  "nodata-share": ({ label, share: missing }) => `${share(missing)} of the ${label} is missing (nodata).`,
  "same-value": ({ label, value }) => `The ${label} has the same value everywhere (${plain(value)}).`,
  "height-unit": ({ unit }) => `Heights are in ${unit}, not metres.`,
  "no-heights": ({ values: { low, high, count, gap }, unit }) => {
    const pixels = `${count} ${count === 1 ? "pixel" : "pixels"}`;
    const values = low === high ? `of ${plain(low)}` : `from ${plain(low)} to ${plain(high)}`;
    const far = gap === 0 ? "" : `, ${plain(gap)} ${unit} from all others`;
    return `Not declared as nodata, but no heights: ${pixels} ${values}${far}. They are taken as missing.`;
  },

  "classes-by": ({ role, by, scheme, chosen }) =>
    by === "names"
      ? `${Role[role]} classes by the names that the file gives its ids.`
      : `${Role[role]} classes by ${by} (${scheme}${chosen ? ", chosen by you" : ""}).`,
  "nearest-colour": ({ role, pixels }) =>
    `${pixels} ${role} pixels are not exactly a class colour and were taken for the nearest.`,
  "of-no-class": ({ role, pixels, share: of, values }) =>
    `${pixels} ${role} pixels (${part(of)} of those labelled) have a value of no class (${values.join("; ")}) and are ignored.`,
  "photo-missing": ({ role, pixels, share: of }) =>
    `${pixels} ${role} pixels (${part(of)} of those of a class) lie where the photo is missing and are ignored.`,
  "laid-nearest": ({ how }, spell) => `${capital(spell(how))} to the image's pixels (nearest).`,
  "table-of": ({ file }) => `The truth is read by the class table that was chosen for ${file}.`,
  "values-not-scored": ({ share: of, values }) =>
    `${part(of)} of the truth has a value of no known class (${values.join("; ")}) and is not scored.`,
  "unseen-not-scored": ({ share: of }) => `${part(of)} of the truth lies where the photo is missing and is not scored.`,
  "truth-without-class": ({ classes }) =>
    `The model has no class for ${classes.join(", ")}: these truth pixels are not scored.`,
  "mask-without-class": ({ classes }) =>
    `The truth has no class for ${classes.join(", ")}: pixels predicted so count as not predicted.`,
  "strokes-left-out": ({ pixels }) =>
    `${pixels} labelled pixels under the strokes that taught this model are left out of its scores.`,

  "heights-made": ({ made }) => heights(made),
  "runs-with": ({ made }) => `Runs with ${heights(made)}.`,
  "run-at": ({ scale, imageMetres, windows }) => {
    const at =
      imageMetres === null
        ? `Run at ${ratio(scale)}`
        : `${pixel(imageMetres)} image, run at ${pixel(imageMetres * scale)}`;
    const times = windows < 1 ? `1/${Math.round(1 / windows)} of the windows` : `${Math.round(windows)} × the windows`;
    return windows === 1 ? `${at}.` : `${at}: ${times}.`;
  },
  "maps-shifted": ({ shift: { cols, rows, agreement, agreementInPlace } }) =>
    `The later map may lie shifted by ${px(cols)} to the ${cols < 0 ? "left" : "right"} and ${px(rows)} ${rows < 0 ? "up" : "down"}: at that place ${share(agreement)} of the pixels compared would agree, not ${share(agreementInPlace)}. Edges count as change until both lie alike.`,
  "maps-in-place": () => "The maps lie on each other: at no shift of up to 8 px would they agree clearly better.",
  "must-lie-over-photo": ({ label }) => `The ${label} must lie over the orthophoto.`,
  "same-place-or-crs": ({ label }) =>
    `Give the ${label} of the same place, or correct its coordinate system (gdal_edit.py -a_srs).`,
  "drop-photo-first": () => "Drop an orthophoto and its DSM first.",
  "models-loading": () => "Models are loading.",
  "choose-model-first": () => "Choose a model first.",
  "raster-left-out": ({ model, label }) => `${model} needs the ${label}, which is left out of runs by your choice.`,
  "run-settings": ({ windowPx, settings, heights: made }) => {
    const { stridePx, scale = 1, blend, testTimeAugmentation, areaOfInterest: area } = settings;
    return [
      `window ${windowPx} px`,
      `stride ${stridePx} px`,
      ...(scale === 1 ? [] : [`computed at ${ratio(scale)}`]),
      blend,
      `augmentation ${testTimeAugmentation}`,
      typeof made === "string" ? `heights ${made}` : heights(made),
      ...(area === null ? [] : [`area ${area.widthPx} x ${area.heightPx} px at ${area.col}, ${area.row}`]),
      ...(area?.polygons === undefined ? [] : [inPolygons(area.polygons.length)]),
    ].join(", ");
  },
};

function roughly(pixels: number): string {
  return plain(Number(pixels.toFixed(pixels < 10 ? 1 : 0)));
}

function inPolygons(polygons: number): string {
  return `in ${polygons} ${polygons === 1 ? "polygon" : "polygons"}`;
}

function px(steps: number): string {
  return `${Math.abs(steps)} px`;
}
