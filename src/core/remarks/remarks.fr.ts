import type { HeightsMade } from "../run/heights-made";
import type { BlendProfile } from "../vocabulary/blends";
import { capital, figuresWith, spellSizes } from "./figures";
import type { Direction, GridWay, RemarkWords } from "./remark";

const { plain, fixed, share, part, times, distance, closed, ratio, pixel } = figuresWith(",", "fr");

const WHOLE = 0.999;

/** Short names as the trade has them, with and without article, and after "de". */
const LABELS: Readonly<Record<string, readonly [name: string, the: string, of: string]>> = {
  truth: ["vérité terrain", "la vérité terrain", "de la vérité terrain"],
  prediction: ["prédiction", "la prédiction", "de la prédiction"],
  "second raster": ["second raster", "le second raster", "du second raster"],
  DSM: ["MNS", "le MNS", "du MNS"],
  nDSM: ["MNH", "le MNH", "du MNH"],
  DEM: ["MNT", "le MNT", "du MNT"],
  SAR: ["RSO", "l’image RSO", "de l’image RSO"],
};

const nameOf = (label: string) => LABELS[label]?.[0] ?? label;
const the = (label: string) => LABELS[label]?.[1] ?? label;
const The = (label: string) => capital(the(label));
const ofThe = (label: string) => LABELS[label]?.[2] ?? `de ${label}`;

const WAYS: Readonly<Record<Direction, string>> = {
  ...{ east: "à l’est", west: "à l’ouest", south: "au sud", north: "au nord" },
  ...{ right: "à droite", left: "à gauche", down: "en bas", up: "en haut" },
};

function gridWay(label: string, way: GridWay, covered: number): string {
  const partly = covered < WHOLE ? `, couvre ${share(covered)}` : "";
  const all = partly || "\u00a0; couvre tout";
  const name = nameOf(label);
  switch (way.is) {
    case "coarser":
      return `${name} ${times(way.times)} plus grossier${partly}, rééchantillonné`;
    case "finer":
      return `${name} ${times(way.times)} plus fin${partly}, rééchantillonné`;
    case "mirrored":
      return `${name} en miroir${all}, rééchantillonné`;
    case "turned":
      return `${name} tourné de ${way.degrees}°${all}, rééchantillonné`;
    case "on-grid":
      return `${name} sur la grille de l’image${all}`;
    case "shifted":
      return `${name} décalé de ${way.px.map((px) => fixed(px, 1)).join("\u00a0; ")} px${partly}, rééchantillonné`;
    case "starts": {
      const steps = way.steps.map(({ distance: far, to }) => `${plain(far)} ${way.unit} ${WAYS[to]}`);
      return `${name} commence ${steps.join(", ")}${all}, rééchantillonné`;
    }
  }
}

const apart = (gapMetres: number | null) => (gapMetres === null ? "" : `, à ${distance(gapMetres)} l’un de l’autre`);

const unplaced = (file: string | null) =>
  file === null ? "Aucun des deux rasters ne dit où il se trouve" : `${file} ne dit pas où il se trouve`;

const BY = { colour: "couleur", "palette colour": "couleur de la palette", id: "numéro" } as const;

function heights({ how, files, closedShare }: HeightsMade): string {
  const [first = "", second = ""] = files;
  const made = {
    "as-given": `altitudes telles que ${first} les donne`,
    "minus-terrain": `hauteurs au-dessus du sol\u00a0: ${first} moins ${second}`,
    "from-surface": `hauteurs au-dessus du sol, cherché sous ${first}`,
    flat: "altitudes aplaties, à titre d’essai",
    absent: "sans altitudes\u00a0: la photo seule",
  }[how];
  return closedShare === undefined ? made : `${made}\u00a0; ${closed(closedShare, "moins de")} comblés sur des trous`;
}

const BLENDS: Readonly<Record<BlendProfile, string>> = {
  ...{ trapezoid: "trapèze", gaussian: "gaussienne", flat: "somme simple" },
  ...{ "halo-crop": "bords rognés", papers: "comme dans l’article" },
};

const AUGMENTATIONS = { none: "sans symétries", flips: "avec miroirs", d4: "avec 8 symétries" } as const;

const ASKED_HEIGHTS = {
  ...{ "as-is": "altitudes telles quelles", flattened: "altitudes aplaties", "left-out": "sans altitudes" },
} as const;

export const FRENCH: RemarkWords = {
  "grids-aligned": () => "grilles alignées",
  "grid-lies": ({ label, way, share: covered }) => gridWay(label, way, covered),
  "grid-apart": ({ gapMetres }) => `pas de recouvrement${apart(gapMetres)}`,
  "grid-by-size": () => "appariement par la taille",
  "grid-by-shape": ({ label }) => `associé par la forme, ${nameOf(label)} étiré`,
  "grid-not-placed": () => "ne peut être placé sur l’image",

  "covers-part": ({ label, share: covered }) =>
    `${The(label)} couvre ${share(covered)} de l’image\u00a0; le reste est traité comme manquant.`,
  "coarser-than-image": ({ label, times: by }) =>
    `La maille ${ofThe(label)} est ${times(by)} plus grossière que celle de l’image\u00a0: les petits objets n’y ont pas de forme.`,
  "finer-than-image": ({ label, times: by }) =>
    `La maille ${ofThe(label)} est ${times(by)} plus fine que celle de l’image\u00a0; une partie seulement de ses pixels compte.`,
  "shifted-by-fraction": ({ label, px }) =>
    `La grille ${ofThe(label)} est décalée d’une fraction de pixel (${px.map((value) => fixed(value, 2)).join("\u00a0; ")}).`,
  "no-overlap": ({ label, gapMetres }) => `${The(label)} et l’image ne se recouvrent pas${apart(gapMetres)}.`,
  "size-tells-nothing": ({ file, sizes }) =>
    `${unplaced(file)}, et les tailles diffèrent (${spellSizes(sizes, "et")})\u00a0: on ne peut les associer.`,
  "matched-by-size": ({ file, label }) =>
    `${unplaced(file)}\u00a0: l’association ${ofThe(label)} se fait par la taille. Vérifiez que les deux montrent le même lieu.`,
  "corners-taken-as-equal": ({ dx, dy }) =>
    `Les tailles diffèrent de ${dx}, ${dy} pixels\u00a0; les coins supérieurs gauches sont tenus pour égaux.`,
  stretched: ({ label, sizes }) =>
    `Les tailles diffèrent (${spellSizes(sizes, "et")})\u00a0; on étire ${the(label)} sur l’image.`,
  "no-conversion": ({ image, other, why }) =>
    `Les rasters sont en ${image} et en ${other}, et l’on ne connaît pas de conversion exacte de l’un à l’autre (${why ?? "leurs définitions sont inutilisables"}).`,
  "crs-assumed": ({ file }) =>
    `${file} ne nomme pas de système de coordonnées\u00a0; on suppose celui de l’autre raster.`,
  reprojected: ({ from, to, accuracy, pixels }) => {
    const what = `Reprojeté de ${from} en ${to}`;
    if (accuracy.kind === "exact") return `${what}.`;
    if (accuracy.kind === "not-stated") {
      return `${what}, avec une exactitude inconnue\u00a0: un fichier ne nomme pas de datum, ou apporte ses propres paramètres.`;
    }
    const { metres, betterGrids, usedGrids } = accuracy;
    const through = usedGrids.length === 0 ? "" : ` par ${usedGrids.join(" et ")}`;
    const grids = betterGrids.length === 0 ? "" : `\u00a0: exact avec la grille ${betterGrids.join(" et ")} seulement`;
    const said = `${what}${through}, ± ${plain(metres)} m${grids}.`;
    const inPixels = plain(Number(pixels.toFixed(pixels < 10 ? 1 : 0)));
    return pixels <= 0.5
      ? said
      : `${said} Soit ± ${inPixels} pixels de l’image\u00a0: vérifiez que les deux se superposent.`;
  },
  "no-valid-pixel": ({ label }) => `Aucun pixel ${ofThe(label)} n’est valide.`,
  "nodata-share": ({ label, share: missing }) => `Il manque ${share(missing)} ${ofThe(label)} (nodata).`,
  "same-value": ({ label, value }) => `La valeur ${ofThe(label)} est partout la même (${plain(value)}).`,
  "height-unit": ({ unit }) => `Les altitudes sont en ${unit}, non en mètres.`,
  "no-heights": ({ values: { low, high, count, gap }, unit }) => {
    const pixels = `${count} ${count === 1 ? "pixel" : "pixels"}`;
    const values = low === high ? `à ${plain(low)}` : `de ${plain(low)} à ${plain(high)}`;
    const far = gap === 0 ? "" : `, à ${plain(gap)} ${unit} de tous les autres`;
    return `Non déclarés nodata, mais sans altitude\u00a0: ${pixels} ${values}${far}. On les traite comme manquants.`;
  },

  "classes-by": ({ role, by, scheme, chosen }) =>
    by === "names"
      ? `Classes ${ofThe(role)} d’après les noms que le fichier donne à ses numéros.`
      : `Classes ${ofThe(role)} par ${BY[by]} (${scheme}${chosen ? ", choisi par vous" : ""}).`,
  "nearest-colour": ({ role, pixels }) =>
    `${pixels} pixels ${ofThe(role)} n’ont pas exactement la couleur d’une classe et ont été pris pour la plus proche.`,
  "of-no-class": ({ role, pixels, share: of, values }) =>
    `${pixels} pixels ${ofThe(role)} (${part(of)} des pixels étiquetés) ont une valeur d’aucune classe (${values.join("\u00a0; ")}) et sont ignorés.`,
  "photo-missing": ({ role, pixels, share: of }) =>
    `${pixels} pixels ${ofThe(role)} (${part(of)} de ceux d’une classe) se trouvent où la photo manque et sont ignorés.`,
  "laid-nearest": ({ how }, spell) => `${capital(spell(how))} aux pixels de l’image (plus proche).`,
  "table-of": ({ file }) => `La vérité terrain est lue avec la table de classes choisie pour ${file}.`,
  "values-not-scored": ({ share: of, values }) =>
    `${part(of)} de la vérité terrain a une valeur d’aucune classe connue (${values.join("\u00a0; ")}) et n’est pas évaluée.`,
  "unseen-not-scored": ({ share: of }) =>
    `${part(of)} de la vérité terrain se trouve où la photo manque et n’est pas évaluée.`,
  "truth-without-class": ({ classes }) =>
    `Le modèle n’a pas de classe pour ${classes.join(", ")}\u00a0: ces pixels de la vérité terrain ne sont pas évalués.`,
  "mask-without-class": ({ classes }) =>
    `La vérité terrain n’a pas de classe pour ${classes.join(", ")}\u00a0: les pixels ainsi prédits comptent comme non prédits.`,
  "strokes-left-out": ({ pixels }) =>
    `${pixels} pixels étiquetés, sous les traits qui ont instruit ce modèle, ne comptent pas dans ses scores.`,

  "heights-made": ({ made }) => heights(made),
  "runs-with": ({ made }) => `Calcule avec\u00a0: ${heights(made)}.`,
  "run-at": ({ scale, imageMetres, windows }) => {
    const at =
      imageMetres === null
        ? `Calculé à ${ratio(scale)}`
        : `Image à ${pixel(imageMetres)}, calculée à ${pixel(imageMetres * scale)}`;
    const times =
      windows < 1 ? `1/${Math.round(1 / windows)} des fenêtres` : `${Math.round(windows)} fois les fenêtres`;
    return windows === 1 ? `${at}.` : `${at}\u00a0: ${times}.`;
  },
  "maps-shifted": ({ shift: { cols, rows, agreement, agreementInPlace } }) =>
    `La carte postérieure est peut-être décalée de ${px(cols)} vers la ${cols < 0 ? "gauche" : "droite"} et ${px(rows)} vers le ${rows < 0 ? "haut" : "bas"}\u00a0: là, ${share(agreement)} des pixels comparés concorderaient, non ${share(agreementInPlace)}. Les bords comptent comme changement tant que les deux ne coïncident pas.`,
  "maps-in-place": () =>
    "Les cartes se superposent\u00a0: aucun décalage jusqu’à 8 px ne les ferait nettement mieux concorder.",
  "must-lie-over-photo": ({ label }) => `${The(label)} doit recouvrir l’orthophoto.`,
  "same-place-or-crs": ({ label }) =>
    `Donnez ${the(label)} du même lieu, ou corrigez son système de coordonnées (gdal_edit.py -a_srs).`,
  "drop-photo-first": () => "Déposez d’abord une orthophoto et son MNS.",
  "models-loading": () => "Chargement des modèles.",
  "choose-model-first": () => "Choisissez d’abord un modèle.",
  "raster-left-out": ({ model, label }) => `${model} a besoin ${ofThe(label)}, laissé de côté par votre choix.`,
  "run-settings": ({ windowPx, settings, heights: made }) => {
    const { stridePx, scale = 1, blend, testTimeAugmentation, areaOfInterest: area } = settings;
    return [
      `fenêtre ${windowPx} px`,
      `pas ${stridePx} px`,
      ...(scale === 1 ? [] : [`calculé à ${ratio(scale)}`]),
      BLENDS[blend],
      AUGMENTATIONS[testTimeAugmentation],
      typeof made === "string" ? ASKED_HEIGHTS[made] : heights(made),
      ...(area === null ? [] : [`zone de ${area.widthPx} × ${area.heightPx} px en ${area.col}, ${area.row}`]),
      ...(area?.polygons === undefined ? [] : [inPolygons(area.polygons.length)]),
    ].join(", ");
  },
};

function inPolygons(polygons: number): string {
  return `dans ${polygons} ${polygons === 1 ? "polygone" : "polygones"}`;
}

function px(steps: number): string {
  return `${Math.abs(steps)} px`;
}
