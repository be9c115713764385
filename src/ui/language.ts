/** The language of this page: of its texts, its numbers and its dates. Settled when the page loads. */

import { LANGUAGES, type Language } from "../core/vocabulary/languages";

export const language: Language = chooseLanguage(globalThis.navigator?.languages ?? [], LANGUAGES);

/** The first wanted language that is offered, regions aside ("fr-CA" takes "fr"); otherwise the first offered. */
export function chooseLanguage<L extends string>(wanted: readonly string[], offered: readonly [L, ...L[]]): L {
  for (const tag of wanted) {
    const [primary = ""] = tag.toLowerCase().split("-");
    const found = offered.find((known) => known === tag) ?? offered.find((known) => known === primary);
    if (found !== undefined) {
      return found;
    }
  }
  return offered[0];
}
