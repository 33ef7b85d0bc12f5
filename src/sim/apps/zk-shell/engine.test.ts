// zk-shell against real servers on the real engine.
import { describe, expect, it } from 'vitest'
import { Ensemble } from '../../../../test/support/zookeeper-ensemble.ts'
import { us, type Micros } from '../../base/index.ts'
import { spawn } from '../../host/index.ts'
import { fingerprint, type Input } from '../../kernel/index.ts'
import type { ZkShellState } from './state.ts'

const OUT = '/tmp/out'

class ShellRun {
  readonly pid: number
  constructor(
    readonly e: Ensemble,
    ...args: string[]
  ) {
    this.pid = spawn(e.engine, {
      kind: 'zk-shell',
      host: 'client',
      argv: ['zk-shell', ...args],
      parent: 0,
      env: {},
      cwd: '/',
      stdin: { kind: 'null' },
      stdout: { kind: 'file', path: OUT, append: true },
      stderr: { kind: 'file', path: OUT, append: true },
    })
    e.run(2)
  }
  get out(): string {
    return this.e.engine.world.hosts['client']!.disk.get(OUT)?.text ?? ''
  }
  get state(): ZkShellState | undefined {
    return this.e.engine.world.processes[this.pid]?.state as ZkShellState | undefined
  }
  /** Types a line and returns what is printed within the next second. */
  say(line: string, seconds = 1): string {
    const before = this.out.length
    const { engine } = this.e
    engine.schedule(
      { to: 'process', pid: this.pid },
      { type: 'input', text: line + '\n' } satisfies Input,
      (engine.world.now + us(1)) as Micros,
    )
    this.e.run(seconds)
    return this.out.slice(before)
  }
}
const P = '(CONNECTED [zoo1]) /> '

function session(mode: 'plain' | 'history'): { out: string; print: string; e: Ensemble } {
  const e = new Ensemble(['zoo1', 'zoo2', 'zoo3'], 7, {}, mode).up().run(3)
  const shell = new ShellRun(e, 'zoo1')
  for (const line of [
    'create /hello world',
    'get /hello true',
    'set /hello there',
    'create /hello/e data true',
    'create /hello/s- data false true',
    'exists /hello/e',
    'child_watch /hello true',
    'tree',
    'rmr /hello',
    'du /',
    'find / q',
    "txn 'create /t 1' 'set /t 2' 'check /t 1'",
    'get /t',
    'json_set /t a 1 int',
    'summary /',
    'srvr',
    'mntr',
    'session_info state',
    'loop 3 0.1 "create /loop- x false true"',
    'ls /',
  ])
    shell.say(line)
  return { out: shell.out, print: fingerprint(e.engine.world), e }
}

describe('zk-shell on the real engine', () => {
  const plain = session('plain')

  it('shows what the servers have', () => {
    expect(plain.out).toContain(`${P}world\n${P}WatchedEvent(type='CHANGED', state='CONNECTED', path='/hello')\n`)
    expect(plain.out).toContain('.\n├── hello\n│   ├── s-0000000001\n│   ├── e\n├── zookeeper\n│   ├── config\n│   ├── quota\n')
    expect(plain.out).toContain('mntr is not executed because it is not in the whitelist.\n\n')
    expect(plain.out.endsWith(`loop-0000000002\nloop-0000000003\nloop-0000000004\nt\nzookeeper\n${P}`)).toBe(true)
  })

  it('prints and ends alike with and without a history', () => {
    const history = session('history')
    expect(history.out).toBe(plain.out)
    expect(history.print).toBe(plain.print)
  })

  it('loses its server, its session, and finds both again', () => {
    const e = new Ensemble(['zoo1', 'zoo2', 'zoo3'], 3).up().run(3)
    const shell = new ShellRun(e, 'zoo3')
    shell.say('create /mine x true')
    const other = new ShellRun(e, 'zoo2')
    expect(other.say('ls /')).toBe('mine\nzookeeper\n(CONNECTED [zoo2]) /> ')
    e.order('zoo3', 'kill')
    e.run(5)
    expect(shell.out).toContain('\n(CONNECTING [zoo3]) /> ')
    expect(other.say('ls /')).toContain('mine\nzookeeper\n')
    e.run(10)
    expect(other.say('ls /')).toBe('zookeeper\n(CONNECTED [zoo2]) /> ')
    e.order('zoo3', 'up')
    // The retry's pause has doubled with every failure.
    e.run(60)
    expect(shell.out.slice(shell.out.lastIndexOf('(CONNECTING'))).toContain('\n(EXPIRED_SESSION [zoo3]) /> \n(CONNECTED [zoo3]) /> ')
    expect(shell.say('ls /')).toBe('zookeeper\n(CONNECTED [zoo3]) /> ')
  })

  it('hangs while there is no quorum, and goes on when there is one', () => {
    const e = new Ensemble(['zoo1', 'zoo2', 'zoo3'], 5).up().run(3)
    const shell = new ShellRun(e, 'zoo2')
    e.order('zoo1', 'kill')
    e.order('zoo3', 'kill')
    e.run(5)
    expect(shell.out.endsWith('\n(CONNECTING [zoo2]) /> ')).toBe(true)
    e.order('zoo3', 'up')
    e.run(25)
    expect(shell.out.endsWith('\n(CONNECTED [zoo2]) /> ')).toBe(true)
  })

  it('leaves its session behind when it quits, and ends it when it disconnects', () => {
    const e = new Ensemble(['zoo1', 'zoo2', 'zoo3'], 11).up().run(3)
    const one = new ShellRun(e, 'zoo1')
    one.say('create /left x true')
    one.say('quit')
    expect(one.state).toBeUndefined()
    const two = new ShellRun(e, 'zoo1')
    expect(two.say('ls /')).toBe(`left\nzookeeper\n${P}`)
    two.say('create /gone x true')
    expect(two.say('disconnect')).toBe('\n(DISCONNECTED) /> ')
    const three = new ShellRun(e, 'zoo1')
    expect(three.say('ls /')).toBe(`left\nzookeeper\n${P}`)
    e.run(13)
    expect(three.say('ls /')).toBe(`zookeeper\n${P}`)
  })

  it('copies between ensembles and files', () => {
    const e = new Ensemble(['zoo1', 'zoo2', 'zoo3'], 13).up().run(3)
    const shell = new ShellRun(e, 'zoo1')
    shell.say('create /a/b/c x false false true')
    expect(shell.say('cp /a zk://zoo2/copy true', 3)).toMatch(/^Copying took \d\.\d\d secs\n/)
    expect(shell.say('tree /copy')).toBe(`.\n├── b\n│   ├── c\n${P}`)
    expect(shell.say('cp /a json://!tmp!backup.json/a true', 3)).toMatch(/^Copying took/)
    expect(shell.say('cp json://!tmp!backup.json/a /d true true', 3)).toMatch(/^Copying took/)
    expect(shell.say('get /d/b/c')).toBe(`x\n${P}`)
    expect(shell.say('cp /nothing /e')).toMatch(/^Copy failed; .*\nFailure reason:\nznode \/nothing in [\d.]+:2181 doesn't exist\n/)
    shell.say('create /d/new y')
    expect(shell.say('mirror /a /d', 2)).toBe('Are you sure you want to replace /d with /a? [y/n]: ')
    expect(shell.say('y', 2)).toMatch(/^Mirroring took/)
    expect(shell.say('diff /a /d')).toBe(`Branches are equal.\n${P}`)
  })
})
