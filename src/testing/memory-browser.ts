/**
 * What actions ask of a browser besides workers, in memory: the page's address and its own origin's files, downloads,
 * what is stored from visit to visit. No more than is asked for.
 */
import { resolveObjectURL } from "node:buffer";
import { readdirSync, readFileSync } from "node:fs";
import { createMemoryFiles, type MemoryFiles } from "./memory-files";
import { createMemoryLocks } from "./memory-locks";

interface Download {
  readonly fileName: string;
  readonly blob: Blob;
}

/** One browser: it outlives the studios opened in it, as a browser outlives its tabs. */
export interface MemoryBrowser {
  /** Files of the page's own origin by path. */
  readonly site: ReadonlyMap<string, Blob>;
  /** Everything saved so far, in order. */
  readonly downloads: readonly Download[];
  /** What `localStorage` holds. */
  readonly stored: Map<string, string>;
  /** The private file system; null where the browser refuses it. */
  readonly files: MemoryFiles | null;
  /** What is asked of its storage as a whole; no bound until a test sets one. */
  readonly storage: { quota: number; usage: number; persistAsked: number };
  /** Makes this the browser that `document`, `navigator` and the like speak of. */
  enter(): void;
  /** Gives back the locks of a tab with these sessions. */
  closeTab(sessionIds: Iterable<string>): void;
}

export interface MemoryBrowserOptions {
  /** Files beside the page by path; the sample scene is always there. */
  readonly site?: Readonly<Record<string, Blob>>;
  /** False for a browser that refuses its private file system, as some do in private windows. */
  readonly keepsFiles?: boolean;
}

const BASE = "http://studio.test/";

export function createMemoryBrowser(options: MemoryBrowserOptions = {}): MemoryBrowser {
  const site = new Map([...sampleScene(), ...Object.entries(options.site ?? {})]);
  const files = options.keepsFiles === false ? null : createMemoryFiles();
  const locks = createMemoryLocks();
  const downloads: Download[] = [];
  const stored = new Map<string, string>();
  const storage = { quota: Number.POSITIVE_INFINITY, usage: 0, persistAsked: 0 };
  const address = new URL(BASE);
  const globals = {
    document: Object.assign(new EventTarget(), {
      baseURI: BASE,
      createElement: () => downloadLink((download) => downloads.push(download)),
    }),
    window: new EventTarget(),
    navigator: {
      locks: locks.manager,
      storage: {
        async getDirectory() {
          if (files === null) throw new DOMException("storage is refused", "SecurityError");
          return files.root;
        },
        estimate: async () => ({ quota: storage.quota, usage: storage.usage }),
        persist: async () => ++storage.persistAsked > 0,
      },
    },
    location: address,
    history: { state: null, replaceState: (_state: unknown, _unused: string, to: string) => changeHash(address, to) },
    localStorage: {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => void stored.set(key, value),
    },
    fetch: (input: string | URL, init?: RequestInit) => fetchFromSite(site, new URL(input, BASE), init),
  };
  return {
    site,
    downloads,
    stored,
    files,
    storage,
    enter() {
      for (const [name, value] of Object.entries(globals)) {
        Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
      }
    },
    closeTab(sessionIds) {
      for (const id of sessionIds) locks.release(`nadir-session-${id}`);
    },
  };
}

function sampleScene(): [path: string, file: Blob][] {
  return readdirSync("public/sample").map((name) => [
    `sample/${name}`,
    new Blob([readFileSync(`public/sample/${name}`)]),
  ]);
}

/** An `<a download>` whose click saves what its address holds. */
function downloadLink(save: (download: Download) => void) {
  return {
    href: "",
    download: "",
    click() {
      const blob = resolveObjectURL(this.href);
      if (blob === undefined) throw new Error(`${this.download} has nothing behind ${this.href}`);
      save({ fileName: this.download, blob: blob as Blob });
    },
  };
}

function changeHash(address: URL, to: string): void {
  address.hash = new URL(to, address).hash;
}

const networkFetch = globalThis.fetch;

/** The page's own origin answers from memory; everything else goes its way. */
async function fetchFromSite(site: ReadonlyMap<string, Blob>, url: URL, init?: RequestInit): Promise<Response> {
  if (url.origin !== new URL(BASE).origin) return networkFetch(url, init);
  init?.signal?.throwIfAborted();
  const file = site.get(decodeURIComponent(url.pathname.slice(1)));
  return file === undefined ? new Response(null, { status: 404 }) : new Response(await file.arrayBuffer());
}
