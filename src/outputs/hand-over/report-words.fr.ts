import { FRENCH } from "../../core/remarks/remarks.fr";
import type { SampleDesign } from "../../core/sampling/sample-design";
import type { ReportWords } from "./report-words";

function shared({ allocation, least }: SampleDesign): string {
  return allocation === "equal"
    ? "autant pour chaque classe"
    : `réparti selon la surface, au moins ${least} par classe`;
}

export const FRENCH_REPORT: ReportWords = {
  language: "fr",
  remarks: FRENCH,
  figure: (plain) => plain.replaceAll(".", ","),
  tiles: (count) => `${count} dalles`,
  madeWith: (models, date) => `${models} · fait avec Nadir le ${date}`,
  photo: "Photo",
  truth: "Vérité terrain",
  figureTitle: "Figure",
  figureOf: (tiles, chosen) =>
    `Sur ${tiles} dalles, ${chosen === "first" ? "les premières" : "la pire, la médiane et la meilleure du premier modèle"}.`,
  scores: "Scores, tous les pixels étiquetés",
  scoresWithoutBoundary: (px) => `Scores sans les limites entre classes (${px.join(" ou ")} px)`,
  kappa: "kappa",
  spreadHead: "Moyenne ± écart type sur les dalles, %",
  tilesHead: "dalles",
  pooled: "Cumul\u00a0: les matrices de confusion des dalles sont additionnées et évaluées une fois.",
  means: (averaged, classes, left) =>
    `mIoU et mF1 ${left.length === 0 ? "sur toutes les classes" : `sur ${averaged} des ${classes} classes, sans ${left.join(", ")}`}\u00a0; exactitude globale (OA) et kappa sur toutes.`,
  tileByTile: "Dalle par dalle",
  confusion: "Confusion",
  confusionHead: "vérité \\ prédiction, % de la vérité",
  truthPixels: "vérité, px",
  settings: "Réglages et versions",
  facts: {
    ...{ prediction: "Prédiction", read: "Lecture", model: "Modèle" },
    ...{ settings: "Réglages", ranOn: "Calculé sur", over: "Sur" },
    ...{ cleaned: "Nettoyé", corrected: "Corrigé" },
  },
  sample: {
    title: "Exactitude d’après des points",
    points: ({ answered, untold, open }) =>
      `${answered} points avec réponse, ${untold} indiscernables, ${open} en attente`,
    design: (design) => (design === null ? "points d’un fichier" : `${shared(design)}, graine ${design.seed}`),
    overall: (percent, interval) => `Exactitude globale ${percent} ± ${interval} %.`,
    accuracy: "Exactitude, %",
    users: "utilisateur",
    producers: "producteur",
    area: (unit) => `Surface, ${unit}`,
    onMap: "sur la carte",
    estimated: "estimée",
    matrix: "points\u00a0: carte \\ ce qui s’y trouve",
    source:
      "Estimé d’après un échantillon aléatoire stratifié, avec des intervalles à 95 % (Olofsson et al. 2014, doi:10.1016/j.rse.2014.02.015).",
  },
  changes: {
    title: "Deux dates",
    placed: (summary) =>
      `La carte postérieure a été ramenée aux pixels de l’antérieure (plus proche voisin)\u00a0: ${summary}.`,
    unknown: (pixels) => `${pixels} px n’ont pas de classe dans une des cartes et ne comptent nulle part.`,
    matrix: (unit) => `avant \\ après, ${unit}`,
    balance: (unit) => `Chaque classe, ${unit}`,
    balanceColumns: ["avant", "perdu", "gagné", "après"],
    objects: (least) => `Objets d’au moins ${least}`,
    objectColumns: (unit) => [
      "nouveaux",
      `nouveaux, ${unit}`,
      "m plus haut",
      "disparus",
      `disparus, ${unit}`,
      "m plus haut",
    ],
  },
  madeElsewhere: (name) => `${name}, faite ailleurs`,
  everyTile: "toutes les dalles",
  files: "Fichiers",
  limits: "Limites",
  noTruth: "Pas de vérité terrain\u00a0: non évalué.",
  lastLimit:
    "Une classe absente de la vérité comme de la prédiction n’a pas de score (–) et n’entre dans aucune moyenne. Les pixels sans vérité ou sans prédiction n’entrent dans aucun total.",
  leftOut: (tile, reason) => `La figure laisse ${tile} de côté. ${reason}`,
};
