// The playground from its beginning: the first two sections of its guide, typed by themselves, and an empty table.

import type { ShippedScenario } from './lesson.ts'
import { create, host, partitionsOf, scenario, START, step, stepAt, zk, ZK, zkShell } from './playground.ts'

const start = scenario(
  {
    name: 'start',
    title: 'Start it up',
    about: 'Three ZooKeeper servers elect a leader; two brokers register, and one of them becomes controller. Then it is yours.',
  },
  START,
  {
    steps: [
      step('zk.leading', {}, 'Two of three servers are a majority: one leads, and ZooKeeper serves.'),
      step(
        'broker.registered',
        { host: 'kafka2' },
        'kafka2 has a session and makes the znode /brokers/ids/2, which lives as long as that session.',
      ),
      step('controller.elected', { host: 'kafka2' }, 'It is also the first to make /controller: kafka2 is controller, epoch 1.'),
      step('broker.registered', { host: 'kafka1' }, 'kafka1 registers. /controller is taken, so it only watches it.'),
      step(
        'broker.joined',
        { subject: 'broker 1' },
        'The controller, watching /brokers/ids, learns of kafka1 and tells both who there is.',
      ),
    ],
    tries: [
      { text: 'Look at what they wrote.', command: './wrappers/zk-shell zoo1 --run-once "tree /kafka/brokers"' },
      { text: 'Make a topic of four partitions.', command: create(0, 'playground', '2:1,1:2,2:1,1:2').text },
      { text: 'Click a machine: kill it, pause it, cut it off. Drag across a wire to cut that.' },
    ],
  },
)

const empty = scenario(
  { name: 'empty', title: 'Nothing runs yet', about: 'All containers are down. Type docker-compose up -d.', seed: 7 },
  [],
  {
    tries: [
      { text: 'Start everything at once.', command: 'docker-compose up -d' },
      { text: 'Or only one server of three, and see that it waits.', command: 'docker-compose up -d zoo1' },
    ],
  },
)

const brokers = scenario(
  {
    name: 'brokers',
    title: 'Brokers and ZooKeeper',
    about: 'What brokers write into ZooKeeper, what becomes of it when one stops, and who is controller then. All of it is typed for you.',
  },
  [
    ...START,
    host(24, './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --list'),
    ...zkShell(25, 'kafka'),
    ...zk(29.5, 'tree brokers', 'get brokers/ids/1', 'get controller', 'get controller_epoch', 'ls', 'exists brokers/ids/1'),
    host(42, 'docker-compose stop kafka2'),
    ...zk(64, 'tree brokers', 'get controller', 'get controller_epoch'),
    host(70, 'docker-compose up -d kafka2'),
    ...zk(80, 'tree brokers', 'get controller', 'get controller_epoch'),
  ],
  {
    opensAt: 5,
    steps: [
      step('controller.elected', { host: 'kafka2' }, 'kafka2 comes first and makes /controller: it is controller, epoch 1.'),
      step('broker.registered', { host: 'kafka1' }, 'kafka1 registers: /brokers/ids has 1 and 2.'),
      stepAt(29.5, 'In the terminal zk: the tree, a broker’s znode with its address, the controller’s with its id.'),
      stepAt(37, 'exists shows the owner of /brokers/ids/1, the session it lives and dies with.'),
      step('container.stopping', { subject: 'kafka2' }, 'stop sends SIGTERM, but to sh, which drops it: kafka2 serves on for ten seconds.'),
      step('container.ended', { subject: 'kafka2' }, 'Then SIGKILL. Its znodes stay: nobody closed its session.'),
      step('session.expired', {}, 'Six seconds of silence, rounded up to a tick: the session ends, and its znodes with it.'),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 watched /controller, sees it go, and makes it anew: epoch 2.'),
      step('broker.registered', { host: 'kafka2' }, 'kafka2 is back as a broker like any other. Nobody gives an office back.'),
    ],
    tries: [
      { text: 'What is there altogether?', command: 'tree', terminal: ZK },
      { text: 'And a path that is not there?', command: 'get no/such', terminal: ZK },
    ],
  },
)

const states = ['get 0/state', 'get 1/state', 'get 2/state', 'get 3/state']
const describe = (at: number, more = '') => host(at, `./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --describe${more}`)

const topics = scenario(
  {
    name: 'topics',
    title: 'Topics and leaders',
    about:
      'A topic of four partitions on two brokers. The one that is controller stops, comes back, is in sync at once, and leads again only minutes later.',
  },
  [
    ...START,
    create(20, 'playground', '2:1,1:2,2:1,1:2'),
    ...zkShell(25, partitionsOf('playground')),
    ...zk(29.5, 'tree /kafka/brokers', ...states),
    describe(37, ' --topic playground'),
    host(42, 'docker-compose stop kafka2'),
    ...zk(64, ...states, 'exists 0/state', 'get /kafka/controller_epoch'),
    describe(74, ' --under-replicated-partitions'),
    host(80, 'docker-compose up -d kafka2'),
    ...zk(92, ...states),
    describe(99, ' --topic playground'),
    ...zk(372, ...states),
    describe(379, ' --topic playground'),
  ],
  {
    opensAt: 19,
    steps: [
      step(
        'topic.created',
        { subject: 'playground' },
        'The tool wrote who holds what into /brokers/topics; the controller’s watch on it fires.',
      ),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'The first of a partition’s replicas leads: kafka2 leads 0 and 2, kafka1 leads 1 and 3. Leader epoch 0, everyone in sync.',
      ),
      stepAt(31, 'Four znodes say so: leader, leader_epoch, isr, and the controller’s own epoch.'),
      step(
        'container.ended',
        { subject: 'kafka2' },
        'Ten seconds after stop: SIGKILL. For some seconds more 0 and 2 have a leader that is dead.',
      ),
      step(
        'controller.elected',
        { host: 'kafka1' },
        'Its session expired; kafka1 is controller, epoch 2, and begins by looking at what is broken.',
      ),
      step(
        'isr.shrunk',
        { subject: 'playground-0' },
        'First it takes kafka2 out of every ISR: leader_epoch +1 everywhere, and where kafka2 led, leader −1.',
      ),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'Then it elects kafka1 there: +1 again. Two where kafka2 led, one where it followed.',
      ),
      step(
        'isr.expanded',
        { subject: 'playground-0' },
        'kafka2 is back, fetches, lacks nothing: in the ISR at once. But kafka1 goes on leading.',
      ),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'Every 300 s the controller looks whether too many partitions are led by another than their first replica. Now kafka2 leads again, epoch 3.',
      ),
    ],
    tries: [
      { text: 'Once more, but kill it: what differs?', command: 'docker-compose kill kafka2' },
      { text: 'Which partitions have a leader and yet a replica too few?', command: describe(0, ' --under-replicated-partitions').text },
    ],
  },
)

export const firstSteps: readonly ShippedScenario[] = [start, brokers, topics, empty]
