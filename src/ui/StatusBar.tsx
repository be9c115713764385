/** Thin bar: which backend runs and why, the last self-check, texture memory, and what left this computer. */

import { Popover } from "radix-ui";
import { Fragment } from "react";
import { keepOffline } from "../actions/models/offline";
import type { EngineState } from "../store/engine";
import { bytes, significant } from "./format";
import { messages } from "./messages";
import { useSelect, useStudio } from "./StudioContext";

const words = messages.statusBar;

export function StatusBar() {
  const { backend, selfCheck, textureBytes, foreignRequests, remoteHosts, resultsKept } = useSelect(
    (state) => state.engine,
  );
  return (
    <footer className="status-bar">
      <span className="row truncate" data-role="backend" data-kind={backend?.kind}>
        <span className={`dot ${backend === null ? "quiet" : "good"}`} style={{ borderRadius: 4 }} />
        {backend === null ? <span>{words.looking}</span> : <Machine backend={backend} textureBytes={textureBytes} />}
      </span>
      {selfCheck !== null && <SelfCheck />}
      {resultsKept === false && (
        <span className="warn" data-role="not-kept" title={words.notKeptTip}>
          {words.notKept}
        </span>
      )}
      <OfflineButton />
      {remoteHosts.length > 0 ? (
        <span className="warn" data-role="remote-hosts" title={messages.address.readingTip}>
          {messages.address.reading(remoteHosts)}
        </span>
      ) : (
        <span className={foreignRequests === 0 ? "quiet" : "bad"} data-role="bytes-sent" title={words.bytesSentTip}>
          {foreignRequests === 0 ? words.nothingSent : words.foreignRequests(foreignRequests)}
        </span>
      )}
    </footer>
  );
}

/** What it runs on in plain words; the figures behind a click. */
function Machine(props: { backend: NonNullable<EngineState["backend"]>; textureBytes: number }) {
  const { adapter, kind, precision, reason } = props.backend;
  const difference = useSelect(({ engine }) => engine.selfCheck?.facts.largestDifference ?? null);
  const facts = [
    [words.figures.backend, words.backends[kind]],
    [words.figures.adapter, adapter],
    [words.figures.precision, precision],
    [words.figures.reason, reason],
    ...(difference === null ? [] : [[words.figures.difference, significant(difference, 2)]]),
    [words.figures.textures, bytes(props.textureBytes)],
  ] as const;
  return (
    <Popover.Root>
      <Popover.Trigger className="button-plain truncate" title={words.figuresTip}>
        {words.runsOn[kind]}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content
          className="popover"
          side="top"
          align="start"
          collisionPadding={8}
          aria-label={words.figuresTip}
        >
          <dl className="figures">
            {facts.map(([name, value]) => (
              <Fragment key={name}>
                <dt>{name}</dt>
                <dd>{value}</dd>
              </Fragment>
            ))}
          </dl>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}

function SelfCheck() {
  const selfCheck = useSelect((state) => state.engine.selfCheck);
  if (selfCheck === null) {
    return null;
  }
  const { facts, modelName } = selfCheck;
  const text =
    facts.golden === null
      ? words.noGoldenPair
      : facts.verdict === "failed"
        ? words.selfCheckFailed(facts.golden)
        : words.selfCheckPassed(facts.golden);
  return (
    <span
      className={facts.verdict === "failed" ? "bad" : "quiet"}
      data-role="self-check"
      title={words.selfCheckTip(
        modelName,
        facts.adapter,
        facts.tolerance === null ? "–" : significant(facts.tolerance, 2),
        facts.golden,
      )}
    >
      {text}
    </span>
  );
}

/** Keeps the page and the chosen models on this computer, when asked. */
function OfflineButton() {
  const studio = useStudio();
  const offline = useSelect((state) => state.engine.offline);
  if (offline === "unknown" || offline === "impossible") {
    return null;
  }
  return offline === "kept" ? (
    <span className="quiet" data-role="offline">
      {words.worksOffline}
    </span>
  ) : (
    <button
      type="button"
      className="button-plain"
      disabled={offline === "keeping"}
      title={words.keepOfflineTip}
      onClick={() => void keepOffline(studio)}
    >
      {offline === "keeping" ? words.keepingFiles : words.keepOffline}
    </button>
  );
}
