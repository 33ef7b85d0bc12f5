import { describe, expect, it } from 'vitest'
import type { ProcessKind } from '../../kernel/index.ts'
import { Bench } from '../../zookeeper/client/testing.ts'
import { complete } from './complete.ts'
import { zkShellKind } from './kind.ts'
import type { ZkShellState } from './state.ts'

/** A shell as someone starts it, connected a second later. */
function shell(...args: string[]): Bench {
  return new Bench(zkShellKind as ProcessKind<never>).start(['zk-shell', ...args]).run(1000)
}
const P = '(CONNECTED [zoo1]) /> '

describe('the shell', () => {
  it('greets, and shows each change of the connection as a line and a prompt', () => {
    const b = shell('zoo1')
    expect(b.output).toBe(`Welcome to zk-shell (1.2.5)\n(DISCONNECTED) /> \n${P}`)
    expect(b.say('cd zookeeper')).toBe('(CONNECTED [zoo1]) /zookeeper> ')
    b.output = ''
    b.kill('zoo1')
    b.run(100)
    expect(b.output).toBe('\n(CONNECTING [zoo1]) /> ')
    expect(b.say('get /zookeeper')).toBe('Not connected.\n(CONNECTING [zoo1]) /> ')
    b.output = ''
    b.up.add('zoo1')
    b.run(6000)
    expect(b.output).toBe(`\n${P}`)
  })

  it('shows an expiry, then a new session', () => {
    const b = shell('zoo1')
    b.output = ''
    b.kill('zoo1')
    b.tree.sessions.clear()
    b.up.add('zoo1')
    b.run(6000)
    expect(b.output).toBe(`\n(CONNECTING [zoo1]) /> \n(EXPIRED_SESSION [zoo1]) /> \n${P}`)
  })

  it('ends the connection for good when the name no longer resolves', () => {
    const b = shell('zoo1')
    b.output = ''
    b.names.delete('zoo1')
    b.kill('zoo1')
    b.run(6000)
    expect(b.output).toBe('\n(CONNECTING [zoo1]) /> \n(DISCONNECTED) /> ')
    expect(shell('zoo9').output).toBe('Welcome to zk-shell (1.2.5)\n(DISCONNECTED) /> ')
    expect(shell().output).toBe('Welcome to zk-shell (1.2.5)\n(DISCONNECTED) /> ')
  })

  it('checks that a path exists by a request of its own', () => {
    const b = shell('zoo1')
    const xid = () => Number(/xid=(\d+)/.exec(b.say('session_info xid'))![1])
    expect(xid()).toBe(0)
    b.say('create /hello world')
    expect(xid()).toBe(2)
    b.say('get /hello')
    b.say('ls /')
    b.say('exists /hello')
    expect(xid()).toBe(7)
    b.say('create /hello again')
    b.say('tree /')
    expect(b.say('rm /hello /nothing')).toBe(`Path /nothing doesn't exist\n${P}`)
    expect(xid()).toBe(7 + 1 + 1 + 5 + 2)
  })

  it('says nothing of what succeeds, and each failure in its own way', () => {
    const b = shell('zoo1')
    expect(b.say('create /a x')).toBe(P)
    expect(b.say('create /a x')).toBe(`Path /a already exists\n${P}`)
    expect(b.say('create /x/y z')).toBe(`Missing path in /x/y (try recursive?)\n${P}`)
    expect(b.say('create /a/e x true')).toBe(P)
    expect(b.say('create /a/e/c x')).toBe(`Unknown ZooKeeper error: \n${P}`)
    expect(b.say('rm /a')).toBe(`/a is not empty.\n${P}`)
    expect(b.say('rm /')).toBe(`Bad arguments.\n${P}`)
    expect(b.say('set /a y 7')).toBe(`Bad version.\n${P}`)
    expect(b.say('exists a/../b')).toBe(`Path a/../b doesn't exist\n${P}`)
    expect(b.say('get b/')).toBe(`Path /b doesn't exist\n${P}`)
    expect(b.say('get')).toContain('\nWrong params: the following arguments are required: path, expected: path watch\n\nget: \n\x1b[1mNAME')
    expect(b.say('ls -l')).toMatch(/^\nWrong params: unrecognized arguments: -l, expected: <path> watch <sep>\n\nls: /)
    expect(b.say('tree / x')).toMatch(/^\nWrong params: argument max_depth: invalid int value: 'x', expected: <path> max_depth\n\ntree: /)
    expect(b.say("get 'x")).toMatch(/^\nNo closing quotation\n\nget: /)
    expect(b.say("foo 'x")).toBe(`No closing quotation\n${P}`)
    expect(b.say('# a comment')).toBe(P)
    expect(b.say('')).toBe(P)
  })

  it('suggests commands', () => {
    const b = shell('zoo1')
    const said = (line: string) => b.say(line).replace(P, '').trim().replace('Unknown command, maybe you meant: ', '')
    expect(said('crate')).toBe('create')
    expect(said('tre')).toBe('tree')
    expect(said('cat')).toBe('child_matches, child_watch, create or json_cat')
    expect(said('ll')).toBe('fill')
    expect(said('q')).toBe('quit')
    expect(said('cls')).toBe('child_matches, get_acls or set_acls')
    expect(said('info')).toBe('session_info')
    for (const word of ['lss', 'gett', 'list', 'clear', 'delete', 'ruok', 'srvr', 'status'])
      expect(said(word)).toBe(`Unknown command: ${word}`)
  })

  it('prints watch events as they come', () => {
    const b = shell('zoo1')
    b.say('create /w x')
    b.say('get /w true')
    b.say('ls / true')
    expect(b.say('session_info watches')).toBe(`data_watches=/w\nchild_watches=/\n${P}`)
    expect(b.say('set /w y')).toBe(`WatchedEvent(type='CHANGED', state='CONNECTED', path='/w')\n${P}`)
    expect(b.say('create /v y')).toBe(`WatchedEvent(type='CHILD', state='CONNECTED', path='/')\n${P}`)
    expect(b.say('exists /gone true')).toBe(`Path /gone doesn't exist\n${P}`)
    expect(b.say('create /gone x')).toBe(`WatchedEvent(type='CREATED', state='CONNECTED', path='/gone')\n${P}`)
    b.say('get /gone true')
    b.output = ''
    b.kill('zoo1')
    b.run(10)
    expect(b.output).toBe("\n(CONNECTING [zoo1]) /> WatchedEvent(type='NONE', state='CONNECTING', path=None)\n")
  })

  it('watches children through a lost connection', () => {
    const b = shell('zoo1')
    expect(b.say('child_watch /')).toBe(`\n/:1\n\n${P}`)
    b.output = ''
    b.tree.write({ op: 'create', path: '/x', data: '', ephemeral: false, sequential: false }, '0')
    b.run(100)
    expect(b.output).toBe('\n/:2\n\n')
    b.output = ''
    b.kill('zoo1')
    b.tree.write({ op: 'create', path: '/y', data: '', ephemeral: false, sequential: false }, '0')
    b.up.add('zoo1')
    b.run(6000)
    expect(b.output).toBe(`\n(CONNECTING [zoo1]) /> \n${P}\n/:3\n\n`)
  })

  it('counts changes below a path', () => {
    const b = shell('zoo1')
    b.say('watch start /')
    b.say('create /a x')
    b.say('create /b x')
    b.say('create /zookeeper/c x')
    expect(b.say('watch stats /', 3000)).toBe(`\nWatches Stats\n\n/: 2\n/zookeeper: 1\n${P}`)
    expect(b.say('watch start /a')).toBe(`/ is already being watched, so everything is watched\n${P}`)
    expect(b.say('watch stop /')).toBe(P)
    expect(b.say('watch stats /', 3000)).toBe(`/ is not being watched\n${P}`)
  })

  it('asks before it leaves on Ctrl-C, and leaves on Ctrl-D', () => {
    const b = shell('zoo1')
    b.output = ''
    b.give({ type: 'signal', signal: 'INT' })
    expect(b.output).toBe('\nExit? (y|n) ')
    expect(b.say('n')).toBe(P)
    b.give({ type: 'signal', signal: 'INT' })
    b.say('y')
    expect(b.exitCode).toBe(0)
    const c = shell('zoo1')
    c.output = ''
    c.give({ type: 'eof' })
    c.run(10)
    expect(c.output).toBe('\n')
    expect(c.exitCode).toBe(0)
    // The session goes on without its shell.
    expect(c.tree.sessions.size).toBe(1)
  })

  it('ends loops and trees quietly on Ctrl-C', () => {
    const b = shell('zoo1')
    b.output = ''
    b.type('loop 0 1 pwd').run(2500)
    expect(b.output).toBe('/\n/\n/\n')
    b.give({ type: 'signal', signal: 'INT' })
    expect(b.output).toBe(`/\n/\n/\n${P}`)
    b.output = ''
    b.type('sleep 5').run(10)
    b.give({ type: 'signal', signal: 'INT' })
    expect(b.output).toBe('\nExit? (y|n) ')
  })

  it('a change of the connection breaks into a command, except within a loop', () => {
    const b = shell('zoo1')
    b.output = ''
    b.type('sleep 5').run(100)
    b.kill('zoo1')
    b.run(100)
    expect(b.output).toBe('\n(CONNECTING [zoo1]) /> ')
    b.up.add('zoo1')
    b.run(6000)
    b.output = ''
    b.type('loop 3 1 pwd').run(1100)
    b.kill('zoo1')
    b.run(5000)
    expect(b.output).toBe('/\n/\n\nNot connected.\n(CONNECTING [zoo1]) /> ')
  })

  it('disconnects, connects and reconnects by way of the prompt', () => {
    const b = shell('zoo1')
    expect(b.say('disconnect')).toBe('\n(DISCONNECTED) /> ')
    expect(b.tree.sessions.size).toBe(0)
    expect(b.say('ls')).toBe('Not connected.\n(DISCONNECTED) /> ')
    expect(b.say('mntr')).toBe('Not connected and no host given.\n(DISCONNECTED) /> ')
    expect(b.say('connect zoo2')).toBe('(DISCONNECTED) /> \n(CONNECTED [zoo2]) /> ')
    expect(b.say('reconnect', 6000)).toBe('\n(CONNECTING [zoo2]) /> \n(CONNECTED [zoo2]) /> ')
  })

  it('dies of a reconfiguration that is switched off', () => {
    const b = shell('zoo1')
    expect(b.say('reconfig add x')).toBe('RuntimeError: Invalid error code -123\n\n(DISCONNECTED) /> ')
  })

  it('carries four-letter words', () => {
    const b = shell('zoo1')
    expect(b.say('mntr')).toBe(`mntr is not executed because it is not in the whitelist.\n\n${P}`)
    expect(b.say('cons zoo2,zoo3')).toBe(`${'cons is not executed because it is not in the whitelist.\n'.repeat(2)}\n${P}`)
    expect(b.say('dump zoo9')).toBe(`Failed to resolve: zoo9\n${P}`)
    b.up.delete('zoo3')
    expect(b.say('dump zoo3')).toBe(`Error(10.0.0.3): [Errno 111] Connection refused\n${P}`)
    expect(b.say('dump #!')).toBe(`List of hosts has the wrong syntax.\n${P}`)
    expect(b.say('create /e x true')).toBe(P)
    expect(b.say('ephemeral_endpoint /e zoo1')).toBe(`No session info for /e.\n${P}`)
    expect(b.say('chkzk zoo1,zoo2')).toBe(`\x1b[32mpassed\x1b[0m\n${P}`)
  })

  it('repeats, remembers and tells the last output', () => {
    const b = shell('zoo1')
    b.say('get /zookeeper')
    expect(b.say('pwd')).toBe(`/\n${P}`)
    expect(b.say('!!')).toBe(`/\n${P}`)
    expect(b.say('$?')).toBe(`/\n${P}`)
    expect(b.say('history')).toBe(`get /zookeeper\npwd\n!!\n$?\n${P}`)
    expect(b.say('echo "%s and %s" pwd pwd')).toBe(`/ and /\n${P}`)
    expect(b.say('echo "%s"')).toBe(`%s\n${P}`)
    expect(b.say('echo "%s" pwd pwd')).toBe(`Bad format string or missing arguments.\n${P}`)
    expect(b.say("time 'sleep 0.25'")).toMatch(/^Took 0\.25\d{3} seconds\n/)
  })

  it('takes booleans by position, whatever their name', () => {
    const b = shell('zoo1')
    b.say('create /a/b x recursive=true')
    expect(b.say('create /e x recursive=true')).toBe(P)
    expect(b.tree.nodes.get('/e')!.owner).not.toBe('0')
    b.say('create /s- x false true')
    expect([...b.tree.nodes.keys()].find((path) => path.startsWith('/s-'))).toMatch(/^\/s-0000000\d\d\d$/)
  })

  it('draws a tree of two thousand nodes', () => {
    const b = shell('zoo1')
    b.latencyMs = 0.01
    for (let i = 0; i < 40; i++) {
      b.tree.put(`/n${i}`, 'x', '0')
      for (let k = 0; k < 50; k++) b.tree.put(`/n${i}/c${k}`, 'x', '0')
    }
    const lines = b.say('tree', 20_000).split('\n')
    expect(lines.length).toBe(1 + 1 + 2 + 40 + 2000 + 1)
  })

  it('survives a paste of many lines', () => {
    const b = shell('zoo1')
    b.output = ''
    b.give({ type: 'input', text: '\n'.repeat(5000) + 'pwd\n' })
    b.run(1000)
    expect(b.output.endsWith(`/\n${P}`)).toBe(true)
  })
})

describe('without a terminal', () => {
  it('runs one command and tells by its status whether it failed', () => {
    const once = (command: string, host = 'zoo1') => {
      const b = new Bench(zkShellKind as ProcessKind<never>).start(['zk-shell', host, '--run-once', command]).run(30_000)
      return [b.output, b.exitCode]
    }
    expect(once('get /zookeeper')).toEqual(['\n', 0])
    expect(once('ls /')).toEqual(['zookeeper\n', 0])
    expect(once('get /no')).toEqual(["Path /no doesn't exist\n", 1])
    expect(once('nonsense')).toEqual(['Unknown command: nonsense\n', 1])
    expect(once('get /zookeeper', 'zoo9')).toEqual(['Failed to connect: Connection time-out\nNot connected.\n', 0])
  })

  it('gives up after its time when the server never answers', () => {
    const b = new Bench(zkShellKind as ProcessKind<never>)
    b.mute.add('zoo1')
    b.start(['zk-shell', 'zoo1', '--run-once', 'ls /']).run(9000)
    expect(b.output).toBe('')
    b.run(3000)
    expect(b.output).toBe('Failed to connect: Connection time-out\nNot connected.\n')
  })

  it('reads its commands to the end before it runs the first', () => {
    const b = new Bench(zkShellKind as ProcessKind<never>)
    b.terminal = false
    b.start(['zk-shell', 'zoo1', '--run-from-stdin']).run(1000)
    b.give({ type: 'input', text: 'create /a 1\nget /a\nget /b\nge' })
    b.give({ type: 'input', text: 't /a' })
    b.run(1000)
    expect(b.output).toBe('')
    b.give({ type: 'eof' })
    b.run(1000)
    expect(b.output).toBe("1\nPath /b doesn't exist\n1\n")
    expect(b.exitCode).toBe(1)
  })

  it('knows its options', () => {
    const run = (...args: string[]) => {
      const b = shell(...args)
      return [b.output, b.exitCode]
    }
    expect(run('--version')).toEqual(['1.2.5\n', 0])
    expect(run('--frob')[1]).toBe(2)
    expect(String(run('--frob')[0])).toContain('zk-shell: error: unrecognized arguments: --frob\n')
    expect(run('zoo1', '--sync-connect')[0]).toBe(`Welcome to zk-shell (1.2.5)\n${P}`)
    const warning = 'UserWarning: No chroot path exists, the chroot path should be created before normal use.\n'
    expect(run('zoo1/kafka', '--sync-connect')[0]).toBe(`${warning}Welcome to zk-shell (1.2.5)\n(CONNECTED [zoo1/kafka]) /> `)
    expect(run('zoo1/zookeeper', '--run-once', 'ls')).toEqual(['config\nquota\n', 0])
  })
})

describe('completion', () => {
  const tree: Record<string, string[]> = {
    '/': ['zookeeper', 'kafka'],
    '/kafka': ['brokers', 'controller', 'controller_epoch'],
    '/kafka/brokers': ['ids', 'topics'],
  }
  const at = (cwd: string, line: string) =>
    complete({ cwd, old: '/', connected: true } satisfies Partial<ZkShellState>, line, (path) => tree[path])
  it('knows commands, paths and values', () => {
    expect(at('/', 'tr')).toEqual(['tree'])
    expect(at('/', 'json_c')).toEqual(['json_cat', 'json_count_values'])
    expect(at('/', 'ls ')).toEqual(['kafka', 'zookeeper'])
    expect(at('/', 'ls /k')).toEqual(['/kafka'])
    expect(at('/kafka', 'get con')).toEqual(['controller', 'controller_epoch'])
    expect(at('/kafka', 'get brokers/')).toEqual(['brokers/ids', 'brokers/topics'])
    expect(at('/', 'get /kafka t')).toEqual(['true'])
    expect(at('/', 'watch st')).toEqual(['start', 'stats', 'stop'])
    expect(at('/', 'rm /kafka /z')).toEqual(['/zookeeper'])
    expect(at('/', 'pwd x')).toEqual([])
  })
})
