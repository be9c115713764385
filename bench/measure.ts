/** What a measurement can ask of the page and of the machine beside it. */
import type { Page } from "playwright";
import type { Case, CaseResult, TurnsResult } from "./page.ts";

export interface BenchContext {
  /** `full` needs a real GPU. */
  readonly size: "small" | "full";
  readonly hasModel: (model: string) => boolean;
  readonly windowPx: (model: string) => number;
  readonly nodeModelMs: (model: string, runs: number) => Promise<number>;
  /** PyTorch in fp32, per window, on the GPU where it sees one. */
  readonly torchMs: (network: string, variant: string, batch: number, runs: number) => { device: string; ms: number };
}

export type Rows = Record<string, number | string>;

export const measure = (page: Page, request: Case): Promise<CaseResult> =>
  page.evaluate((value) => globalThis.nadirBench.measure(value), request);

export const naive = (page: Page, request: Case) =>
  page.evaluate((value) => globalThis.nadirBench.naive(value), request);

/** Runs made at once, taking turns: other work on the machine weighs on all alike. */
export const together = (page: Page, requests: readonly Case[]): Promise<readonly TurnsResult[]> =>
  page.evaluate((values) => globalThis.nadirBench.together(values), requests);

/** Milliseconds per call of the model alone. */
export const bare = (page: Page, model: string, backend: "webgpu" | "wasm", batch: number, runs: number) =>
  page.evaluate(([m, k, b, r]) => globalThis.nadirBench.bareModelMs(m, k, b, r), [
    model,
    backend,
    batch,
    runs,
  ] as const);
