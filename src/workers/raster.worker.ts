/** Worker entry: opens rasters, keeps masks, cuts display tiles, counts pixels, writes exports. */
import { findMaskPlace } from "../io/mask-store";
import { createMasks } from "../io/open-masks";
import { createMaskHandlers, onMaskLine } from "./mask-line";
import { createRasterHandlers } from "./raster-handlers";
import { serve } from "./rpc";

const masks = createMasks(findMaskPlace());
serve(createRasterHandlers(masks));
onMaskLine(self, (end) => serve(createMaskHandlers(masks), end));
