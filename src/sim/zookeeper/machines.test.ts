// The statecharts and the tables compiled from them.
import { expect, it } from 'vitest'
import { peerMachine, peerNext, sessionMachine, sessionNext, stateValue } from './machines.ts'

it('a peer goes from looking through the phases of its role and back', () => {
  expect(peerNext('LOOKING', 'elected follower')).toBe('FOLLOWING.discovery')
  expect(peerNext('FOLLOWING.discovery', 'epoch accepted')).toBe('FOLLOWING.synchronization')
  expect(peerNext('FOLLOWING.synchronization', 'up to date')).toBe('FOLLOWING.broadcast')
  expect(peerNext('FOLLOWING.broadcast', 'leader lost')).toBe('LOOKING')
  expect(peerNext('LOOKING', 'elected leader')).toBe('LEADING.discovery')
  expect(peerNext('LEADING.discovery', 'quorum lost')).toBe('LOOKING')
  // What means nothing changes nothing.
  expect(peerNext('LEADING.broadcast', 'leader lost')).toBe('LEADING.broadcast')
  expect(stateValue('LEADING.broadcast')).toEqual({ LEADING: 'broadcast' })
  expect(peerMachine.resolveState({ value: stateValue('LEADING.broadcast') }).matches({ LEADING: 'broadcast' })).toBe(true)
})

it('a session opens, closes once, and is not opened again', () => {
  expect(sessionNext('opening', 'created')).toBe('open')
  expect(sessionNext('open', 'expired')).toBe('closing')
  expect(sessionNext('open', 'close asked')).toBe('closing')
  expect(sessionNext('closing', 'expired')).toBe('closing')
  expect(sessionNext('closing', 'closed')).toBe('closed')
  expect(sessionNext('closed', 'created')).toBe('closed')
  expect(sessionMachine.resolveState({ value: 'closed' }).status).toBe('done')
})
