/** Refusals that every language has words for. */
import type { NadirErrorFacts } from "../errors";
import type { RemarkWords } from "./remark";
import { spell, spellInEnglish } from "./spell";

type Parts = NonNullable<NadirErrorFacts["remarks"]>;

export function refusal(kind: Pick<NadirErrorFacts, "code" | "subject">, remarks: Parts): NadirErrorFacts {
  return { ...kind, ...spelledParts(remarks, spellInEnglish), remarks };
}

/** The same in another language; what is English only stays as it is. */
export function spellRefusal(facts: NadirErrorFacts, words: RemarkWords): NadirErrorFacts {
  return facts.remarks === undefined
    ? facts
    : { ...facts, ...spelledParts(facts.remarks, (remark) => spell(remark, words)) };
}

function spelledParts({ found, needed, next }: Parts, spelled: (remark: Parts["found"]) => string) {
  return { found: spelled(found), needed: spelled(needed), next: spelled(next) };
}
