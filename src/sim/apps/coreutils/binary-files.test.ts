// The small tools over files of bytes: what a log's files are.
import { expect, test } from 'vitest'
import { Bytes, seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../../cluster/index.ts'
import { readBytes, writeBytes } from '../../host/index.ts'
import { READ_LIMIT } from './tool.ts'

const scenario: Scenario = {
  name: 't',
  title: '',
  about: '',
  seed: 5,
  hosts: [{ name: 'client', image: 'client' }],
  epochMs: 1_795_361_760_000,
  actions: [],
}

test('xxd, wc, ls, du, stat, cp and touch', () => {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true })
  writeBytes(engine, 'host', '/tmp/a.log', Bytes.of(Uint8Array.of(0, 1, 0x7f, 0x80, 0xff, 0x41, 0x42, 10)))
  // As an index whose space was given in advance.
  writeBytes(engine, 'host', '/tmp/a.index', Bytes.of(Uint8Array.of(0, 0, 0, 12, 0, 0, 1, 0x4e)), 10485760)
  const actions: Action[] = []
  const run = (line: string): string => {
    actions.push({ at: (engine.world.now + 1000) as never, terminal: `t${actions.length}`, kind: '$', text: `${line} > /tmp/out 2>&1` })
    runActions(engine, actions, (engine.world.now + seconds(10)) as never)
    return engine.world.hosts['host']!.disk.get('/tmp/out')!.text
  }
  expect(run('xxd /tmp/a.log')).toBe('00000000: 0001 7f80 ff41 420a                      .....AB.\n')
  expect(run('xxd -l 18 /tmp/a.index')).toBe(
    '00000000: 0000 000c 0000 014e 0000 0000 0000 0000  .......N........\n00000010: 0000                                     ..\n',
  )
  expect(run('xxd -p -s 4 -l 8 /tmp/a.index')).toBe('0000014e00000000\n')
  expect(run('wc -c /tmp/a.log /tmp/a.index')).toBe('       8 /tmp/a.log\n10485760 /tmp/a.index\n10485768 total\n')
  expect(run('stat -c "%n %s %b" /tmp/a.index')).toBe('/tmp/a.index 10485760 8\n')
  expect(run('du /tmp/a.index')).toBe('4\t/tmp/a.index\n')
  expect(run('du -b /tmp/a.index')).toBe('10485760\t/tmp/a.index\n')
  expect(run('ls -l /tmp/a.index')).toMatch(/^-rw-r--r-- 1 root root 10485760 /)
  run('cp /tmp/a.index /tmp/b.index')
  run('touch /tmp/a.log')
  expect(readBytes(engine, 'host', '/tmp/b.index')!.length).toBe(8)
  const disk = engine.world.hosts['host']!.disk
  expect(disk.get('/tmp/b.index')!.size).toBe(10485760)
  expect(disk.get('/tmp/a.log')!.mtime).toBeGreaterThan(disk.get('/tmp/a.index')!.mtime)
  expect(readBytes(engine, 'host', '/tmp/a.log')!.length).toBe(8)
})

test('of a very large file the start, or the end, is read; the tool says so where it matters', () => {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true })
  const size = READ_LIMIT + 1000
  const LINE = 128
  const data = new Uint8Array(size).fill(0x78)
  for (let i = LINE - 1; i < size; i += LINE) data[i] = 10
  data.set(new TextEncoder().encode('first\n'))
  data.set(new TextEncoder().encode('\nlast\n'), size - 6)
  writeBytes(engine, 'host', '/tmp/big', Bytes.of(data))
  const actions: Action[] = []
  const run = (line: string): string => {
    actions.push({
      at: (engine.world.now + 1000) as never,
      terminal: `t${actions.length}`,
      kind: '$',
      text: `{ ${line}; } > /tmp/out 2>&1`,
    })
    runActions(engine, actions, (engine.world.now + seconds(10)) as never)
    return engine.world.hosts['host']!.disk.get('/tmp/out')!.text
  }
  const said = (name: string): string => `${name}: /tmp/big: only its first ${READ_LIMIT} bytes are read here\n`
  expect(run('wc -c /tmp/big')).toBe(`${size} /tmp/big\n`)
  expect(run('wc -l /tmp/big')).toBe(`${said('wc')}${READ_LIMIT / LINE + 1} /tmp/big\n`)
  expect(run('grep -c last /tmp/big')).toContain(said('grep'))
  expect(run('head -n 1 /tmp/big')).toBe('first\n')
  expect(run('tail -n 1 /tmp/big')).toBe('last\n')
  actions.push({ at: (engine.world.now + 1000) as never, terminal: 'x', kind: '$', text: 'cat /tmp/big' })
  runActions(engine, actions, (engine.world.now + seconds(10)) as never)
  const shown = engine.world.terminals['x']!.entries.toArray().map((entry) => entry.text)
  expect(
    shown.some((text) => /^\[\d+ characters came before these; a terminal keeps the last\]\n/.test(text) && text.length < 300_000),
  ).toBe(true)
  expect(shown).toContain(said('cat'))
})

test('what is appended to a file is added to its size, be it text or bytes', () => {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true })
  writeBytes(engine, 'host', '/tmp/bytes', Bytes.of(Uint8Array.of(0xff)))
  const text = 'echo é > /tmp/text; echo b >> /tmp/text; echo é >> /tmp/bytes'
  runActions(engine, [{ at: 0 as never, terminal: 't', kind: '$', text }], seconds(10))
  const { disk } = engine.world.hosts['host']!
  expect([disk.get('/tmp/text')!.text, disk.get('/tmp/text')!.size]).toEqual(['é\nb\n', 5])
  expect([...disk.get('/tmp/bytes')!.bytes!.toArray()]).toEqual([0xff, 0xc3, 0xa9, 10])
})
