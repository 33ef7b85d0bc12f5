// Which broker the admin client asks, how long it goes on, and what it throws.
import { describe, expect, test } from 'vitest'
import { admin, call } from '../../../../test/support/admin.ts'
import { click } from '../../../../test/support/playground.ts'
import { allOf, createTopics, describeCluster, describeConfigs, listTopicNames, type ClusterDescription, type Outcome } from './index.ts'

const spec = (name: string) => ({ name, partitions: 1, replicationFactor: 1, assignments: [], configs: [] })
const make = (name: string, at = 0) => call(createTopics, { topics: [spec(name)], validateOnly: false }, at)
const TIMEOUT = 'org.apache.kafka.common.errors.TimeoutException'

describe('the admin client', () => {
  test('finds a new controller when the old one is gone', () => {
    const { came } = admin([make('before'), make('after', 40), call(describeCluster, {})], 90, [click(35, 'docker-compose kill kafka2')])
    expect((came[1]!.value as Outcome<void>[])[0]).toEqual({ key: 'after', failure: null, value: null })
    const cluster = came[2]!.value as ClusterDescription
    expect([cluster.controllerId, cluster.nodes.map((n) => n.id)]).toEqual([1, [1]])
  })
  test('asks again when the one it asks is not the controller any more', () => {
    const { came, requests } = admin([make('before'), make('after', 60), call(describeCluster, {})], 90, [
      click(32, 'docker-compose pause kafka2'),
      click(50, 'docker-compose unpause kafka2'),
    ])
    expect((came[1]!.value as Outcome<void>[])[0]).toEqual({ key: 'after', failure: null, value: null })
    expect((came[2]!.value as ClusterDescription).controllerId).toBe(1)
    // Who is there, make; make, who is there now, make; who is there.
    expect(requests).toBe(6)
  })
  test('gives up on a broker that is not there after two minutes', () => {
    const { came } = admin([call(describeConfigs, { resources: [{ type: 'broker', name: '9' }], synonyms: false })], 160)
    expect(came[0]!.failure).toEqual({ type: TIMEOUT, message: 'Timed out waiting for a node assignment.' })
    expect(came[0]!.at).toBeGreaterThan(149)
    expect(came[0]!.at).toBeLessThan(151)
  })
  test('gives up on a broker that does not answer after two minutes', () => {
    const { came } = admin([make('a'), make('b', 36)], 170, [click(35, 'docker-compose pause kafka2 kafka1')])
    expect(came[1]!.failure).toEqual({ type: TIMEOUT, message: 'Aborted due to timeout.' })
    expect(came[1]!.at).toBeGreaterThan(155.9)
    expect(came[1]!.at).toBeLessThan(156.5)
  })
  test('cannot even ask when no broker answers a first time', () => {
    const { came } = admin([call(listTopicNames, { internal: true })], 160, [click(21, 'docker-compose pause kafka2 kafka1')])
    expect(came[0]!.failure).toEqual({ type: TIMEOUT, message: 'Timed out waiting for a node assignment.' })
  })
  test('fails for all of a call as the first of its topics failed', () => {
    const { came } = admin([make('a'), make('a')])
    expect(() => allOf(came[1]!.value as Outcome<void>[])).toThrow("Topic 'a' already exists.")
    expect(allOf(came[0]!.value as Outcome<void>[])).toEqual([null])
  })
})
