// Votes: which is better, and when they decide.
import { describe, expect, it } from 'vitest'
import { readConf } from '../conf.ts'
import { beats, decides, follows, leaderConfirms } from './votes.ts'

const servers = [1, 2, 3].map((id) => ({ id, host: `zoo${id}` }))
const conf = readConf({ myid: 1, servers })
const vote = (leader: number, zxid = 0, peerEpoch = 0, round = 1) => ({ leader, zxid, peerEpoch, round })

describe('a vote', () => {
  it('is better by epoch, then zxid, then id', () => {
    expect(beats(vote(1, 0, 2), vote(3, 99, 1))).toBe(true)
    expect(beats(vote(1, 5, 1), vote(3, 4, 1))).toBe(true)
    expect(beats(vote(3, 4, 1), vote(1, 4, 1))).toBe(true)
    expect(beats(vote(3, 4, 1), vote(3, 4, 1))).toBe(false)
  })
  it('decides with a majority that agrees in everything', () => {
    expect(decides(conf, { 1: vote(3) }, vote(3))).toBe(false)
    expect(decides(conf, { 1: vote(3), 3: vote(3) }, vote(3))).toBe(true)
    expect(decides(conf, { 1: vote(3), 3: vote(3, 0, 0, 2) }, vote(3))).toBe(false)
  })
  it('of servers that follow counts by leader and epoch', () => {
    expect(follows(conf, { 1: vote(2, 5, 1, 1), 2: vote(2, 9, 1, 4) }, vote(2, 0, 1, 2))).toBe(true)
  })
  it('needs the leader to say that it leads', () => {
    expect(leaderConfirms({ 1: { ...vote(2), state: 'FOLLOWING' } }, 2, 1, 3, 1)).toBe(false)
    expect(leaderConfirms({ 2: { ...vote(2), state: 'LEADING' } }, 2, 1, 3, 1)).toBe(true)
    expect(leaderConfirms({}, 3, 1, 3, 1)).toBe(true)
    expect(leaderConfirms({}, 3, 2, 3, 1)).toBe(false)
  })
})

describe('a configuration', () => {
  it('must name this server', () => {
    expect(() => readConf({ myid: 9, servers })).toThrow('My id 9 not in the peer list')
  })
})
