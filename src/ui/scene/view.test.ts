// The stage's view of the real engine: what a reader sees when the controller is killed.
import { beforeAll, expect, test } from 'vitest'
import { History, scenarioNamed, seconds, type World } from '../../sim/index.ts'
import type { ClusterView } from './cluster-view.ts'
import { SceneMaker } from './scene.ts'
import { clusterView, endsOf } from './view.ts'

let before: World
let orphaned: World
let after: World
let killed: string

const controllerOf = (view: ClusterView) => view.brokers.find((broker) => broker.controllerEpoch !== undefined)
const make = (world: World) =>
  new SceneMaker().make({
    view: clusterView(world),
    packets: world.packets,
    endsOf: (packet) => endsOf(world, packet),
    now: world.now,
    rate: 1,
    still: true,
    size: { width: 1036, height: 542 },
    selection: undefined,
  })

beforeAll(() => {
  const history = new History(scenarioNamed('start')!)
  history.seek(seconds(30))
  before = history.world
  killed = controllerOf(clusterView(before))!.name
  history.act({ terminal: 'host', kind: '$', text: `docker-compose kill ${killed}` })
  history.seek(seconds(34))
  orphaned = history.world
  history.seek(seconds(50))
  after = history.world
}, 60_000)

test('a cluster that is up: one leads, all are registered and connected, one is controller', () => {
  const view = clusterView(before)
  expect(view.servers.map((server) => server.role).sort()).toEqual(['following', 'following', 'leading'])
  expect(view.brokers.map(({ lifecycle, registered, topics }) => ({ lifecycle, registered, topics }))).toEqual([
    { lifecycle: 'running', registered: true, topics: 0 },
    { lifecycle: 'running', registered: true, topics: 0 },
  ])
  expect(view.brokers.filter((broker) => broker.controllerEpoch === 1)).toHaveLength(1)
  expect(view.brokers.filter((broker) => broker.namedController)).toEqual([controllerOf(view)])
  for (const broker of view.brokers) {
    const session = view.sessions.find((each) => each.owner === broker.name)!
    expect(session.connected).toBe(true)
    expect(session.timeoutMs).toBe(6000)
    expect(session.expiresAt! - before.now).toBeGreaterThan(0)
    expect(view.wires.some((wire) => wire.hostA === broker.name && wire.b === session.server && wire.ports.includes(2181))).toBe(true)
  }
})

test('the controller is killed: its session lives by its timer, its nodes stand, nobody acts as controller', () => {
  const view = clusterView(orphaned)
  const broker = view.brokers.find((each) => each.name === killed)!
  expect(broker).toMatchObject({ container: 'exited', exitCode: 137, registered: true, namedController: true, controllerEpoch: undefined })
  expect(controllerOf(view)).toBeUndefined()
  const session = view.sessions.find((each) => each.owner === killed)!
  expect(session.connected).toBe(false)
  expect(session.expiresAt! - orphaned.now).toBeLessThan(6_000_000)
  const scene = make(orphaned)
  expect(scene.wires.find((wire) => wire.form === 'orphan')).toMatchObject({ note: expect.stringMatching(/^gone in \d/) as string })
  expect(scene.brokers.find((each) => each.host === killed)!.badge).toMatchObject({ held: true })
})

test('its session has run out: the other is controller, the line is gone', () => {
  const view = clusterView(after)
  expect(view.sessions.some((session) => session.owner === killed)).toBe(false)
  expect(view.brokers.find((each) => each.name === killed)).toMatchObject({ registered: false, namedController: false })
  expect(controllerOf(view)).toMatchObject({ controllerEpoch: 2, namedController: true })
  expect(make(after).wires.some((wire) => wire.form === 'orphan')).toBe(false)
})

test('every packet of the World has a way on the stage', () => {
  const { layout } = make(before)
  for (const packet of before.packets) {
    const [from, to] = endsOf(before, packet)
    if (packet.from === packet.to) continue
    expect(layout.places.has(from) || layout.places.has(packet.from)).toBe(true)
    expect(layout.places.has(to) || layout.places.has(packet.to)).toBe(true)
  }
})
