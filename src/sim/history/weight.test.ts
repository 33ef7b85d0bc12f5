// What checkpoints hold beyond the present: kept within bounds, however much goes through the logs.
import { expect, test } from 'vitest'
import { Bytes, seconds } from '../base/index.ts'
import { ClusterEngine, createWorld, type Scenario } from '../cluster/index.ts'
import { renameFile, removeFile, writeBytes } from '../host/index.ts'
import { bytesOnDisks, weightOf } from './weight.ts'

const hosts = [{ name: 'client', image: 'client' as const }]
const scenario: Scenario = { name: 't', title: '', about: '', seed: 5, hosts, epochMs: 0, actions: [] }

test('a file weighs from its deletion on; one that grows or gets another name does not', () => {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'history' })
  const before = bytesOnDisks(engine.world)
  const moment = (change: () => void) => {
    engine.run((engine.world.now + seconds(1)) as never)
    change()
    return engine.checkpoint()
  }
  const write = (size: number) => (): void => writeBytes(engine, 'client', '/0.log', Bytes.of(new Uint8Array(size)))
  const moments = [moment(write(100)), moment(write(250)), moment(() => renameFile(engine, 'client', '/0.log', '/0.log.deleted'))]
  expect(weightOf(moments)).toBe(0)
  expect(bytesOnDisks(moments[2]!)).toBe(before + 250)
  moments.push(moment(() => removeFile(engine, 'client', '/0.log.deleted')))
  expect(weightOf(moments)).toBe(250)
  expect(bytesOnDisks(moments[3]!)).toBe(before)
})
test('so does what was on the wire, up to what can be on its way at one moment', () => {
  const world = createWorld(scenario)
  expect(weightOf([world, { ...world, sentBytes: 1000 }, { ...world, sentBytes: 1500 }])).toBe(1500)
  expect(weightOf([world, { ...world, sentBytes: 1e12 }])).toBe(48_000_000)
})
