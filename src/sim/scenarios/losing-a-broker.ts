// All the ways to lose a broker, each on the same cluster and the same topic, so that what differs is the way.

import type { Action } from '../cluster/index.ts'
import type { ShippedScenario } from './lesson.ts'
import { create, host, partitionsOf, scenario, START, step, stepAt, typed, zk, ZK, zkShell } from './playground.ts'

/** Partition 0 is led by kafka2, the controller; partition 1 by kafka1. */
const BEFORE: readonly Action[] = [...START, create(20, 'playground', '2:1,1:2'), ...zkShell(25, partitionsOf('playground'))]
const OPENS = 27
/** What became of both partitions, and who is controller. */
const look = (at: number): Action[] => zk(at, 'get 0/state', 'get 1/state', 'get /kafka/controller', 'get /kafka/controller_epoch')
const AGAIN = { text: 'Look at both partitions again.', command: 'get 0/state', terminal: ZK }
const ZOOKEEPERS = ['zoo1', 'zoo2', 'zoo3']
const links = (verb: string, name: string): string => ZOOKEEPERS.map((zoo) => `link ${verb} ${name} ${zoo}`).join('; ')

const stop = scenario(
  {
    name: 'stop-the-controller',
    title: 'Stop it',
    about:
      'docker-compose stop is ten more seconds of service and then SIGKILL: in the playground’s image the SIGTERM never reaches the broker.',
  },
  [
    ...BEFORE,
    host(30, 'docker-compose stop kafka2'),
    ...look(52),
    host(60, 'docker-compose up -d kafka2'),
    ...zk(70, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step(
        'container.stopping',
        { subject: 'kafka2' },
        'SIGTERM goes to sh, the container’s first process, which drops it. kafka2 serves on, none the wiser.',
      ),
      step(
        'container.ended',
        { subject: 'kafka2', fields: { code: 137, signal: 'SIGKILL' } },
        'Ten seconds later SIGKILL, exit code 137. Nothing was handed over, no session closed.',
      ),
      step('session.expired', {}, 'From here on it is a kill like any other: the session has to expire first.'),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 takes the office, epoch 2.'),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'kafka1 leads playground-0 with leader epoch 2, and playground-1, which it led all along, with 1.',
      ),
      step(
        'isr.expanded',
        { subject: 'playground-0' },
        'kafka2 is back and in sync, but leads nothing until the controller’s next look, up to 300 s later.',
      ),
    ],
    tries: [{ text: 'What a SIGTERM does that does arrive.', command: 'docker-compose term kafka2' }, AGAIN],
  },
)

const kill = scenario(
  {
    name: 'kill-the-controller',
    title: 'Kill the controller',
    about: 'kafka2 is controller. Killed, it leaves a session behind: only when that expires do its znodes go and kafka1 takes office.',
  },
  [...BEFORE, host(30, 'docker-compose kill kafka2'), ...look(42)],
  {
    opensAt: OPENS,
    steps: [
      step(
        'container.ended',
        { subject: 'kafka2' },
        'SIGKILL: gone between two messages. For ZooKeeper its session lives, so /controller and /brokers/ids/2 do too.',
      ),
      step(
        'session.expired',
        {},
        'Six seconds without a ping, counted in ticks of two: ZooKeeper’s leader closes the session, and the znodes go with it.',
      ),
      step(
        'controller.elected',
        { host: 'kafka1' },
        'kafka1’s watch on /controller fires. It makes the znode anew and counts the epoch up to 2.',
      ),
      step(
        'isr.shrunk',
        { subject: 'playground-0' },
        'A new controller first takes dead replicas out of the ISRs: leader −1 here, leader epoch 1.',
      ),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'Then it elects: kafka1, leader epoch 2. So +2 where the dead controller led, +1 where it followed.',
      ),
      stepAt(42, 'In the terminal zk: both znodes bear the new controller’s epoch, 2.'),
    ],
    tries: [{ text: 'Bring it back: in sync at once, yet leading nothing.', command: 'docker-compose up -d kafka2' }, AGAIN],
  },
)

const killOther = scenario(
  {
    name: 'kill-the-other',
    title: 'Kill the other one',
    about:
      'kafka1 is no controller. When it dies the controller lives on and does less: every leader epoch rises by one, and the controller’s own stays.',
  },
  [...BEFORE, host(30, 'docker-compose kill kafka1'), ...look(42), host(50, 'docker-compose up -d kafka1')],
  {
    opensAt: OPENS,
    steps: [
      step('container.ended', { subject: 'kafka1' }, 'kafka1 is gone. kafka2, the controller, does not know yet.'),
      step('session.expired', {}, 'Its session expires, /brokers/ids/1 is deleted.'),
      step('broker.failed', { subject: 'broker 1' }, 'The controller’s watch on /brokers/ids fires.'),
      step(
        'leader.elected',
        { subject: 'playground-1' },
        'Here the election comes first: kafka2 leads playground-1, leader epoch 1, and its ISR is already without kafka1.',
      ),
      step(
        'isr.shrunk',
        { subject: 'playground-0' },
        'Only then are ISRs cleaned: playground-0 gets leader epoch 1 too. So +1 on both, where a controller’s death costs +2.',
      ),
      step('isr.expanded', { subject: 'playground-1' }, 'Restarted, kafka1 follows, catches up with nothing, and is in sync.'),
    ],
    tries: [{ text: 'Now the controller, for comparison.', command: 'docker-compose kill kafka2' }, AGAIN],
  },
)

const term = scenario(
  {
    name: 'terminate',
    title: 'Let it leave in good order',
    about:
      'A SIGTERM that arrives: the broker asks the controller to move its leaders, closes its session and goes. Nobody waits for anything to expire.',
  },
  [...BEFORE, host(30, 'docker-compose term kafka2'), ...look(40)],
  {
    opensAt: OPENS,
    steps: [
      step('broker.leaving', { host: 'kafka2' }, 'kafka2 sends ControlledShutdown to the controller, which happens to be itself.'),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'Leaders move while it still serves: kafka1 leads playground-0 within a tenth of a second, leader epoch 1.',
      ),
      step('isr.shrunk', { subject: 'playground-1' }, 'Where it followed it leaves the ISR: leader epoch 1 as well.'),
      step('controller.resigned', { host: 'kafka2' }, 'Last of all it gives up the office.'),
      step('session.closed', { fields: { expired: false } }, 'It closes its session itself, so its znodes go at once: no six seconds.'),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 is controller, epoch 2, and finds nothing left to repair.'),
      step('container.ended', { subject: 'kafka2' }, 'Only now does the process end, exit code 143.'),
      stepAt(40, 'The states bear controller_epoch 1: the old controller wrote them before it left, though /controller_epoch is 2.'),
    ],
    tries: [
      { text: 'The same for the one that is left: it finds nobody to hand over to.', command: 'docker-compose term kafka1' },
      { text: 'Bring it back.', command: 'docker-compose up -d kafka2' },
    ],
  },
)

const pause = scenario(
  {
    name: 'pause',
    title: 'Pause it',
    about: 'Frozen longer than its session lives, the controller wakes into a world that has replaced it, and for a moment there are two.',
  },
  [
    ...BEFORE,
    host(30, 'docker-compose pause kafka2'),
    ...look(40),
    host(48, 'docker-compose unpause kafka2'),
    ...zk(54, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step(
        'container.paused',
        { subject: 'kafka2' },
        'Not a byte leaves kafka2, but no connection closes either. To the others it looks like a slow machine.',
      ),
      step('session.expired', {}, 'ZooKeeper gives it as long as a dead one.'),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 takes the office, epoch 2, and elects itself where kafka2 led.'),
      step(
        'container.unpaused',
        { subject: 'kafka2' },
        'kafka2 goes on where it was: still controller of epoch 1 and leader of playground-0, as far as it knows.',
      ),
      step(
        'controller.resigned',
        { host: 'kafka2' },
        'ZooKeeper tells it that its session expired: it resigns. What it might have said before bears epoch 1, and nobody heeds that.',
      ),
      step('broker.registered', { host: 'kafka2' }, 'Same process, new session, new znode: it registers anew.'),
      step('isr.expanded', { subject: 'playground-0' }, 'It follows kafka1, lacks nothing, and is in sync again.'),
    ],
    tries: [
      {
        text: 'A short pause: three seconds, and nobody notices.',
        command: 'docker-compose pause kafka1; sleep 3; docker-compose unpause kafka1',
      },
      AGAIN,
    ],
  },
)

const cutFromZooKeeper = scenario(
  {
    name: 'cut-from-zookeeper',
    title: 'Cut it from ZooKeeper',
    about: 'kafka1 runs, and reaches kafka2, but no ZooKeeper. For the cluster it is dead; for itself it leads on.',
  },
  [
    ...BEFORE,
    host(30, links('cut', 'kafka1')),
    ...zk(42, 'get 0/state', 'get 1/state', 'ls /kafka/brokers/ids'),
    host(52, links('heal', 'kafka1')),
    ...zk(60, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('link.changed', { subject: 'kafka1 zoo3' }, 'Three wires are cut. Packets wait, and nobody is told.'),
      step('client.timeout', { host: 'kafka1' }, 'No answer for two thirds of its time-out: kafka1 tries the next server, and the next.'),
      step('session.expired', {}, 'Nobody pinged for it: the session expires, /brokers/ids/1 goes.'),
      step(
        'leader.elected',
        { subject: 'playground-1' },
        'kafka2 leads playground-1 now, leader epoch 1. Nobody tells kafka1, which still leads it in its own eyes, epoch 0.',
      ),
      step(
        'isr.expanded',
        { subject: 'playground-0' },
        'And kafka1 still fetches from kafka2, which takes it back into the ISR of playground-0: ISRs are about fetching, not about ZooKeeper.',
      ),
      step('link.changed', { subject: 'kafka1 zoo3', fields: { cut: false, slow: 1, lossPerMille: 0 } }, 'The wires are mended.'),
      step('broker.expired', { host: 'kafka1' }, 'Only now does kafka1 learn that its session is long gone. It registers anew.'),
      step('isr.expanded', { subject: 'playground-1' }, 'It learns who leads playground-1, follows, and is in sync.'),
    ],
    tries: [
      { text: 'The same with the controller: look at both brokers’ views.', command: links('cut', 'kafka2') },
      { text: 'Mend everything.', command: `${links('heal', 'kafka1')}; ${links('heal', 'kafka2')}` },
    ],
  },
)

const cutFromOther = scenario(
  {
    name: 'cut-from-the-other',
    title: 'Cut it from the other broker',
    about: 'Both brokers reach ZooKeeper, but not each other. Nobody is elected, nobody expires: ZooKeeper sees two healthy brokers.',
  },
  [
    ...BEFORE,
    host(30, 'link cut kafka1 kafka2'),
    ...zk(55, 'get 0/state', 'get 1/state', 'ls /kafka/brokers/ids'),
    host(62, 'link heal kafka1 kafka2'),
    ...zk(78, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step(
        'link.changed',
        { subject: 'kafka1 kafka2' },
        'The wire between the brokers is cut: each one’s fetches from the other wait for an answer.',
      ),
      stepAt(
        55,
        '25 s later: same leaders, same ISRs. replica.lag.time.max.ms is ten seconds, but who lacks no record does not lag, and none was written.',
      ),
      step(
        'link.changed',
        { subject: 'kafka1 kafka2', fields: { cut: false, slow: 1, lossPerMille: 0 } },
        'Mended: packets that waited arrive, fetching goes on.',
      ),
      stepAt(78, 'And again nothing changed: leader epochs are still 0.'),
    ],
    tries: [
      { text: 'Cut it again…', command: 'link cut kafka1 kafka2' },
      {
        text: '…and make a topic led by kafka1: its znodes say so, but the controller, kafka2, cannot tell it.',
        command: create(0, 'untold', '1:2').text,
      },
      { text: 'Mend it, and kafka1 hears of its topic.', command: 'link heal kafka1 kafka2' },
    ],
  },
)

const restart = scenario(
  {
    name: 'restart-too-soon',
    title: 'Restart it too soon',
    about:
      'Killed and started again within its session’s life, a broker meets its own znode, owned by somebody it no longer is, and dies of it.',
  },
  [
    ...BEFORE,
    host(30, 'docker-compose kill kafka2'),
    host(30.6, 'docker-compose up -d kafka2'),
    ...zk(42, 'ls /kafka/brokers/ids', 'get 0/state'),
    host(48, 'docker-compose up -d kafka2'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('container.ended', { subject: 'kafka2' }, 'SIGKILL. The session lives for some seconds yet.'),
      step('broker.starting', { host: 'kafka2' }, 'Started at once: a new process with a new session.'),
      step(
        'broker.start.failed',
        { host: 'kafka2' },
        '/brokers/ids/2 exists and belongs to the session of the life before. A broker does not wait for it to go: it ends with exit code 1, and nothing restarts it.',
      ),
      step('session.expired', {}, 'Only now does the old session expire, and the failover come.'),
      step('leader.elected', { subject: 'playground-0' }, 'kafka1 leads. The quick restart has won nothing and cost a start.'),
      step('broker.registered', { host: 'kafka2' }, 'Started once more with the old znode gone, it registers.'),
    ],
    tries: [
      { text: 'Its last words, in its log.', command: 'docker-compose logs --tail=40 kafka2' },
      { text: 'Kill it, and this time wait eight seconds.', command: 'docker-compose kill kafka2; sleep 8; docker-compose up -d kafka2' },
    ],
  },
)

const fullDisk = scenario(
  {
    name: 'a-disk-runs-full',
    title: 'Let its disk run full',
    about: 'The first write that its disk refuses ends a broker: it halts without a word to anybody, and cannot start until there is room.',
  },
  [
    ...BEFORE,
    host(30, 'disk limit kafka2 40K'),
    typed(
      31,
      'producer',
      './wrappers/kafka-verifiable-producer.sh --broker-list kafka1:9092,kafka2:9092 --topic playground --throughput 20 --max-messages 700',
    ),
    host(72, 'df -h data/kafka2'),
    host(75, 'docker-compose up -d kafka2'),
    host(90, 'disk heal kafka2'),
    host(92, 'docker-compose up -d kafka2'),
    ...zk(104, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step(
        'disk.changed',
        { subject: 'kafka2' },
        'kafka2’s disk holds 40 KB from now on, and a producer begins to write to both partitions.',
      ),
      step(
        'log-dir.failed',
        { host: 'kafka2' },
        'A write is refused: “No space left on device”. One is enough: the log directory is offline, and whoever was writing is told KAFKA_STORAGE_ERROR.',
      ),
      step(
        'container.ended',
        { subject: 'kafka2', fields: { code: 1, signal: '' } },
        'It was the last directory, so the broker halts: exit code 1, no controlled shutdown, nothing handed over.',
      ),
      step('session.expired', {}, 'So ZooKeeper learns of it as of a kill: when six seconds have passed without a ping.'),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'kafka1 leads, and the producer goes on. What was acknowledged by both is there.',
      ),
      step(
        'container.ended',
        { subject: 'kafka2' },
        'Started again on the full disk it ends again: to recover its logs it has to write, if only a snapshot of ten bytes.',
      ),
      step('disk.changed', { subject: 'kafka2' }, 'There is room again.'),
      step(
        'isr.expanded',
        { subject: 'playground-0' },
        'It recovers its logs as after a kill, cuts off the half batch at the end, and fetches what it lacks.',
      ),
    ],
    tries: [
      { text: 'A disk that breaks: it can be read, and not written.', command: 'disk fail kafka2' },
      { text: 'Mend it, and start the broker.', command: 'disk heal kafka2; docker-compose up -d kafka2' },
    ],
  },
)

export const losingABroker: readonly ShippedScenario[] = [
  stop,
  kill,
  killOther,
  term,
  pause,
  cutFromZooKeeper,
  cutFromOther,
  restart,
  fullDisk,
]
