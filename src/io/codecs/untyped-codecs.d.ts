/** Shapes of decoder packages that ship no types of their own; only what is used here. */
declare module "@cornerstonejs/codec-libjpeg-turbo-8bit/decode" {
  export interface JpegTurboDecoder {
    getEncodedBuffer(bytes: number): Uint8Array;
    getDecodedBuffer(): Uint8ClampedArray;
    readHeader(): void;
    decode(): void;
    getFrameInfo(): { width: number; height: number; bitsPerSample: number; componentCount: number };
    delete(): void;
  }
  export interface JpegTurboModule {
    JPEGDecoder: new () => JpegTurboDecoder;
  }
  const load: () => Promise<JpegTurboModule>;
  // biome-ignore lint/style/noDefaultExport: it is what the package exports.
  export default load;
}

declare module "lerc" {
  export interface LercResult {
    width: number;
    height: number;
    pixels: (
      | Uint8Array
      | Int8Array
      | Uint16Array
      | Int16Array
      | Uint32Array
      | Int32Array
      | Float32Array
      | Float64Array
    )[];
    mask: Uint8Array | null;
    dimCount?: number;
  }
  const Lerc: {
    decode(
      buffer: ArrayBufferLike,
      options?: { inputOffset?: number; returnPixelInterleavedDims?: boolean; noDataValue?: number },
    ): LercResult;
  };
  // biome-ignore lint/style/noDefaultExport: it is what the package exports.
  export default Lerc;
}
