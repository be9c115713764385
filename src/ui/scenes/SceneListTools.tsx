/** Above the list of scenes: ticks for all that are shown and for official test tiles, the order and a filter. */
import { tickScenes } from "../../actions/scenes/tick-scenes";
import { isTestTile, TEST_SPLITS } from "../../core/vocabulary/test-splits";
import type { SceneRecord } from "../../store/scenes";
import { TickBox } from "../controls/TickBox";
import { messages } from "../messages";
import { useStudio } from "../StudioContext";
import { SCENE_ORDERS, type SceneListWish, type SceneOrder } from "./scene-list";

const words = messages.scenes;

/** Fewer scenes are seen at once. */
const SORTED_FROM = 5;

interface ToolsProps {
  readonly records: readonly SceneRecord[];
  readonly shown: readonly SceneRecord[];
  readonly wish: SceneListWish;
  readonly onWish: (wish: SceneListWish) => void;
}

export function SceneListTools({ records, shown, wish, onWish }: ToolsProps) {
  return (
    <div className="scene-ticks">
      {records.length >= SORTED_FROM && (
        <div className="scene-list-tools">
          <input
            type="search"
            className="text-input"
            aria-label={words.filter}
            placeholder={words.filterPlaceholder}
            value={wish.filter}
            onChange={({ target }) => onWish({ ...wish, filter: target.value })}
          />
          <select
            className="select"
            aria-label={words.order}
            value={wish.order}
            onChange={({ target }) => onWish({ ...wish, order: target.value as SceneOrder })}
          >
            {SCENE_ORDERS.map((order) => (
              <option key={order} value={order}>
                {words.orders[order]}
              </option>
            ))}
          </select>
        </div>
      )}
      <Ticks records={records} shown={shown} />
    </div>
  );
}

function Ticks({ records, shown }: Pick<ToolsProps, "records" | "shown">) {
  const studio = useStudio();
  const count = records.filter(({ ticked }) => ticked).length;
  const shownCount = shown.filter(({ ticked }) => ticked).length;
  const ids = (scenes: readonly SceneRecord[]) => scenes.map(({ scene }) => scene.id);
  return (
    <div className="row row-wrap" title={words.tickAllTip}>
      <TickBox
        label={words.tickAll}
        checked={shown.length > 0 && shownCount === shown.length ? true : shownCount > 0 && "indeterminate"}
        onChange={(ticked) => tickScenes(studio, ids(shown), ticked)}
      />
      <span className="quiet">
        {words.ticked(count, records.length)}
        {shown.length < records.length && ` · ${words.shown(shown.length)}`}
      </span>
      {TEST_SPLITS.map((split) => {
        const tiles = records.filter(({ scene }) => isTestTile(split, scene.optical.facts.fileName) === true);
        return (
          tiles.length > 0 && (
            <button
              key={split.name}
              type="button"
              className="button-plain"
              title={words.testSplitTip(split.name, tiles.length, split.tiles.length)}
              onClick={() => {
                tickScenes(studio, ids(records), false);
                tickScenes(studio, ids(tiles), true);
              }}
            >
              {words.testSplit(split.name)}
            </button>
          )
        );
      })}
    </div>
  );
}
