/**
 * What is on the screen as the fragment of a link: `scene=top+1&panes=2&show=optical&show=mask*EMSNet&at=512,300,0.5`.
 *
 * Scenes and runs stand by name, so that a link means the same on another machine that has opened the same files.
 * Cameras are in pixels of the optical grid.
 */
import { NadirError } from "../errors";

/** One thing a pane shows: its kind, then names of runs and numbers of classes. */
export type LinkedContent = readonly string[];

interface LinkedCamera {
  readonly centrePx: readonly [col: number, row: number];
  /** Screen pixels per optical pixel as a power of two. */
  readonly zoom: number;
}

export interface ViewLink {
  readonly scene: string;
  readonly count: 1 | 2 | 4 | 6;
  readonly mode: "side-by-side" | "swipe" | "blink" | "lens";
  readonly swipe: { readonly direction: "vertical" | "horizontal"; readonly fraction: number };
  /** Of the panes on screen; two of them when one pane compares. */
  readonly contents: readonly LinkedContent[];
  /** One for all linked panes, or one per pane; null fits the scene. */
  readonly cameras: readonly (LinkedCamera | null)[];
  readonly linked: boolean;
}

const PARTS = "*";
const MOST_PANES = 6;
/** Of cameras, as powers of two. */
export const ZOOM = { min: -8, max: 6 } as const;

/** Without the leading `#`. */
export function formatViewLink(view: ViewLink): string {
  const { scene, count, mode, swipe, contents, linked, cameras } = view;
  const fields: (readonly [string, string])[] = [
    ["scene", scene],
    ["panes", String(count)],
    ...(mode === "side-by-side" ? [] : [["mode", mode] as const]),
    ...(mode === "swipe" ? [["swipe", `${swipe.direction}${PARTS}${short(swipe.fraction)}`] as const] : []),
    ...contents.map((content) => ["show", content.map((part) => part.replaceAll(PARTS, "")).join(PARTS)] as const),
    ...(linked ? [] : [["linked", "no"] as const]),
    ...cameras.map(
      (camera) => ["at", camera === null ? "all" : [...camera.centrePx, camera.zoom].map(short).join()] as const,
    ),
  ];
  return fields.map(([name, value]) => `${name}=${encode(value)}`).join("&");
}

/**
 * @param fragment With or without the leading `#`.
 * @returns Null when the fragment is no link to a view at all.
 * @throws {NadirError} `bad-link` when it is one, with a field that cannot be.
 */
export function parseViewLink(fragment: string): ViewLink | null {
  const fields = fragment
    .replace(/^#/, "")
    .split("&")
    .map((field) => field.split("="));
  const all = (name: string) => fields.flatMap(([key, value = ""]) => (key === name ? decode(name, value) : []));
  const [scene] = all("scene");
  if (scene === undefined) {
    return null;
  }
  const [panes = "1"] = all("panes");
  const [mode = "side-by-side"] = all("mode");
  const [swipe = `vertical${PARTS}0.5`] = all("swipe");
  const [direction = "", fraction = ""] = swipe.split(PARTS);
  const contents = all("show").map((content) => content.split(PARTS));
  const count = [1, 2, 4, 6].find((known) => String(known) === panes);
  const modes = ["side-by-side", "swipe", "blink", "lens"] as const;
  const directions = ["vertical", "horizontal"] as const;
  return {
    scene,
    count: (count ?? refuse("panes", panes, "1, 2, 4 or 6")) as ViewLink["count"],
    mode: modes.find((known) => known === mode) ?? refuse("mode", mode, modes.join(", ")),
    swipe: {
      direction: directions.find((known) => known === direction) ?? refuse("swipe", direction, directions.join(", ")),
      fraction: inRange("swipe", fraction, 0, 1),
    },
    contents: contents.length <= MOST_PANES ? contents : refuse("show", `${contents.length} times`, "at most six"),
    linked: all("linked")[0] !== "no",
    cameras: all("at").slice(0, MOST_PANES).map(parseCamera),
  };
}

/** A run's name as links spell it: the second of the same name is `EMSNet (2)`. */
export function linkedRunNames(runs: readonly { readonly id: string; readonly name: string }[]): Map<string, string> {
  const seen = new Map<string, number>();
  return new Map(
    runs.map(({ id, name }) => {
      const plain = name.replaceAll(PARTS, "");
      const nth = (seen.get(plain) ?? 0) + 1;
      seen.set(plain, nth);
      return [id, nth === 1 ? plain : `${plain} (${nth})`];
    }),
  );
}

function parseCamera(text: string): LinkedCamera | null {
  if (text === "all") {
    return null;
  }
  const [col = "", row = "", zoom = "", ...rest] = text.split(",");
  const far = 1e9;
  return rest.length > 0
    ? refuse("at", text, "column,row,zoom")
    : {
        centrePx: [inRange("at", col, -far, far), inRange("at", row, -far, far)],
        zoom: inRange("at", zoom, ZOOM.min, ZOOM.max),
      };
}

function inRange(field: string, text: string, min: number, max: number): number {
  const value = text.trim() === "" ? Number.NaN : Number(text);
  return value >= min && value <= max ? value : refuse(field, text, `a number from ${min} to ${max}`);
}

/** Spaces as `+`, as in the queries of addresses. */
function encode(value: string): string {
  return encodeURIComponent(value).replaceAll("%20", "+").replaceAll("%2C", ",");
}

function decode(field: string, value: string): string {
  try {
    return decodeURIComponent(value.replaceAll("+", " "));
  } catch {
    return refuse(field, value, "text in UTF-8, encoded with %");
  }
}

function short(value: number): string {
  return String(Math.round(value * 1000) / 1000);
}

function refuse(field: string, found: string, needed: string): never {
  throw new NadirError({
    code: "bad-link",
    found: `The link to a view says ${field}=${found}.`,
    needed: `There it needs ${needed}.`,
    next: "Copy the link again, or arrange the panes by hand.",
  });
}
