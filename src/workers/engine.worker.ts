/** Worker entry: owns the GPU device and every onnxruntime session. */
import { browserMachine } from "./browser-machine";
import { createEngineHandlers } from "./engine-handlers";
import { serve } from "./rpc";

serve(createEngineHandlers(browserMachine));
