/** What GDAL writes beside a raster, read back: text and figures are GDAL 3.6's own (`SetScale` and the like, then `GetScale`). */
import { expect, test } from "vitest";
import { parseAuxXml } from "./gdal-metadata";

const AUX = `<PAMDataset>
  <PAMRasterBand band="1">
    <Description>height &amp; more</Description>
    <NoDataValue>7.00000000000000E+00</NoDataValue>
    <UnitType>metre</UnitType>
    <Offset>-12.5</Offset>
    <Scale>0.25</Scale>
    <ColorInterp>Gray</ColorInterp>
  </PAMRasterBand>
  <PAMRasterBand band="2">
    <Scale>3</Scale>
    <ColorInterp>Green</ColorInterp>
  </PAMRasterBand>
  <PAMRasterBand band="3">
    <CategoryNames>
      <Category>road</Category>
      <Category>roof &lt;flat&gt;</Category>
    </CategoryNames>
  </PAMRasterBand>
</PAMDataset>`;

test("an .aux.xml says of each band what GDAL says of it", () => {
  const { bands, categoryNames, wkt, geotransform } = parseAuxXml(AUX);
  expect([...bands]).toEqual([
    [0, { scale: 0.25, offset: -12.5, unit: "metre", name: "height & more", nodata: 7, role: "grey" }],
    [1, { scale: 3, role: "green" }],
    [2, {}],
  ]);
  expect(categoryNames).toEqual(["road", "roof <flat>"]);
  expect([wkt, geotransform]).toEqual([null, null]);
});
