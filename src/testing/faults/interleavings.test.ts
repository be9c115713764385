/** A few random lives of a run; five hundred in `interleavings.slow.test.ts`. */
import { describeLives } from "./lives";

describeLives(1, 8);
