/** The model manifest as the studio knows it; see `manifest-schema.ts` for what its fields mean, and `docs/manifest.md`. */
import type { InferOutput } from "valibot";
import type { manifestSchema } from "./manifest-schema";

export type ModelManifest = DeepReadonly<InferOutput<typeof manifestSchema>>;
export type ModelInput = ModelManifest["inputs"][number];
export type InputScale = ModelInput["scale"];
export type ModelClass = ModelManifest["classes"][number];

type DeepReadonly<T> = T extends readonly unknown[] | object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;
