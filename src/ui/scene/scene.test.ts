import { expect, test } from 'vitest'
import { List, seconds, type Micros, type Packet } from '../../sim/index.ts'
import type { ClusterView } from './cluster-view.ts'
import { broker, cluster, failover, fault, server, session, trouble } from './fixtures.ts'
import { directionOf, neighbour } from './focus.ts'
import { menuFor, type MenuItem } from './menu.ts'
import { SceneMaker, type Scene } from './scene.ts'
import type { Selection } from './selection.ts'

const NOW = seconds(40)
const make = (view: ClusterView, selection?: Selection, size = { width: 1036, height: 542 }): Scene =>
  new SceneMaker().make({
    view,
    packets: List.empty<Packet>(),
    endsOf: (p) => [p.from, p.to],
    now: NOW,
    rate: 1,
    still: true,
    size,
    selection,
  })

/** A scene in a few lines: what each box says, and the lines between. */
function picture(scene: Scene): string {
  const lines = [
    ...scene.servers.map((s) => `(${s.name}${s.leading ? ' ♛' : ''} ${s.condition}: ${s.line})`),
    ...scene.brokers.map((b) =>
      [`[${b.name} ${b.condition}: ${b.subtitle}`, b.badge?.text, b.session?.words, ...b.facts.map((f) => `${f.name} ${f.value}`)]
        .filter(Boolean)
        .join(' | ')
        .concat(']'),
    ),
    ...scene.tools.map((t) => `<${t.name}: ${t.line}>`),
    ...scene.wires.map((w) => `${w.hosts.join(' – ')} ${w.form}${w.fault ? ` ${w.fault}` : ''}${w.note ? `: ${w.note}` : ''}`).sort(),
  ]
  return lines.join('\n')
}

test('a moment after the controller was killed', () => {
  expect(picture(make(failover(NOW)))).toMatchInlineSnapshot(`
    "(zoo1 up: following 0x1·3f)
    (zoo2 ♛ up: leading 0x1·3f)
    (zoo3 up: following 0x1·3f)
    [kafka1 up: broker 1 · running | controller · 8 | 0x1…0001 on zoo1 | registered /brokers/ids/1]
    [kafka2 down: broker 2 · killed 4.4 s ago | 0x1…0002 · gone in 1.8 s | registered /brokers/ids/2, still]
    <zk-shell zoo1: session 0x1…0003 on zoo1>
    <kafka-topics.sh --list: running 10 s>
    client – zoo1 open
    kafka1 – zoo1 open
    kafka2 – zoo3 orphan: gone in 1.8 s
    zoo1 – zoo2 open
    zoo1 – zoo3 faint
    zoo2 – zoo3 open"
  `)
})

test('trouble on the wires, no leader, a paused broker', () => {
  expect(picture(make(trouble(NOW)))).toMatchInlineSnapshot(`
    "(zoo1 up: looking, votes 3)
    (zoo2 down: killed 2.0 s ago)
    (zoo3 up: looking, votes 3)
    [kafka1 up: broker 1 · starting | registered not yet]
    [kafka2 paused: broker 2 · paused 39 s ago | /controller names it | no leader counts | registered /brokers/ids/2]
    [kafka3 down: broker 3 · not started | registered /brokers/ids/3, still]
    <console-consumer 1: running 10 s>
    <console-consumer 2: running 10 s>
    <console-consumer 3: running 10 s>
    <console-consumer 4: running 10 s>
    <console-consumer 5: running 10 s>
    <console-consumer 6: running 10 s>
    kafka1 – kafka2 faint lossy: 20 % lost
    kafka1 – zoo3 none slow: 10 × slow
    kafka2 – zoo2 orphan: no leader counts
    zoo1 – zoo2 none cut: cut, 3 waiting
    zoo1 – zoo3 faint"
  `)
})

test('a role that changes moves no place; a session that moves leaves the others where they were', () => {
  const maker = new SceneMaker()
  const input = {
    packets: List.empty<Packet>(),
    endsOf: (p: Packet) => [p.from, p.to] as const,
    now: NOW,
    rate: 1,
    still: true,
    size: { width: 1036, height: 542 },
    selection: undefined,
  }
  const before = maker.make({ ...input, view: cluster(3, 2) })
  const moved = cluster(3, 2)
  const after = maker.make({
    ...input,
    view: {
      ...moved,
      servers: [server(1, { role: 'leading' }), server(2, { role: 'looking' }), server(3)],
      sessions: [session(1), session(2, { server: 'zoo3' })],
    },
  })
  expect(after.layout).toBe(before.layout)
  const line = (scene: Scene) => scene.wires.find((wire) => wire.hosts[0] === 'kafka1')!.path.d
  expect(line(after)).toBe(line(before))
})

test('a session that runs out beside the new one of the same broker is a line of its own', () => {
  const view = cluster(3, 2)
  const scene = make({ ...view, sessions: [session(1), session(1, { id: '9', server: 'zoo3', connected: false })] })
  expect(
    scene.wires
      .filter((wire) => wire.hosts.includes('kafka1'))
      .map((wire) => wire.form)
      .sort(),
  ).toEqual(['open', 'orphan'])
})

test('at 390 pixels all that matters still has words', () => {
  const scene = make(failover(NOW), undefined, { width: 390, height: 292 })
  expect(scene.servers.map((s) => s.line)).toEqual(['following', 'leading', 'following'])
  expect(scene.brokers[0]!.subtitle).toBe('controller, epoch 8')
  expect(scene.brokers[1]!.subtitle).toContain('killed')
  expect(scene.brokers[1]!.session!.words).toBe('gone in 1.8 s')
})

test('arrows go from thing to thing, and come back', () => {
  const { stops } = make(failover(NOW))
  const named = (key: string) => stops.find((stop) => stop.key === key)!
  expect(neighbour(stops, undefined, 'down')!.key).toBe('host:zoo1')
  expect(neighbour(stops, named('host:kafka1'), directionOf('End')!)).toBe(stops.at(-1))
  // From any thing, every other can be reached.
  const reached = new Set([stops[0]!.key])
  const queue = [stops[0]!]
  for (let stop = queue.pop(); stop !== undefined; stop = queue.pop()) {
    for (const direction of ['up', 'down', 'left', 'right'] as const) {
      const next = neighbour(stops, stop, direction)
      if (next === undefined || reached.has(next.key)) continue
      reached.add(next.key)
      queue.push(next)
    }
  }
  expect([...reached].sort()).toEqual(stops.map((stop) => stop.key).sort())
})

const lines = (items: readonly MenuItem[]): string[] =>
  items.flatMap((item) =>
    item.type === 'act' ? [item.command] : item.type === 'more' ? lines(item.items).map((line) => `${item.label}: ${line}`) : [],
  )

test('the menu of a running broker is what can be done with it, as command lines', () => {
  const view = cluster(3, 2, { faults: [fault('kafka2', 'zoo1', { cut: true })] })
  expect(lines(menuFor(view, { kind: 'host', host: 'kafka2' })!.items)).toMatchInlineSnapshot(`
    [
      "docker-compose kill kafka2",
      "power-off kafka2",
      "docker-compose stop kafka2",
      "docker-compose term kafka2",
      "docker-compose pause kafka2",
      "docker-compose restart kafka2",
      "Cut a link: link cut kafka2 zoo2",
      "Cut a link: link cut kafka2 zoo3",
      "Cut a link: link cut kafka1 kafka2",
      "Cut a link: link cut client kafka2",
      "Cut a link: link cut kafka2 zoo2; link cut kafka2 zoo3",
      "Cut a link: link cut kafka2 zoo2; link cut kafka2 zoo3; link cut kafka1 kafka2; link cut client kafka2",
      "Heal a link: link heal kafka2 zoo1",
      "Its disk: disk full kafka2",
      "Its disk: disk limit kafka2 100K",
      "Its disk: disk fail kafka2",
      "docker-compose exec kafka2 bash",
      "docker-compose logs -f --tail=20 kafka2",
    ]
  `)
})

test.each([
  ['paused', 'docker-compose unpause kafka1'],
  ['exited', 'docker-compose start kafka1'],
  ['absent', 'docker-compose up -d kafka1'],
] as const)('a machine that is %s can be brought back', (container, command) => {
  const view = cluster(3, 2, { brokers: [broker(1, { container })] })
  expect(lines(menuFor(view, { kind: 'host', host: 'kafka1' })!.items)[0]).toBe(command)
  expect(make(view).brokers[0]!.power).toMatchObject({ command, starts: true })
})

test('a bad disk is told on the card', () => {
  const view = cluster(3, 2, { brokers: [broker(1, { disk: { limit: 4096, full: true, readOnly: false } }), broker(2)] })
  const scene = make(view)
  expect(scene.brokers.map((b) => b.subtitle)).toEqual(['broker 1 · running · disk full', 'broker 2 · running'])
  expect(scene.brokers[0]!.title).toContain('running · disk full')
})

test('a bad disk can be healed, and made worse in the way that is left', () => {
  const view = cluster(3, 2, { brokers: [broker(1, { disk: { limit: 4096, full: true, readOnly: false } })] })
  const disk = lines(menuFor(view, { kind: 'host', host: 'kafka1' })!.items).filter((line) => line.startsWith('Its disk'))
  expect(disk).toEqual(['Its disk: disk heal kafka1', 'Its disk: disk fail kafka1'])
})

test('a link and a session lead to the same wire', () => {
  const view = failover(NOW)
  const link = lines(menuFor(view, { kind: 'link', a: 'kafka1', b: 'zoo1' })!.items)
  expect(link[0]).toBe('link cut kafka1 zoo1')
  expect(lines(menuFor(view, { kind: 'session', id: session(1).id })!.items)).toEqual(link)
  expect(menuFor(view, { kind: 'packet', id: 1 })).toBeUndefined()
})

test('time is read off the moment alone', () => {
  const maker = new SceneMaker()
  const input = {
    view: failover(NOW),
    packets: List.empty<Packet>(),
    endsOf: (p: Packet) => [p.from, p.to] as const,
    rate: 1,
    still: true,
    size: { width: 1036, height: 542 },
    selection: undefined,
  }
  const left = (now: number) => maker.make({ ...input, now: now as Micros }).brokers[1]!.session!.left
  expect(left(NOW)).toBeCloseTo(0.3)
  expect(left(NOW + 1_000_000)).toBeCloseTo(0.8 / 6)
  expect(left(NOW)).toBeCloseTo(0.3)
  expect(left(NOW + 9_000_000)).toBe(0)
})
