import { describe, expect, test } from 'vitest'
import { click, firstAt, machines, PLAYGROUND, run, scenarioWith, startAll, type Run } from '../../../../test/support/playground.ts'
import type { ScenarioHost } from '../../cluster/index.ts'
import { brokerStateOf, brokerView, type BrokerView } from './index.ts'

/** The playground's machines, kafka2 first and so controller; then what is asked for. */
function playground(seed: number, until: number, ...later: [at: number, text: string][]): Run {
  const start: [number, string][] = [
    [0, 'docker-compose up -d zoo1 zoo2 zoo3'],
    [8, 'docker-compose up -d kafka2'],
    [15, 'docker-compose up -d kafka1'],
  ]
  const actions = [...start, ...later].map(([at, text]) => click(at, text))
  return run(scenarioWith(seed, PLAYGROUND, actions), until)
}

/** A broker as it sees itself; undefined while it does not run. */
function view({ world }: Run, host: string): BrokerView | undefined {
  const process = world.processes[world.hosts[host]!.mainPid]
  const state = process && brokerStateOf(process)
  return state && brokerView(state)
}
const console = ({ world }: Run, host: string): string[] => [...(world.hosts[host]!.logs.console ?? [])].map((entry) => entry.text)
const codes = ({ trace }: Run, from: number, pattern: RegExp): string[] =>
  trace.filter((e) => e.at >= from * 1e6 && pattern.test(e.code)).map((e) => `${e.code} ${e.subject}`)
/** True when `wanted` occur in this order, others between them or not. */
function missing(lines: readonly string[], wanted: readonly string[]): string[] {
  let from = 0
  return wanted.filter((want) => {
    const at = lines.indexOf(want, from)
    if (at >= 0) from = at + 1
    return at < 0
  })
}

describe('a start', () => {
  const r = playground(1, 24)

  test('the first broker becomes controller of epoch 1 and knows both', () => {
    expect(view(r, 'kafka2')).toMatchObject({
      brokerId: 2,
      value: 'RunningAsBroker',
      session: { state: 'connected' },
      controller: { value: 'Active', isController: true, epoch: 1, activeControllerId: 2, queued: [] },
      metadata: { controllerId: 2, brokers: [2, 1] },
    })
    expect(view(r, 'kafka1')).toMatchObject({ controller: { value: 'Standby', isController: false, activeControllerId: 2 } })
    expect([...view(r, 'kafka1')!.metadata.brokers].sort()).toEqual([1, 2])
  })
  test('a broker has its znode’s czxid for an epoch, and the controller knows it', () => {
    const known = view(r, 'kafka2')!.controller.liveBrokers
    for (const host of ['kafka1', 'kafka2']) {
      const { brokerId, brokerEpoch } = view(r, host)!
      expect(brokerEpoch).toBeGreaterThan(0x1_0000_0000)
      expect(known).toContainEqual({ id: brokerId, epoch: brokerEpoch })
    }
  })
  test('its threads wait for events', () => {
    const threads = [
      { name: 'controller-event-thread', waiting: 'a controller event', doing: 'controller.loop' },
      { name: '/config/changes-event-process-thread', waiting: 'a configuration change', doing: 'broker.configLoop' },
    ]
    for (const host of ['kafka1', 'kafka2']) expect(view(r, host)!.threads).toEqual(threads)
  })
  test('server.log tells it in the order of the real one', () => {
    const lines = [
      'Registered kafka:type=kafka.Log4jController MBean',
      'Registered signal handlers for TERM, INT, HUP',
      'starting',
      'Connecting to zookeeper on zoo1:2181,zoo2:2181,zoo3:2181/kafka',
      '[ZooKeeperClient Kafka server] Initializing a new session to zoo1:2181,zoo2:2181,zoo3:2181.',
      '[ZooKeeperClient Kafka server] Waiting until connected.',
      '[ZooKeeperClient Kafka server] Connected.',
      'Created zookeeper path /kafka',
      '[ZooKeeperClient Kafka server] Closing.',
      '[ZooKeeperClient Kafka server] Closed.',
      '[ZooKeeperClient Kafka server] Initializing a new session to zoo1:2181,zoo2:2181,zoo3:2181/kafka.',
      '[ZooKeeperClient Kafka server] Waiting until connected.',
      '[ZooKeeperClient Kafka server] Connected.',
      'No meta.properties file under dir /kafka-logs/meta.properties',
      '[ThrottledChannelReaper-Fetch]: Starting',
      '[ThrottledChannelReaper-Produce]: Starting',
      '[ThrottledChannelReaper-Request]: Starting',
      'Loading logs.',
      'Starting log cleanup with a period of 300000 ms.',
      'Starting log flusher with a default period of 9223372036854775807 ms.',
      '[SocketServer brokerId=2] Started 1 acceptor threads for data-plane',
      '[ExpirationReaper-2-Produce]: Starting',
      '[ExpirationReaper-2-Fetch]: Starting',
      '[ExpirationReaper-2-DeleteRecords]: Starting',
      '[ExpirationReaper-2-ElectPreferredLeader]: Starting',
      '[LogDirFailureHandler]: Starting',
      'Creating /brokers/ids/2 (is it secure? false)',
      'No meta.properties file under dir /kafka-logs/meta.properties',
      '[ExpirationReaper-2-topic]: Starting',
      '[ExpirationReaper-2-Heartbeat]: Starting',
      '[ExpirationReaper-2-Rebalance]: Starting',
      '[GroupCoordinator 2]: Starting up.',
      '[GroupCoordinator 2]: Startup complete.',
      'Successfully created /controller_epoch with initial epoch 0',
      '[ProducerId Manager 2]: Acquired new producerId block (brokerId:2,blockStartProducerId:0,blockEndProducerId:999) by writing to Zk with path version 1',
      '[TransactionCoordinator id=2] Starting up.',
      '[TransactionCoordinator id=2] Startup complete.',
      '[Transaction Marker Channel Manager 2]: Starting',
      '[/config/changes-event-process-thread]: Starting',
      '[SocketServer brokerId=2] Started data-plane processors for 1 acceptors',
      'Kafka version: 2.3.0',
      'Kafka commitId: fc1aaa116b661c8a1a2eefc0ed7e92b7f2e27d35',
      '[KafkaServer id=2] started',
    ]
    expect(missing(console(r, 'kafka2'), lines)).toEqual([])
    expect(console(r, 'kafka2').at(-1)).toBe('[KafkaServer id=2] started')
  })
  test('its disk says who it is', () => {
    const disk = r.world.hosts.kafka2!.disk
    expect(disk.get('/kafka-logs/meta.properties')?.text).toMatch(/^#\n#.+\nbroker\.id=2\nversion=0\n$/)
  })
})

describe('the controller', () => {
  test('killed, is replaced when its session has expired', () => {
    const r = playground(2, 45, [25, 'docker-compose kill kafka2'])
    const next = firstAt(r.trace, 'controller.elected', 'broker 1')!
    expect(codes(r, 25, /^(broker|controller)\./)).toEqual(['controller.elected broker 1'])
    expect(next / 1e6).toBeGreaterThan(29)
    expect(next / 1e6).toBeLessThan(33.3)
    expect(view(r, 'kafka1')).toMatchObject({
      controller: { value: 'Active', epoch: 2, liveBrokers: [{ id: 1 }] },
      metadata: { controllerId: 1, brokers: [1] },
    })
  })
  test('terminated, asks itself to let it go, and the other takes over', () => {
    const r = playground(3, 40, [25, 'docker-compose term kafka2'])
    const lines = console(r, 'kafka2')
    const stop = [
      'Terminating process due to signal SIGTERM',
      '[KafkaServer id=2] shutting down',
      '[KafkaServer id=2] Starting controlled shutdown',
      '[KafkaServer id=2] Controlled shutdown succeeded',
      '[SocketServer brokerId=2] Stopped socket server request processors',
      '[ReplicaManager broker=2] Shut down completely',
      '[ZooKeeperClient Kafka server] Closed.',
      '[SocketServer brokerId=2] Shutdown completed',
      '[KafkaServer id=2] shut down completed',
    ]
    expect(missing(lines, stop)).toEqual([])
    expect(r.world.hosts.kafka2).toMatchObject({ container: 'exited', exitCode: 143 })
    expect(view(r, 'kafka1')!.controller).toMatchObject({ isController: true, epoch: 2 })
  })
  test('stays when the other is terminated', () => {
    const r = playground(4, 40, [25, 'docker-compose term kafka1'])
    expect(codes(r, 25, /^(broker|controller)\./)).toEqual(['broker.leaving broker 1', 'broker.failed broker 1', 'broker.stopped broker 1'])
    expect(console(r, 'kafka1')).toContain('[KafkaServer id=1] Controlled shutdown succeeded')
    expect(view(r, 'kafka2')).toMatchObject({
      controller: { epoch: 1, shuttingDown: [], liveBrokers: [{ id: 2 }] },
      metadata: { brokers: [2] },
    })
  })
})

describe('a session', () => {
  test('that expired while its broker was paused is replaced, and the old controller resigns', () => {
    const r = playground(5, 60, [25, 'docker-compose pause kafka2'], [40, 'docker-compose unpause kafka2'])
    const after = codes(r, 40, /^(broker\.(expired|registered|joined)|controller\.)/)
    expect(after).toContain('broker.expired broker 2')
    expect(after).toContain('controller.resigned broker 2')
    expect(after).toContain('broker.registered broker 2')
    expect(after).toContain('broker.joined broker 2')
    expect(after).not.toContain('controller.elected broker 2')
    expect(view(r, 'kafka2')).toMatchObject({
      value: 'RunningAsBroker',
      session: { state: 'connected' },
      controller: { value: 'Standby', activeControllerId: 1 },
    })
    const again = r.trace.filter((e) => e.code === 'broker.registered' && e.subject === 'broker 2')
    expect(again).toHaveLength(2)
    expect(again[1]!.fields.epoch).toBeGreaterThan(again[0]!.fields.epoch as number)
    expect(view(r, 'kafka1')!.controller.liveBrokers).toContainEqual({ id: 2, epoch: again[1]!.fields.epoch })
  })
  test('that still lives refuses a broker that came back too soon', () => {
    const r = playground(6, 50, [25, 'docker-compose kill kafka1'], [25.2, 'docker-compose up -d kafka1'])
    const lines = console(r, 'kafka1')
    expect(
      lines.some((line) => /^Error while creating ephemeral at \/brokers\/ids\/1, node already exists and owner '\d+' does not/.test(line)),
    ).toBe(true)
    const end = [
      '[KafkaServer id=1] Fatal error during KafkaServer startup. Prepare to shutdown',
      '[KafkaServer id=1] shut down completed',
      'Exiting Kafka.',
    ]
    expect(missing(lines, end)).toEqual([])
    expect(r.world.hosts.kafka1).toMatchObject({ container: 'exited', exitCode: 1 })
    expect(view(r, 'kafka2')!.controller.liveBrokers.map((b) => b.id)).toEqual([2])
  })
  test('outlives the loss and return of the quorum', () => {
    const r = playground(7, 70, [25, 'docker-compose kill zoo1 zoo3'], [40, 'docker-compose up -d zoo1 zoo3'])
    expect(codes(r, 25, /^(controller\.|broker\.(failed|expired|stopped))/)).toEqual([])
    for (const host of ['kafka1', 'kafka2'])
      expect(view(r, host)).toMatchObject({ session: { state: 'connected' }, controller: { activeControllerId: 2 } })
  })
  test('and its broker end with the signal though there is no quorum', () => {
    const r = playground(8, 120, [25, 'docker-compose kill zoo1 zoo2 zoo3'], [30, 'docker-compose term kafka1'])
    expect(console(r, 'kafka1')).toContain('[KafkaServer id=1] Starting controlled shutdown')
  })
})

describe('other clusters', () => {
  test('three brokers of any ids and names: one controller, all known to all', () => {
    const brokers: ScenarioHost[] = [
      { name: 'anna', image: 'kafka', id: 0 },
      { name: 'bert', image: 'kafka', id: 1001, hostname: 'f00dfeed1234' },
      { name: 'carl', image: 'kafka', id: 7 },
    ]
    const hosts = [...machines('zookeeper', ['z']), ...brokers]
    const r = run(scenarioWith(9, hosts, startAll(hosts)), 35)
    const views = brokers.map((b) => view(r, b.name)!)
    expect(views.filter((v) => v.controller.isController)).toHaveLength(1)
    for (const v of views) expect([...v.metadata.brokers].sort((a, b) => a - b)).toEqual([0, 7, 1001])
    expect(view(r, 'bert')!.host).toBe('f00dfeed1234')
  })
  test('two brokers of one id: the second does not start', () => {
    const hosts = [
      ...machines('zookeeper', ['zoo1']),
      { name: 'a', image: 'kafka', id: 3 } as const,
      { name: 'b', image: 'kafka', id: 3 } as const,
    ]
    const r = run(scenarioWith(10, hosts, startAll(hosts)), 30)
    expect(r.world.hosts.b!.container).toBe('running')
    expect(r.world.hosts.a).toMatchObject({ container: 'exited', exitCode: 1 })
  })
  test.each([
    [
      { 'zookeeper.session.timeout.ms': 'soon' },
      'Invalid value soon for configuration zookeeper.session.timeout.ms: Not a number of type INT',
    ],
    [{ 'zookeeper.connect': '' }, 'Timed out waiting for connection while in state: CONNECTING'],
    [{ 'zookeeper.connect': 'zoo1:two' }, 'java.lang.NumberFormatException: For input string: "two"'],
    [
      { 'zookeeper.connect': 'zoo9:2181' },
      'kafka.zookeeper.ZooKeeperClientTimeoutException: Timed out waiting for connection while in state: CONNECTING',
    ],
  ])('a broker with %j says why it does not start', (properties, text) => {
    const hosts: ScenarioHost[] = [...machines('zookeeper', ['zoo1']), { name: 'kafka1', image: 'kafka', id: 1, properties }]
    const r = run(scenarioWith(11, hosts, startAll(hosts)), 60)
    expect(console(r, 'kafka1').join('\n')).toMatch(text)
    expect(r.world.hosts.kafka1).toMatchObject({ container: 'exited', exitCode: 1 })
  })
})
