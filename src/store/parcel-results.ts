/** What is known of a layer of polygons: where it lies on a scene, what lies in it of a run. */
import type { ResultRecord } from "./results";
import type { StudioState } from "./studio-store";

/** @param owner Scene of outlines, run of counts. */
export function findParcelResult(
  { results }: Pick<StudioState, "results">,
  kind: "parcel-outlines" | "parcels",
  layerId: string,
  owner: string,
): ResultRecord | null {
  const isIt = ({ of, owners }: ResultRecord) => of.kind === kind && of.layerId === layerId && owners.includes(owner);
  return Object.values(results).find(isIt) ?? null;
}
