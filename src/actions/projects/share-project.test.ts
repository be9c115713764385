/** A project handed on: somebody else sees the scores at once, and the maps where they came along. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { python } from "../../../e2e/judge";
import { isDone, isKnown } from "../../store/runs";
import { cropFiles, evaluated, histogram, runToEnd, sceneReady } from "../../testing/journey";
import { withoutPython } from "../../testing/run-python";
import { JOURNEY, until } from "../../testing/studio-in-node";
import { studiosOfTests } from "../../testing/studios";
import { scoreRun } from "../../ui/evaluation/scored-runs";
import { remakeAllRuns } from "../runs/run-model";
import { shareProject } from "./gather-project";
import { openAny } from "./restore-project";

describe.skipIf(withoutPython)("a project that is handed on", JOURNEY, () => {
  const studios = studiosOfTests();

  test("brings scores along, and masks if they were asked for", async () => {
    const files = await cropFiles(studios.folder, 128);
    const mine = await studios.open({ files });
    await sceneReady(mine.studio);
    const [run] = await runToEnd(mine.studio);
    await evaluated(mine.studio, run!.id);
    const before = await histogram(mine.studio, run!);
    const scores = scoreRun(mine.studio.store.getState().evaluation, run!)!;
    await shareProject(mine.studio, false);
    await shareProject(mine.studio, true);
    const [light, whole] = mine.browser.downloads.map(({ fileName, blob }) => new File([blob], fileName));
    expect(whole!.name).toMatch(/\.nadirz$/);

    const archive = join(studios.folder, whole!.name);
    writeFileSync(archive, new Uint8Array(await whole!.arrayBuffer()));
    const { bad, pixels } = python(LOOK, archive, run!.id) as { bad: string | null; pixels: readonly number[] };
    expect(bad).toBeNull();
    expect(pixels).toEqual(before);

    const theirs = await studios.open();
    await openAny(theirs.studio, [light!, ...files]);
    const elsewhere = await until(theirs.studio, ({ runs }) => runs.records.find(isKnown), "the run");
    expect(elsewhere.state.status).toBe("elsewhere");
    const seen = scoreRun(theirs.studio.store.getState().evaluation, elsewhere)!;
    expect([seen.scored, seen.all]).toEqual([scores.scored, scores.all]);
    remakeAllRuns(theirs.studio);
    const remade = await until(theirs.studio, ({ runs }) => runs.records.find(isDone), "the run made again");
    expect(await histogram(theirs.studio, remade)).toEqual(before);

    const others = await studios.open();
    await openAny(others.studio, [whole!, ...files]);
    const brought = await until(others.studio, ({ runs }) => runs.records.find(isDone), "the run with its mask");
    expect(await histogram(others.studio, brought)).toEqual(before);
    const counted = await evaluated(others.studio, brought.id);
    expect([...counted.withBoundary.counts]).toEqual([...scores.evaluation.withBoundary.counts]);
  });
});

const LOOK = `
import sys, json, zipfile, numpy as np
archive = zipfile.ZipFile(sys.argv[1])
mask = np.frombuffer(archive.read(f"masks/mask-{sys.argv[2]}.bin"), np.uint8)
print(json.dumps(dict(bad=archive.testzip(), pixels=np.bincount(mask, minlength=256).tolist())))
`;
