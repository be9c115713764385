import { GERMAN } from "../../core/remarks/remarks.de";
import type { SampleDesign } from "../../core/sampling/sample-design";
import type { ReportWords } from "./report-words";

function shared({ allocation, least }: SampleDesign): string {
  return allocation === "equal" ? "gleich viele je Klasse" : `nach Fläche verteilt, mindestens ${least} je Klasse`;
}

export const GERMAN_REPORT: ReportWords = {
  language: "de",
  remarks: GERMAN,
  figure: (plain) => plain.replaceAll(".", ","),
  tiles: (count) => `${count} Kacheln`,
  madeWith: (models, date) => `${models} · erstellt mit Nadir am ${date}`,
  photo: "Foto",
  truth: "Referenz",
  figureTitle: "Abbildung",
  figureOf: (tiles, chosen) =>
    `Von ${tiles} Kacheln ${chosen === "first" ? "die ersten" : "die schlechteste, die mittlere und die beste des ersten Modells"}.`,
  scores: "Werte, jedes beschriftete Pixel",
  scoresWithoutBoundary: (px) => `Werte ohne Klassenränder (${px.join(" oder ")} px)`,
  kappa: "Kappa",
  spreadHead: "Mittel ± Standardabweichung über Kacheln, %",
  tilesHead: "Kacheln",
  pooled: "Zusammengelegt: Die Verwechslungsmatrizen der Kacheln werden addiert und einmal gewertet.",
  means: (averaged, classes, left) =>
    `mIoU und mF1 ${left.length === 0 ? "über alle Klassen" : `über ${averaged} von ${classes} Klassen, ohne ${left.join(", ")}`}; Gesamtgenauigkeit (OA) und Kappa über alle.`,
  tileByTile: "Kachel für Kachel",
  confusion: "Verwechslung",
  confusionHead: "Referenz \\ Vorhersage, % der Referenz",
  truthPixels: "Referenz, px",
  settings: "Einstellungen und Versionen",
  facts: {
    ...{ prediction: "Vorhersage", read: "Gelesen", model: "Modell" },
    ...{ settings: "Einstellungen", ranOn: "Gerechnet auf", over: "Über" },
    ...{ cleaned: "Bereinigt", corrected: "Korrigiert" },
  },
  sample: {
    title: "Genauigkeit aus Punkten",
    points: ({ answered, untold, open }) =>
      `${answered} Punkte beantwortet, ${untold} nicht zu erkennen, ${open} offen`,
    design: (design) => (design === null ? "Punkte aus einer Datei" : `${shared(design)}, Startwert ${design.seed}`),
    overall: (percent, interval) => `Gesamtgenauigkeit ${percent} ± ${interval} %.`,
    accuracy: "Genauigkeit, %",
    users: "Nutzer",
    producers: "Hersteller",
    area: (unit) => `Fläche, ${unit}`,
    onMap: "auf der Karte",
    estimated: "geschätzt",
    matrix: "Punkte: Karte \\ was dort ist",
    source:
      "Geschätzt aus einer geschichteten Zufallsstichprobe, mit 95-%-Intervallen (Olofsson et al. 2014, doi:10.1016/j.rse.2014.02.015).",
  },
  changes: {
    title: "Zwei Zeitpunkte",
    placed: (summary) => `Die spätere Karte wurde auf die Pixel der früheren gebracht (nächstes Pixel): ${summary}.`,
    unknown: (pixels) => `${pixels} px haben in einer der Karten keine Klasse und zählen nirgends.`,
    matrix: (unit) => `vorher \\ nachher, ${unit}`,
    balance: (unit) => `Jede Klasse, ${unit}`,
    balanceColumns: ["vorher", "verloren", "gewonnen", "nachher"],
    objects: (least) => `Objekte ab ${least}`,
    objectColumns: (unit) => ["neu", `neu, ${unit}`, "m höher", "verschwunden", `verschwunden, ${unit}`, "m höher"],
  },
  madeElsewhere: (name) => `${name}, anderswo entstanden`,
  everyTile: "jede Kachel",
  files: "Dateien",
  limits: "Grenzen",
  noTruth: "Keine Referenz: nicht gewertet.",
  lastLimit:
    "Eine Klasse, die weder in Referenz noch in Vorhersage vorkommt, hat keinen Wert (–) und geht in kein Mittel ein. Pixel ohne Referenz oder ohne Vorhersage gehen in keine Summe ein.",
  leftOut: (tile, reason) => `Die Abbildung lässt ${tile} aus. ${reason}`,
};
