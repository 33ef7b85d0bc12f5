// What the simulation may use beyond ECMAScript: UTF-8 coding, which is the same in every browser and in Node.
// Only tsconfig.sim.json reads this file; elsewhere the DOM's declarations serve.

declare class TextEncoder {
  encode(input?: string): Uint8Array
}

declare class TextDecoder {
  constructor(label?: 'utf-8', options?: { fatal?: boolean; ignoreBOM?: boolean })
  decode(input?: Uint8Array): string
}
