import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bytes } from '../../base/index.ts'
import type { File } from '../../kernel/index.ts'
import { encodeBatch } from '../../kafka/log/index.ts'
import { UncaughtError, UsageError } from '../kafka-tools/index.ts'
import { dumpFiles } from './dump.ts'
import { parseCommand } from './options.ts'

const DISK = join(import.meta.dirname, '../../../../test/disk')
const dumps = (readdirSync(DISK, { recursive: true }) as string[]).filter((name) => /(log|index|snapshot)\.txt$/.test(name))

function dump(args: readonly string[], disk: (path: string) => Uint8Array | undefined, size?: number): { out: string; err: string } {
  const said = { out: '', err: '' }
  const files = {
    resolve: (path: string) => path.replace(/^\.\//, ''),
    readBytes: (path: string) => {
      const data = disk(path)
      return data && Bytes.of(data)
    },
    stat: (path: string) => ({ size: size ?? disk(path)!.length }) as File,
  }
  dumpFiles({ files, print: (text) => void (said.out += text), printError: (text) => void (said.err += text) }, parseCommand(args))
  return said
}
const real = (path: string): Uint8Array | undefined => {
  try {
    return Uint8Array.from(readFileSync(join(DISK, path)))
  } catch {
    return undefined
  }
}

describe('dumping the files of real brokers', () => {
  test.each(dumps)('%s', (name) => {
    const expected = readFileSync(join(DISK, name), 'utf8')
    const file = `./${name.slice(0, -'.txt'.length)}`
    const decoder = name.includes('__consumer_offsets')
      ? ['--offsets-decoder']
      : name.includes('__transaction')
        ? ['--transaction-log-decoder']
        : []
    const data = name.endsWith('.log.txt') ? ['--print-data-log', ...decoder] : []
    const codecs = /compresscodec: (SNAPPY|LZ4|ZSTD)/.test(expected)
    if (codecs) {
      // Batches of codecs that are not modelled are shown by their headers.
      const headers = expected.split('\n').filter((line) => !line.startsWith('|'))
      expect(dump(['--files', file], real).out.split('\n')).toEqual(headers)
      return
    }
    const { out, err } = dump(['--files', file, ...data], real)
    expect(out + err).toBe(expected)
  })
  test('an active index is read up to its first zeros', () => {
    const log = encodeBatch({}, [1, 2, 3].map((n) => ({ timestamp: n, key: null, value: Uint8Array.of(n) }))) // prettier-ignore
    const disk = (path: string) => (path.endsWith('.log') ? log : new Uint8Array(0))
    const index = dump(['--files', '/t-0/00000000000000000000.index'], disk, 10485760)
    expect(index.out).toBe('Dumping /t-0/00000000000000000000.index\noffset: 0 position: 0\n')
    expect(index.err).toBe('Mismatches in :/t-0/00000000000000000000.index\n  Index offset: 0, log offset: 2\n')
    const time = dump(['--files', '/t-0/00000000000000000000.timeindex'], disk, 10485756)
    expect(time.out).toBe('Dumping /t-0/00000000000000000000.timeindex\ntimestamp: 0 offset: 0\n')
    expect(time.err).toBe('The following indexed offsets are not found in the log.\nIndexed offset: 0, found log offset: 2\n')
  })
  test('a torn end, a gap, a missing file, strange names', () => {
    const one = (offset: number) => encodeBatch({ baseOffset: offset }, [{ timestamp: 1, key: Uint8Array.of(65), value: null }])
    const log = Uint8Array.of(...one(0), ...one(5), 1, 2, 3)
    const torn = dump(['--files', '/t-0/0.log,/t-0/notes.txt', '--deep-iteration'], () => log)
    expect(torn.out).toContain('Found 3 invalid bytes at the end of 0.log\n')
    expect(torn.err).toBe('Ignoring unknown file /t-0/notes.txt\nNon-consecutive offsets in /t-0/0.log\n  0 is followed by 5\n')
    expect(() => dump(['--files', '/t-0/0.log'], () => undefined)).toThrow(
      new UncaughtError('java.nio.file.NoSuchFileException', '/t-0/0.log'),
    )
    expect(dump(['--files', '/t-0/0.index', '--index-sanity-check'], () => new Uint8Array(16)).out).toContain(
      '/t-0/0.index passed sanity check.\n',
    )
    expect(() => dump(['--files', '/t-0/0.index', '--index-sanity-check'], () => new Uint8Array(15))).toThrow('found 15 bytes')
    expect(() => parseCommand(['--deep-iteration'])).toThrow(new UsageError('Missing required argument "[files]"'))
    expect(parseCommand(['--files', 'a', '--value-decoder-class', '--deep-iteration'])).toMatchObject({ printsData: true, deep: true })
  })
})
