// What a leader sends a follower, case by case.
import { describe, expect, it } from 'vitest'
import { makeZxid, type Txn, type Zxid } from '../protocol/index.ts'
import { planSync } from './sync.ts'

const txn = (zxid: Zxid): Txn => ({ session: '1', xid: 1, zxid, timeMs: 0, body: { op: 'error', err: -101 } })
const log = (...zxids: Zxid[]) => zxids.map(txn)
const z = makeZxid
const plan = (peer: Zxid, last: Zxid, committed: Txn[], disk?: Txn[]) => {
  const { op, zxid, txns, upTo } = planSync(1, peer, last, committed, () => disk)
  return { op, zxid, txns: txns.map((one) => one.zxid), upTo }
}

describe('a follower', () => {
  it('that has all gets an empty DIFF', () => {
    expect(plan(z(1, 5), z(1, 5), log(z(1, 4), z(1, 5)))).toEqual({ op: 'DIFF', zxid: z(1, 5), txns: [], upTo: z(1, 5) })
    expect(plan(0, 0, [])).toMatchObject({ op: 'DIFF', zxid: 0 })
  })
  it('that is fresh gets everything once the leader has begun its epoch', () => {
    expect(plan(0, z(1, 0), [])).toMatchObject({ op: 'SNAP', zxid: z(1, 0) })
  })
  it('that lacks some gets those', () => {
    expect(plan(z(1, 4), z(1, 6), log(z(1, 3), z(1, 4), z(1, 5), z(1, 6)))).toEqual({
      op: 'DIFF',
      zxid: z(1, 6),
      txns: [z(1, 5), z(1, 6)],
      upTo: z(1, 6),
    })
  })
  it('that has more than anybody has its tail cut off', () => {
    expect(plan(z(1, 9), z(2, 0), log(z(1, 7), z(1, 8)))).toEqual({ op: 'TRUNC', zxid: z(1, 8), txns: [], upTo: z(1, 8) })
  })
  it('of another branch of the same epoch is cut back and brought forward', () => {
    // It logged 1:6 and nobody else did; the leader's history goes on from 1:5 with 1:7.
    expect(plan(z(1, 6), z(1, 7), log(z(1, 5), z(1, 7)))).toEqual({ op: 'TRUNC', zxid: z(1, 5), txns: [z(1, 7)], upTo: z(1, 7) })
  })
  it('of another branch across epochs gets everything', () => {
    expect(plan(z(1, 9), z(2, 2), log(z(1, 8), z(2, 1), z(2, 2)))).toMatchObject({ op: 'SNAP' })
  })
  it("at an epoch's start gets what came since", () => {
    expect(plan(z(2, 0), z(2, 2), log(z(1, 8), z(2, 1), z(2, 2)))).toEqual({
      op: 'DIFF',
      zxid: z(2, 2),
      txns: [z(2, 1), z(2, 2)],
      upTo: z(2, 2),
    })
  })
  it('at the start of an epoch in which nothing was written is not cut', () => {
    expect(plan(z(2, 0), z(3, 0), log(z(1, 7), z(1, 8)))).toMatchObject({ op: 'SNAP' })
  })
  it('that is too far behind for memory is served from disk, or gets everything', () => {
    const memory = log(z(1, 700), z(1, 701))
    const disk = log(z(1, 1), z(1, 2), z(1, 699), z(1, 700))
    expect(plan(z(1, 2), z(1, 701), memory, disk)).toEqual({
      op: 'DIFF',
      zxid: z(1, 701),
      txns: [z(1, 699), z(1, 700), z(1, 701)],
      upTo: z(1, 701),
    })
    expect(plan(z(1, 2), z(1, 701), memory)).toMatchObject({ op: 'SNAP' })
  })
})
