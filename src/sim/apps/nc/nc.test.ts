// nc over the real engine, against a small program that listens.
import { describe, expect, test } from 'vitest'
import { seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld, kinds, runActions, type Action, type Scenario } from '../../cluster/index.ts'
import type { ProcessKind } from '../../kernel/index.ts'

const scenario: Scenario = {
  name: 't',
  title: '',
  about: '',
  seed: 5,
  hosts: [{ name: 'box', hostname: 'boxid', image: 'client' }],
  epochMs: 1_795_361_760_000,
  actions: [],
}

/** Answers each text in capitals; hangs up after `bye`. */
const shouter: ProcessKind<object> = {
  name: 'idle',
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type === 'start') ctx.listen(7)
    if (input.type !== 'message') return
    const text = (input.message as unknown as { text: string }).text
    ctx.send(input.conn, { proto: 'text', kind: 'text', text: text.toUpperCase() } as never)
    if (text.includes('bye')) ctx.close(input.conn)
  },
}

function session() {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true }, new Map([...kinds, ['idle', shouter]]))
  const actions: Action[] = []
  const act = (kind: Action['kind'], text: string, forSeconds = 10) => {
    const seen = engine.world.terminals['a']?.entries.end ?? 0
    actions.push({ at: (engine.world.now + 1000) as never, terminal: 'a', kind, text })
    runActions(engine, actions, (engine.world.now + seconds(forSeconds)) as never)
    const entries = [...engine.world.terminals['a']!.entries.from(seen)]
    return { shown: entries.filter((e) => e.kind === 'output').map((e) => e.text).join(''), codes: entries.filter((e) => e.kind === 'exit').map((e) => e.code) } // prettier-ignore
  }
  act('$', 'docker-compose up -d box')
  return act
}

describe('nc', () => {
  test('sends its input, prints what comes, ends when the other side does', () => {
    const act = session()
    expect(act('$', 'echo bye | nc box 7')).toEqual({ shown: 'BYE\n', codes: [0] })
    expect(act('$', 'echo hi | nc box 7').codes).toEqual([])
    act('^', 'C')
    expect(act('$', 'nc boxid 7').codes).toEqual([])
    expect(act('>', 'typed').shown).toBe('TYPED\n')
    expect(act('>', 'bye')).toEqual({ shown: 'BYE\n', codes: [0] })
  })
  test('-q stays so many seconds after the end of the input, -w gives up in silence', () => {
    const act = session()
    expect(act('$', 'echo hi | nc -q 1 box 7')).toEqual({ shown: 'HI\n', codes: [0] })
    expect(act('$', 'time nc -q 3 box 7 < /dev/null').shown).toMatch(/real\t0m3\./)
    expect(act('$', 'time nc -w 2 box 7').shown).toMatch(/real\t0m2\./)
  })
  test('-z and -v tell whether somebody listens', () => {
    const act = session()
    expect(act('$', 'nc -z box 7')).toEqual({ shown: '', codes: [0] })
    expect(act('$', 'nc -z box 8')).toEqual({ shown: '', codes: [1] })
    expect(act('$', 'nc -zv box 7').shown).toBe('Connection to box 7 port [tcp/*] succeeded!\n')
    expect(act('$', 'nc -v box 8').shown).toBe('nc: connect to box port 8 (tcp) failed: Connection refused\n')
  })
  test.each([
    ['nc', 'usage: nc [-nvz] [-q seconds] [-w timeout] destination port\n'],
    ['nc box', 'nc: missing port number\n'],
    ['nc box x', 'nc: port number invalid: x\n'],
    ['nc nowhere 7', 'nc: getaddrinfo for host "nowhere" port 7: Name or service not known\n'],
    ['nc -q x box 7', 'nc: quit timer invalid: x\n'],
    ['nc -l 7', 'nc: the option -l is not modelled here\n'],
    ['nc -Y box 7', "nc: invalid option -- 'Y'\nusage: nc [-nvz] [-q seconds] [-w timeout] destination port\n"],
  ])('%s', (line, shown) => {
    expect(session()('$', line)).toEqual({ shown, codes: [1] })
  })
})
