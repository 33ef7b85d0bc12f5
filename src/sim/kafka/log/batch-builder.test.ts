import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { appendRecord, batchSizeUpperBound, buildBatch, encodeBatch, hasRoomFor, newBatchBuilder, type NewRecord } from './index.ts'

const value = (text: string): NewRecord => ({ timestamp: 1567261080000, key: null, value: new TextEncoder().encode(text) })

describe('a batch that a producer fills', () => {
  test('is the batch that its records make', () => {
    const bytes = fc.option(fc.uint8Array({ maxLength: 40 }), { nil: null })
    const records = fc.array(fc.record({ timestamp: fc.integer({ min: 0, max: 2e12 }), key: bytes, value: bytes }), {
      minLength: 1,
      maxLength: 20,
    })
    fc.assert(
      fc.property(records, fc.constantFrom('NONE' as const, 'GZIP' as const), (list, compression) => {
        const builder = newBatchBuilder(1_000_000, compression, 1)
        for (const record of list) appendRecord(builder, record)
        expect(buildBatch(builder, {}).toArray()).toEqual(encodeBatch({ compression }, list))
      }),
    )
  })
  test('of one byte takes as many small records as the bound of the first leaves room for', () => {
    const builder = newBatchBuilder(Math.max(1, batchSizeUpperBound(value('1001'))), 'NONE', 1)
    appendRecord(builder, value('1001'))
    expect(hasRoomFor(builder, value('1002'))).toBe(true)
    appendRecord(builder, value('1002'))
    expect(hasRoomFor(builder, value('1003'))).toBe(false)
    expect(buildBatch(builder, {}).length).toBe(83)
  })
})
