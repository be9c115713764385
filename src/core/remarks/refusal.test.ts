import { expect, test } from "vitest";
import { describeError, NadirError } from "../errors";
import { refusedAlignment } from "../georef/refused-alignment";
import { spellRefusal } from "./refusal";
import { remarkWords } from "./spell";

const APART = {
  summary: { say: "grid-apart", gapMetres: 40 },
  warnings: [{ say: "no-overlap", label: "DSM", gapMetres: 40 }],
} as unknown as Parameters<typeof refusedAlignment>[1];

test("a refusal made of remarks is English by itself and each language's where it is shown", async () => {
  const facts = refusedAlignment({ fileName: "dsm.tif" }, APART, "DSM");
  expect(describeError(facts)).toBe(
    "dsm.tif: The DSM and the image do not overlap, 40 m apart. The DSM must lie over the orthophoto. " +
      "Give the DSM of the same place, or correct its coordinate system (gdal_edit.py -a_srs).",
  );
  // As it comes from a worker.
  const sent = structuredClone(new NadirError(facts).facts);
  expect(describeError(spellRefusal(sent, await remarkWords("de")))).toMatch(
    /^dsm\.tif: Das DOM und das Bild überdecken sich nicht, .*\. Das DOM muss über dem Orthofoto liegen\. Nehmen Sie das DOM/,
  );
  expect(describeError(spellRefusal(sent, await remarkWords("fr")))).toMatch(
    /^dsm\.tif: Le MNS et l’image ne se recouvrent pas.*\. Le MNS doit recouvrir l’orthophoto\. Donnez le MNS/,
  );
});

test("one that is English only stays as it is", async () => {
  const facts = { code: "storage", found: "Found.", needed: "Needed.", next: "Next." } as const;
  expect(spellRefusal(facts, await remarkWords("de"))).toBe(facts);
});
