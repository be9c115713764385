/** Worker entry: fits heads. */
import { fitHead } from "../teaching/fit-head";
import { serve } from "./rpc";

const handlers = { fit: fitHead };

export type FitHandlers = typeof handlers;

serve(handlers);
