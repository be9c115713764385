/** Where a network runs: what can be asked for on the page, and what it can come to. */

export const BACKEND_CHOICES = ["auto", "webgpu", "wasm"] as const;

export type BackendChoice = (typeof BACKEND_CHOICES)[number];

/** `node-…` are the command line's; `elsewhere` is of predictions that nobody ran here. */
export const BACKEND_KINDS = ["webgpu", "wasm", "node-cpu", "node-webgpu", "elsewhere"] as const;

export type BackendKind = (typeof BACKEND_KINDS)[number];
