// Failovers that do not simply go well: no second replica, no replica in sync, one that leads although it was not, and everybody gone at once.

import type { Action } from '../cluster/index.ts'
import type { ShippedScenario } from './lesson.ts'
import { create, host, scenario, START, step, stepAt, zk, ZK, zkShell } from './playground.ts'

const OPENS = 29
const TOPICS = 'kafka/brokers/topics'
const PLAYGROUND = create(20, 'playground', '2:1,1:2')

const single = scenario(
  {
    name: 'single-replica',
    title: 'A topic with one replica',
    about: 'When the only replica’s broker dies there is nobody to elect. The partition has no leader until that very broker is back.',
  },
  [
    ...START,
    PLAYGROUND,
    create(24, 'single', '1'),
    ...zkShell(28, TOPICS),
    host(34, 'docker-compose kill kafka1'),
    ...zk(46, 'get single/partitions/0/state', 'get playground/partitions/1/state'),
    host(52, 'docker-compose up -d kafka1'),
    ...zk(64, 'get single/partitions/0/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('container.ended', { subject: 'kafka1' }, 'kafka1 led single-0 and playground-1.'),
      step('partition.offline', { subject: 'single-0' }, 'The controller learns of it: both are offline for a moment.'),
      step('leader.elected', { subject: 'playground-1' }, 'playground-1 has a second replica in sync, which leads now.'),
      step(
        'isr.shrunk',
        { subject: 'single-0' },
        'single-0 has none: leader −1. Its ISR stays [1]: the last one is never taken out, for it says who may lead again.',
      ),
      step('leader.elected', { subject: 'single-0' }, 'kafka1 is back and leads it as soon as it has registered, leader epoch 2.'),
    ],
    tries: [
      {
        text: 'Which partitions have no leader?',
        command: './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --describe --unavailable-partitions',
      },
      { text: 'Kill the other broker: who can do without it?', command: 'docker-compose kill kafka2' },
    ],
  },
)

/** kafka1 goes, kafka2 is the last one in sync, goes too, and kafka1 alone comes back. */
const lastOneGoes = (from: number): Action[] => [
  host(from, 'docker-compose kill kafka1'),
  host(from + 15, 'docker-compose kill kafka2'),
  host(from + 28, 'docker-compose up -d kafka1'),
]

const lastInSync = scenario(
  {
    name: 'last-in-sync-replica',
    title: 'The last one in sync is gone',
    about:
      'kafka1 missed what kafka2 did alone; then kafka2 dies and kafka1 returns. It has a copy, and may not lead: that copy may be old.',
  },
  [
    ...START,
    PLAYGROUND,
    ...zkShell(26, `${TOPICS}/playground/partitions`),
    ...lastOneGoes(32),
    ...zk(71, 'get 0/state', 'get 1/state'),
    host(78, 'docker-compose up -d kafka2'),
    ...zk(90, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('container.ended', { subject: 'kafka1' }, 'First kafka1 dies…'),
      step('isr.shrunk', { subject: 'playground-0' }, '…and is out of every ISR: kafka2 is the last one in sync.'),
      step(
        'container.ended',
        { subject: 'kafka2' },
        'Then kafka2 dies. There is no controller to write that down: the znodes go on naming kafka2.',
      ),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 comes back alone and is controller.'),
      step(
        'isr.shrunk',
        { subject: 'playground-0' },
        'It finds no living replica in the ISR: leader −1, leader epoch 2, ISR [2]. It has the data of before, and does not offer it.',
      ),
      stepAt(71, 'Unavailable rather than wrong: unclean.leader.election.enable is false by default.'),
      step('leader.elected', { subject: 'playground-0' }, 'kafka2 is back: the one in sync leads, leader epoch 3, and nothing is lost.'),
    ],
    tries: [
      {
        text: 'Which partitions have no leader? Ask before kafka2 is back.',
        command: './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --describe --unavailable-partitions',
      },
      {
        text: 'Go back to 1:11, when nobody leads, and allow any living replica to: the controller elects kafka1 within moments.',
        command:
          './wrappers/kafka-configs.sh --zookeeper zoo1:2181/kafka --alter --entity-type topics --entity-name playground --add-config unclean.leader.election.enable=true',
      },
    ],
  },
)

const unclean = scenario(
  {
    name: 'unclean-election',
    title: 'An unclean election',
    about:
      'The same once more, beside a topic with unclean.leader.election.enable=true: there whoever lives may lead, and what only the others had is lost.',
  },
  [
    ...START,
    create(20, 'careful', '2:1'),
    create(23, 'daring', '2:1', 'unclean.leader.election.enable=true'),
    ...zkShell(28, TOPICS),
    ...lastOneGoes(34),
    ...zk(73, 'get careful/partitions/0/state', 'get daring/partitions/0/state'),
    host(80, 'docker-compose up -d kafka2'),
    ...zk(92, 'get careful/partitions/0/state', 'get daring/partitions/0/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('isr.shrunk', { subject: 'daring-0' }, 'kafka1 is dead and out of both ISRs: [2].'),
      step('container.ended', { subject: 'kafka2' }, 'kafka2 dies as well; kafka1 will come back alone.'),
      step(
        'leader.unclean',
        { subject: 'daring-0' },
        'Nobody in sync lives, and daring may be led by whoever does: kafka1, out of sync, leads with leader epoch 3 and ISR [1].',
      ),
      stepAt(73, 'careful has leader −1 and waits for kafka2; daring serves, from a copy that may lack what kafka2 alone had.'),
      step('leader.elected', { subject: 'careful-0' }, 'kafka2 is back and leads careful.'),
      step(
        'isr.expanded',
        { subject: 'daring-0' },
        'But in daring it follows: it cuts its log back to where epochs agree and takes kafka1’s word. Records it alone had would be gone.',
      ),
    ],
    tries: [
      { text: 'Which topics have a setting of their own?', command: './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --describe' },
      { text: 'And the znode it stands in.', command: 'get /kafka/config/topics/daring', terminal: ZK },
    ],
  },
)

const bothAtOnce = scenario(
  {
    name: 'both-at-once',
    title: 'Both at once',
    about:
      'Killed together, both brokers stay in every ISR: nobody was left to take anybody out. So whoever returns first leads everything.',
  },
  [
    ...START,
    PLAYGROUND,
    ...zkShell(26, `${TOPICS}/playground/partitions`),
    host(32, 'docker-compose kill kafka1 kafka2'),
    ...zk(43, 'get 0/state', 'get /kafka/controller'),
    host(48, 'docker-compose up -d kafka1'),
    ...zk(60, 'get 0/state', 'get 1/state'),
    host(66, 'docker-compose up -d kafka2'),
    ...zk(78, 'get 0/state', 'get 1/state'),
  ],
  {
    opensAt: OPENS,
    steps: [
      step('container.ended', { subject: 'kafka1' }, 'Both die within milliseconds.'),
      step('session.expired', {}, 'Both sessions expire; /controller is gone, and nobody watches.'),
      stepAt(43, 'The state znode still says leader 2, ISR [2, 1]: a state is only what a controller or a leader last wrote.'),
      step('controller.elected', { host: 'kafka1' }, 'kafka1 is first to return, and controller.'),
      step(
        'leader.elected',
        { subject: 'playground-0' },
        'It is in the ISR, so it may lead: leader epoch 2, ISR [1]. No record that was acknowledged by both is lost.',
      ),
      step('isr.expanded', { subject: 'playground-0' }, 'kafka2 returns and follows.'),
    ],
    tries: [
      {
        text: 'Kill both again, and start kafka2 first.',
        command: 'docker-compose kill kafka1 kafka2; sleep 8; docker-compose up -d kafka2',
      },
    ],
  },
)

const AGAIN = 'again'
const PRODUCE = `./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic ${AGAIN}`
const READ = `./wrappers/kafka-console-consumer.sh --bootstrap-server kafka1:9092,kafka2:9092 --topic ${AGAIN} --partition 0 --offset earliest --max-messages 3`

const madeAgain = scenario(
  {
    name: 'topic-made-again',
    title: 'A name used again',
    about:
      'While a broker is away its topic is deleted, and another gets the name. It returns with the old records and takes them for the new (KIP-516).',
  },
  [
    ...START,
    create(20, AGAIN, '1:2'),
    host(26, `printf 'old-1\\nold-2\\nold-3\\n' | ${PRODUCE}`),
    host(32, 'docker-compose kill kafka2'),
    host(44, `echo '{"version":1,"partitions":[{"topic":"${AGAIN}","partition":0,"replicas":[1]}]}' > data/kafka1/kafka-logs/move.json`),
    host(
      45,
      './wrappers/kafka-reassign-partitions.sh --zookeeper zoo1:2181/kafka --reassignment-json-file /kafka-logs/move.json --execute',
    ),
    host(52, `./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --delete --topic ${AGAIN}`),
    create(60, AGAIN, '1:2'),
    host(66, `printf 'new-1\\nnew-2\\nnew-3\\n' | ${PRODUCE}`),
    host(74, 'docker-compose up -d kafka2'),
    host(90, READ),
    host(98, 'docker-compose term kafka1'),
    host(110, 'docker-compose up -d kafka1'),
    host(122, READ),
  ],
  {
    opensAt: OPENS + 2,
    steps: [
      step('container.ended', { subject: 'kafka2' }, 'kafka2 dies. On its disk are three records, old-1 to old-3.'),
      step(
        'partition.reassigned',
        { subject: 'again-0' },
        'Its replica is taken from it, so that the topic can be deleted without it. Nobody can tell kafka2.',
      ),
      step('topic.deleted', { subject: AGAIN }, 'The topic is gone, with its log on kafka1; the log on kafka2 lies where it was.'),
      step(
        'topic.created',
        { subject: AGAIN },
        'A topic of the same name, on both brokers. It is another one, and nothing but the name says which.',
      ),
      step(
        'isr.expanded',
        { subject: 'again-0' },
        'kafka2 is back. Its old log ends at offset 3 in epoch 0, and so does the new one on kafka1: nothing to cut off, nothing to fetch. It is in sync.',
      ),
      stepAt(97, 'kafka1 leads, and a consumer reads new-1 to new-3.'),
      step('leader.elected', { subject: 'again-0' }, 'kafka1 goes down cleanly and hands over to kafka2.'),
      stepAt(
        122,
        'The same consumer reads old-1 to old-3. No error, no warning: topics have had ids since Kafka 2.8, here they have none.',
      ),
    ],
    tries: [
      {
        text: 'The two logs: the same offsets, other records.',
        command:
          './wrappers/kafka-dump-log.sh --files /kafka-logs/again-0/00000000000000000000.log --print-data-log; docker-compose exec kafka2 kafka-dump-log.sh --files /kafka-logs/again-0/00000000000000000000.log --print-data-log',
      },
      {
        text: 'Go back to before kafka2 starts and remove the folder again-0 from its disk: then it fetches what is new.',
        command: 'rm -r data/kafka2/kafka-logs/again-0',
      },
    ],
  },
)

export const failoversGoneWrong: readonly ShippedScenario[] = [single, lastInSync, unclean, bothAtOnce, madeAgain]
