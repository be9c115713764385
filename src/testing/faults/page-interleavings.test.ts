/** A few random lives of a run in the page; five hundred in `page-interleavings.slow.test.ts`. */
import { describePageLives } from "./lives";

describePageLives(1, 8);
