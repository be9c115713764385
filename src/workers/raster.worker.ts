/** Worker entry: opens rasters, cuts display tiles, counts pixels, writes exports. */
import { createRasterHandlers } from "./raster-handlers";
import { serve } from "./rpc";

serve(createRasterHandlers());
