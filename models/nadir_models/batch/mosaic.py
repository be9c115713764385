"""The tiles' masks as one virtual raster (GDAL VRT, gdal.org/drivers/raster/vrt.html)."""

from __future__ import annotations

import os
from pathlib import Path
from xml.etree import ElementTree as Xml

import rasterio

from nadir_models.batch.tiles import Layer


def write_vrt(layer: Layer, out: Path) -> None:
    """`layer` lays out one-band palette masks of one grid; paths in the VRT are relative to it."""
    with rasterio.open(layer.paths[0]) as first:
        crs, nodata = first.crs, first.nodata
        colours = first.colormap(1)
    root = Xml.Element(
        "VRTDataset", rasterXSize=str(layer.extent.width), rasterYSize=str(layer.extent.height)
    )
    if crs:
        Xml.SubElement(root, "SRS").text = crs.to_wkt()
    Xml.SubElement(root, "GeoTransform").text = ", ".join(
        repr(float(value)) for value in layer.transform.to_gdal()
    )
    band = Xml.SubElement(root, "VRTRasterBand", dataType="Byte", band="1")
    Xml.SubElement(band, "NoDataValue").text = str(int(nodata))
    Xml.SubElement(band, "ColorInterp").text = "Palette"
    table = Xml.SubElement(band, "ColorTable")
    for index in sorted(colours):
        parts = dict(zip(("c1", "c2", "c3", "c4"), map(str, colours[index]), strict=True))
        Xml.SubElement(table, "Entry", parts)
    for path, rect in zip(layer.paths, layer.rects, strict=True):
        source = Xml.SubElement(band, "SimpleSource")
        name = Xml.SubElement(source, "SourceFilename", relativeToVRT="1")
        name.text = os.path.relpath(path, out.parent)
        Xml.SubElement(source, "SourceBand").text = "1"
        size = {"xSize": str(rect.width), "ySize": str(rect.height)}
        Xml.SubElement(source, "SrcRect", {"xOff": "0", "yOff": "0"} | size)
        Xml.SubElement(source, "DstRect", {"xOff": str(rect.col), "yOff": str(rect.row)} | size)
    Xml.indent(root)
    Xml.ElementTree(root).write(out, encoding="utf-8")
