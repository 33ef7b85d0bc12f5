import { beforeAll, describe, expect, test } from 'vitest'
import { History, ms, scenarioNamed, seconds, why, type TraceEntry, type World } from '../../sim/index.ts'
import { chartsOf } from './charts.ts'
import { actionText, deed, rootAction, stepsOf, waitsOf, type Step } from './chain.ts'
import { beside, concerns, entryToExplain, hostOf, tabFor } from './focus.ts'
import { activeStates } from './graph.ts'
import { firstAfter, logLines, logNames } from './logs.ts'
import { fieldsOf } from './message.ts'
import { judge, Proof } from './proof.ts'
import { bestServer, connectionsOf, processesOf, serversOf, sessionNamed, sessionsAt, timersOf, watchesAt } from './queries.ts'
import { ancestors, glance, OPEN_AT_FIRST, statRows, treeRows } from './znodes.ts'

const scenario = scenarioNamed('kill-the-controller')!
let history: History
let world: World
beforeAll(() => {
  history = new History(scenario)
  history.seek(seconds(45))
  world = history.world
})
const named = (code: string, nth = 0): TraceEntry => [...world.trace].filter((entry) => entry.code === code)[nth]!
const stepsFor = (entry: TraceEntry) => stepsOf(why(world, entry), entry, scenario.actions, scenario.actions.length, world.trace)
const text = (step: Step) => (step.kind === 'small' ? '…' : step.kind === 'silence' ? `silence of ${step.silence.from}` : step.text)

describe('why', () => {
  test('the second controller: from the kill through the silence to the election', () => {
    const steps = stepsFor(named('controller.elected', 1))
    const told = steps.map(text).filter((line) => line !== '…')
    expect(told[0]).toBe('The scenario killed kafka2')
    expect(told).toContain('silence of kafka2')
    expect(told.findIndex((line) => /expired session/.test(line))).toBeGreaterThan(told.indexOf('silence of kafka2'))
    expect(told.at(-1)).toMatch(/^kafka1 became controller/)
    expect(new Set(told).size).toBe(told.length)
    // What its request waited for stands between, though the answer came another way.
    expect(told.findIndex((line) => /^\/kafka\/controller was created/.test(line))).toBe(told.length - 2)
  })
  test('every step but a silence comes after the one before', () => {
    const times = stepsFor(named('controller.elected', 1)).map((step) => (step.kind === 'silence' ? step.until : step.at))
    expect(times).toEqual([...times].sort((a, b) => a - b))
  })
  test('a broker’s first start, which makes its znodes one by one, is folded', () => {
    const steps = stepsFor(named('controller.elected', 0))
    expect(steps.some((step) => step.kind === 'small' && /was created, and \d+ more like it$/.test(step.title))).toBe(true)
    expect(steps.length).toBeLessThan(40)
  })
  test('most of the time is silence', () => {
    const steps = stepsFor(named('controller.elected', 1))
    const waits = waitsOf(steps)
    const longest = [...waits].sort((a, b) => b.span - a.span)[0]!
    expect(longest.concept).toBe('silence')
    expect(longest.span).toBeGreaterThan(ms(4000))
    const whole = named('controller.elected', 1).at - steps[0]!.at
    expect(waits.reduce((sum, wait) => sum + wait.span, 0)).toBeLessThanOrEqual(whole)
  })
  test.each([
    ['docker-compose kill kafka2', 'killed kafka2'],
    ['docker-compose kill -s SIGSTOP kafka2', 'sent SIGSTOP to kafka2'],
    ['docker-compose up -d zoo1 zoo2 zoo3', 'started zoo1, zoo2 and zoo3'],
    ['docker-compose up -d', 'started everything'],
    ['docker-compose stop -t 3 kafka1', 'stopped kafka1'],
    ['docker-compose unpause zoo1', 'let zoo1 go on'],
    ['docker-compose term kafka1', 'asked kafka1 to end'],
    ['link cut zoo1 zoo2', 'cut the link between zoo1 and zoo2'],
    ['link lossy zoo1 zoo2 50', 'made the link between zoo1 and zoo2 lossy'],
    ['docker-compose kill kafka2; ls', ''],
    ['ls', ''],
  ])('%s is "%s"', (command, words) => expect(deed(command)).toBe(words))
  test('who did it is said', () => {
    const action = { at: ms(0), terminal: 'host', kind: '^', text: 'C' } as const
    expect(actionText(action, true)).toBe('You pressed Ctrl-C in host')
    expect(actionText({ ...action, kind: '>', text: 'tree' }, true)).toBe('You typed into host: tree')
    expect(actionText({ ...action, kind: '$', text: 'ls' }, false)).toBe('The scenario typed: ls')
  })
})

describe('the proof', () => {
  test('without the kill there is no second controller', async () => {
    const entry = named('controller.elected', 1)
    const action = rootAction(why(world, entry))
    expect(scenario.actions[action]!.text).toBe('docker-compose kill kafka2')
    let told = 0
    const proof = new Proof(history.without(action), world, entry, action, () => told++)
    await proof.run(() => Promise.resolve())
    expect(proof.verdict).toEqual({ gone: true, at: entry.at })
    expect(told).toBeGreaterThan(1)
    expect(proof.progress).toBe(1)
  })
  test('what happens anyway is found again', () => {
    const entry = named('controller.elected', 0)
    expect(judge(world, world, entry)).toEqual({ gone: false, at: entry.at, again: entry.at })
  })
})

describe('what a selection opens', () => {
  test('tabs follow what is pointed at, and stay where they can show it', () => {
    expect(tabFor({ kind: 'host', host: 'kafka1' }, world, 'why')).toBe('processes')
    expect(tabFor({ kind: 'host', host: 'kafka1' }, world, 'logs')).toBe('logs')
    expect(tabFor({ kind: 'host', host: 'zoo1' }, world, 'znodes')).toBe('znodes')
    expect(tabFor({ kind: 'trace', id: 1 }, world, 'logs')).toBe('why')
    expect(tabFor({ kind: 'znode', path: '/' }, world, 'why')).toBe('znodes')
    expect(tabFor({ kind: 'session', id: '1' }, world, 'why')).toBe('processes')
  })
  test('the latest thing that mattered is explained, of what is selected', () => {
    expect(entryToExplain(world.trace, undefined, world.trace)!.code).toBe('leader.elected')
    const host = entryToExplain(world.trace, { kind: 'host', host: 'kafka2' }, world.trace)!
    expect(concerns(host, { kind: 'host', host: 'kafka2' })).toBe(true)
    expect(entryToExplain(world.trace, { kind: 'trace', id: 3 }, world.trace)!.id).toBe(3)
    expect(hostOf({ kind: 'trace', id: named('controller.elected', 1).id }, world)).toBe('kafka1')
    expect(beside(world.trace, named('controller.elected', 1), -1)!.id).toBeLessThan(named('controller.elected', 1).id)
  })
})

describe('znodes', () => {
  test('the tree as the leader has it', () => {
    const leader = bestServer(serversOf(world))!
    const rows = treeRows(leader, new Set(OPEN_AT_FIRST))
    expect(rows.slice(0, 2).map((row) => `${row.depth} ${row.path}`)).toEqual(['0 /', '1 /zookeeper'])
    const one = rows.find((row) => row.path === '/kafka/brokers/ids/1')!
    expect(one).toMatchObject({ depth: 4, name: '1', differs: 'same' })
    expect(one.owner).toMatch(/^[0-9a-f]+$/)
    expect(one.glance.length).toBeLessThanOrEqual(40)
    expect(rows.some((row) => row.path === '/kafka/brokers/ids/2')).toBe(false)
  })
  test('servers that agree do not differ; one that lags shows where', () => {
    const [a, b] = serversOf(world)
    // Each server writes its own configuration into /zookeeper/config; all else they share.
    const differing = treeRows(a!, new Set([...OPEN_AT_FIRST, '/zookeeper']), b).filter((row) => row.differs !== 'same' || row.differsBelow)
    expect(differing.map((row) => row.path)).toEqual(['/zookeeper/config'])
    const before = new History(scenario)
    before.seek(seconds(30))
    const old = serversOf(before.world)[0]!
    const closed = treeRows(a!, new Set(['/']), old)
    expect(closed.find((row) => row.path === '/kafka')!.differsBelow).toBe(true)
    const open = treeRows(a!, new Set([...OPEN_AT_FIRST]), old)
    expect(open.find((row) => row.path === '/kafka/brokers/ids/2')!.differs).toBe('there only')
    expect(open.find((row) => row.path === '/kafka/controller')!.differs).toBe('other data')
  })
  test('watchers and Stat', () => {
    const servers = serversOf(world)
    const watched = servers.flatMap((server) => watchesAt(server, '/kafka/controller'))
    expect(watched.map((watch) => watch.host)).toEqual(['kafka1'])
    const stat = Object.fromEntries(statRows({ path: '/', data: '', children: [], stat: { czxid: 0x100000034, mzxid: 1, ctime: 0, mtime: 0, version: 0, cversion: 0, aversion: 0, ephemeralOwner: '0', dataLength: 0, numChildren: 0, pzxid: 1 } })) // prettier-ignore
    expect(stat.czxid).toBe('0x100000034')
    expect(stat.ephemeralOwner).toBe('0x0')
    expect(ancestors('/a/b/c')).toEqual(['/', '/a', '/a/b'])
    expect(glance('{\n "a": 1 }')).toBe('{ "a": 1 }')
  })
})

describe('processes', () => {
  test('a server’s statechart has its role lit', () => {
    const leader = bestServer(serversOf(world))!
    const [chart] = chartsOf(world, world.processes[leader.pid]!)
    expect(activeStates(chart!.value)).toEqual(['LEADING', 'LEADING.broadcast'])
  })
  test('a broker has its own, its controller’s and its client’s', () => {
    const broker = processesOf(world, 'kafka1')[0]!
    expect(chartsOf(world, broker).map((chart) => `${chart.title}: ${String(chart.value)}`)).toEqual([
      'Broker: RunningAsBroker',
      'Controller: Active',
      'ZooKeeper client: CONNECTED',
    ])
  })
  test('timers that are set are due later, the next first', () => {
    const broker = processesOf(world, 'kafka1')[0]!
    const timers = timersOf(world, broker)
    expect(timers.map((timer) => timer.key).sort()).toEqual(Object.keys(broker.timers).sort())
    expect(timers.every((timer, i) => timer.due >= world.now && (i === 0 || timer.due >= timers[i - 1]!.due))).toBe(true)
    expect(connectionsOf(world, broker.pid).some((conn) => conn.opened && conn.port === 2181 && conn.state === 'open')).toBe(true)
  })
  test('a session is found by its id', () => {
    const servers = serversOf(world)
    const [one] = sessionsAt(bestServer(servers)!)
    expect(sessionNamed(servers, one!.id)!.session.client).toBe('kafka1')
    expect(sessionNamed(servers, 'ffff')).toBeUndefined()
  })
})

describe('logs', () => {
  test('are written as the programs write them', () => {
    expect(logNames(world, 'kafka1')[0]).toBe('console')
    const lines = logLines(world, 'kafka1', 'console', 'TRACE', '')
    expect(lines.some((line) => /^\[\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}\] INFO .* \(kafka\.server\.KafkaServer\)$/.test(line.text))).toBe(
      true,
    )
    const zoo = logLines(world, 'zoo1', 'console', 'TRACE', '')
    expect(zoo.some((line) => /\[myid:1\] - INFO /.test(line.text))).toBe(true)
  })
  test('are filtered by level and by text', () => {
    const all = logLines(world, 'kafka1', 'console', 'TRACE', '')
    const warnings = logLines(world, 'kafka1', 'console', 'WARN', '')
    expect(warnings.length).toBeLessThan(all.length)
    const found = logLines(world, 'kafka1', 'console', 'TRACE', ' KAFKA VERSION ')
    expect(found.length).toBeGreaterThan(0)
    expect(found.every((line) => /kafka version/i.test(line.text))).toBe(true)
    expect(firstAfter(all, all[3]!.at)).toBeGreaterThanOrEqual(4)
    expect(firstAfter(all, seconds(1000))).toBe(all.length)
  })
})

test('a message’s fields are rows, nested ones indented', () => {
  const message = { proto: 'zk', kind: 'reply', xid: 3, stat: { version: 1 }, children: ['a', 'b'], none: null, left: undefined }
  expect(fieldsOf(message).map((row) => `${'  '.repeat(row.depth)}${row.name}=${row.value}`)).toEqual([
    'xid=3',
    'stat=',
    '  version=1',
    'children=[a, b]',
    'none=null',
  ])
})
