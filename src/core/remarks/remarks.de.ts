import type { HeightsMade } from "../run/heights-made";
import type { BlendProfile } from "../vocabulary/blends";
import { capital, figuresWith, spellSizes } from "./figures";
import type { Direction, GridWay, RemarkWords } from "./remark";

const { plain, fixed, share, part, times, distance, closed, ratio, pixel } = figuresWith(",", "de");

const WHOLE = 0.999;

/** Short names as the trade has them, with their articles; others stay as they are. */
const LABELS: Readonly<Record<string, readonly [article: string, name: string]>> = {
  truth: ["die", "Referenz"],
  prediction: ["die", "Vorhersage"],
  "second raster": ["das", "zweite Raster"],
  DSM: ["das", "DOM"],
  nDSM: ["das", "nDOM"],
  DEM: ["das", "DGM"],
  SAR: ["das", "SAR-Bild"],
};

const GENITIVE: Readonly<Record<string, string>> = {
  truth: "der Referenz",
  prediction: "der Vorhersage",
  "second raster": "des zweiten Rasters",
  DSM: "des DOM",
  nDSM: "des nDOM",
  DEM: "des DGM",
  SAR: "des SAR-Bildes",
};

const nameOf = (label: string) => LABELS[label]?.[1] ?? label;
const the = (label: string) => LABELS[label]?.join(" ") ?? label;
const The = (label: string) => capital(the(label));
const ofThe = (label: string) => GENITIVE[label] ?? `von ${label}`;

const WAYS: Readonly<Record<Direction, string>> = {
  ...{ east: "östlich", west: "westlich", south: "südlich", north: "nördlich" },
  ...{ right: "rechts", left: "links", down: "unten", up: "oben" },
};

function gridWay(label: string, way: GridWay, covered: number): string {
  const partly = covered < WHOLE ? `, deckt ${share(covered)}` : "";
  const all = partly || "; deckt alles";
  const name = nameOf(label);
  switch (way.is) {
    case "coarser":
      return `${name} ${times(way.times)} gröber${partly}, umgerechnet`;
    case "finer":
      return `${name} ${times(way.times)} feiner${partly}, umgerechnet`;
    case "mirrored":
      return `${name} gespiegelt${all}, umgerechnet`;
    case "turned":
      return `${name} um ${way.degrees}° gedreht${all}, umgerechnet`;
    case "on-grid":
      return `${name} auf dem Gitter des Bildes${all}`;
    case "shifted":
      return `${name} um ${way.px.map((px) => fixed(px, 1)).join("; ")} px verschoben${partly}, umgerechnet`;
    case "starts": {
      const steps = way.steps.map(({ distance: far, to }) => `${plain(far)} ${way.unit} ${WAYS[to]}`);
      return `${name} beginnt ${steps.join(", ")}${all}, umgerechnet`;
    }
  }
}

const apart = (gapMetres: number | null) => (gapMetres === null ? "" : `, ${distance(gapMetres)} auseinander`);

const unplaced = (file: string | null) =>
  file === null ? "Keines der beiden Raster sagt, wo es liegt" : `${file} sagt nicht, wo es liegt`;

const ROLE_CLASSES = { truth: "Klassen der Referenz", prediction: "Klassen der Vorhersage" } as const;
const BY = { colour: "Farbe", "palette colour": "Farbe der Palette", id: "Nummer" } as const;

function heights({ how, files, closedShare }: HeightsMade): string {
  const [first = "", second = ""] = files;
  const made = {
    "as-given": `Höhen, wie ${first} sie angibt`,
    "minus-terrain": `Höhen über Grund: ${first} minus ${second}`,
    "from-surface": `Höhen über dem Grund, der unter ${first} gesucht wurde`,
    flat: "flache Höhen, zum Versuch",
    absent: "keine Höhen: nur das Foto",
  }[how];
  return closedShare === undefined
    ? made
    : `${made}; ${closed(closedShare, "weniger als")} davon über Lücken geschlossen`;
}

const BLENDS: Readonly<Record<BlendProfile, string>> = {
  ...{ trapezoid: "Trapez", gaussian: "Gauß", flat: "einfache Summe" },
  ...{ "halo-crop": "Randzuschnitt", papers: "wie im Artikel" },
};

const AUGMENTATIONS = { none: "ohne Symmetrien", flips: "mit Spiegelungen", d4: "mit 8 Symmetrien" } as const;

const ASKED_HEIGHTS = {
  ...{ "as-is": "Höhen, wie sie sind", flattened: "flache Höhen", "left-out": "ohne Höhen" },
} as const;

export const GERMAN: RemarkWords = {
  "grids-aligned": () => "Gitter deckungsgleich",
  "grid-lies": ({ label, way, share: covered }) => gridWay(label, way, covered),
  "grid-apart": ({ gapMetres }) => `keine Überdeckung${apart(gapMetres)}`,
  "grid-by-size": () => "nach Größe zugeordnet",
  "grid-by-shape": ({ label }) => `nach Form zugeordnet, ${nameOf(label)} gestreckt`,
  "grid-not-placed": () => "lässt sich nicht auf das Bild legen",

  "covers-part": ({ label, share: covered }) =>
    `${The(label)} deckt ${share(covered)} des Bildes; der Rest gilt als fehlend.`,
  "coarser-than-image": ({ label, times: by }) =>
    `${The(label)} ist ${times(by)} gröber als das Bild: Kleine Objekte haben darin keine Form.`,
  "finer-than-image": ({ label, times: by }) =>
    `${The(label)} ist ${times(by)} feiner als das Bild; nur jedes soundsovielte Pixel zählt.`,
  "shifted-by-fraction": ({ label, px }) =>
    `Das Gitter ${ofThe(label)} ist um einen Bruchteil eines Pixels verschoben (${px.map((value) => fixed(value, 2)).join("; ")}).`,
  "no-overlap": ({ label, gapMetres }) => `${The(label)} und das Bild überdecken sich nicht${apart(gapMetres)}.`,
  "size-tells-nothing": ({ file, sizes }) =>
    `${unplaced(file)}, und die Größen sind verschieden (${spellSizes(sizes, "und")}): Sie lassen sich nicht zuordnen.`,
  "matched-by-size": ({ file, label }) =>
    `${unplaced(file)}: ${The(label)} ist nach Größe zugeordnet. Prüfen Sie, ob beide denselben Ort zeigen.`,
  "corners-taken-as-equal": ({ dx, dy }) =>
    `Die Größen unterscheiden sich um ${dx}, ${dy} Pixel; die oberen linken Ecken gelten als gleich.`,
  stretched: ({ label, sizes }) =>
    `Die Größen sind verschieden (${spellSizes(sizes, "und")}); ${the(label)} ist über das Bild gestreckt.`,
  "no-conversion": ({ image, other, why }) =>
    `Die Raster liegen in ${image} und ${other}, und zwischen beiden ist keine genaue Umrechnung bekannt (${why ?? "ihre Definitionen sind nicht brauchbar"}).`,
  "crs-assumed": ({ file }) => `${file} nennt kein Koordinatensystem; das des anderen Rasters wird angenommen.`,
  reprojected: ({ from, to, accuracy, pixels }) => {
    const what = `Umgerechnet von ${from} nach ${to}`;
    if (accuracy.kind === "exact") return `${what}.`;
    if (accuracy.kind === "not-stated") {
      return `${what}, mit unbekannter Genauigkeit: Eine Datei nennt kein Datum oder bringt eigene Parameter mit.`;
    }
    const { metres, betterGrids, usedGrids } = accuracy;
    const through = usedGrids.length === 0 ? "" : ` über ${usedGrids.join(" und ")}`;
    const grids = betterGrids.length === 0 ? "" : `: genau nur mit dem Gitter ${betterGrids.join(" und ")}`;
    const said = `${what}${through}, ± ${plain(metres)} m${grids}.`;
    const inPixels = plain(Number(pixels.toFixed(pixels < 10 ? 1 : 0)));
    return pixels <= 0.5
      ? said
      : `${said} Das sind ± ${inPixels} Pixel des Bildes: Prüfen Sie, ob beide aufeinander liegen.`;
  },
  "no-valid-pixel": ({ label }) => `${The(label)} hat kein gültiges Pixel.`,
  "nodata-share": ({ label, share: missing }) => `${share(missing)} ${ofThe(label)} fehlen (Nodata).`,
  "same-value": ({ label, value }) => `${The(label)} hat überall denselben Wert (${plain(value)}).`,
  "height-unit": ({ unit }) => `Die Höhen sind in ${unit}, nicht in Metern.`,
  "no-heights": ({ values: { low, high, count, gap }, unit }) => {
    const pixels = `${count} Pixel`;
    const values = low === high ? `mit ${plain(low)}` : `von ${plain(low)} bis ${plain(high)}`;
    const far = gap === 0 ? "" : `, ${plain(gap)} ${unit} von allen anderen entfernt`;
    return `Nicht als Nodata ausgewiesen, aber keine Höhen: ${pixels} ${values}${far}. Sie gelten als fehlend.`;
  },

  "classes-by": ({ role, by, scheme, chosen }) =>
    by === "names"
      ? `${ROLE_CLASSES[role]} nach den Namen, die die Datei ihren Nummern gibt.`
      : `${ROLE_CLASSES[role]} nach ${BY[by]} (${scheme}${chosen ? ", von Ihnen gewählt" : ""}).`,
  "nearest-colour": ({ role, pixels }) =>
    `${pixels} Pixel ${ofThe(role)} haben nicht genau die Farbe einer Klasse und gelten als die nächste.`,
  "of-no-class": ({ role, pixels, share: of, values }) =>
    `${pixels} Pixel ${ofThe(role)} (${part(of)} der beschrifteten) haben einen Wert, der zu keiner Klasse gehört (${values.join("; ")}), und zählen nicht.`,
  "photo-missing": ({ role, pixels, share: of }) =>
    `${pixels} Pixel ${ofThe(role)} (${part(of)} derer mit Klasse) liegen, wo das Foto fehlt, und zählen nicht.`,
  "laid-nearest": ({ how }, spell) => `${capital(spell(how))} auf die Pixel des Bildes (nächstes).`,
  "table-of": ({ file }) => `Die Referenz wird nach der Klassentabelle gelesen, die für ${file} gewählt wurde.`,
  "values-not-scored": ({ share: of, values }) =>
    `${part(of)} der Referenz haben einen Wert, der zu keiner bekannten Klasse gehört (${values.join("; ")}), und werden nicht gewertet.`,
  "unseen-not-scored": ({ share: of }) =>
    `${part(of)} der Referenz liegen, wo das Foto fehlt, und werden nicht gewertet.`,
  "truth-without-class": ({ classes }) =>
    `Das Modell hat keine Klasse für ${classes.join(", ")}: Diese Pixel der Referenz werden nicht gewertet.`,
  "mask-without-class": ({ classes }) =>
    `Die Referenz hat keine Klasse für ${classes.join(", ")}: So vorhergesagte Pixel zählen als nicht vorhergesagt.`,
  "strokes-left-out": ({ pixels }) =>
    `${pixels} Pixel der Referenz unter den Strichen, die dieses Modell gelehrt haben, zählen nicht in seinen Werten.`,

  "heights-made": ({ made }) => heights(made),
  "runs-with": ({ made }) => `Läuft mit: ${heights(made)}.`,
  "run-at": ({ scale, imageMetres, windows }) => {
    const at =
      imageMetres === null
        ? `Gerechnet bei ${ratio(scale)}`
        : `Bild mit ${pixel(imageMetres)}, gerechnet bei ${pixel(imageMetres * scale)}`;
    const times =
      windows < 1 ? `1/${Math.round(1 / windows)} der Fenster` : `${Math.round(windows)}-mal so viele Fenster`;
    return windows === 1 ? `${at}.` : `${at}: ${times}.`;
  },
  "maps-shifted": ({ shift: { cols, rows, agreement, agreementInPlace } }) =>
    `Die spätere Karte liegt vielleicht um ${px(cols)} nach ${cols < 0 ? "links" : "rechts"} und ${px(rows)} nach ${rows < 0 ? "oben" : "unten"} verschoben: Dort stimmten ${share(agreement)} der verglichenen Pixel überein, nicht ${share(agreementInPlace)}. Kanten zählen als Änderung, bis beide gleich liegen.`,
  "maps-in-place": () =>
    "Die Karten liegen aufeinander: Bei keiner Verschiebung bis 8 px stimmten sie deutlich besser überein.",
  "must-lie-over-photo": ({ label }) => `${The(label)} muss über dem Orthofoto liegen.`,
  "same-place-or-crs": ({ label }) =>
    `Nehmen Sie ${the(label)} desselben Ortes, oder berichtigen Sie das Koordinatensystem (gdal_edit.py -a_srs).`,
  "drop-photo-first": () => "Legen Sie zuerst ein Orthofoto und sein DOM ab.",
  "models-loading": () => "Die Modelle werden geladen.",
  "choose-model-first": () => "Wählen Sie zuerst ein Modell.",
  "raster-left-out": ({ model, label }) => `${model} braucht ${the(label)}; nach Ihrer Wahl bleibt es in Läufen weg.`,
  "run-settings": ({ windowPx, settings, heights: made }) => {
    const { stridePx, scale = 1, blend, testTimeAugmentation, areaOfInterest: area } = settings;
    return [
      `Fenster ${windowPx} px`,
      `Schritt ${stridePx} px`,
      ...(scale === 1 ? [] : [`gerechnet bei ${ratio(scale)}`]),
      BLENDS[blend],
      AUGMENTATIONS[testTimeAugmentation],
      typeof made === "string" ? ASKED_HEIGHTS[made] : heights(made),
      ...(area === null ? [] : [`Ausschnitt ${area.widthPx} × ${area.heightPx} px bei ${area.col}, ${area.row}`]),
      ...(area?.polygons === undefined ? [] : [inPolygons(area.polygons.length)]),
    ].join(", ");
  },
};

function inPolygons(polygons: number): string {
  return `in ${polygons} ${polygons === 1 ? "Polygon" : "Polygonen"}`;
}

function px(steps: number): string {
  return `${Math.abs(steps)} px`;
}
