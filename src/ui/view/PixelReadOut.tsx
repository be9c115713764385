/** Values at the pixel under the pointer, and at the pinned one. */

import { Fragment } from "react";
import { lngLatOf } from "../../actions/scenes/map-coordinates";
import { unpinPixel } from "../../actions/view/probe-pixel";
import { pixelToMap } from "../../core/georef/geotransform";
import type { ModelClass } from "../../core/manifest/manifest";
import type { ProbeReading } from "../../store/probe";
import type { DoneRun } from "../../store/runs";
import { findScene, type SceneRecord } from "../../store/scenes";
import { doneRunsOf } from "../../store/selectors";
import { coordinate, fixed, significant } from "../format";
import { messages } from "../messages";
import { useSelect, useSelectList, useStudio } from "../StudioContext";

const words = messages.readOut;

export function PixelReadOut({ pane, record }: { pane: number; record: SceneRecord }) {
  const studio = useStudio();
  const hover = useSelect((state) => state.probe.hover);
  const reading = useSelect((state) => state.probe.reading);
  const pinned = useSelect((state) => state.probe.pinned);
  const beyond = useSelect((state) => state.probe.beyond);
  const other = useSelect((state) => findScene(state.scenes, beyond?.sceneId));
  return (
    <>
      {beyond?.pane === pane && other !== undefined && (
        <div className="read-out" data-role="beyond">
          <strong className="truncate">{other.scene.name}</strong>
          <Values
            place={beyond}
            reading={reading?.col === beyond.col && reading.row === beyond.row ? reading : null}
            record={other}
          />
        </div>
      )}
      {hover?.pane === pane && (
        <div className="read-out" data-role="hover">
          <Values
            place={hover}
            reading={reading?.col === hover.col && reading.row === hover.row ? reading : null}
            record={record}
          />
        </div>
      )}
      {pinned !== null && pane === 0 && (
        <div className="read-out read-out-pinned" data-role="pinned">
          <button
            type="button"
            className="button-plain fault-close"
            aria-label={words.unpin}
            onClick={() => unpinPixel(studio)}
          >
            ×
          </button>
          <Values place={pinned} reading={pinned} record={record} />
        </div>
      )}
    </>
  );
}

function Values(props: { place: { col: number; row: number }; reading: ProbeReading | null; record: SceneRecord }) {
  const { place, reading, record } = props;
  const runs = useSelectList((state) => doneRunsOf(state, record.scene.id));
  const { facts } = record.scene.optical;
  const lngLat = lngLatOf(facts, [place.col + 0.5, place.row + 0.5]);
  return (
    <>
      <div data-role="map-position">{mapPosition(props.record, place)}</div>
      {facts.geotransform !== null && <div className="quiet">{words.colRow(place.col, place.row)}</div>}
      {lngLat !== null && <div className="quiet">{`${fixed(lngLat[1], 6)}°, ${fixed(lngLat[0], 6)}°`}</div>}
      <dl>
        <dt>{words.values}</dt>
        <dd data-role="pixel-values">
          {reading === null ? "…" : reading.optical.map((value) => significant(value, 6)).join(" ")}
        </dd>
        <dd />
        <RasterLines reading={reading} record={record} />
        {runs.map((run) => (
          <RunLines key={run.id} run={run} reading={reading} />
        ))}
      </dl>
    </>
  );
}

/** Heights and truth, as far as the scene has them. */
function RasterLines({ reading, record }: { reading: ProbeReading | null; record: SceneRecord }) {
  const runs = useSelectList((state) => doneRunsOf(state, record.scene.id));
  const isClosed = runs.some(({ state }) => state.result.result.heightsMade?.closedShare !== undefined);
  const noHeight = isClosed ? words.closedHeight : words.noData;
  const truthClasses = record.truth.status === "ready" ? record.truth.classes : [];
  return (
    <>
      {record.scene.auxiliary !== null && (
        <>
          <dt>{words.height}</dt>
          <dd data-role="height">
            {reading === null ? "…" : reading.height === null ? noHeight : `${fixed(reading.height, 2)} m`}
          </dd>
          <dd />
        </>
      )}
      {reading !== null && reading.aboveGround !== null && (
        <>
          <dt>{words.aboveGround}</dt>
          <dd data-role="above-ground">{`${fixed(reading.aboveGround, 2)} m`}</dd>
          <dd />
        </>
      )}
      {record.scene.truth !== null && (
        <>
          <dt>{words.truth}</dt>
          <dd data-role="truth-class">
            {reading === null ? "…" : className(truthClasses, reading.truthClassId, words.ignored)}
          </dd>
          <dd />
        </>
      )}
    </>
  );
}

function RunLines({ run, reading }: { run: DoneRun; reading: ProbeReading | null }) {
  const value = reading?.runs.find(({ runId }) => runId === run.id);
  const responses = reading?.responses.filter(({ runId }) => runId === run.id) ?? [];
  return (
    <>
      <Line name={run.modelName} value={value} classes={run.classes} />
      {responses.map(({ classId, probability }) => (
        <Fragment key={classId}>
          <dt />
          <dd>{messages.responseMap.readOut(className(run.classes, classId, ""))}</dd>
          <dd className="number" data-response={classId}>
            {fixed(probability, 2)}
          </dd>
        </Fragment>
      ))}
    </>
  );
}

function Line(props: {
  name: string;
  value: ProbeReading["runs"][number] | undefined;
  classes: readonly ModelClass[];
}) {
  const { name, value, classes } = props;
  return (
    <>
      <dt className="truncate" title={name}>
        {name}
      </dt>
      <dd>{value === undefined ? "…" : className(classes, value.classId, words.noData)}</dd>
      <dd className="number">
        {value?.confidence == null || value.classId === null ? "" : fixed(value.confidence, 2)}
      </dd>
    </>
  );
}

function className(classes: readonly ModelClass[], id: number | null, otherwise: string): string {
  return id === null ? otherwise : (classes.find((known) => known.id === id)?.name ?? words.classId(id));
}

/** Map coordinates of the pixel's centre, or its column and row where there is no geotransform. */
function mapPosition({ scene }: SceneRecord, { col, row }: { col: number; row: number }): string {
  const { geotransform, crs } = scene.optical.facts;
  if (geotransform === null) {
    return words.colRow(col, row);
  }
  const [x, y] = pixelToMap(geotransform, [col + 0.5, row + 0.5]);
  return crs?.kind === "geographic"
    ? words.lonLat(fixed(x, 6), fixed(y, 6))
    : words.eastNorth(coordinate(x), coordinate(y));
}
