// Bytes in hexadecimal, a page at a time. Pure.
import type { Bytes } from '../../sim/index.ts'

export interface HexRow {
  /** `00000040`. */
  readonly at: string
  /** Pairs of bytes, as xxd groups them. */
  readonly hex: string
  readonly text: string
}

/** Rows of `width` bytes from a position on; beyond the content, up to `size`, are zeros (a file that has its size in advance). */
export function hexRows(bytes: Bytes, size: number, from: number, rows: number, width: number): HexRow[] {
  const found: HexRow[] = []
  for (let at = from; at < size && found.length < rows; at += width) {
    const end = Math.min(size, at + width)
    let hex = ''
    let text = ''
    for (let i = at; i < end; i++) {
      const byte = bytes.at(i) ?? 0
      hex += (i > at && (i - at) % 2 === 0 ? ' ' : '') + byte.toString(16).padStart(2, '0')
      text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '.'
    }
    found.push({ at: at.toString(16).padStart(8, '0'), hex, text })
  }
  return found
}
