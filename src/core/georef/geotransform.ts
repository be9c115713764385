/**
 * Affine geotransform in GDAL's order.
 *
 * mapX = t[0] + col·t[1] + row·t[2];  mapY = t[3] + col·t[4] + row·t[5]
 * with (col, row) measured from the outer corner of the upper-left pixel (PixelIsArea).
 * Source: GDAL raster data model, "Affine GeoTransform".
 */
export type Geotransform = readonly [
  originX: number,
  pixelWidth: number,
  rowRotation: number,
  originY: number,
  colRotation: number,
  pixelHeight: number,
];

/** A point in map units of a CRS. */
export type MapXY = readonly [x: number, y: number] & { readonly space?: "map" };
/** A point in fractional pixels of one raster. */
export type ColRow = readonly [col: number, row: number] & { readonly space?: "pixel" };

export function pixelToMap(transform: Geotransform, [col, row]: ColRow): MapXY {
  return [
    transform[0] + col * transform[1] + row * transform[2],
    transform[3] + col * transform[4] + row * transform[5],
  ];
}

/**
 * The transform that takes map coordinates to fractional pixels.
 *
 * @throws {RangeError} If the transform is degenerate (zero determinant).
 */
export function invertGeotransform(transform: Geotransform): Geotransform {
  const [x0, a, b, y0, d, e] = transform;
  const determinant = a * e - b * d;
  if (determinant === 0 || !Number.isFinite(determinant)) {
    throw new RangeError(`geotransform ${transform.join(", ")} cannot be inverted`);
  }
  return [
    (b * y0 - e * x0) / determinant,
    e / determinant,
    -b / determinant,
    (d * x0 - a * y0) / determinant,
    -d / determinant,
    a / determinant,
  ];
}

/** Map coordinates to column and row, (0, 0) at the outer corner of the upper-left pixel. */
export function mapToPixel(transform: Geotransform, [x, y]: MapXY): ColRow {
  const inverse = invertGeotransform(transform);
  return [inverse[0] + x * inverse[1] + y * inverse[2], inverse[3] + x * inverse[4] + y * inverse[5]];
}
