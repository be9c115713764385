/** Five hundred random lives of a run, other ones than those of `interleavings.test.ts`. */
import { describeLives } from "./lives";

describeLives(1000, 500);
