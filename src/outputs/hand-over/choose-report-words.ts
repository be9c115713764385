/** The words of the report in a language; others than English are fetched when they are asked for. */
import type { Language } from "../../core/vocabulary/languages";
import type { ReportWords } from "./report-words";
import { ENGLISH_REPORT } from "./report-words.en";

export async function reportWords(language: Language): Promise<ReportWords> {
  switch (language) {
    case "en":
      return ENGLISH_REPORT;
    case "de":
      return (await import("./report-words.de")).GERMAN_REPORT;
    case "fr":
      return (await import("./report-words.fr")).FRENCH_REPORT;
  }
}
