/** Five hundred random lives of a run in the page, other ones than those of `page-interleavings.test.ts`. */
import { describePageLives } from "./lives";

describePageLives(1000, 500);
