/**
 * One session per tab, kept as a project in the browser's storage: whatever ends the visit, at most the strip in
 * flight is lost. What closed tabs left behind is offered once more, newest first; what is not wanted is deleted, so
 * that the storage does not fill up. What cannot be read is never deleted unasked, nor are its masks.
 */
import { describeError, type NadirErrorFacts } from "../../core/errors";
import { parseProject } from "../../core/project/parse-project";
import { formatProject, type Project } from "../../core/project/project";
import { masksOf, runIdsIn } from "../../core/run/mask-names";
import { rastersOf } from "../../core/scene/scene";
import { deleteSession, storedSessions, storeSession } from "../../io/session-store";
import type { LeftSession, UnreadableSession } from "../../store/project";
import type { SceneRecord } from "../../store/scenes";
import { type StudioState, update } from "../../store/studio-store";
import { save } from "../outputs/save-file";
import { errorFacts, notify, notifyError, type Studio } from "../studio";
import { gatherProject } from "./gather-project";
import { holdSession, livingSessions, sessionEnd, withOwnersLocked } from "./result-owners";

/** Visits offered; older ones are given up. */
const MOST_LEFT = 3;
const PATIENCE_MS = 400;

interface Stored {
  readonly sessionId: string;
  readonly savedAtMs: number;
  readonly project: Project;
}

export async function startSession(studio: Studio): Promise<void> {
  if (!("locks" in navigator)) {
    return;
  }
  try {
    await holdSession(studio, studio.sessionId);
    // Whatever keeps earlier visits from being read, this one is kept.
    watchSession(studio);
    await withOwnersLocked(() => lookBack(studio, MOST_LEFT));
    for (const sessionId of await livingSessions()) {
      if (!studio.registry.sessions.has(sessionId)) void offerAtEnd(studio, sessionId);
    }
  } catch (error) {
    notifyError(studio, error);
  }
}

/** A tab that is being closed while this one opens still holds its session: its visit is offered once it is gone. */
async function offerAtEnd(studio: Studio, sessionId: string): Promise<void> {
  try {
    await sessionEnd(sessionId);
    await withOwnersLocked(() => lookBack(studio, MOST_LEFT));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Takes over what a closed tab left; null when another tab was faster. */
export async function takeSession(studio: Studio, sessionId: string): Promise<Project | null> {
  const taken = await withOwnersLocked(async () => {
    const stored = (await storedSessions()).find((session) => session.sessionId === sessionId);
    return stored !== undefined && (await holdSession(studio, sessionId)) ? stored : null;
  });
  update(studio.store, "project", (state) => ({
    ...state,
    left: state.left.filter((session) => session.sessionId !== sessionId),
  }));
  if (taken === null) {
    notify(studio, "info", studio.messages.sessionGone);
    return null;
  }
  return parseProject(taken.text, "the last visit");
}

/** Deletes everything that closed tabs left behind, but for what cannot be read: that is decided one by one. */
export async function startAnew(studio: Studio): Promise<void> {
  try {
    await withOwnersLocked(() => lookBack(studio, 0));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Saves what was kept of a visit that cannot be read, as it is. */
export async function saveUnreadable(studio: Studio, sessionId: string): Promise<void> {
  try {
    const stored = (await storedSessions()).find((session) => session.sessionId === sessionId);
    if (stored === undefined) {
      notify(studio, "info", studio.messages.sessionGone);
      return;
    }
    const fileName = `visit-${sessionId}.nadir`;
    save({ fileName, blob: new Blob([stored.text], { type: "application/json" }) });
    notify(studio, "good", studio.messages.saved([fileName]));
  } catch (error) {
    notifyError(studio, error);
  }
}

/** Gives up a visit that cannot be read, with its masks. */
export async function deleteUnreadable(studio: Studio, sessionId: string): Promise<void> {
  try {
    await withOwnersLocked(async () => {
      await deleteSession(sessionId);
      await lookBack(studio, MOST_LEFT);
    });
  } catch (error) {
    notifyError(studio, error);
  }
}

/**
 * Offers what closed tabs left, newest first. All but the newest `most` that can be read is deleted, and every mask
 * that nobody lists.
 */
async function lookBack(studio: Studio, most: number): Promise<void> {
  const living = await livingSessions();
  const kept: Stored[] = [];
  const unreadable: UnreadableSession[] = [];
  const owners = [...living];
  const masks: string[] = [];
  for (const { sessionId, savedAtMs, text } of await storedSessions()) {
    if (living.includes(sessionId)) {
      owners.push(...runIdsIn(text));
      continue;
    }
    const read = readStored(text);
    if ("why" in read) {
      owners.push(sessionId, ...runIdsIn(text));
      unreadable.push({ sessionId, savedAtMs, why: read.why });
    } else if (kept.length >= most) {
      await deleteSession(sessionId);
    } else {
      masks.push(...read.project.runs.flatMap(({ id, settings }) => masksOf(id, settings)));
      kept.push({ sessionId, savedAtMs, project: read.project });
    }
  }
  // Offered first: that nothing could be cleaned up takes no visit away.
  update(studio.store, "project", (state) => ({ ...state, left: kept.map(summary), unreadable }));
  const there = await studio.rasters.call("listMasks", {});
  // A tab that was opened meanwhile holds its session before it writes.
  owners.push(...(await livingSessions()));
  const isOwned = (id: string) => masks.includes(id) || owners.some((name) => id.includes(name));
  await studio.rasters.call("deleteMasks", { maskIds: there.filter((id) => !isOwned(id)) });
}

function readStored(text: string): { readonly project: Project } | { readonly why: NadirErrorFacts } {
  try {
    return { project: parseProject(text, "the last visit") };
  } catch (error) {
    return { why: errorFacts(error) };
  }
}

function summary({ sessionId, savedAtMs, project }: Stored): LeftSession {
  const count = (status: string) => project.runs.filter(({ outcome }) => outcome.status === status).length;
  return {
    sessionId,
    savedAtMs,
    sceneNames: project.scenes.map(({ name }) => name),
    doneRuns: count("done"),
    interruptedRuns: count("interrupted"),
  };
}

function watchSession(studio: Studio): void {
  studio.working.savedSession = "";
  studio.store.subscribe((state, before) => {
    if (state.runs !== before.runs || !areKeptAlike(state.scenes.records, before.scenes.records)) {
      void saveSessionNow(studio);
    } else if (areOtherParts(keptParts(state), keptParts(before))) {
      clearTimeout(studio.working.sessionTimer);
      studio.working.sessionTimer = setTimeout(() => void saveSessionNow(studio), PATIENCE_MS);
    }
  });
  document.addEventListener("visibilitychange", () => void saveSessionNow(studio));
}

function areOtherParts(parts: readonly unknown[], before: readonly unknown[]): boolean {
  return parts.some((part, at) => part !== before[at]);
}

/** What `gatherProject` reads besides runs and scenes. */
function keptParts(state: StudioState): readonly unknown[] {
  const { settings, legend, strokes, samples, teaching, panes, evaluation, corrections, parcels, dates, project } =
    state;
  return [
    settings,
    legend,
    strokes.records,
    strokes.newClasses,
    samples.records,
    teaching.records,
    panes,
    evaluation,
    corrections,
    parcels.layers,
    dates,
    project.wanted,
    project.wantedParcels,
  ];
}

/** Whether a project says the same of both: the truths and heights of many tiles are read one by one. */
function areKeptAlike(records: readonly SceneRecord[], before: readonly SceneRecord[]): boolean {
  return (
    records.length === before.length &&
    records.every((record, at) => record === before[at] || keptOf(record) === keptOf(before[at]!))
  );
}

function keptOf({ truth: _, heightRange: __, scene, ...kept }: SceneRecord): string {
  return JSON.stringify([kept, scene.id, scene.name, rastersOf(scene).map(({ rasterId }) => rasterId)]);
}

/**
 * Resolves when the project as it is now is in the storage; however often it is asked for, one write waits at most.
 *
 * @returns False when it is not there, which was said.
 */
export function saveSessionNow(studio: Studio): Promise<boolean> {
  const { working } = studio;
  if (working.savedSession === null) {
    return Promise.resolve(false);
  }
  const write = async () => {
    working.nextSessionWrite = null;
    const project = gatherProject(studio);
    const text = project.scenes.length === 0 ? "" : formatProject(project);
    if (text === working.savedSession) {
      return true;
    }
    if (text === "") {
      await deleteSession(studio.sessionId);
    } else if (!(await storeSession(studio.sessionId, text))) {
      return false;
    }
    working.savedSession = text;
    working.sessionFault = null;
    return true;
  };
  const failed = (error: unknown) => {
    // Every finished strip asks again; the same sentence each time would drown all others.
    const told = describeError(errorFacts(error));
    if (told !== working.sessionFault) {
      notifyError(studio, error);
    }
    working.sessionFault = told;
    return false;
  };
  working.nextSessionWrite ??= working.sessionWrites.add(write).catch(failed);
  return working.nextSessionWrite;
}
