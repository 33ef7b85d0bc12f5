import { describe, expect, it } from 'vitest'
import { ms } from '../../base/index.ts'
import { fakeContext } from './fake-context.ts'
import { fail, handleThreadTimer, newThreads, proc, resume, runThreads, startThread, wake, type Task, type Threaded } from './threads.ts'

interface Env extends Threaded {
  said: string[]
}
const newEnv = (): Env => ({ threads: newThreads(), said: [] })
const say = (t: Task<Env, unknown>, text: string): void => void t.env.said.push(text)

const inner = proc<Env, { n: number }, number>('test.inner', [
  (t) => t.wait('a number'),
  (t) => {
    say(t, `got ${String(t.value)}`)
    if (t.value === 13) fail('Unlucky', '13')
    return t.return((t.value as number) * t.vars.n)
  },
])
const outer = proc<Env, { left: number }>(
  'test.outer',
  [
    (t) => say(t, 'begin'),
    (t) => t.sleep(ms(5)),
    (t) => {
      if (t.value !== undefined) say(t, `product ${String(t.value)}`)
      if (t.vars.left-- > 0) return t.again(t.call(inner, { n: 10 }))
    },
    (t) => say(t, 'end'),
  ],
  (t, failure) => {
    say(t, `failed ${failure.type}`)
    return t.return()
  },
)

describe('threads', () => {
  it('run downwards, call, loop, wait and end', () => {
    const env = newEnv()
    const ctx = fakeContext()
    startThread(env, 'main', outer, { left: 2 })
    runThreads(ctx, env)
    expect(env.said).toEqual(['begin'])
    expect(ctx.timers['thread main']?.delay).toBe(5000)
    handleThreadTimer(env, { type: 'timer', key: 'thread main', data: ctx.timers['thread main']!.data })
    runThreads(ctx, env)
    for (const n of [1, 2]) {
      wake(env, 'main', 'a number', n)
      runThreads(ctx, env)
    }
    expect(env.said).toEqual(['begin', 'got 1', 'product 10', 'got 2', 'product 20', 'end'])
    expect(env.threads.live).toEqual({})
  })
  it('take a failure through their frames', () => {
    const env = newEnv()
    const ctx = fakeContext()
    startThread(env, 'main', outer, { left: 1 })
    runThreads(ctx, env)
    handleThreadTimer(env, { type: 'timer', key: 'thread main', data: ctx.timers['thread main']!.data })
    runThreads(ctx, env)
    wake(env, 'main', 'a number', 13)
    runThreads(ctx, env)
    expect(env.said.at(-1)).toBe('failed Unlucky')
    expect(env.threads.live).toEqual({})
  })
  it('ignore stale answers, and take one that comes before the step returned', () => {
    const early = proc<Env, object>('test.early', [
      (t) => {
        const wait = t.wait('itself')
        resume(t.env, t.thread, t.ticket, 'at once')
        return wait
      },
      (t) => say(t, String(t.value)),
    ])
    const env = newEnv()
    const ctx = fakeContext()
    startThread(env, 'main', early, {})
    runThreads(ctx, env)
    resume(env, 'main', 1, 'late')
    expect(env.said).toEqual(['at once'])
    expect(env.threads.ready).toEqual([])
  })
})
