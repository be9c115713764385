/** What one file of a scene is: its kind, what each band shows and why, its nodata; all of it can be set right. */
import { Fragment, useId, useState } from "react";
import { correctRaster, forgetCorrections } from "../../actions/scenes/correct-raster";
import { correctionKey } from "../../core/raster/band-corrections";
import { type Collar, isCollarMissing } from "../../core/raster/collar";
import { describeCollarColours } from "../../core/raster/describe-collar";
import type { BandFacts, PhotoRange, RasterFacts } from "../../core/raster/raster";
import { RASTER_USES, type RasterUse } from "../../core/vocabulary/auxiliary-kinds";
import { BAND_ROLES, type BandRole, type BandRoleEntry } from "../../core/vocabulary/band-roles";
import { CutName } from "../controls/CutName";
import { messages } from "../messages";
import { useSelect, useStudio } from "../StudioContext";

const ROLES = Object.entries<BandRoleEntry>(BAND_ROLES);

const words = messages.bands;

export function BandTable({ facts, use }: { facts: RasterFacts; use: RasterUse | null }) {
  const studio = useStudio();
  const isCorrected = useSelect((state) => correctionKey(facts) in state.corrections);
  return (
    <section className="band-table" aria-label={words.region(facts.fileName)}>
      <div className="row band-file">
        <CutName text={facts.fileName} strong />
        <select
          className="select select-small"
          aria-label={words.fileIs(facts.fileName)}
          value={use ?? ""}
          onChange={(event) => void correctRaster(studio, facts, { use: event.target.value as RasterUse })}
        >
          {use === null && <option value="">{words.useAs}</option>}
          {RASTER_USES.map((value) => (
            <option key={value} value={value}>
              {words.uses[value]}
            </option>
          ))}
        </select>
      </div>
      <table className="table">
        <tbody>
          {facts.bands.map((band) => (
            <BandRow key={band.index} facts={facts} band={band} />
          ))}
        </tbody>
      </table>
      <Nodata facts={facts} />
      {facts.collar !== undefined && <CollarAnswerLine facts={facts} collar={facts.collar} />}
      {facts.photoRange !== undefined && <BlackAndWhite facts={facts} range={facts.photoRange} />}
      {isCorrected && (
        <button type="button" className="link" onClick={() => void forgetCorrections(studio, facts)}>
          {words.forget}
        </button>
      )}
    </section>
  );
}

function BandRow({ facts, band }: { facts: RasterFacts; band: BandFacts }) {
  const studio = useStudio();
  const number = band.index + 1;
  return (
    <tr>
      <td className="number" title={band.name ?? undefined}>
        {number}
      </td>
      <td>
        <select
          className="select select-small"
          aria-label={words.bandShows(number)}
          value={band.role}
          onChange={(event) =>
            void correctRaster(studio, facts, { roles: { [band.index]: event.target.value as BandRole } })
          }
        >
          {ROLES.map(([value, { name }]) => (
            <option key={value} value={value}>
              {name}
            </option>
          ))}
        </select>
      </td>
      <td className="quiet band-reason" data-role="band-reason">
        {band.roleReason}
      </td>
    </tr>
  );
}

/** One value for all bands that are no alpha; "none" takes a declared or assumed one back. */
function Nodata({ facts }: { facts: RasterFacts }) {
  const studio = useStudio();
  const id = useId();
  const bands = facts.bands.filter(({ role }) => role !== "alpha");
  const first = bands[0];
  const [typed, setTyped] = useState<string | null>(null);
  if (first === undefined) {
    return null;
  }
  const current = first.nodata === null ? words.none : String(first.nodata);
  const set = (value: number | null) =>
    void correctRaster(studio, facts, { nodata: Object.fromEntries(bands.map(({ index }) => [index, value])) });
  const wanted = parseNodataInput(typed ?? current);
  const origin = first.nodataIsSet
    ? words.setByYou
    : first.nodataIsAssumed
      ? words.assumed
      : first.nodata === null
        ? words.undeclared
        : words.declared;
  return (
    <form
      className="row row-wrap"
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted !== undefined) {
          set(wanted);
          setTyped(null);
        }
      }}
    >
      <label htmlFor={id}>{words.nodata}</label>
      <input
        id={id}
        className="text-input select-small"
        style={{ width: 76 }}
        aria-invalid={wanted === undefined}
        value={typed ?? current}
        onChange={(event) => setTyped(event.target.value)}
      />
      {typed === null || typed === current ? (
        first.nodata !== null && (
          <button type="button" className="link" onClick={() => set(null)}>
            {words.takeBack}
          </button>
        )
      ) : (
        <button type="submit" className="button button-small" disabled={wanted === undefined}>
          {words.set}
        </button>
      )}
      {wanted !== undefined && <span className="quiet nodata-origin">{origin}</span>}
      {wanted === undefined && <span className="bad nodata-origin">{words.badNodata}</span>}
    </form>
  );
}

/** A margin that nobody declared: what it is, what is done with it, and the other way. */
function CollarAnswerLine({ facts, collar }: { facts: RasterFacts; collar: Collar }) {
  const studio = useStudio();
  const isMissing = isCollarMissing(collar);
  return (
    <div className="row row-wrap" data-role="collar">
      <span>{words.collar}</span>
      <span className="quiet nodata-origin">
        {words.collarFound(describeCollarColours(collar, facts.bands[0]!.dtype), isMissing)}
      </span>
      <button
        type="button"
        className="link"
        onClick={() => void correctRaster(studio, facts, { collar: isMissing ? "leave" : "take" })}
      >
        {isMissing ? words.collarIsGround : words.collarIsMissing}
      </button>
    </div>
  );
}

/** Which stored values models see as black and white. */
function BlackAndWhite({ facts, range }: { facts: RasterFacts; range: PhotoRange }) {
  const studio = useStudio();
  const id = useId();
  const [typed, setTyped] = useState<{ black: string; white: string } | null>(null);
  const shown = typed ?? { black: String(range.black), white: String(range.white) };
  const wanted = { black: Number(shown.black), white: Number(shown.white) };
  const isSound = Number.isFinite(wanted.black) && Number.isFinite(wanted.white) && wanted.white > wanted.black;
  return (
    <form
      className="row row-wrap"
      data-role="photo-range"
      onSubmit={(event) => {
        event.preventDefault();
        if (isSound) {
          void correctRaster(studio, facts, { photoRange: wanted });
          setTyped(null);
        }
      }}
    >
      {(["black", "white"] as const).map((end) => (
        <Fragment key={end}>
          <label htmlFor={`${id}-${end}`}>{words[end]}</label>
          <input
            id={`${id}-${end}`}
            className="text-input select-small"
            style={{ width: 52 }}
            aria-invalid={!isSound}
            value={shown[end]}
            onChange={(event) => setTyped({ ...shown, [end]: event.target.value })}
          />
        </Fragment>
      ))}
      {typed !== null && (
        <button type="submit" className="button button-small" disabled={!isSound}>
          {words.set}
        </button>
      )}
      <span className={isSound ? "quiet nodata-origin" : "bad nodata-origin"}>
        {isSound ? words.rangeOrigin(range.reason) : words.badRange}
      </span>
    </form>
  );
}

/** Null for "none", undefined for what is no number. */
function parseNodataInput(text: string): number | null | undefined {
  const word = text.trim().toLowerCase().replace("−", "-");
  if (word === "" || word === "none") {
    return null;
  }
  if (word === "nan") {
    return Number.NaN;
  }
  return Number.isFinite(Number(word)) ? Number(word) : undefined;
}
