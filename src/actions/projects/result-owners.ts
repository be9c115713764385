/**
 * Which tab the results in the browser's storage belong to. Every tab holds a lock named after its session while it
 * lives. A mask belongs to the session in its name, or to the one whose stored project lists its run; only results
 * that belong to no living tab may be taken or deleted.
 */
import { storedSessions } from "../../io/session-store";
import type { Studio } from "../studio";

const PREFIX = "nadir-session-";
const OWNERS = "nadir-owners";

/** Runs `work` while no other tab takes, gives up or deletes results. */
export function withOwnersLocked<T>(work: () => Promise<T>): Promise<T> {
  return "locks" in navigator ? (navigator.locks.request(OWNERS, work) as Promise<T>) : work();
}

/** False when another tab holds the session. It is released by the browser when the tab is closed. */
export function holdSession(studio: Studio, sessionId: string): Promise<boolean> {
  return new Promise((held, failed) => {
    navigator.locks
      .request(`${PREFIX}${sessionId}`, { ifAvailable: true }, (lock) => {
        held(lock !== null);
        if (lock === null) {
          return;
        }
        studio.registry.sessions.add(sessionId);
        return new Promise<never>(() => {});
      })
      .catch(failed);
  });
}

/** Resolves when the tab that holds a session has been closed. Any number of tabs may wait for it. */
export async function sessionEnd(sessionId: string): Promise<void> {
  await navigator.locks.request(`${PREFIX}${sessionId}`, { mode: "shared" }, async () => undefined);
}

/** Sessions of all living tabs, this one included. */
export async function livingSessions(): Promise<string[]> {
  const { held = [] } = await navigator.locks.query();
  // A shared one is that of a tab which has waited for the session's end.
  const own = held.filter(({ name, mode }) => mode === "exclusive" && name?.startsWith(PREFIX));
  return own.map(({ name }) => name!.slice(PREFIX.length));
}

/** Says of a run whether its masks belong to another living tab. */
export async function heldByOtherTabs({ registry }: Studio): Promise<(runId: string) => boolean> {
  if (!("locks" in navigator)) {
    return () => false;
  }
  const others = (await livingSessions()).filter((id) => !registry.sessions.has(id));
  const projects = (await storedSessions()).filter(({ sessionId }) => others.includes(sessionId));
  return (runId) =>
    others.some((id) => runId.includes(id)) || projects.some(({ text }) => text.includes(JSON.stringify(runId)));
}
