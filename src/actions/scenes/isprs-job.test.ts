/** The ISPRS job as ISPRS ships it: both benchmarks dropped as two folders, every scene right, nothing asked. */
import { expect, test } from "vitest";
import { inFolder } from "../../io/file-place";
import { isprsJob } from "../../testing/isprs-job";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { openAny } from "../projects/restore-project";

const studios = studiosOfTests();

test(
  "38 Potsdam and 33 Vaihingen tiles become 147 scenes, each with its heights and both labels",
  JOURNEY,
  async () => {
    const { files, tiles } = isprsJob();
    const { studio } = await studios.open();
    const started = performance.now();
    await openAny(
      studio,
      files.map(({ path, bytes }) => {
        const cut = path.lastIndexOf("/");
        return inFolder(new File([bytes], path.slice(cut + 1)), path.slice(0, cut));
      }),
    );
    const paired = performance.now();
    const { records, unpaired, refused } = await until(
      studio,
      ({ scenes }) => scenes.records.every(({ truth }) => truth.status !== "decoding") && scenes,
      "every truth",
    );
    const seconds = (from: number, to: number) => ((to - from) / 1000).toFixed(1);
    console.info(
      `opened and paired in ${seconds(started, paired)} s, truths read in ${seconds(paired, performance.now())} s`,
    );

    const { notices } = studio.store.getState().workspace;
    expect([unpaired, refused, notices]).toEqual([[], [], []]);
    const pathOf = (raster: { readonly facts: { readonly fileName: string; readonly folder?: string } } | undefined) =>
      raster && `${raster.facts.folder}/${raster.facts.fileName}`;
    const found = records.map(({ scene, truth }) => ({
      photo: pathOf(scene.optical),
      auxiliaries: [scene.auxiliary!, ...(scene.otherAuxiliaries ?? [])].map((each) => `${each.kind} ${pathOf(each)}`),
      label: pathOf(scene.truth!),
      eroded: pathOf(scene.otherTruth),
      buildingPixels:
        truth.status === "ready" && truth.classPixels[truth.classes.find(({ name }) => name === "building")!.id],
    }));
    const wanted = tiles.flatMap(({ photos, dsm, ndsm, label, eroded, buildingPixels }) =>
      photos.map((photo) => ({ photo, auxiliaries: [`dsm ${dsm}`, `ndsm ${ndsm}`], label, eroded, buildingPixels })),
    );
    const byPhoto = (a: { photo?: string | undefined }, b: { photo?: string | undefined }) =>
      a.photo! < b.photo! ? -1 : 1;
    expect(found.toSorted(byPhoto)).toEqual(wanted.toSorted(byPhoto));
    expect(new Set(records.map(({ scene }) => scene.name)).size).toBe(147);
    expect(records.map(({ scene }) => scene.name)).toEqual(
      expect.arrayContaining(["potsdam 2 10 RGB", "potsdam 7 13 IRRG", "area 38"]),
    );
    // World files stay in their folder: Vaihingen's labels have their photos' names, and none.
    expect(records.every(({ scene }) => scene.optical.facts.geotransform !== null)).toBe(true);
    expect(records.every(({ scene }) => scene.truth?.facts.geotransform === null)).toBe(true);
  },
);
