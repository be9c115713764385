"""Networks as ONNX graphs for WebGPU: rewriting, exporting, counting, linting."""
