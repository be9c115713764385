/**
 * A model on one graphics card: a large scene at 25 % overlap, the batch curve, what half precision gains, the naive
 * loop and PyTorch on the same card. On a software adapter the same steps run at tiny size with nano networks.
 */
import type { Page } from "playwright";
import { type BenchContext, bare, measure, naive, type Rows } from "./measure.ts";

interface CardPlan {
  readonly sidePx: number;
  readonly naiveSidePx: number;
  /** Model id in the bench's zoo; its network and variant in `nadir_models`. `ID-fp16` is its half-precision export. */
  readonly models: readonly { readonly id: string; readonly network: string; readonly variant: string }[];
  readonly batches: readonly number[];
  readonly bareRuns: number;
}

const PLANS: Readonly<Record<BenchContext["size"], CardPlan>> = {
  full: {
    sidePx: 6000,
    naiveSidePx: 1024,
    models: [
      { id: "emsnet", network: "emsnet", variant: "base" },
      { id: "mobanet", network: "mobanet", variant: "dinov2_vitb14" },
      { id: "mfnet", network: "mfnet", variant: "vit_b_adpt" },
    ],
    batches: [1, 2, 4, 8, 16],
    bareRuns: 20,
  },
  small: {
    sidePx: 160,
    naiveSidePx: 112,
    models: ["emsnet", "mobanet", "mfnet"].map((network) => ({ id: `${network}-nano`, network, variant: "nano" })),
    batches: [1, 2],
    bareRuns: 2,
  },
};

export async function oneCard(page: Page, context: BenchContext): Promise<Rows> {
  const plan = PLANS[context.size];
  const rows: Rows = {};
  for (const { id, network, variant } of plan.models) {
    if (!context.hasModel(id)) {
      rows[id] = "not in the zoo";
      continue;
    }
    const windowPx = context.windowPx(id);
    const request = {
      model: id,
      backend: "webgpu",
      batch: "auto",
      widthPx: plan.sidePx,
      heightPx: plan.sidePx,
      stridePx: (3 * windowPx) / 4,
      confidence: false,
    } as const;
    const result = await measure(page, request);
    const nadirMs = result.wallMs / result.windows;
    const timed = await measure(page, { ...request, timeModel: true });
    rows[`${id}: adapter`] = result.adapter;
    rows[`${id}: ${plan.sidePx} × ${plan.sidePx} at 25 % overlap, seconds`] = result.wallMs / 1000;
    rows[`${id}: windows, batch`] = `${result.windows}, ${result.batch}`;
    rows[`${id}: share outside the model, barriers around it`] = 1 - timed.modelMs / timed.wallMs;
    for (const batch of plan.batches) {
      rows[`${id}: bare ms per window, batch ${batch}`] =
        (await bare(page, id, "webgpu", batch, plan.bareRuns)) / batch;
    }
    const bareMs = (await bare(page, id, "webgpu", result.batch, plan.bareRuns)) / result.batch;
    rows[`${id}: fp32 / fp16, bare`] = context.hasModel(`${id}-fp16`)
      ? await bare(page, `${id}-fp16`, "webgpu", result.batch, plan.bareRuns).then(
          (halfMs) => (bareMs * result.batch) / halfMs,
          (error: Error) => error.message.split("\n")[0]!,
        )
      : `${id}-fp16 is not in the zoo`;
    const loop = await naive(page, { ...request, widthPx: plan.naiveSidePx, heightPx: plan.naiveSidePx });
    rows[`${id}: naive loop / Nadir, per window`] = loop.wallMs / loop.windows / nadirMs;
    const torch = context.torchMs(network, variant, result.batch, plan.bareRuns);
    rows[`${id}: ${torch.device}, ms per window`] = torch.ms;
    rows[`${id}: PyTorch / Nadir, per window`] = torch.ms / nadirMs;
  }
  return rows;
}
