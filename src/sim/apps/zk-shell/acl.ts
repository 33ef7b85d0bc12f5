// ACLs as zk-shell reads and prints them (zk_shell/acl.py at rgs1/zk_shell 1.2.5, kazoo/security.py at python-zk/kazoo 2.6.1).

import type { Acl } from '../../zookeeper/protocol/index.ts'
import { reprText } from './py/text.ts'
import { base64, sha1 } from './py/sha1.ts'

export class BadAcl extends Error {}

const SCHEMES = ['world', 'auth', 'digest', 'host', 'ip', 'sasl', 'username_password']
const LETTERS: readonly (readonly [string, number])[] = [
  ['r', 1],
  ['w', 2],
  ['c', 4],
  ['d', 8],
  ['a', 16],
]

/** `user:base64(sha1(user:password))`. */
export const digestCredential = (user: string, password: string): string => `${user}:${base64(sha1(`${user}:${password}`))}`

/** `world:anyone:cdrwa`. Throws BadAcl. */
export function parseAcl(text: string): Acl {
  const bad = (): never => {
    throw new BadAcl(`Bad ACL: ${text}. Format is scheme:id:perms`)
  }
  const colon = text.indexOf(':')
  if (colon < 0) return bad()
  const scheme = text.slice(0, colon)
  const rest = text.slice(colon + 1).split(':')
  const letters = rest[rest.length - 1]!
  const credential = rest.slice(0, -1).join(':')
  if (!SCHEMES.includes(scheme)) throw new BadAcl(`Invalid scheme: ${text}`)
  const perms = LETTERS.reduce((sum, [letter, bit]) => (letters.includes(letter) ? sum + bit : sum), 0)
  if (scheme !== 'username_password') return { perms, scheme, id: credential }
  const split = credential.indexOf(':')
  if (split < 0) return bad()
  return { perms, scheme: 'digest', id: digestCredential(credential.slice(0, split), credential.slice(split + 1)) }
}

const NAMES: readonly (readonly [string, number])[] = [
  ['READ', 1],
  ['WRITE', 2],
  ['CREATE', 4],
  ['DELETE', 8],
  ['ADMIN', 16],
]

/** As kazoo shows one. */
export function reprAcl(acl: Acl): string {
  const names = (acl.perms & 31) === 31 ? ['ALL'] : NAMES.filter(([, bit]) => acl.perms & bit).map(([name]) => name)
  return `ACL(perms=${acl.perms}, acl_list=[${names.map(reprText).join(', ')}], id=Id(scheme=${reprText(acl.scheme)}, id=${reprText(acl.id)}))`
}

export const reprAcls = (acls: readonly Acl[]): string => `[${acls.map(reprAcl).join(', ')}]`

/** As `get_acls` shows a list: anyone's reading and anyone's everything have names, and come first. */
export function showAcls(acls: readonly Acl[]): string {
  const shown = acls.map((acl) => ({ acl, text: reprAcl(acl) }))
  const named = (perms: number, name: string): void => {
    const at = shown.findIndex(
      ({ acl, text }) => !text.startsWith("'") && acl.perms === perms && acl.scheme === 'world' && acl.id === 'anyone',
    )
    if (at < 0) return
    const [one] = shown.splice(at, 1)
    shown.unshift({ acl: one!.acl, text: reprText(name) })
  }
  named(1, 'WORLD_READ')
  named(31, 'WORLD_ALL')
  return `[${shown.map((one) => one.text).join(', ')}]`
}
