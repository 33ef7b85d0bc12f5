// A broker's block of producer ids, a thousand at a time, and InitProducerId without transactions, which gives one out (coordinator/transaction/ProducerIdManager.scala,
// TransactionCoordinator.scala at 2.3.0).
import { ERR } from '../../zookeeper/protocol/index.ts'
import { dataOf, expectOk, fail, keeper, paths, proc, reply as zkReply, zkBatch, znodes, type Proc } from '../client/index.ts'
import { ERRORS } from '../protocol/index.ts'
import { inThread, reply, type Handler, type RequestVars } from './answers.ts'
import { paced, slog, type BrokerState } from './state.ts'

interface BlockVars {
  block?: { brokerId: number; start: number; end: number }
}
/** Takes the next thousand producer ids, again if another broker was faster (coordinator/transaction/ProducerIdManager.scala). */
export const takeProducerIds: Proc<BlockVars, void> = proc<BrokerState, BlockVars, void>('broker.takeProducerIds', [
  (t) => zkBatch(t, [keeper.getData(paths.producerIdBlock)]),
  (t) => {
    const node = dataOf(zkReply(t))
    const last = typeof node?.data !== 'string' ? undefined : znodes.decodeProducerIdBlock(node.data)
    if (typeof node?.data === 'string' && last === undefined)
      fail('kafka.common.KafkaException', `Failed to parse the producerId block json ${node.data}`)
    const start = last === undefined ? 0 : last.end + 1
    t.vars.block = { brokerId: t.env.config.brokerId, start, end: start + 999 }
    const write = keeper.setData(paths.producerIdBlock, znodes.encodeProducerIdBlock(t.vars.block), node?.stat.version ?? -1)
    return t.call(writeBlock, { write })
  },
  (t) => {
    const { brokerId, start, end } = t.vars.block!
    if (t.value === -1) return t.call(takeProducerIds, {})
    t.env.producerIds = { start, end }
    const block = `(brokerId:${brokerId},blockStartProducerId:${start},blockEndProducerId:${end})`
    const text = `Acquired new producerId block ${block} by writing to Zk with path version ${t.value as number}`
    slog(t.ctx, 'INFO', 'kafka.coordinator.transaction.ProducerIdManager', `[ProducerId Manager ${brokerId}]: ${text}`)
    t.ctx.note('producer-id-block.taken', `broker ${brokerId}`, { start, end })
  },
])
/** Gives the new version, -1 when another wrote meanwhile. */
const writeBlock: Proc<{ write: ReturnType<typeof keeper.setData> }, number> = proc<
  BrokerState,
  { write: ReturnType<typeof keeper.setData> },
  number
>('broker.writeBlock', [
  (t) => t.sleep(paced(t, 'kafka.start.producer-ids')),
  (t) => zkBatch(t, [t.vars.write]),
  (t) => {
    const r = expectOk(zkReply(t), ERR.badVersion)
    return t.return(r.err === 0 ? r.result!.stat!.version : -1)
  },
])

const work: Proc<RequestVars<'InitProducerId'>, void> = proc<BrokerState, RequestVars<'InitProducerId'>, void>('api.initProducerId', [
  (t) => {
    const { start, end } = t.env.producerIds
    return start > end ? t.call(takeProducerIds, {}) : undefined
  },
  (t) => {
    const { request, conn } = t.vars
    const said = (errorCode: number, producerId: number, producerEpoch: number) =>
      reply(t.ctx, t.env, conn, request, { throttleTimeMs: 0, errorCode, producerId, producerEpoch })
    // Transactions are not modelled: nobody coordinates them.
    if (request.body.transactionalId !== null) return said(ERRORS.COORDINATOR_NOT_AVAILABLE, -1, -1)
    said(ERRORS.NONE, t.env.producerIds.start++, 0)
  },
])
export const initProducerId: Handler<'InitProducerId'> = inThread(work)
