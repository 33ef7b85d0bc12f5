// A broker asks to leave: its leaders move, its replicas leave the ISRs (doControlledShutdown in controller/KafkaController.scala at 2.3.0).
import { proc, type Failure, type Proc } from '../client/index.ts'
import { ERRORS, type TopicPartition } from '../protocol/index.ts'
import { addStopReplica, beginBatch, sendBatch } from './batch.ts'
import { answer } from './events.ts'
import { movePartitions } from './partitions.ts'
import { moveReplicas } from './replicas.ts'
import {
  brokerEpochOf,
  clog,
  isActive,
  isLiveOrShuttingDown,
  isQueuedForDeletion,
  ledPartitions,
  liveIds,
  partitionsOnBroker,
  replicaOf,
  type ControllerHost,
} from './state.ts'

interface Vars {
  id: number
  brokerEpoch: number
  waiter: string
  followed?: TopicPartition[]
}
const copyTps = (tps: readonly TopicPartition[]): TopicPartition[] => tps.map(({ topic, partition }) => ({ topic, partition }))

export const processControlledShutdown: Proc<Vars, void> = proc<ControllerHost, Vars, void>(
  'controller.controlledShutdown',
  [
    (t) => {
      const c = t.env.controller
      const { id, brokerEpoch, waiter } = t.vars
      const refuse = (errorCode: number) => {
        answer(t.env, waiter, { errorCode })
        return t.return()
      }
      if (!isActive(t.env)) return refuse(ERRORS.STALE_CONTROLLER_EPOCH)
      const cached = brokerEpochOf(c, id)
      if (cached !== undefined && brokerEpoch < cached) {
        const text = `Received controlled shutdown request from an old broker epoch ${brokerEpoch} for broker ${id}. Current broker epoch is ${cached}.`
        clog(t.ctx, t.env, 'INFO', text)
        return refuse(ERRORS.STALE_BROKER_EPOCH)
      }
      clog(t.ctx, t.env, 'INFO', `Shutting down broker ${id}`)
      if (!isLiveOrShuttingDown(c, id)) return refuse(ERRORS.BROKER_NOT_AVAILABLE)
      if (!c.shuttingDown.includes(id)) c.shuttingDown.push(id)
      clog(t.ctx, t.env, 'DEBUG', `All shutting down brokers: ${c.shuttingDown.join(',')}`)
      clog(t.ctx, t.env, 'DEBUG', `Live brokers: ${liveIds(c).join(',')}`)
      const partitions = partitionsOnBroker(c, id).filter(
        (p) => p.replicas.length > 1 && p.leadership !== null && !isQueuedForDeletion(c, p.topic),
      )
      t.vars.followed = copyTps(partitions.filter((p) => p.leadership!.leader !== id))
      const led = copyTps(partitions.filter((p) => p.leadership!.leader === id))
      return t.call(movePartitions, { partitions: led, target: 'OnlinePartition', strategy: 'controlledShutdown' })
    },
    (t) => {
      const { id, followed } = t.vars
      beginBatch(t.env)
      for (const tp of followed!) addStopReplica(t.env, [id], tp, false)
      sendBatch(t.ctx, t.env)
      return t.call(moveReplicas, { replicas: followed!.map((tp) => replicaOf(tp, id)), target: 'OfflineReplica' })
    },
    (t) => {
      const c = t.env.controller
      const { id, waiter } = t.vars
      const left = ledPartitions(c, (p) => !isQueuedForDeletion(c, p.topic) && p.leadership!.leader === id && p.replicas.length > 1)
      answer(t.env, waiter, { errorCode: 0, value: copyTps(left) })
    },
  ],
  (t, failure) => {
    answer(t.env, t.vars.waiter, { errorCode: codeOf(failure) })
    return undefined
  },
)
const codeOf = (failure: Failure): number =>
  failure.type.endsWith('ControllerMovedException') ? ERRORS.STALE_CONTROLLER_EPOCH : ERRORS.UNKNOWN_SERVER_ERROR
