// The small tools over the real engine, against what the GNU ones printed.
import { describe, expect, test } from 'vitest'
import { seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../../cluster/index.ts'
import gnu from './gnu.json'
import { inColumns } from './index.ts'
import { format } from './date.ts'
import { sortLines } from './whole.ts'
import { xargsWords } from './run.ts'

const scenario: Scenario = {
  name: 't',
  title: '',
  about: '',
  seed: 5,
  hosts: [{ name: 'client', image: 'client' }],
  epochMs: 1_795_361_760_000,
  actions: [],
}

/** A terminal at which lines are typed one after the other. */
function session() {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true })
  const actions: Action[] = []
  const at = () => engine.world.now + 1000
  const act = (kind: Action['kind'], text: string, forSeconds = 12, terminal = 'a') => {
    const seen = engine.world.terminals[terminal]?.entries.end ?? 0
    actions.push({ at: at() as never, terminal, kind, text })
    runActions(engine, actions, (at() + seconds(forSeconds)) as never)
    const entries = [...engine.world.terminals[terminal]!.entries.from(seen)]
    return { shown: entries.filter((e) => e.kind === 'output').map((e) => e.text).join(''), codes: entries.filter((e) => e.kind === 'exit').map((e) => e.code) } // prettier-ignore
  }
  const run = (line: string) => {
    act('$', `cd /tmp/t; { ${line}\n} > /tmp/out 2>&1 < /dev/null; echo $? > /tmp/code`, 12, `run${actions.length}`)
    const disk = engine.world.hosts['host']!.disk
    return [Number(disk.get('/tmp/code')?.text), (disk.get('/tmp/out')?.text ?? '').replace(/bash: line \d+: /g, 'bash: ')] as const
  }
  return { engine, act, run }
}

describe('the small tools', () => {
  test('print what the GNU ones print', () => {
    const { run } = session()
    run(`mkdir -p /tmp/t; cd /tmp/t; ${gnu.files}`)
    const wrong = (gnu.cases as [string, number, string][]).flatMap(([line, code, text]) => {
      const [got, shown] = run(line)
      return got === code && shown === text ? [] : [{ line, code: [got, code], text: [shown, text] }]
    })
    expect(wrong).toEqual([])
  })

  test('ls in columns on a terminal, one name a line in a pipe', () => {
    const { act } = session()
    expect(act('$', 'ls').shown).toBe('README.md  data  docker-compose.yml  wrappers\n')
    expect(act('$', 'ls | cat').shown).toBe('README.md\ndata\ndocker-compose.yml\nwrappers\n')
    expect(act('$', 'touch "a b"; ls').shown).toBe("README.md  'a b'  data  docker-compose.yml  wrappers\n")
  })
  test('ls -l', () => {
    const { act } = session()
    act('$', 'mkdir /tmp/x; echo hello > /tmp/x/f; printf "%0100d" 1 > /tmp/x/longer')
    expect(act('$', 'ls -l /tmp/x').shown).toBe(
      'total 8\n-rw-r--r-- 1 root root   6 Nov 22 15:36 f\n-rw-r--r-- 1 root root 100 Nov 22 15:36 longer\n',
    )
    act('$', 'sleep 60', 70)
    act('$', 'echo new > /tmp/x/z')
    expect(act('$', 'ls -t /tmp/x | head -1').shown).toBe('z\n')
    expect(act('$', 'ls -lh wrappers | tail -1').shown).toMatch(/^-rwxr-xr-x 1 you you +\d+ Nov 22 15:36 zk-shell\n$/)
    expect(act('$', 'ls -ld data').shown).toMatch(/^drwxr-xr-x 3 you you 4096 Nov 22 15:36 data\n$/)
  })
  test('columns as GNU ls lays them out', () => {
    expect(inColumns(['a', 'bb', 'ccc', 'dddd', 'e'], 14)).toBe('a   ccc   e\nbb  dddd\n')
    expect(inColumns(['a', 'bb', 'ccc', 'dddd', 'e'], 13)).toBe('a    dddd\nbb   e\nccc\n')
    expect(inColumns(['x'.repeat(50)], 20)).toBe('x'.repeat(50) + '\n')
    expect(inColumns([], 80)).toBe('')
  })

  test('tail -f goes on until Ctrl-C', () => {
    const { act } = session()
    act('$', 'echo one > /tmp/log; (sleep 3; echo two >> /tmp/log) &')
    expect(act('$', 'tail -f /tmp/log', 8).shown).toBe('one\ntwo\n')
    expect(act('^', 'C', 1).codes).toEqual([130])
  })
  test('watch shows a command again and again', () => {
    const { act } = session()
    const { shown } = act('$', 'watch -n 5 "echo hi; false"', 11)
    expect(shown.split('\x1b[H\x1b[2J').length - 1).toBe(3)
    expect(shown).toMatch(/Every 5\.0s: echo hi; false +host: Sun Nov 22 15:36:\d\d UTC 2026\n\nhi\n/)
    expect(act('^', 'C', 1).codes).toEqual([130])
  })
  test('timeout passes input and signals on', () => {
    const { act } = session()
    expect(act('$', 'echo in | timeout 5 cat').shown).toBe('in\n')
    expect(act('$', 'timeout 3 bash -c "sleep 60; echo no"; echo $?').shown).toBe('124\n')
    expect(act('$', 'timeout 60 sleep 50', 2).codes).toEqual([])
    expect(act('^', 'C', 1).codes).toEqual([130])
  })
  test('sleep takes its time', () => {
    const { act } = session()
    expect(act('$', 'date +%T; sleep 1m 5; date +%T', 70).shown).toMatch(/15:36:(\d\d)\n15:37:\d\d\n/)
  })
  test('date', () => {
    expect(format('%Y-%m-%d %H:%M:%S %j %a %s', 1_795_361_760_000)).toBe('2026-11-22 15:36:00 326 Sun 1795361760')
    expect(format('%j', 1_798_761_599_000)).toBe('365')
  })
  test('a filter passes lines as they come', () => {
    const { act } = session()
    expect(act('$', '(echo a; sleep 5; echo b) | grep -v x | sed s/a/A/ | cat -n', 3).shown).toBe('     1\tA\n')
  })
  test('sort is stable where it says so', () => {
    expect(sortLines(['b 1', 'a 1'], { set: { s: [''], k: ['2'] }, operands: [] })).toEqual(['b 1', 'a 1'])
  })
  test('xargs splits as a shell would', () => {
    expect(xargsWords(`a 'b c' "d e" f\\ g\n\nh`)).toEqual(['a', 'b c', 'd e', 'f g', 'h'])
  })
  test('an option that exists but is not modelled says so in one line', () => {
    const { run } = session()
    for (const line of ['ls -Z', 'sort -R f', 'cut -z f', 'tail --pid=1 f', 'date -d tomorrow', 'grep -P x f', 'find . -delete']) {
      const [code, text] = run(line)
      expect([line, code > 0, text.split('\n').length]).toEqual([line, true, 2])
      expect(text).toMatch(/not modelled/)
    }
  })
})
