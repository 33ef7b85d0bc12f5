// A run document as the fragment of a URL: JSON, deflated, in the alphabet that URLs leave alone.

import { deflateSync, Inflate, strFromU8, strToU8 } from 'fflate'
import { DocumentError, type RunDocument } from './document.ts'

/** Characters a fragment may have, and bytes it may unpack to: a hostile link is refused before it costs anything. */
export const FRAGMENT_LIMIT = 2_000_000
export const UNPACKED_LIMIT = 8_000_000

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const VALUES: Readonly<Record<string, number>> = Object.fromEntries([...ALPHABET].map((c, i) => [c, i]))

function toText(bytes: Uint8Array): string {
  const out: string[] = []
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const four = ALPHABET[n >> 18]! + ALPHABET[(n >> 12) & 63]! + ALPHABET[(n >> 6) & 63]! + ALPHABET[n & 63]!
    out.push(i + 2 < bytes.length ? four : four.slice(0, bytes.length - i + 1))
  }
  return out.join('')
}

function fromText(text: string): Uint8Array {
  if (text.length % 4 === 1) throw new DocumentError('link', 'it is cut off')
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let at = 0
  for (let i = 0; i < text.length; i += 4) {
    let n = 0
    for (let k = 0; k < 4; k++) {
      const c = text[i + k]
      const value = c === undefined ? 0 : VALUES[c]
      if (value === undefined) throw new DocumentError(`link, character ${i + k + 1}`, `"${c}" cannot be part of it`)
      n = n * 64 + value
    }
    for (const byte of [n >> 16, (n >> 8) & 255, n & 255]) if (at < bytes.length) bytes[at++] = byte
  }
  return bytes
}

/** The fragment of a document, without `#`: `run=...`. */
export const toFragment = (doc: RunDocument): string => 'run=' + toText(deflateSync(strToU8(JSON.stringify(doc)), { level: 9 }))

/** The document of a fragment, not yet checked (`openDocument` does). Throws DocumentError with the place and the reason. */
export function fromFragment(fragment: string): unknown {
  const body = fragment.replace(/^#?run=/, '')
  if (body.length > FRAGMENT_LIMIT)
    throw new DocumentError('link', `it has ${body.length} characters, more than the ${FRAGMENT_LIMIT} accepted`)
  const packed = fromText(body)
  const chunks: Uint8Array[] = []
  let size = 0
  let ended = false
  const inflate = new Inflate((chunk, final) => {
    size += chunk.length
    if (size > UNPACKED_LIMIT) throw new DocumentError('link', `it unpacks to more than ${UNPACKED_LIMIT} bytes`)
    chunks.push(chunk)
    ended ||= final
  })
  try {
    // In pieces, so that a bomb is noticed early.
    const PIECE = 16_384
    for (let i = 0; i < packed.length || i === 0; i += PIECE) inflate.push(packed.subarray(i, i + PIECE), i + PIECE >= packed.length)
  } catch (error) {
    if (error instanceof DocumentError) throw error
    throw new DocumentError('link', 'it is damaged or cut off')
  }
  if (!ended) throw new DocumentError('link', 'it is cut off')
  const whole = new Uint8Array(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return parseJson(strFromU8(whole), 'link')
}

/** JSON with the place of an error. */
export function parseJson(source: string, place: string): unknown {
  if (source.length > UNPACKED_LIMIT) throw new DocumentError(place, `it has more than ${UNPACKED_LIMIT} characters`)
  try {
    return JSON.parse(source)
  } catch (error) {
    throw new DocumentError(place, `it is not JSON: ${(error as Error).message}`)
  }
}
