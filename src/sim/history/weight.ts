// What checkpoints hold that the present does not: records that were on their way then, segments that are deleted since. Everything else they share with what comes after.

import type { Host, World } from '../kernel/index.ts'

/** The most that is under way at one moment: a producer's full buffer, and the packets that are kept for the stage. */
const UNDER_WAY = 48_000_000
const DELETED = /\.deleted$/

/** Bytes of a host's files that another moment of it has no more. */
function goneFrom(then: Host, later: Host | undefined): number {
  if (later === undefined || then.disk === later.disk) return 0
  let bytes = 0
  for (const [path, file] of then.disk) {
    const length = file.bytes?.length ?? 0
    if (length === 0) continue
    const still = later.disk.get(path) ?? later.disk.get(`${path}.deleted`) ?? later.disk.get(path.replace(DELETED, ''))
    bytes += Math.max(0, length - (still?.bytes?.length ?? 0))
  }
  return bytes
}

/** Roughly, in bytes: what would be free if only the last of these moments were kept. They are in order of time. */
export function weightOf(moments: readonly World[]): number {
  let bytes = 0
  for (let i = 1; i < moments.length; i++) {
    const [before, world] = [moments[i - 1]!, moments[i]!]
    bytes += Math.min(world.sentBytes - before.sentBytes, UNDER_WAY)
    for (const host of Object.values(before.hosts)) bytes += goneFrom(host, world.hosts[host.name])
  }
  return bytes
}

const sizes = new WeakMap<Host['disk'], number>()
function bytesOn(disk: Host['disk']): number {
  let bytes = sizes.get(disk)
  if (bytes !== undefined) return bytes
  bytes = 0
  for (const [, file] of disk) bytes += file.bytes?.length ?? file.text.length
  sizes.set(disk, bytes)
  return bytes
}
/** Bytes in the files of all machines, each replica counted. */
export const bytesOnDisks = (world: World): number => Object.values(world.hosts).reduce((sum, { disk }) => sum + bytesOn(disk), 0)
