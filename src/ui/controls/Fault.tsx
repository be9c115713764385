/** An error beside its cause: what was found, what is needed, what to do next. */
import { useState } from "react";
import type { NadirErrorFacts } from "../../core/errors";
import { messages } from "../messages";
import { spelledFault } from "../remarks";

const words = messages.fault;

/** Characters that surely do not fit into seven lines of the left column. */
const LONG_TEXT = 260;

export function Fault(props: {
  error: NadirErrorFacts;
  subject?: string;
  onRetry?: () => void;
  onDismiss?: () => void;
}) {
  const { onRetry, onDismiss } = props;
  const error = spelledFault(props.error);
  const [whole, setWhole] = useState(false);
  const long = error.found.length > LONG_TEXT;
  const subject = props.subject ?? error.subject;
  return (
    <div className="fault" role="alert" data-code={error.code}>
      {subject !== undefined && <div className="fault-subject">{subject}</div>}
      <div className={whole ? "fault-text fault-text-whole" : "fault-text"}>{error.found}</div>
      {long && (
        <button type="button" className="link" onClick={() => setWhole(!whole)}>
          {whole ? words.less : words.all}
        </button>
      )}
      <div>
        <span className="fault-needed">{error.needed} </span>
        <span className="fault-next">{error.next}</span>
      </div>
      {onRetry !== undefined && (
        <button type="button" className="link" onClick={onRetry}>
          {words.tryAgain}
        </button>
      )}
      {onDismiss !== undefined && (
        <button
          type="button"
          className="button-plain fault-close"
          aria-label={words.dismiss(subject ?? words.error)}
          onClick={onDismiss}
        >
          ×
        </button>
      )}
    </div>
  );
}
