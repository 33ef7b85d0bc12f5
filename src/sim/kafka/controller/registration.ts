// A broker's own znode: a multi that creates it and sets its data, so that a node that is there tells whose session made it
// (KafkaZkClient.registerBroker and CheckedEphemeral at 2.3.0).
import { ERR, type SessionId, type Stat } from '../../zookeeper/protocol/index.ts'
import { expectOk, fail, keeper, keeperFailure, paths, proc, reply, zkBatch, znodes, type Proc, type Task } from '../client/index.ts'
import type { ControllerHost } from './state.ts'

type T<V> = Task<ControllerHost, V>
const LOGGER = 'kafka.zk.KafkaZkClient'
const signed = (session: SessionId): string => BigInt.asIntN(64, BigInt(`0x${session}`)).toString()

function log(t: T<unknown>, level: 'INFO' | 'ERROR', text: string): void {
  t.ctx.log('console', level, level === 'ERROR' ? `${LOGGER}$CheckedEphemeral` : LOGGER, text)
}
/** As the Stat of ZooKeeper's client prints itself, with its newline. */
const statText = (s: Stat): string =>
  [
    s.czxid,
    s.mzxid,
    s.ctime,
    s.mtime,
    s.version,
    s.cversion,
    s.aversion,
    signed(s.ephemeralOwner),
    s.dataLength,
    s.numChildren,
    s.pzxid,
  ].join(',') + '\n'

/** Creates the broker's znode; gives the broker epoch. Fails with NodeExists while another session's node is there. */
export const registerBroker: Proc<object, number> = proc<ControllerHost, object, number>('broker.register', [
  (t) => {
    log(t, 'INFO', `Creating ${paths.broker(t.env.brokerInfo.id)} (is it secure? false)`)
    return t.call(createBrokerNode, {})
  },
  (t) => {
    const stat = t.value as Stat
    const { id, host, port } = t.env.brokerInfo
    t.env.registeredSession = t.env.zk!.sessionId
    log(t, 'INFO', `Stat of the created znode at ${paths.broker(id)} is: ${statText(stat)}`)
    const endPoint = `EndPoint(${host},${port},ListenerName(PLAINTEXT),PLAINTEXT)`
    log(
      t,
      'INFO',
      `Registered broker ${id} at path ${paths.broker(id)} with addresses: ArrayBuffer(${endPoint}), czxid (broker epoch): ${stat.czxid}`,
    )
    t.ctx.note('broker.registered', `broker ${id}`, { broker: id, epoch: stat.czxid, session: t.env.zk!.sessionId })
    return t.return(stat.czxid)
  },
])

const createBrokerNode: Proc<object, Stat> = proc<ControllerHost, object, Stat>('broker.createNode', [
  (t) => {
    const path = paths.broker(t.env.brokerInfo.id)
    const data = znodes.encodeBroker(t.env.brokerInfo, t.ctx.wallMs)
    return zkBatch(t, [keeper.multi([keeper.createEphemeral(path, null), keeper.setData(path, data, 0)])])
  },
  (t) => {
    const r = reply(t)
    if (r.err === 0) return t.return(r.result!.results![1]!.stat)
    if (r.err === ERR.nodeExists) return t.call(whoseNode, {})
    const path = paths.broker(t.env.brokerInfo.id)
    const failure = keeperFailure(r.err)
    log(
      t,
      'ERROR',
      `Error while creating ephemeral at ${path} with return code: ${failure.message.slice(failure.message.indexOf('= ') + 2).toUpperCase()}`,
    )
    fail(failure.type, failure.message)
  },
  (t) => t.return(t.value),
])

/** The node is there already: from a session of this process that ended, it is made again; from another's, that is fatal. */
const whoseNode: Proc<object, Stat> = proc<ControllerHost, object, Stat>('broker.whoseNode', [
  (t) => zkBatch(t, [keeper.getData(paths.broker(t.env.brokerInfo.id))]),
  (t) => {
    const r = reply(t)
    const path = paths.broker(t.env.brokerInfo.id)
    if (r.err === ERR.noNode) {
      log(t, 'INFO', `The ephemeral node at ${path} went away while reading it, attempting create() again`)
      return t.call(createBrokerNode, {})
    }
    expectOk(r)
    const stat = r.result!.stat!
    const owner = stat.ephemeralOwner
    const session = t.env.zk!.sessionId
    if (owner === session) return t.return(stat)
    const mismatch = `node already exists and owner '${signed(owner)}' does not match current session '${signed(session)}'`
    if (owner === t.env.registeredSession) {
      log(
        t,
        'INFO',
        `Was not possible to create the ephemeral at ${path}, ${mismatch}, trying to delete and re-create it with the newest Zookeeper session`,
      )
      return t.call(recreate, {})
    }
    log(t, 'ERROR', `Error while creating ephemeral at ${path}, ${mismatch}`)
    const failure = keeperFailure(ERR.nodeExists)
    fail(failure.type, failure.message)
  },
  (t) => t.return(t.value),
])
const recreate: Proc<object, Stat> = proc<ControllerHost, object, Stat>('broker.recreate', [
  (t) => zkBatch(t, [keeper.remove(paths.broker(t.env.brokerInfo.id))]),
  (t) => {
    expectOk(reply(t), ERR.noNode)
    return t.call(createBrokerNode, {})
  },
  (t) => t.return(t.value),
])
