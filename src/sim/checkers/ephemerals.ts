// An ephemeral node lives exactly as long as its session, unless somebody deletes it: on every server, at every transaction.

import { hexZxid } from '../zookeeper/protocol/index.ts'
import type { Checker, Scene, ServerRef } from './checker.ts'

/** Living sessions' nodes are looked for after every so many transactions of a server. */
const LOOK_EVERY = 8

export function ephemerals({ history, report }: Scene): Checker {
  const applied = new Map<string, number>()

  /** Sessions closed by what a server has applied own nothing there; open ones own all that the history says. */
  function look(server: ServerRef): void {
    const { tree } = server.state
    for (const [session, names] of tree.ephemerals) {
      const closed = history.closedAt(session)
      if (closed !== undefined && closed <= tree.lastZxid && names.names.size > 0) {
        report(`${server.host} at ${hexZxid(tree.lastZxid)} keeps nodes of session 0x${session}, closed at ${hexZxid(closed)}`)
      }
    }
    for (const session of history.openSessions()) {
      for (const path of history.owned(session)) {
        const there = history.at(path, tree.lastZxid)
        if (there?.owner === session && tree.nodes.get(path)?.ephemeralOwner !== session) {
          report(`${server.host} at ${hexZxid(tree.lastZxid)} lacks ${path} of session 0x${session}, which is open`)
        }
      }
    }
  }
  return {
    name: 'ephemeral nodes',
    onApplied(server, txn) {
      if (server.state.tree.lastZxid !== txn.zxid) return
      const n = (applied.get(server.host) ?? 0) + 1
      applied.set(server.host, n)
      if (txn.body.op === 'closeSession') {
        for (const path of history.paths()) {
          if (server.state.tree.nodes.get(path)?.ephemeralOwner === txn.session)
            report(`${server.host} closes session 0x${txn.session} and keeps its ${path}`)
        }
      } else if (n % LOOK_EVERY !== 0) return
      look(server)
    },
    onServing: look,
  }
}
