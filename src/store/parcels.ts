/** Layers of polygons that were dropped, and which of them is looked at how. */

/** A layer as it stands in its file; where it lies on a photo and what lies in it are results. */
export interface ParcelLayer {
  /** By its content. */
  readonly id: string;
  readonly fileName: string;
  readonly name: string;
  /** Of its coordinate system. */
  readonly systemName: string;
  readonly notes: readonly string[];
  /** Attributes of each polygon. */
  readonly properties: readonly Readonly<Record<string, unknown>>[];
}

export interface ParcelsState {
  readonly layers: readonly ParcelLayer[];
  /** Null: the newest. */
  readonly layerId: string | null;
  /** Whose classes are counted; null: the newest of the scene. */
  readonly runId: string | null;
  /** The class whose share is drawn over the panes; null for outlines alone. */
  readonly className: string | null;
  readonly areOutlinesShown: boolean;
}

export const initialParcels: ParcelsState = {
  layers: [],
  layerId: null,
  runId: null,
  className: null,
  areOutlinesShown: true,
};

/** In the place of one of the same content, and chosen. */
export function withParcelLayer(state: ParcelsState, layer: ParcelLayer): ParcelsState {
  return { ...state, layers: [...state.layers.filter(({ id }) => id !== layer.id), layer], layerId: layer.id };
}

export function withoutParcelLayer(state: ParcelsState, layerId: string): ParcelsState {
  const layers = state.layers.filter(({ id }) => id !== layerId);
  return { ...state, layers, layerId: state.layerId === layerId ? null : state.layerId };
}
