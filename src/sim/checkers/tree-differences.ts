// A server's tree against the model of the committed history, at the transaction that the server is at.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { ServerRef } from './checker.ts'
import type { CommittedHistory } from './committed-history.ts'

/** As many differences are named at most. */
const NAMED = 3

/** What differs, in words; empty when nothing does. Nodes that the server itself made are left out. */
export function differences(history: CommittedHistory, server: ServerRef): string[] {
  const { tree } = server.state
  const at = tree.lastZxid
  const where = `${server.host} at ${hexZxid(at)}`
  const out: string[] = []
  let expected = 0
  for (const path of history.paths()) {
    const model = history.at(path, at)
    const node = tree.nodes.get(path)
    if (model) expected++
    if (!model && node) out.push(`${where} still has ${path}`)
    else if (model && !node) out.push(`${where} lacks ${path}`)
    else if (model && node) {
      const same =
        node.data === model.data &&
        node.version === model.version &&
        node.czxid === model.czxid &&
        node.mzxid === model.mzxid &&
        node.ephemeralOwner === model.owner
      if (!same)
        out.push(
          `${where} has another ${path}: version ${node.version}, not ${model.version}; mzxid ${hexZxid(node.mzxid)}, not ${hexZxid(model.mzxid)}`,
        )
    }
    if (out.length >= NAMED) return out
  }
  const own = OWN_PATHS.filter((path) => tree.nodes.has(path)).length
  if (out.length === 0 && tree.nodes.size - own !== expected) out.push(`${where} has ${tree.nodes.size - own} nodes, not ${expected}`)
  return out
}

/** Every server has these from its beginning. */
const OWN_PATHS = ['/', '/zookeeper', '/zookeeper/quota', '/zookeeper/config']
