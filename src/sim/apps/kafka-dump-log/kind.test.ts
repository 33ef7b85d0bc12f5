// kafka-dump-log.sh on a log that is too large to be read line by line.
import { expect, test } from 'vitest'
import { Bytes, seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld } from '../../cluster/index.ts'
import { openTerminal, spawn, writeBytes } from '../../host/index.ts'
import { encodeBatch } from '../../kafka/log/index.ts'

test('prints the beginning of a very large log, and says that there is more', () => {
  const hosts = [{ name: 'client', image: 'client' as const }]
  const engine = new ClusterEngine(createWorld({ name: 't', title: '', about: '', seed: 5, hosts, epochMs: 0, actions: [] }), {
    mode: 'plain',
  })
  const record = { timestamp: 0, key: null, value: new Uint8Array(1) }
  let log = Bytes.empty()
  for (let offset = 0; offset < 20_000; offset++) log = log.append(encodeBatch({ baseOffset: offset }, [record]))
  writeBytes(engine, 'host', '/00000000000000000000.log', log)
  openTerminal(engine, 't')
  const stdout = { kind: 'file', path: '/out', append: true } as const
  const stderr = { kind: 'file', path: '/err', append: true } as const
  const argv = ['kafka-dump-log.sh', '--files', '/00000000000000000000.log']
  spawn(engine, { kind: 'kafka-dump-log', host: 'host', argv, parent: 0, env: {}, cwd: '/', stdin: { kind: 'null' }, stdout, stderr })
  engine.run(seconds(30))
  const { disk } = engine.world.hosts['host']!
  expect(disk.get('/err')!.text).toBe('kafka-dump-log.sh: more than 4194304 characters are not printed here\n')
  const out = disk.get('/out')!.text
  expect(out).toMatch(/^Dumping \/00000000000000000000\.log\nStarting offset: 0\nbaseOffset: 0 lastOffset: 0 /)
  expect(out.length).toBeLessThan(4_200_000)
})
