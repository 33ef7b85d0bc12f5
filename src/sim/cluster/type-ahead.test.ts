import { describe, expect, test } from 'vitest'
import { PLAYGROUND, run, scenarioWith, startAll } from '../../../test/support/playground.ts'
import { ms } from '../base/index.ts'
import type { Action } from './index.ts'

/** Lines typed at times in seconds while something runs, after a command line at 20 s; what the terminal shows from then on. */
function shown(command: string, typed: readonly (readonly [number, string, ('>' | '^' | '$')?])[], until = 60): string[] {
  const action = (at: number, kind: Action['kind'], text: string): Action => ({ at: ms(Math.round(at * 1000)), terminal: 'a', kind, text })
  const actions = [...startAll(PLAYGROUND), action(20, '$', command), ...typed.map(([at, text, kind = '>']) => action(at, kind, text))]
  const { world } = run(scenarioWith(3, PLAYGROUND, actions), until)
  return [...world.terminals.a!.entries].map(({ kind, text }) => `${kind} ${text.trimEnd()}`).filter((line) => !line.startsWith('exit'))
}

describe('what is typed while a program runs', () => {
  test('waits for the shell when the program never reads', () => {
    expect(shown('sleep 5', [[22, 'echo one'], [23, 'echo two']])).toEqual([
      'prompt $', 'input sleep 5', 'prompt $', 'input echo one', 'output one', 'prompt $', 'input echo two', 'output two', 'prompt $',
    ]) // prettier-ignore
  })
  test('is the program’s when that reads', () => {
    expect(shown('cat', [[22, 'echo one'], [23, 'D', '^'], [24, 'echo two', '$']])).toEqual([
      'prompt $', 'input cat', 'input echo one', 'output echo one', 'input ^D', 'prompt $', 'input echo two', 'output two', 'prompt $',
    ]) // prettier-ignore
  })
  test('waits behind a tool in a container, and behind a file that is followed', () => {
    const list = shown('./wrappers/kafka-topics.sh --zookeeper zoo1:2181/kafka --list', [[20.8, 'echo one']])
    expect(list.slice(-4)).toEqual(['prompt $', 'input echo one', 'output one', 'prompt $'])
    const followed = shown('tail -n 0 -f README.md', [
      [22, 'echo one'],
      [23, 'C', '^'],
      [24, 'echo two', '$'],
    ])
    // Ctrl-C throws away what nobody has read.
    expect(followed.filter((line) => /one/.test(line))).toEqual([])
    expect(followed.slice(-3)).toEqual(['input echo two', 'output two', 'prompt $'])
  })
})
