/** The part of AbortSignal that pure code needs; a real AbortSignal fits. */
export interface CancelSignal {
  readonly aborted: boolean;
  throwIfAborted(): void;
}
