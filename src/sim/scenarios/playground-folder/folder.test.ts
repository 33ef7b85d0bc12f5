import { describe, expect, test } from 'vitest'
import { parse } from '../../shell/index.ts'
import { playgroundFiles, type PlaygroundHost } from './index.ts'

const hosts: PlaygroundHost[] = [
  { name: 'zoo1', image: 'zookeeper', id: 1 },
  { name: 'zoo2', image: 'zookeeper', id: 2 },
  { name: 'zoo3', image: 'zookeeper', id: 3, properties: { '4lw.commands.whitelist': '*' } },
  { name: 'kafka1', hostname: '1b9aa4ca7e24', image: 'kafka', id: 1 },
  { name: 'kafka2', hostname: '6f20c5d1a3be', image: 'kafka', id: 2, properties: { 'log.cleaner.backoff.ms': '1000' } },
  { name: 'client', image: 'client' },
]

describe("the playground's folder", () => {
  const files = playgroundFiles(hosts)

  test('wrappers are scripts that can be run', () => {
    expect(files['wrappers/kafka-topics.sh']).toEqual({
      text: '#!/bin/sh\n# Runs kafka-topics.sh on kafka1.\nexec docker-compose exec kafka1 kafka-topics.sh "$@"\n',
      mode: 0o755,
    })
    for (const [path, file] of Object.entries(files)) {
      if (!path.startsWith('wrappers/')) continue
      expect(file.mode & 0o111).not.toBe(0)
      expect(parse(file.text).error).toBeUndefined()
    }
    expect(files['wrappers/zk-shell']!.text).toContain('exec client zk-shell')
  })

  test('the compose file tells of every host as the scenario has it', () => {
    const compose = files['docker-compose.yml']!.text
    expect(compose.match(/^ {2}\w+:$/gm)).toEqual(hosts.map((h) => `  ${h.name}:`))
    expect(compose).toContain('ZOO_SERVERS: server.1=zoo1:2888:3888;2181 server.2=0.0.0.0:2888:3888;2181 server.3=zoo3:2888:3888;2181')
    expect(compose).toContain('--override broker.id=2 --override default.replication.factor=2 --override num.partitions=4')
    expect(compose).toContain('--override zookeeper.connect=zoo1:2181,zoo2:2181,zoo3:2181/kafka --override log.cleaner.backoff.ms=1000')
    expect(compose).toContain('ports: ["127.0.0.1:2183:2181"]')
    expect(compose).toContain('ZOO_4LW_COMMANDS_WHITELIST: "*"')
  })

  test('other clusters have their own', () => {
    const other = playgroundFiles([
      { name: 'z', image: 'zookeeper' },
      { name: 'b7', image: 'kafka', id: 7 },
    ])
    expect(other['wrappers/kafka-topics.sh']!.text).toContain('exec b7 kafka-topics.sh')
    expect(other['wrappers/zk-shell']).toBeUndefined()
    expect(other['docker-compose.yml']!.text).toContain('broker.id=7')
  })
})
