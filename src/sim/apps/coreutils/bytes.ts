// Text as UTF-8 bytes, where a tool counts or shows them.

/** How many bytes a text has. */
export function byteLength(text: string): number {
  let n = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c > 0x7ff) n += c >= 0xd800 && c <= 0xdfff ? 1 : 2
    else if (c > 0x7f) n++
  }
  return n
}

/** The bytes themselves. */
export function toBytes(text: string): number[] {
  const bytes: number[] = []
  for (const char of text) {
    const c = char.codePointAt(0)!
    if (c < 0x80) bytes.push(c)
    else if (c < 0x800) bytes.push(0xc0 | (c >> 6), 0x80 | (c & 63))
    else if (c < 0x10000) bytes.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
    else bytes.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
  }
  return bytes
}
