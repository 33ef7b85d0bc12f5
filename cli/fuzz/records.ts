// Who writes records while machines fail: topics with settings that make much happen soon, and producers of every kind on the brokers' machines. The lines of a schedule, drawn from its
// seed.

import type { ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { Draw } from './draw.ts'
import type { TopicLine } from './topics.ts'

const TOPICS_MOST = 3
const PARTITIONS_MOST = 3
const LEAST = 2
const MOST = 5
/** Seconds; by then brokers have started. */
const [FIRST_TOPIC, FIRST_PRODUCER, LAST_TOPIC] = [16, 24, 22]

/** Segments and lives short enough for rolls, retention and compaction within a schedule. */
const SETTINGS = [
  '',
  ' --config segment.bytes=1000',
  ' --config segment.ms=10000 --config retention.ms=30000 --config file.delete.delay.ms=5000',
  ' --config segment.bytes=500 --config retention.bytes=2000',
  ' --config cleanup.policy=compact --config segment.ms=8000 --config min.cleanable.dirty.ratio=0.01 --config delete.retention.ms=1000',
  ' --config segment.bytes=700 --config index.interval.bytes=100',
] as const

/** Topics, and producers that write to them, in order of time. */
export function drawRecords(draw: Draw, hosts: readonly ScenarioHost[], untilS: number): TopicLine[] {
  const brokers = hosts.filter((h) => h.image === 'kafka').map((h) => h.id!)
  const keepers = hosts.filter((h) => h.image === 'zookeeper').map((h) => `${h.name}:2181`)
  const on = (line: string): string => `docker-compose exec -T kafka${draw.of(brokers)} ${line}`
  const topics = Array.from({ length: 1 + draw.below(TOPICS_MOST) }, (_, i) => ({ name: `records-${i + 1}`, config: draw.of(SETTINGS) }))
  const lines = topics.map(({ name, config }): TopicLine => {
    const factor = draw.chance(80) ? Math.min(brokers.length, 2 + draw.below(2)) : 1
    const replicas = Array.from({ length: 1 + draw.below(PARTITIONS_MOST) }, () => draw.some(brokers, factor).join(':'))
    const least = draw.chance(60) ? ` --config min.insync.replicas=${Math.min(factor, 2)}` : ''
    const create = `--create --topic ${name} --replica-assignment ${replicas.join(',')}${config}${least}`
    return { at: draw.between(FIRST_TOPIC, LAST_TOPIC), line: on(`kafka-topics.sh --zookeeper ${keepers.join(',')}/kafka ${create}`) }
  })
  const count = LEAST + draw.below(MOST - LEAST + 1)
  for (let i = 0; i < count; i++) {
    const { name, config } = draw.of(topics)
    const at = i === 0 ? FIRST_PRODUCER : draw.between(FIRST_PRODUCER, untilS)
    const servers = brokers.map((id) => `kafka${id}:9092`).join(',')
    const acks = draw.of(['-1', '-1', '1', '0'])
    const keys = config.includes('compact') ? ' --repeating-keys 5' : ''
    const most = draw.of([20, 60, 300])
    const producer = `kafka-verifiable-producer.sh --broker-list ${servers} --topic ${name} --throughput ${draw.of([1, 3, 20])} --max-messages ${most} --acks ${acks}${keys}`
    const settings = draw.of([
      '',
      'retries=1000',
      'enable.idempotence=true\\nacks=all\\nretries=1000',
      'retries=1000\\nmax.in.flight.requests.per.connection=1\\nlinger.ms=500',
      'enable.idempotence=true\\nacks=all\\nretries=1000\\ncompression.type=gzip\\nlinger.ms=1000',
    ])
    const file = `/tmp/producer-${i}`
    const line = settings === '' ? on(producer) : on(`bash -c "printf '${settings}\\n' > ${file}; ${producer} --producer.config ${file}"`)
    lines.push({ at, line })
  }
  return lines
}
