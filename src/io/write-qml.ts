/**
 * QGIS layer style for a class map: legend with names and colours, nodata transparent.
 *
 * Saved as `map.qml` beside `map.tif`, QGIS loads it with the layer.
 */
import { type ExportClass, escapeXml } from "./write-class-map";

/** A QGIS style for a class map: each id with its name and colour. */
export function formatQml(classes: readonly ExportClass[]): string {
  const entries = classes
    .map(({ id, name, colour }) => {
      const hex = colour.map((channel) => channel.toString(16).padStart(2, "0")).join("");
      return `        <paletteEntry value="${id}" label="${escapeXml(name)}" color="#${hex}" alpha="255"/>`;
    })
    .join("\n");
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <pipe>
    <rasterrenderer type="paletted" band="1" opacity="1" alphaBand="-1" nodataColor="">
      <rasterTransparency/>
      <colorPalette>
${entries}
      </colorPalette>
    </rasterrenderer>
    <brightnesscontrast brightness="0" contrast="0" gamma="1"/>
    <huesaturation colorizeOn="0" saturation="0" grayscaleMode="0"/>
    <rasterresampler zoomedInResampler="nearestneighbour" zoomedOutResampler="nearestneighbour" maxOversampling="1"/>
  </pipe>
  <blendMode>0</blendMode>
</qgis>
`;
}
