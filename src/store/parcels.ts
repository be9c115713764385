/** Layers of polygons that were dropped, and which of them is looked at how. */

/** A layer as it stands in its file; where it lies on a photo and what lies in it are results. */
export interface ParcelLayer {
  /** By its content. */
  readonly id: string;
  readonly fileName: string;
  readonly name: string;
  /** Layers of polygons in its file, where it has several. */
  readonly layers?: readonly string[];
  /** Photos for which it is the ground truth, by their names, with the attribute that says the class. */
  readonly truths: readonly BurntTruth[];
  /** Of its coordinate system. */
  readonly systemName: string;
  readonly notes: readonly string[];
  /** Attributes of each polygon. */
  readonly properties: readonly Readonly<Record<string, unknown>>[];
}

export interface BurntTruth {
  readonly photo: string;
  readonly field: string;
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

/** In the place of the one that was said of the same photo. */
export function withBurntTruth(state: ParcelsState, layerId: string, truth: BurntTruth): ParcelsState {
  const layers = state.layers.map((layer) => {
    const truths = layer.truths.filter(({ photo }) => photo !== truth.photo);
    return layer.id === layerId ? { ...layer, truths: [...truths, truth] } : { ...layer, truths };
  });
  return { ...state, layers };
}

export function withoutParcelLayer(state: ParcelsState, layerId: string): ParcelsState {
  const layers = state.layers.filter(({ id }) => id !== layerId);
  return { ...state, layers, layerId: state.layerId === layerId ? null : state.layerId };
}
