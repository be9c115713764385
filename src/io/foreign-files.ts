/** What files are that are no raster, told by their first bytes and their name, and what can be made of them. */
import type { NadirErrorFacts } from "../core/errors";

/** Bytes from the start of a file that are enough to tell. */
export const HEAD_BYTES = 1024;

/** What stands in a refusal. */
export type Foreign = Pick<NadirErrorFacts, "found" | "needed" | "next">;

interface ForeignKind extends Foreign {
  /** Endings in lower case, without the dot. */
  readonly endings: readonly string[];
  /** First bytes, as Latin-1 text. */
  readonly starts?: readonly string[];
}

const RASTERS_ONLY = "GeoTIFF, PNG and JPEG can be opened.";

const LFS_POINTER: Foreign = {
  found: "A Git LFS pointer, not the file itself.",
  needed: "The file that it points to is needed.",
  next: "Fetch it with git lfs pull, and open it again.",
};

const VECTORS: Foreign = {
  found: "Vectors: outlines without pixels.",
  needed: "Truth and heights are read from rasters.",
  next: "Burn them into one on the photo's grid, one value per class (gdal_rasterize -a), and open that.",
};

/** Said of shift grids in other forms than NTv2; their users want two rasters on one datum. */
export const OTHER_SHIFT_GRID: Foreign = {
  found: "A grid of shifts between datums or heights in a form that is not read here.",
  needed: "Of shift grids NTv2 files (.gsb) between two horizontal datums are used.",
  next: "Open the .gsb file of the same survey, or bring both rasters into one system first (gdalwarp -t_srs, which uses the grids that PROJ finds).",
};

/** For what has an ENVI header beside it; its own name and bytes say nothing. */
export const ENVI_DATA: Foreign = {
  found: "An ENVI raster: raw pixels and their header.",
  needed: RASTERS_ONLY,
  next: "Convert it (gdal_translate -of GTiff data result.tif).",
};

/** Their bits are no pictures, heights or classes. */
const QUALITY: Foreign = {
  found: "The quality mask of a satellite product: which of its pixels are cloud, shadow or out of range.",
  needed: "Photos, heights and labels are read.",
  next: "It is not needed here. Where such pixels shall not be looked at, make them nodata in the photo first.",
};

/** Planet's usable data masks; Landsat's QA bands; Sentinel-2's masks of clouds, snow and detectors. */
const QUALITY_NAMES = /[_-](udm2?(_clip)?|(sr_)?qa_(pixel|radsat|aerosol)|bqa|msk_[a-z]+(_\w+)?)\.tiff?$/i;

/** The first that fits counts. */
const KINDS: readonly ForeignKind[] = [
  { ...OTHER_SHIFT_GRID, endings: ["los", "gtx", "byn", "ggf", "gsa"] },
  {
    ...VECTORS,
    endings:
      "shp shx dbf sbn sbx cpg qix qpj gpkg geojson geojsonl fgb gml kml kmz dxf dwg mif mid tab topojson parquet".split(
        " ",
      ),
    starts: ["SQLite format 3", "fgb"],
  },
  {
    endings: ["las", "laz", "e57", "ply", "pcd", "pts", "xyz"],
    starts: ["LASF", "ASTM-E57"],
    found: "A point cloud.",
    needed: "Heights are read from rasters.",
    next: "Make a surface model of it on the photo's grid (PDAL's writers.gdal with output_type max), and open that.",
  },
  {
    endings: ["obj", "mtl", "glb", "gltf", "b3dm", "fbx", "stl", "dae", "3ds", "osgb"],
    found: "A mesh in three dimensions.",
    needed: RASTERS_ONLY,
    next: "Open the orthophoto and the surface model that were made with it.",
  },
  {
    endings: ["pdf"],
    starts: ["%PDF"],
    found: "A PDF.",
    needed: RASTERS_ONLY,
    next: "If it is a map, make a raster of it (gdal_translate map.pdf map.tif).",
  },
  {
    endings: "doc docx xls xlsx ppt pptx odt ods odp rtf txt md htm html csv tsv log yaml yml toml ini".split(" "),
    found: "A document or a table.",
    needed: RASTERS_ONLY,
    next: "It is not needed here.",
  },
  {
    endings: ["qgz", "qgs", "qml", "qmd", "sld", "lyr", "lyrx", "aprx", "mxd", "vrt", "xml", "json"],
    found: "A project, a style or a description, without pixels.",
    needed: RASTERS_ONLY,
    next: "Open the rasters that it speaks of.",
  },
  {
    endings: ["hdr"],
    starts: ["ENVI"],
    found: "A header that describes raw pixels in another file.",
    needed: RASTERS_ONLY,
    next: "Convert the two together (gdal_translate -of GTiff data result.tif).",
  },
  { ...ENVI_DATA, endings: ["bsq", "bil", "bip"] },
  {
    endings: ["zip", "7z", "rar", "tar", "tgz", "gz", "bz2", "xz", "zst"],
    starts: ["PK\x03\x04", "7z\xbc\xaf", "Rar!", "\x1f\x8b", "BZh", "\xfd7zXZ"],
    found: "An archive that is not opened here: only whole .zip files are, and not those inside another one.",
    needed: RASTERS_ONLY,
    next: "Unpack it, and open the folder.",
  },
  {
    endings:
      "ecw jp2 j2k jpx sid img hdf h5 hdf5 nc he5 asc grd adf dem flt dt1 dt2 bt bag mbtiles rst gif bmp webp heic dng".split(
        " ",
      ),
    starts: ["\x89HDF", "CDF\x01", "CDF\x02", "\0\0\0\x0cjP  ", "\xff\x4f\xff\x51", "EHFA_HEADER_TAG", "GIF8", "RIFF"],
    found: "A raster of a format that is not read here.",
    needed: RASTERS_ONLY,
    next: "Convert it (gdal_translate -of GTiff file result.tif).",
  },
];

/** What a file is that cannot be a raster, judged before anything but its first bytes is read; null for all others. */
export function describeForeign(name: string, head: Uint8Array): Foreign | null {
  // A document in a ZIP is the document.
  return describePointer(head) ?? describeByName(name) ?? describeByStart(head);
}

/** The same of what its ending says nothing of, or the wrong thing: a pointer of Git LFS, vectors as JSON, NADCON. */
export function describePointer(head: Uint8Array): Foreign | null {
  const text = String.fromCharCode(...head.subarray(0, HEAD_BYTES));
  if (text.startsWith("version https://git-lfs")) return LFS_POINTER;
  // NADCON's pair of files ends in .las and .los.
  if (text.startsWith("NADCON")) return OTHER_SHIFT_GRID;
  return /^\s*\{[\s\S]*"type"\s*:\s*"(FeatureCollection|Feature|Topology)"/.test(text) ? VECTORS : null;
}

/** The same by the name alone, for what is not worth unpacking. */
export function describeByName(name: string): Foreign | null {
  const ending = name.toLowerCase().split(".").at(-1) ?? "";
  return describeQuality(name) ?? KINDS.find(({ endings }) => endings.includes(ending)) ?? null;
}

/** Rasters of readable formats whose pixels mean nothing here. */
export function describeQuality(name: string): Foreign | null {
  return QUALITY_NAMES.test(name) ? QUALITY : null;
}

function describeByStart(head: Uint8Array): Foreign | null {
  const text = String.fromCharCode(...head.subarray(0, 16));
  return KINDS.find(({ starts }) => starts?.some((start) => text.startsWith(start))) ?? null;
}
