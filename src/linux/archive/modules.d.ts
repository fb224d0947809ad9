/** Packages that come without types, or with types that do not say how they are exported to modules. */
declare module 'seek-bzip' {
  interface Output {
    writeByte(byte: number): void;
    flush(): void;
  }
  const Bunzip: { decode(input: Uint8Array, output: Output, multistream: boolean): unknown };
  export default Bunzip;
}
