// The office of controller in ZooKeeper: who holds it, and the one multi that takes it (KafkaZkClient.registerControllerAndIncrementControllerEpoch at 2.3.0).
import { ERR } from '../../zookeeper/protocol/index.ts'
import { type Proc, dataOf, expectOk, fail, keeper, paths, proc, reply, zkBatch, znodes } from '../client/index.ts'
import { type ControllerHost, work } from './state.ts'
const MOVED = 'org.apache.kafka.common.errors.ControllerMovedException'

/** Reads who is controller into `activeControllerId`. */
export const readController = proc<ControllerHost, object, number>('controller.readController', [
  (t) => zkBatch(t, [keeper.getData(paths.controller)]),
  (t) => {
    const node = dataOf(reply(t))
    const id = node === undefined ? -1 : znodes.decodeController(node.data)
    if (id === undefined) fail('kafka.common.KafkaException', `Failed to parse the controller info json ${node!.data}`)
    return t.return(id)
  },
])

interface OfficeVars {
  epoch?: number
  version?: number
}
/** One multi makes /controller and raises /controller_epoch; fails with ControllerMovedException when another was first. */
export const takeOffice: Proc<OfficeVars, { epoch: number; zkVersion: number }> = proc<
  ControllerHost,
  OfficeVars,
  { epoch: number; zkVersion: number }
>('controller.takeOffice', [
  (t) => zkBatch(t, [keeper.getData(paths.controllerEpoch)]),
  (t) => {
    if (reply(t).err === ERR.noNode) return t.call(createEpoch, {})
    const node = dataOf(reply(t))!
    return t.call(epochOf, { data: node.data, version: node.stat.version })
  },
  (t) => {
    const { epoch, version } = t.value as { epoch: number; version: number }
    t.vars.epoch = epoch + 1
    t.vars.version = version
    return work(t, 'kafka.controller.take')
  },
  (t) => {
    const version = t.vars.version!
    const data = znodes.encodeController(t.env.config.brokerId, t.ctx.wallMs)
    return zkBatch(t, [
      keeper.multi([keeper.createEphemeral(paths.controller, data), keeper.setData(paths.controllerEpoch, String(t.vars.epoch), version)]),
    ])
  },
  (t) => {
    const r = reply(t)
    const epoch = t.vars.epoch!
    if (r.err === 0) return t.return({ epoch, zkVersion: r.result!.results![1]!.stat!.version })
    if (r.err === ERR.nodeExists || r.err === ERR.badVersion) return t.call(checkOffice, { epoch })
    expectOk(r)
  },
  (t) => t.return(t.value),
])
const epochOf: Proc<{ data: string | null; version: number }, { epoch: number; version: number }> = proc<
  ControllerHost,
  { data: string | null; version: number },
  { epoch: number; version: number }
>('controller.epochOf', [
  (t) => {
    const { data, version } = t.vars
    if (data === null || !/^-?\d+$/.test(data)) fail('java.lang.NumberFormatException', `For input string: "${data ?? ''}"`)
    return t.return({ epoch: Number(data), version })
  },
])
const createEpoch: Proc<object, { epoch: number; version: number }> = proc<ControllerHost, object, { epoch: number; version: number }>(
  'controller.createEpoch',
  [
    (t) => work(t, 'kafka.controller.epoch'),
    (t) => zkBatch(t, [keeper.create(paths.controllerEpoch, '0')]),
    (t) => {
      const r = expectOk(reply(t), ERR.nodeExists)
      if (r.err === ERR.nodeExists) return zkBatch(t, [keeper.getData(paths.controllerEpoch)])
      const text = `Successfully created /controller_epoch with initial epoch 0`
      t.ctx.log('console', 'INFO', 'kafka.zk.KafkaZkClient', text)
      return t.return({ epoch: 0, version: 0 })
    },
    (t) => {
      const node = dataOf(reply(t))
      if (node === undefined)
        fail('java.lang.IllegalStateException', '/controller_epoch existed before but goes away while trying to read it')
      return t.return({ epoch: Number(node.data), version: node.stat.version })
    },
  ],
)
/** The multi failed: lost, unless the znode is this broker's own with the epoch it meant to write. */
const checkOffice: Proc<{ epoch: number }, { epoch: number; zkVersion: number }> = proc<
  ControllerHost,
  { epoch: number },
  { epoch: number; zkVersion: number }
>('controller.checkOffice', [
  (t) => t.call(readController, {}),
  (t) => {
    const id = t.value as number
    const gone =
      'The ephemeral node at /controller went away while checking whether the controller election succeeds. Aborting controller startup procedure'
    if (id === -1) fail(MOVED, gone)
    if (id !== t.env.config.brokerId) fail(MOVED, 'Controller moved to another broker. Aborting controller startup procedure')
    return zkBatch(t, [keeper.getData(paths.controllerEpoch)])
  },
  (t) => {
    const node = dataOf(reply(t))
    if (node !== undefined && Number(node.data) === t.vars.epoch) return t.return({ epoch: t.vars.epoch, zkVersion: node.stat.version })
    fail(MOVED, 'Controller moved to another broker. Aborting controller startup procedure')
  },
])
