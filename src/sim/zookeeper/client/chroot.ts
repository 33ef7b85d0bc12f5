// Connect strings and the chroot: which servers, and what a path is called on either side of the client.

import type { ZkOp, ZkResult } from '../protocol/index.ts'

export interface Server {
  readonly host: string
  readonly port: number
}

/** `zoo1:2181,zoo2/kafka` -> its servers and its chroot (`''` for none). Port 2181 by default. */
export function parseConnectString(connect: string): { servers: Server[]; chroot: string } {
  const slash = connect.indexOf('/')
  const hosts = slash < 0 ? connect : connect.slice(0, slash)
  const chroot = slash < 0 ? '' : connect.slice(slash).replace(/\/+$/, '')
  const servers = hosts
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '')
    .map((word) => {
      const colon = word.lastIndexOf(':')
      const port = colon < 0 ? 2181 : Number(word.slice(colon + 1))
      return { host: colon < 0 ? word : word.slice(0, colon), port: Number.isInteger(port) ? port : 2181 }
    })
  return { servers, chroot }
}

/** A path as the server knows it. */
export function toServerPath(chroot: string, path: string): string {
  if (chroot === '') return path
  return path === '/' ? chroot : chroot + path
}

/** A path as the program knows it; one outside the chroot stays as it is. */
export function toClientPath(chroot: string, path: string): string {
  if (chroot === '') return path
  if (path === chroot) return '/'
  return path.startsWith(chroot + '/') ? path.slice(chroot.length) : path
}

/** The operation as it is sent: always a fresh value, with the chroot before every path. */
export function toServerOp(chroot: string, op: ZkOp): ZkOp {
  switch (op.op) {
    case 'multi':
      return { op: 'multi', ops: op.ops.map((one) => toServerOp(chroot, one)) }
    case 'create': {
      const { acl, ...rest } = op
      const path = toServerPath(chroot, op.path)
      return acl ? { ...rest, path, acl: acl.map((one) => ({ ...one })) } : { ...rest, path }
    }
    case 'setACL':
      return { ...op, path: toServerPath(chroot, op.path), acl: op.acl.map((one) => ({ ...one })) }
    case 'setWatches': {
      const all = (paths: readonly string[]) => paths.map((path) => toServerPath(chroot, path))
      return { ...op, data: all(op.data), exist: all(op.exist), child: all(op.child) }
    }
    case 'reconfig':
    case 'auth':
    case 'ping':
    case 'closeSession':
      return { ...op }
    default:
      return { ...op, path: toServerPath(chroot, op.path) }
  }
}

/** The answer with the chroot taken off the paths in it. */
export function toClientResult(chroot: string, result: ZkResult | undefined): ZkResult | undefined {
  if (chroot === '' || !result) return result
  const path = result.path === undefined ? undefined : toClientPath(chroot, result.path)
  const results = result.results?.map((one) => (one.path === undefined ? one : { ...one, path: toClientPath(chroot, one.path) }))
  return { ...result, ...(path === undefined ? {} : { path }), ...(results ? { results } : {}) }
}
