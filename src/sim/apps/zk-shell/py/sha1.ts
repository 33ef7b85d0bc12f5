// SHA-1 and base64, for the digest of a ZooKeeper credential.

import { utf8Bytes } from './text.ts'

const rotate = (x: number, n: number): number => (x << n) | (x >>> (32 - n))

/** SHA-1 of a text's UTF-8 bytes, 20 bytes. */
export function sha1(text: string): number[] {
  const bytes = utf8Bytes(text)
  const bits = bytes.length * 8
  bytes.push(0x80)
  while (bytes.length % 64 !== 56) bytes.push(0)
  for (let i = 7; i >= 0; i--) bytes.push(i >= 4 ? 0 : (bits >>> (8 * i)) & 255)
  const h = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0]
  for (let at = 0; at < bytes.length; at += 64) {
    const w: number[] = []
    for (let i = 0; i < 16; i++) {
      const k = at + 4 * i
      w.push((bytes[k]! << 24) | (bytes[k + 1]! << 16) | (bytes[k + 2]! << 8) | bytes[k + 3]!)
    }
    for (let i = 16; i < 80; i++) w.push(rotate(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1))
    let [a, b, c, d, e] = h as [number, number, number, number, number]
    for (let i = 0; i < 80; i++) {
      const [f, k] =
        i < 20
          ? [(b & c) | (~b & d), 0x5a827999]
          : i < 40
            ? [b ^ c ^ d, 0x6ed9eba1]
            : i < 60
              ? [(b & c) | (b & d) | (c & d), 0x8f1bbcdc]
              : [b ^ c ^ d, 0xca62c1d6]
      const next = (rotate(a, 5) + f + e + k + w[i]!) | 0
      e = d
      d = c
      c = rotate(b, 30)
      b = a
      a = next
    }
    ;[a, b, c, d, e].forEach((x, i) => (h[i] = (h[i]! + x) | 0))
  }
  return h.flatMap((x) => [(x >>> 24) & 255, (x >>> 16) & 255, (x >>> 8) & 255, x & 255])
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export function base64(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const n = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out +=
      ALPHABET[n >> 18]! +
      ALPHABET[(n >> 12) & 63]! +
      (i + 1 < bytes.length ? ALPHABET[(n >> 6) & 63]! : '=') +
      (i + 2 < bytes.length ? ALPHABET[n & 63]! : '=')
  }
  return out
}

/** Bytes of a base64 text; undefined when it is none. */
export function fromBase64(text: string): number[] | undefined {
  const clean = text.replace(/\s/g, '')
  if (clean.length % 4 !== 0 || !/^[A-Za-z0-9+/]*={0,2}$/.test(clean)) return undefined
  const out: number[] = []
  for (let i = 0; i < clean.length; i += 4) {
    const n = [0, 1, 2, 3].reduce((sum, k) => sum * 64 + Math.max(0, ALPHABET.indexOf(clean[i + k]!)), 0)
    out.push((n >> 16) & 255)
    if (clean[i + 2] !== '=') out.push((n >> 8) & 255)
    if (clean[i + 3] !== '=') out.push(n & 255)
  }
  return out
}

/** Text of UTF-8 bytes; broken ones become U+FFFD. */
export function utf8Text(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i++) {
    const b = bytes[i]!
    const more = b < 0x80 ? 0 : b >= 0xf0 ? 3 : b >= 0xe0 ? 2 : b >= 0xc0 ? 1 : -1
    let c = more <= 0 ? b : b & (0x3f >> more)
    if (more < 0) c = 0xfffd
    for (let k = 0; k < more; k++) c = (c << 6) | ((bytes[++i] ?? 0) & 63)
    out += String.fromCodePoint(c <= 0x10ffff ? c : 0xfffd)
  }
  return out
}
