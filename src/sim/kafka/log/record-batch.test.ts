import fc from 'fast-check'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { Bytes } from '../../base/index.ts'
import { ByteReader, ByteWriter, CorruptRecord, UnsupportedRecord } from './byte-io.ts'
import { controlTypeOf, encodeEndMarker, readEndMarker } from './control-record.ts'
import { crc32c } from './crc32c.ts'
import {
  batchesOf,
  encodeBatch,
  encodeEmptyBatch,
  ensureValid,
  isValidBatch,
  readHeader,
  recordsOf,
  specOf,
  withOffsets,
  type BatchSpec,
} from './record-batch.ts'
import { recordSize, type NewRecord } from './record.ts'

const text = (s: string) => new TextEncoder().encode(s)
/** Deep equality, fast. */
const same = (a: unknown, b: unknown): boolean => {
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return a === b
  const keys = Object.keys(a)
  const other = b as Record<string, unknown>
  return keys.length === Object.keys(b).length && keys.every((key) => same((a as Record<string, unknown>)[key], other[key]))
}
const hex = (data: Uint8Array) => Buffer.from(data).toString('hex')
const DISK = join(import.meta.dirname, '../../../../test/disk')
const logs = (readdirSync(DISK, { recursive: true }) as string[]).filter((name) => name.endsWith('.log'))
interface Case {
  readonly key?: string | null
  readonly valueLengths: readonly number[]
  readonly values?: readonly (string | null)[]
  readonly timestamp?: number
  /** `timestamps A,B,... -> ...` */
  readonly note?: string
  readonly batchSize: number
  readonly hex?: string
  readonly crc32cUnsigned?: number
}
interface Varint {
  readonly value: number
  readonly hex: string
}
const { cases, varintZigZag } = JSON.parse(readFileSync(join(DISK, '../vectors/record-sizes.json'), 'utf8')) as {
  cases: Case[]
  varintZigZag: Varint[]
}

describe('record batches', () => {
  test('the checksum of the standard', () => expect(crc32c(text('123456789'))).toBe(0xe3069283))

  test.each(cases)('as the real builder makes them: $batchSize bytes of $valueLengths', (c) => {
    const values = c.values ?? c.valueLengths.map((n) => 'v'.repeat(n))
    const bytes = (s: string | null | undefined) => (s === null || s === undefined ? null : text(s))
    const times =
      /^timestamps ([\d,]+)/
        .exec(c.note ?? '')?.[1]
        ?.split(',')
        .map(Number) ?? values.map(() => c.timestamp ?? 0)
    const records = values.map((v, i) => ({ timestamp: times[i]!, key: bytes(c.key), value: bytes(v) }))
    const batch = readHeader(encodeBatch({}, records))
    expect(batch.sizeInBytes).toBe(c.batchSize)
    expect(61 + records.reduce((n, r, i) => n + recordSize(r.timestamp - times[0]!, i, r), 0)).toBe(c.batchSize)
    if (c.hex === undefined) return
    expect(hex(batch.data)).toBe(c.hex)
    expect(batch.crc).toBe(c.crc32cUnsigned)
  })

  test.each(varintZigZag)('the varint of $value', ({ value, hex: expected }) => {
    expect(hex(new ByteWriter().varint(value).toArray())).toBe(expected)
    const input = new ByteReader(Uint8Array.from(Buffer.from(expected, 'hex')))
    expect(input.varint()).toBe(value)
    input.position = 0
    expect(input.varlong()).toBe(value)
  })

  test.each(logs)('a real log comes out of decoding and encoding as it was: %s', (name) => {
    const bytes = Bytes.of(Uint8Array.from(readFileSync(join(DISK, name))))
    let end = 0
    for (const batch of batchesOf(bytes)) {
      ensureValid(batch)
      end = batch.position + batch.sizeInBytes
      if (batch.compression === 'NONE') {
        const records = recordsOf(batch)
        const again = records.length === 0 ? encodeEmptyBatch(batch) : encodeBatch(specOf(batch), records)
        expect(hex(again)).toBe(hex(batch.data))
        expect(61 + records.reduce((n, r) => n + r.sizeInBytes, 0)).toBe(batch.sizeInBytes)
      } else if (batch.compression === 'GZIP') {
        const records = recordsOf(batch)
        expect(records.length).toBe(batch.count)
        expect(recordsOf(readHeader(encodeBatch(specOf(batch), records)))).toEqual(records)
      } else expect(() => recordsOf(batch)).toThrow(UnsupportedRecord)
    }
    expect(end).toBe(bytes.length)
  })

  const bytes = (max: number) => fc.uint8Array({ maxLength: max })
  const time = fc.integer({ min: 0, max: 4102444800000 })
  const record: fc.Arbitrary<NewRecord> = fc.record({
    timestamp: time,
    key: fc.option(bytes(20)),
    value: fc.option(bytes(80)),
    headers: fc.array(fc.record({ key: fc.string({ unit: 'grapheme', maxLength: 6 }), value: fc.option(bytes(9)) }), { maxLength: 3 }),
  })
  const spec: fc.Arbitrary<BatchSpec> = fc.record({
    baseOffset: fc.nat({ max: Number.MAX_SAFE_INTEGER - 2147483648 }),
    partitionLeaderEpoch: fc.integer({ min: -1, max: 2147483647 }),
    compression: fc.constantFrom('NONE', 'NONE', 'NONE', 'GZIP'),
    timestampType: fc.constantFrom('CreateTime', 'LogAppendTime'),
    logAppendTime: time,
    producerId: fc.integer({ min: -1, max: Number.MAX_SAFE_INTEGER }),
    producerEpoch: fc.integer({ min: -1, max: 32767 }),
    baseSequence: fc.integer({ min: -1, max: 2147483647 }),
    isTransactional: fc.boolean(),
    isControl: fc.boolean(),
  })

  test('ten thousand random batches come back', () => {
    fc.assert(
      fc.property(spec, fc.array(record, { minLength: 1, maxLength: 5 }), (given, records) => {
        const data = encodeBatch(given, records)
        const batch = readHeader(data)
        ensureValid(batch)
        const times = records.map((r) => r.timestamp)
        const appended = given.timestampType === 'LogAppendTime' ? given.logAppendTime : undefined
        const { logAppendTime: _, ...header } = given
        // One comparison a batch: ten thousand are many.
        const { data: _data, ...read } = batch
        const come = recordsOf(batch).map(({ key, value, headers, timestamp, offset }) => ({ key, value, headers, timestamp, offset }))
        const max = appended ?? Math.max(...times)
        const wanted = { ...read, ...header, count: records.length, maxTimestamp: max }
        const offsets = records.map((r, i) => ({ ...r, timestamp: appended ?? r.timestamp, offset: given.baseOffset! + i }))
        if (!same([read, come], [wanted, offsets])) expect([read, come]).toEqual([wanted, offsets])
        if (appended === undefined) expect(Buffer.compare(encodeBatch(specOf(batch), recordsOf(batch)), data)).toBe(0)
      }),
      { numRuns: 10_000 },
    )
  }, 120_000)

  test('every flipped byte is refused or harmless', () => {
    fc.assert(
      fc.property(spec, fc.array(record, { minLength: 1, maxLength: 2 }), fc.integer({ min: 1, max: 255 }), (given, records, flip) => {
        const good = encodeBatch(given, records)
        const expected = recordsOf(readHeader(good))
        for (let i = 0; i < good.length; i++) {
          const bad = good.slice()
          bad[i]! ^= flip
          try {
            for (const batch of batchesOf(Bytes.of(bad))) {
              if (!isValidBatch(batch)) {
                // Even unchecked, reading it ends, and with no other complaint than these.
                recordsOf(batch)
                continue
              }
              // Outside the checksum: where the batch stands and whose it is, never what is in it.
              expect(i < 16).toBe(true)
              const shift = batch.baseOffset - given.baseOffset!
              expect(recordsOf(batch)).toEqual(expected.map((r) => ({ ...r, offset: r.offset + shift })))
            }
          } catch (error) {
            if (!(error instanceof CorruptRecord || error instanceof UnsupportedRecord)) throw error
          }
        }
      }),
      { numRuns: 60 },
    )
  })

  test('a part of a batch at the end is no batch', () => {
    const batch = encodeBatch({ baseOffset: 3 }, [{ timestamp: 1, key: null, value: text('x') }])
    for (let end = batch.length; end < 2 * batch.length; end++) {
      const two = Bytes.of(batch).append(batch).slice(0, end)
      expect([...batchesOf(two)].map((b) => b.position)).toEqual([0])
    }
  })
  test('old formats are refused by name', () => {
    const data = encodeBatch({}, [{ timestamp: 1, key: null, value: null }])
    data[16] = 1
    expect(() => [...batchesOf(Bytes.of(data))]).toThrow(new UnsupportedRecord('message format 1 is not modelled; 2 is'))
  })
  test('a leader sets offset and epoch without touching the checksum, the time with it', () => {
    const batch = readHeader(
      encodeBatch(
        {},
        [1, 5].map((timestamp) => ({ timestamp, key: null, value: text('v') })),
      ),
    )
    const placed = readHeader(withOffsets(batch, 41, 7, 'CreateTime', 5))
    expect(placed).toMatchObject({ baseOffset: 40, lastOffset: 41, partitionLeaderEpoch: 7, crc: batch.crc, maxTimestamp: 5 })
    const timed = readHeader(withOffsets(batch, 41, 7, 'LogAppendTime', 99))
    ensureValid(timed)
    expect(recordsOf(timed).map((r) => r.timestamp)).toEqual([99, 99])
    expect(readHeader(batch.data).baseOffset).toBe(0)
  })
  test('a marker ends a transaction', () => {
    const data = encodeEndMarker({ type: 'COMMIT', coordinatorEpoch: 3 }, { producerId: 9, producerEpoch: 1, timestamp: 5, baseOffset: 4 })
    const batch = readHeader(data)
    expect(batch).toMatchObject({ isControl: true, isTransactional: true, sizeInBytes: 78, producerId: 9, lastSequence: -1 })
    expect(readEndMarker(recordsOf(batch)[0]!)).toEqual({ type: 'COMMIT', coordinatorEpoch: 3 })
    expect(controlTypeOf(7)).toBe('UNKNOWN')
  })
})
