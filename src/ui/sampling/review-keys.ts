/** Keys while points are answered. They go before the studio's own, which have digits for the number of panes. */
import { answerPoint, endReview, showReviewedMap, stepPoint } from "../../actions/sampling/review-points";
import type { Studio } from "../../actions/studio";
import { selectReview } from "../../store/sample-selectors";
import { isTyping } from "../keyboard";

export class ReviewKeys {
  private readonly down = (event: KeyboardEvent) => this.onDown(event);

  constructor(private readonly studio: Studio) {
    window.addEventListener("keydown", this.down, true);
  }

  stop(): void {
    window.removeEventListener("keydown", this.down, true);
  }

  private onDown(event: KeyboardEvent): void {
    const { ctrlKey, metaKey, altKey, target } = event;
    if (ctrlKey || metaKey || altKey || isTyping(event) || this.studio.store.getState().workspace.dialog !== null)
      return;
    const isOnTop = target instanceof HTMLElement && target.closest("[role=menu], [role=dialog]") !== null;
    if (!isOnTop && this.does(event.key)) {
      event.preventDefault();
      event.stopPropagation();
    }
  }

  /** @returns Whether the key meant something. */
  private does(key: string): boolean {
    const { studio } = this;
    const found = selectReview(studio.store.getState());
    if (found === null) return false;
    if (/^[0-9]$/.test(key)) {
      const chosen = key === "0" ? "" : found.sample.classes[Number(key) - 1]?.name;
      if (chosen !== undefined) answerPoint(studio, chosen);
      return true;
    }
    switch (key) {
      case "PageDown":
      case ".":
        stepPoint(studio, 1);
        return true;
      case "PageUp":
      case ",":
      case "Backspace":
        stepPoint(studio, -1);
        return true;
      case "h":
        showReviewedMap(studio, !found.review.isMapShown);
        return true;
      case "Escape":
        endReview(studio);
        return true;
      default:
        return false;
    }
  }
}
