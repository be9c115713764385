/**
 * Operators with a kernel in onnxruntime-web's WebGPU provider (1.30), views and Constant included; the same list as
 * `nadir_models.lint`. Others run on the CPU, with a copy to it and back in the middle of the network.
 */
const WEBGPU_OPERATORS = new Set(
  `Abs Acos Acosh Add And ArgMax ArgMin Asin Asinh Atan Atanh AveragePool BatchNormalization Cast Ceil Clip Concat
   Constant ConstantOfShape Conv ConvTranspose Cos Cosh CumSum DepthToSpace DequantizeLinear Div Dropout Einsum Elu
   Equal Erf Exp Expand Flatten Floor Gather GatherElements GatherND Gelu Gemm GlobalAveragePool GlobalMaxPool Greater
   GreaterOrEqual GridSample HardSigmoid HardSwish Identity InstanceNormalization LayerNormalization LeakyRelu Less
   LessOrEqual Log MatMul Max MaxPool Min Mul Neg Not Or PRelu Pad Pow Range Reciprocal ReduceL1 ReduceL2 ReduceLogSum
   ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd ReduceSum ReduceSumSquare Relu Reshape Resize
   RotaryEmbedding ScatterElements ScatterND Shape Sigmoid Sign Sin Sinh Size Slice Softmax Softplus Split Sqrt Squeeze
   Sub Tan Tanh ThresholdedRelu Tile TopK Transpose Unsqueeze Upsample Where`.split(/\s+/),
);

/** Of the operators of a graph those that WebGPU cannot run, sorted. Operators of other domains are not judged. */
export function operatorsWithoutKernel(operators: Readonly<Record<string, number>>): string[] {
  return Object.keys(operators)
    .filter((name) => !name.includes(".") && !WEBGPU_OPERATORS.has(name))
    .sort();
}
