// kafka-run-class.sh and GetOffsetShell on a small cluster.
import { expect, test } from 'vitest'
import { tell } from '../../../../test/support/tools.ts'

const run = (args: string): string => `docker-compose exec kafka1 kafka-run-class.sh ${args}`
const offsets = (args: string): string => run(`kafka.tools.GetOffsetShell --broker-list kafka1:9092 ${args}`)

test('offsets of a topic at its ends, and at times', () => {
  const { answers, shared } = tell(
    [
      './wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --create --topic tiny --replica-assignment 1:2,2:1,1:2',
      `printf 'k1:a\\nk1:b\\nk2:c\\n' | ./wrappers/kafka-console-producer.sh --broker-list kafka1:9092 --topic tiny --property parse.key=true --property key.separator=:`,
      offsets('--topic tiny'),
      offsets('--topic tiny --time -2 --partitions 2,0,9'),
      offsets('--topic tiny --time 0'),
      offsets('--topic tiny --time 9999999999999'),
      offsets('--topic nosuch'),
      offsets('--topic tiny --partitions x'),
      offsets(''),
    ],
    60,
  )
  const at = (text: string): number[] => text.trim().split('\n').map((line) => Number(line.split(':')[2])) // prettier-ignore
  expect(answers[2]!.replace(/:\d+\n/g, '\n')).toBe('tiny:0\ntiny:1\ntiny:2\n')
  expect(at(answers[2]!).reduce((a, b) => a + b)).toBe(3)
  expect(answers[3]).toBe('Error: partition 9 does not exist\ntiny:0:0\ntiny:2:0\n')
  expect(answers[4]).toBe(at(answers[2]!).map((end, p) => `tiny:${p}:${end === 0 ? '' : '0'}\n`).join('')) // prettier-ignore
  expect(answers[5]).toBe('tiny:0:\ntiny:1:\ntiny:2:\n')
  expect(answers[6]).toBe('Topic nosuch does not exist\n= 1\n')
  expect(answers[7]).toBe('--partitions expects a comma separated list of numeric partition ids, but received: x\n= 1\n')
  expect(answers[8]).toMatch(/^Missing required argument "\[topic\]"\nOption /)
  expect(shared).toEqual([])
})
test('classes by name', () => {
  const { answers } = tell(
    [
      run('kafka.admin.TopicCommand --zookeeper zoo1:2181/kafka --create --topic t --replica-assignment 1:2'),
      run('-loggc kafka.admin.TopicCommand --list --bootstrap-server kafka1:9092'),
      run('kafka.tools.JmxTool'),
      run('kafka.admin.AclCommand'),
      run('nosuch.Main'),
      run(''),
      `printf 'a\\n' | ${run('kafka.tools.ConsoleProducer --broker-list kafka1:9092 --topic t')}`,
    ],
    60,
  )
  expect(answers).toEqual([
    'Created topic t.\n',
    't\n',
    'kafka-run-class.sh: the class kafka.tools.JmxTool is not modelled\n= 1\n',
    'kafka-run-class.sh: the class kafka.admin.AclCommand is not modelled\n= 1\n',
    'Error: Could not find or load main class nosuch.Main\nCaused by: java.lang.ClassNotFoundException: nosuch.Main\n= 1\n',
    'USAGE: /kafka_2.12-2.3.0/bin/kafka-run-class.sh [-daemon] [-name servicename] [-loggc] classname [opts]\n= 1\n',
    'kafka-run-class.sh: a pipe into a class is not modelled: use kafka-console-producer.sh\n= 1\n',
  ])
})
