/** Thin bar: which backend runs and why, the last self-check, texture memory, and what left this computer. */

import { keepOffline } from "../actions/models/offline";
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
        {backend === null ? (
          <span>{words.looking}</span>
        ) : (
          <span className="truncate" title={`${backend.adapter}: ${backend.reason}`}>
            {backend.adapter.startsWith(words.backends[backend.kind]) ? "" : `${words.backends[backend.kind]} · `}
            {backend.adapter} · {backend.precision} — {backend.reason}
          </span>
        )}
      </span>
      {selfCheck !== null && <SelfCheck />}
      {resultsKept === false && (
        <span className="warn" data-role="not-kept" title={words.notKeptTip}>
          {words.notKept}
        </span>
      )}
      <OfflineButton />
      {textureBytes > 0 && <span className="quiet top-hide-small">{words.textures(bytes(textureBytes))}</span>}
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

function SelfCheck() {
  const selfCheck = useSelect((state) => state.engine.selfCheck);
  if (selfCheck === null) {
    return null;
  }
  const { facts, modelName } = selfCheck;
  const difference = facts.largestDifference === null ? "?" : significant(facts.largestDifference, 2);
  const text =
    facts.golden === null
      ? words.noGoldenPair
      : facts.verdict === "failed"
        ? words.selfCheckFailed(difference, facts.golden)
        : words.selfCheckPassed(difference, facts.golden);
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
