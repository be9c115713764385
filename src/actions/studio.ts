/** The living studio: the store, the workers, and everything heavy that the store only knows by id. */
import { NadirError, type NadirErrorFacts } from "../core/errors";
import { createStudioStore, type StudioStore, update } from "../store/studio-store";
import { type Notice, withNotice, withoutNotice } from "../store/workspace";
import type { EngineHandlers } from "../workers/engine-protocol";
import type { RasterHandlers } from "../workers/raster-protocol";
import type { RestartableClient, WorkerClient } from "../workers/rpc";
import type { ActionMessages } from "./action-messages";
import { forgetStep, takeBack } from "./history";
import { createRegistry, type Registry } from "./registry";
import { PATIENCE, type Patience } from "./runs/ask-patiently";
import { createWorkingState, type UndoStep, type WorkingState } from "./working-state";

export interface Studio {
  /** Part of every raster's and run's id: two tabs share one storage and must not share names in it. */
  readonly sessionId: string;
  readonly store: StudioStore;
  readonly rasters: WorkerClient<RasterHandlers>;
  readonly engine: RestartableClient<EngineHandlers>;
  /** How long the engine may be silent before it counts as stuck. */
  readonly patience: Patience;
  readonly registry: Registry;
  readonly working: WorkingState;
  readonly messages: ActionMessages;
}

export function createStudio(
  rasters: WorkerClient<RasterHandlers>,
  engine: RestartableClient<EngineHandlers>,
  messages: ActionMessages,
  patience: Patience = PATIENCE,
): Studio {
  return {
    sessionId: crypto.randomUUID().slice(0, 8),
    store: createStudioStore(),
    rasters,
    engine,
    patience,
    registry: createRegistry(),
    working: createWorkingState(),
    messages,
  };
}

interface BrowserFault {
  /** Of the DOMException (WebIDL). */
  readonly names: readonly string[];
  /** Of a TypeError of fetch, in each browser's own words. */
  readonly texts: RegExp;
  readonly facts: NadirErrorFacts;
}

/** What browsers say when something outside went wrong: no bug, and something can be done. */
const BROWSER_FAULTS: readonly BrowserFault[] = [
  {
    names: ["QuotaExceededError"],
    texts: /quota.*exceeded/i,
    facts: {
      code: "no-room",
      found: "The browser's storage is full.",
      needed: "Results are kept there while the studio is open.",
      next: "Remove older runs, or free disk space.",
    },
  },
  {
    names: ["NotReadableError"],
    texts: /could not be read, typically due to permission/i,
    facts: {
      code: "storage",
      found: "A file can no longer be read.",
      needed: "It must stay where it is, unchanged, while the studio uses it.",
      next: "Open it again.",
    },
  },
  {
    names: ["NetworkError", "TimeoutError"],
    texts: /^(failed to fetch|network ?error|load failed|fetch failed|terminated)|dynamically imported module/i,
    facts: {
      code: "unreachable",
      found: "The connection broke off.",
      needed: "A part of the studio or a model is still to be fetched from where the page came from.",
      next: "Check the network and try again.",
    },
  },
];

/** Facts of anything that can be thrown; a bug is shown as one, with its message, and never swallowed. */
export function errorFacts(error: unknown): NadirErrorFacts {
  if (error instanceof NadirError) {
    return error.facts;
  }
  const { name = "", message = String(error) } = (error ?? {}) as Partial<Error>;
  const known = BROWSER_FAULTS.find(({ names, texts }) => names.includes(name) || texts.test(message));
  if (known !== undefined) {
    return known.facts;
  }
  return {
    code: "bad-output",
    found: `Something unexpected happened: ${message}`,
    needed: "",
    next: "Try again; if it stays, report it with this sentence.",
  };
}

export function isCancelled(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** A number this studio has not given out yet, for ids of runs, maps and notices. */
export function nextNumber({ working }: Studio): number {
  return ++working.lastNumber;
}

const NOTICE_MS = 6000;

/** Long enough to see what is missing. */
const UNDO_NOTICE_MS = 30_000;

/**
 * Shows a sentence for a while; errors stay until dismissed.
 *
 * @param offered A step that the notice offers to take back; it is forgotten with it.
 * @returns The notice's id.
 */
export function notify(studio: Studio, tone: Notice["tone"], text: string, offered?: UndoStep): number {
  const id = nextNumber(studio);
  if (offered !== undefined) {
    studio.working.offered.set(id, offered);
  }
  update(studio.store, "workspace", (state) => withNotice(state, { id, tone, text, undoable: offered !== undefined }));
  if (tone !== "bad") {
    setTimeout(() => dismissNotice(studio, id), offered === undefined ? NOTICE_MS : UNDO_NOTICE_MS);
  }
  return id;
}

export function notifyError(studio: Studio, error: unknown): void {
  if (!isCancelled(error)) {
    notify(studio, "bad", studio.messages.fault(errorFacts(error)));
  }
}

export function dismissNotice(studio: Studio, id: number): void {
  const step = studio.working.offered.get(id);
  withdrawOffer(studio, id);
  if (step !== undefined) {
    forgetStep(studio.working, step);
  }
}

/** Takes the notice away and leaves its step. */
export function withdrawOffer(studio: Studio, id: number): void {
  studio.working.offered.delete(id);
  update(studio.store, "workspace", (state) => withoutNotice(state, id));
}

/** Takes back what a notice says. */
export function undoNotice({ working }: Studio, id: number): void {
  const step = working.offered.get(id);
  if (step !== undefined) {
    takeBack(working, step);
  }
}
