/** A studio whose workers never answer: for actions that only look at the store. */
import { createStudio, type Studio } from "../actions/studio";
import { messages } from "../ui/messages";
import type { EngineHandlers } from "../workers/engine-protocol";
import type { RasterHandlers } from "../workers/raster-protocol";
import type { Handlers, RestartableClient } from "../workers/rpc";

export function quietStudio(): Studio {
  return createStudio(silent<RasterHandlers>(), silent<EngineHandlers>(), messages.actions);
}

function silent<H extends Handlers>(): RestartableClient<H> {
  return {
    call: () => new Promise(() => undefined),
    isEnded: false,
    restart: () => undefined,
    dispose: () => undefined,
  };
}
