/** Made-up inputs for trying a network out. */
import type { ModelManifest } from "../core/manifest/manifest";
import type { NetworkSession, NetworkTensor } from "./backend";

/** Values between 0 and 1 that differ from place to place and from seed to seed. */
export function sampleInputs(
  { batch }: Pick<NetworkSession, "batch">,
  manifest: ModelManifest,
  seed: number,
): Readonly<Record<string, NetworkTensor>> {
  return Object.fromEntries(
    manifest.inputs.map(({ name, shape }) => {
      const dims = [batch, ...shape.slice(1)] as number[];
      const length = dims.reduce((product, dim) => product * dim);
      // Multiples of the golden ratio, taken modulo 1, are spread evenly.
      const data = Float32Array.from({ length }, (_, at) => (0.618034 * (at + 1) * seed) % 1);
      return [name, { dims, data }];
    }),
  );
}
