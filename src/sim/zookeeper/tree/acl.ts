// Access lists: who may do what to a node, and which lists are valid (PrepRequestProcessor, IPAuthenticationProvider, DigestAuthenticationProvider at release-3.5.5).

import type { Acl, AuthId } from '../protocol/index.ts'

export const PERM = { read: 1, write: 2, create: 4, delete: 8, admin: 16 } as const

const isWorld = (one: { readonly scheme: string; readonly id: string }): boolean => one.scheme === 'world' && one.id === 'anyone'

/** May somebody with these identities do what needs `perm`? */
export function permits(acl: readonly Acl[], perm: number, auth: readonly AuthId[]): boolean {
  if (acl.length === 0 || auth.some((one) => one.scheme === 'super')) return true
  return acl.some((one) => (one.perms & perm) !== 0 && (isWorld(one) || auth.some((who) => who.scheme === one.scheme && matches(who, one))))
}

function matches(who: AuthId, rule: Acl): boolean {
  if (rule.scheme === 'digest') return who.id === rule.id
  if (rule.scheme !== 'ip') return false
  const network = addressBits(rule.id)
  const address = addressBits(who.id)
  if (network === undefined || address === undefined) return false
  return network.bits === 0 || address.value >>> (32 - network.bits) === network.value >>> (32 - network.bits)
}

/** `172.18.0.0/16`; undefined when it is no address. */
function addressBits(text: string): { readonly value: number; readonly bits: number } | undefined {
  const match = /^(\d+)\.(\d+)\.(\d+)\.(\d+)(?:\/(\d+))?$/.exec(text)
  if (!match) return undefined
  const parts = match.slice(1, 5).map(Number)
  const bits = match[5] === undefined ? 32 : Number(match[5])
  if (parts.some((part) => part > 255) || bits > 32) return undefined
  return { value: parts.reduce((sum, part) => sum * 256 + part, 0), bits }
}

/** The list as it is stored: duplicates gone, `auth` replaced by the asker's own identities. Undefined when it is not valid. */
export function storedAcl(acl: readonly Acl[], auth: readonly AuthId[]): readonly Acl[] | undefined {
  const out: Acl[] = []
  const seen = new Set<string>()
  for (const one of acl) {
    const key = `${one.perms} ${one.scheme} ${one.id}`
    if (seen.has(key)) continue
    seen.add(key)
    if (isWorld(one)) out.push(plain(one))
    else if (one.scheme === 'auth') {
      // An address does not authenticate.
      const own = auth.filter((who) => who.scheme === 'digest')
      if (own.length === 0) return undefined
      for (const who of own) out.push(plain({ perms: one.perms, scheme: who.scheme, id: who.id }))
    } else if (one.scheme === 'ip' ? addressBits(one.id) !== undefined : one.scheme === 'digest' && one.id.split(':').length === 2)
      out.push(plain(one))
    else return undefined
  }
  return out.length > 0 ? Object.freeze(out) : undefined
}

const plain = (one: Acl): Acl => Object.freeze({ perms: one.perms, scheme: one.scheme, id: one.id })

/** Digests are hidden from those who may not administer the node. */
export const maskedAcl = (acl: readonly Acl[]): readonly Acl[] =>
  acl.map((one) => (one.scheme === 'digest' ? { ...one, id: one.id.replace(/:.*/, ':x') } : one))

/** `user:password` becomes `user:base64(sha1(user:password))`. */
export const digestId = (userAndPassword: string): string => `${userAndPassword.split(':')[0] ?? ''}:${base64(sha1(utf8(userAndPassword)))}`

function utf8(text: string): number[] {
  const out: number[] = []
  for (const char of text) {
    const c = char.codePointAt(0)!
    if (c < 0x80) out.push(c)
    else if (c < 0x800) out.push(0xc0 | (c >> 6), 0x80 | (c & 63))
    else if (c < 0x10000) out.push(0xe0 | (c >> 12), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
    else out.push(0xf0 | (c >> 18), 0x80 | ((c >> 12) & 63), 0x80 | ((c >> 6) & 63), 0x80 | (c & 63))
  }
  return out
}

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n))

/** FIPS 180-4. */
function sha1(bytes: readonly number[]): number[] {
  const message = [...bytes, 0x80]
  while (message.length % 64 !== 56) message.push(0)
  const bitLength = bytes.length * 8
  for (let shift = 56; shift >= 0; shift -= 8) message.push(shift >= 32 ? 0 : (bitLength >>> shift) & 0xff)
  const h = [0x67452301, 0xefcdab89 | 0, 0x98badcfe | 0, 0x10325476, 0xc3d2e1f0 | 0]
  for (let at = 0; at < message.length; at += 64) {
    const w: number[] = []
    for (let i = 0; i < 16; i++) {
      const p = at + i * 4
      w.push((message[p]! << 24) | (message[p + 1]! << 16) | (message[p + 2]! << 8) | message[p + 3]!)
    }
    for (let i = 16; i < 80; i++) w.push(rotl(w[i - 3]! ^ w[i - 8]! ^ w[i - 14]! ^ w[i - 16]!, 1))
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
      const next = (rotl(a, 5) + f + e + k + w[i]!) | 0
      ;[a, b, c, d, e] = [next, a, rotl(b, 30), c, d]
    }
    ;[a, b, c, d, e].forEach((value, i) => (h[i] = (h[i]! + value) | 0))
  }
  return h.flatMap((word) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff])
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

function base64(bytes: readonly number[]): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i
    const word = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    out +=
      BASE64[word >> 18]! +
      BASE64[(word >> 12) & 63]! +
      (left > 1 ? BASE64[(word >> 6) & 63]! : '=') +
      (left > 2 ? BASE64[word & 63]! : '=')
  }
  return out
}
