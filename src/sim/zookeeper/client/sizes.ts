// How many bytes a client's messages take on the wire (jute encoding, without the 4-byte length before each): the traffic figures the stage and the wire print show.

import type { Acl, ZkOp } from '../protocol/index.ts'

/** UTF-8 bytes of a text. */
export function utf8Length(text: string): number {
  let n = text.length
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x80) continue
    n += c < 0x800 ? 1 : c >= 0xd800 && c < 0xdc00 ? 1 : c >= 0xdc00 && c < 0xe000 ? 1 : 2
  }
  return n
}

/** protocol, zxid, timeout, session, password (4 + 16), read-only flag. */
export const CONNECT_BYTES = 4 + 8 + 4 + 8 + 20 + 1

const text = (value: string | null): number => 4 + (value === null ? 0 : utf8Length(value))
const texts = (values: readonly string[]): number => values.reduce((sum, value) => sum + text(value), 4)
const OPEN_ACL = 4 + 4 + 4 + 5 + 4 + 6
const acls = (acl: readonly Acl[] | undefined): number =>
  acl ? acl.reduce((sum, one) => sum + 4 + text(one.scheme) + text(one.id), 4) : OPEN_ACL

function body(op: ZkOp): number {
  switch (op.op) {
    case 'create':
      return text(op.path) + text(op.data) + acls(op.acl) + 4
    case 'delete':
    case 'check':
      return text(op.path) + 4
    case 'setData':
      return text(op.path) + text(op.data) + 4
    case 'multi':
      // Each operation has a header of 9 bytes before it, and one more ends the list.
      return op.ops.reduce((sum, one) => sum + 9 + body(one), 9)
    case 'exists':
    case 'getData':
    case 'getChildren':
    case 'getChildren2':
      return text(op.path) + 1
    case 'getACL':
    case 'sync':
      return text(op.path)
    case 'setACL':
      return text(op.path) + acls(op.acl) + 4
    case 'reconfig':
      return 20
    case 'auth':
      return 4 + text(op.scheme) + text(op.id)
    case 'setWatches':
      return 8 + texts(op.data) + texts(op.exist) + texts(op.child)
    case 'ping':
    case 'closeSession':
      return 0
  }
}

/** Bytes of a request: xid, type, body. */
export const requestBytes = (op: ZkOp): number => 8 + body(op)
