import { describe, expect, test } from 'vitest'
import { click, PLAYGROUND, run, scenarioWith, startAll } from '../../../../test/support/playground.ts'

const exec = (at: number, line: string) => click(at, `docker-compose exec -T kafka2 ${line}`)
const start = [...startAll(PLAYGROUND), exec(28, 'kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 2:1')]
const output = ({ world }: ReturnType<typeof run>): string =>
  Object.values(world.terminals)
    .flatMap((t) => [...t.entries].filter((e) => e.kind === 'output').map((e) => e.text))
    .join('')

describe('the high watermark', () => {
  test('rises when a follower that lags is dropped, and who waited is answered', () => {
    const r = run(
      scenarioWith(2, PLAYGROUND, [
        ...start,
        exec(36, 'kafka-verifiable-producer.sh --broker-list kafka2:9092 --topic t --throughput 5 --max-messages 60'),
        click(42, 'link cut kafka1 kafka2'),
      ]),
      90,
    )
    expect(r.trace.filter((e) => e.at > 42e6 && e.code === 'isr.shrunk').map((e) => e.subject)).toEqual(['t-0'])
    expect(output(r).match(/producer_send_success/g)).toHaveLength(60)
    expect(output(r)).not.toContain('producer_send_error')
  })
  test('too few in sync: a record is refused before it is appended', () => {
    const least = exec(
      33,
      'kafka-configs.sh --zookeeper zoo1:2181/kafka --alter --entity-type topics --entity-name t --add-config min.insync.replicas=2',
    )
    const produce = (at: number) => exec(at, 'kafka-verifiable-producer.sh --broker-list kafka2:9092 --topic t --max-messages 3')
    const r = run(scenarioWith(2, PLAYGROUND, [...start, least, click(40, 'docker-compose kill kafka1'), produce(60)]), 75)
    expect(output(r).match(/producer_send_error.*NotEnoughReplicas/g)).toHaveLength(3)
    expect(r.world.hosts['kafka2']!.disk.get('/kafka-logs/t-0/00000000000000000000.log')!.size).toBe(0)
  })
})
