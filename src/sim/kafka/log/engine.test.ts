// A process that keeps a log, over the real engine: moments share what they can, and none changes another.
import { expect, test } from 'vitest'
import { Bytes, ms, PMap, seconds, us } from '../../base/index.ts'
import { sharedState } from '../../checkers/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../../cluster/index.ts'
import { fingerprint, type ProcessKind, type World } from '../../kernel/index.ts'
import { kinds, scenario } from '../../../../test/support/little-kinds.ts'
import { loseUnsynced } from '../../host/index.ts'
import { appendAsLeader, flushLog, loadLog, logEnvOf, logSettings, runDeletion, truncateLogTo, type Log } from './index.ts'
import { encodeBatch } from './record-batch.ts'

interface Keeper {
  logs: PMap<Log>
  sent: number
}
/** Appends a record every 10 ms; cuts the log every second. */
const keeper = (path: string): ProcessKind<Keeper> => ({
  name: 'idle',
  grain: 'copy',
  init: () => ({ logs: PMap.empty<Log>(), sent: 0 }),
  handle(ctx, state, input) {
    const env = logEnvOf(
      ctx,
      (level, logger, text) => ctx.log('server.log', level, logger, text),
      (delayMs, task) =>
        ctx.timer(`${task.type} ${delayMs} ${'baseOffset' in task ? task.baseOffset : task.offset}`, ms(delayMs), {
          data: Object.freeze(task),
        }),
    )
    let log = state.logs.get('t-0')
    if (input.type === 'start' || log === undefined) {
      const settings = logSettings([['segment.bytes', '1000'], ['file.delete.delay.ms', '500']], {}) // prettier-ignore
      log = loadLog(env, { topic: 't', partition: 0 }, path, { settings, logStartOffset: 0, recoveryPoint: 0, clean: false })
      ctx.timer('append', ms(10))
    } else if (input.type === 'timer' && input.key === 'append') {
      const value = new TextEncoder().encode(String(state.sent++))
      const records = Bytes.of(encodeBatch({}, [{ timestamp: ctx.wallMs, key: null, value }]))
      log = appendAsLeader(env, log, records, 0).log
      if (state.sent % 100 === 0) log = truncateLogTo(env, log, log.logEndOffset - 30)
      ctx.timer('append', ms(10))
    } else if (input.type === 'timer' && input.key.startsWith('flush')) log = flushLog(env, log, (input.data as { offset: number }).offset)
    else if (input.type === 'timer') runDeletion(env, input.data as never)
    state.logs = state.logs.set('t-0', log)
  },
})
const engineOf = (mode: 'plain' | 'history', world?: World) =>
  new ClusterEngine(world ?? createWorld(scenario), { mode, strict: true }, new Map(kinds).set('idle', keeper('/logs') as ProcessKind))
const actions: Action[] = [{ at: us(0), terminal: 't', kind: '$', text: 'up a' }]
const T = seconds(9)

test('plain, whole or in slices, a log ends in the same fingerprint, and a past moment stays as it was', () => {
  const plain = engineOf('plain')
  runActions(plain, actions, T)
  const expected = fingerprint(plain.world)
  expect(sharedState(plain.world)).toEqual([])
  const names = [...plain.world.hosts['a']!.disk].map(([name]) => name)
  expect(names.filter((name) => name.endsWith('.log')).length).toBeGreaterThan(10)

  const sliced = engineOf('history')
  runActions(sliced, actions, seconds(4))
  const past = sliced.checkpoint()
  const print = fingerprint(past)
  runActions(sliced, actions, T)
  expect(fingerprint(sliced.checkpoint())).toBe(expected)
  expect(fingerprint(past)).toBe(print)
  // Another future from the same past: it appends to the same tails.
  const fork = engineOf('history', past)
  runActions(fork, actions, T)
  expect(fingerprint(fork.checkpoint())).toBe(expected)
  expect(fingerprint(past)).toBe(print)
})

test('a machine that loses power keeps what was flushed; a log is found there up to a whole batch', () => {
  const engine = engineOf('plain')
  runActions(engine, actions, seconds(4))
  const disk = () => engine.world.hosts['a']!.disk
  const last = [...disk()].map(([name]) => name).filter((name) => name.endsWith('.log')).sort().at(-1)! // prettier-ignore
  const before = disk().get(last)!.size
  expect(before).toBeGreaterThan(0)
  loseUnsynced(engine, 'a')
  expect(disk().get(last)!.size).toBe(0)
  const first = disk().get('/logs/t-0/00000000000000000000.log')!
  expect(first.bytes!.length).toBe(first.size)
  expect(first.size).toBeGreaterThan(900)
})
