/**
 * QGIS layer style for a class map: legend with names and colours, nodata transparent.
 *
 * Saved as `map.qml` beside `map.tif`, QGIS loads it with the layer.
 */
import type { Colour } from "../core/labels/class-scheme";
import { type ExportClass, escapeXml } from "./write-class-map";

/** A QGIS style for a class map: each id with its name and colour. */
export function formatQml(classes: readonly ExportClass[]): string {
  const entries = classes
    .map(({ id, name, colour }) => {
      return `        <paletteEntry value="${id}" label="${escapeXml(name)}" color="${hexOf(colour)}" alpha="255"/>`;
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

/** The same for polygons that have their class's name in a column: filled, with a thin outline. */
export function formatPolygonQml(classes: readonly ExportClass[], column: string): string {
  const categories = classes.map(({ name }, index) => {
    const text = escapeXml(name);
    return `      <category value="${text}" symbol="${index}" label="${text}" render="true" type="string"/>`;
  });
  const symbols = classes.map(
    ({ colour }, index) => `      <symbol type="fill" name="${index}" alpha="1" clip_to_extent="1" force_rhr="0">
        <layer class="SimpleFill" enabled="1" locked="0" pass="0">
          <prop k="color" v="${colour.join(",")},255"/>
          <prop k="style" v="solid"/>
          <prop k="outline_color" v="35,35,35,255"/>
          <prop k="outline_style" v="solid"/>
          <prop k="outline_width" v="0.1"/>
          <prop k="outline_width_unit" v="MM"/>
        </layer>
      </symbol>`,
  );
  return `<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis version="3.22.0" styleCategories="Symbology">
  <renderer-v2 type="categorizedSymbol" attr="${escapeXml(column)}" symbollevels="0" enableorderby="0" forceraster="0">
    <categories>
${categories.join("\n")}
    </categories>
    <symbols>
${symbols.join("\n")}
    </symbols>
  </renderer-v2>
  <blendMode>0</blendMode>
  <featureBlendMode>0</featureBlendMode>
</qgis>
`;
}

function hexOf(colour: Colour): string {
  return `#${colour.map((channel) => channel.toString(16).padStart(2, "0")).join("")}`;
}
