/**
 * The address of the page always says what is on the screen, and a link to a view is followed: at once as far as its
 * scene and runs are there, and the rest as they come.
 */
import {
  formatViewLink,
  type LinkedContent,
  linkedRunNames,
  parseViewLink,
  type ViewLink,
} from "../../core/view/view-link";
import { MAX_PANES, type PaneContent, type PanesState } from "../../store/panes";
import { isUnfinished, type RunRecord } from "../../store/runs";
import { selectDoneRuns, selectScene } from "../../store/selectors";
import { type StudioState, update } from "../../store/studio-store";
import { notify, notifyError, type Studio } from "../studio";
import { selectSceneById } from "./arrange";

/** Browsers allow only so many changes of the address in a time. */
const PATIENCE_MS = 400;

/** Fields of each kind of content in a link, in order, `?` where null may stand; a missing kind does not compile. */
const FIELDS: { readonly [K in PaneContent["kind"]]: readonly string[] } = {
  optical: [],
  hillshade: [],
  heights: [],
  "above-ground": [],
  truth: [],
  mask: ["runId"],
  confidence: ["runId"],
  probability: ["runId", "classId"],
  errors: ["runId", "classId?"],
  "window-iou": ["runId"],
  agreement: [],
  entropy: [],
  "date-changes": ["runId", "otherRunId"],
  "height-change": ["runId", "otherRunId"],
  changes: ["runId", "otherRunId"],
};

export function watchViewLink(studio: Studio): void {
  followAddress(studio, location.href);
  // The event's address, not the page's: by now that may have been written anew from what is on the screen.
  window.addEventListener("hashchange", ({ newURL }) => followAddress(studio, newURL));
  let timer: ReturnType<typeof setTimeout> | undefined;
  studio.store.subscribe((state, before) => {
    if (state.runs !== before.runs || state.scenes !== before.scenes) {
      follow(studio);
    }
    if (state.panes !== before.panes || state.scenes.selectedId !== before.scenes.selectedId) {
      clearTimeout(timer);
      timer = setTimeout(() => keepAddress(studio), PATIENCE_MS);
    }
  });
}

/** The fragment of a link to what is on the screen; empty without a scene. */
export function viewFragment(state: StudioState): string {
  const record = selectScene(state);
  if (record === null) {
    return "";
  }
  const { count, mode, swipe, linked, cameras, contents } = state.panes;
  const names = linkedRunNames(namedRuns(selectDoneRuns(state)));
  const shown = shownContents(state.panes);
  return formatViewLink({
    scene: record.scene.name,
    count,
    mode,
    swipe,
    linked,
    contents: contents.slice(0, shown).map((content) => linkContent(content, names)),
    cameras: cameras.slice(0, linked ? 1 : count),
  });
}

export async function copyViewLink(studio: Studio): Promise<void> {
  keepAddress(studio);
  try {
    await navigator.clipboard.writeText(location.href);
    notify(studio, "good", studio.messages.linkCopied);
  } catch (error) {
    notifyError(studio, error);
  }
}

/**
 * Shows what a link says, now or as soon as its scene is open.
 *
 * @param first Whether it goes before a link that is still waiting.
 */
export function followFragment(studio: Studio, fragment: string, first = true): void {
  try {
    const link = parseViewLink(fragment);
    if (link !== null && (first || studio.working.pendingLink === null)) {
      studio.working.pendingLink = { link, placed: false };
      follow(studio);
    }
  } catch (error) {
    notifyError(studio, error);
  }
}

function followAddress(studio: Studio, address: string): void {
  const { hash } = new URL(address);
  if (hash.slice(1) !== viewFragment(studio.store.getState())) {
    followFragment(studio, hash);
  }
}

/** An address that waits for its scene is left as it is. */
function keepAddress(studio: Studio): void {
  const fragment = viewFragment(studio.store.getState());
  if (fragment !== "" && studio.working.pendingLink === null) {
    history.replaceState(history.state, "", `#${fragment}`);
  }
}

function follow(studio: Studio): void {
  const { link, placed } = studio.working.pendingLink ?? { link: null, placed: false };
  const record = studio.store.getState().scenes.records.find(({ scene }) => scene.name === link?.scene);
  if (link === null || record === undefined) {
    return;
  }
  studio.working.pendingLink = null;
  if (!placed) {
    place(studio, link, record.scene.id);
  }
  const state = studio.store.getState();
  const contents = link.contents.map((content) => readContent(content, selectDoneRuns(state)));
  const isNews = (pane: number) => contents[pane] != null && (!placed || isOfRun(link.contents[pane]!));
  update(studio.store, "panes", (panes) => ({
    ...panes,
    contents: panes.contents.map((old, pane) => (isNews(pane) ? contents[pane]! : old)),
  }));
  const coming = contents.some((content, pane) => content === null && isOfRun(link.contents[pane]!));
  if (coming && selectUnfinished(state)) {
    studio.working.pendingLink = { link, placed: true };
  }
}

function place(studio: Studio, link: ViewLink, sceneId: string): void {
  if (studio.store.getState().scenes.selectedId !== sceneId) {
    selectSceneById(studio, sceneId);
  }
  update(studio.store, "panes", (panes) => ({
    ...panes,
    count: link.count,
    mode: link.mode,
    swipe: link.swipe,
    linked: link.linked,
    blinking: false,
    activePane: Math.min(panes.activePane, link.count - 1),
    cameras: Array.from({ length: MAX_PANES }, (_, pane) => link.cameras[link.linked ? 0 : pane] ?? null),
  }));
}

function selectUnfinished(state: StudioState): boolean {
  return state.project.wanted.some(({ runs }) => runs.length > 0) || state.runs.records.some(isUnfinished);
}

function isOfRun([kind]: LinkedContent): boolean {
  return FIELDS[kind as PaneContent["kind"]]?.includes("runId") ?? false;
}

function shownContents({ count, mode }: PanesState): number {
  return mode === "side-by-side" ? count : 2;
}

function namedRuns(runs: readonly RunRecord[]): { id: string; name: string }[] {
  return runs.map(({ id, modelName }) => ({ id, name: modelName }));
}

function linkContent(content: PaneContent, names: ReadonlyMap<string, string>): LinkedContent {
  const values = content as unknown as Readonly<Record<string, string | number | null>>;
  const fields = FIELDS[content.kind].map((name) => {
    const field = name.replace("?", "");
    const value = values[field];
    return field.endsWith("unId") ? (names.get(String(value)) ?? "") : String(value ?? "");
  });
  return [content.kind, ...fields].join("\n").trimEnd().split("\n");
}

/** Null for a kind that does not exist, or a run or class that is not there. */
function readContent([kind = "", ...values]: LinkedContent, runs: readonly RunRecord[]): PaneContent | null {
  const fields = FIELDS[kind as PaneContent["kind"]];
  if (fields === undefined) {
    return null;
  }
  const ids = new Map([...linkedRunNames(namedRuns(runs))].map(([id, name]) => [name, id]));
  const read = fields.map((name, index) => {
    const field = name.replace("?", "");
    const value = values[index] ?? "";
    if (field.endsWith("unId")) {
      return [field, ids.get(value)] as const;
    }
    return [field, /^\d+$/.test(value) ? Number(value) : field === name ? undefined : null] as const;
  });
  if (read.some(([, value]) => value === undefined)) {
    return null;
  }
  const content = { kind, ...Object.fromEntries(read) } as unknown as PaneContent;
  const run = "runId" in content && runs.find(({ id }) => id === content.runId);
  return content.kind === "probability" && run && !run.classes.some(({ id }) => id === content.classId)
    ? null
    : content;
}
