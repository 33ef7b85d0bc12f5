// The shell over the real engine: lines typed into a terminal, what it shows, and how it ends.
import { describe, expect, test } from 'vitest'
import { seconds } from '../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../cluster/index.ts'
import { fingerprint } from '../kernel/index.ts'
import { LINE_LIMIT } from './index.ts'

const scenario: Scenario = {
  name: 't',
  title: '',
  about: '',
  seed: 5,
  hosts: [{ name: 'client', image: 'client' }],
  epochMs: 1_795_361_760_000,
  actions: [],
}

/** Types lines two seconds apart (`^C`: a control key; `> x`: a line for what runs) and gives what the terminal shows, prompts and inputs left out. */
function typed(lines: readonly string[], options: { mode?: 'plain' | 'history'; gap?: number; until?: number } = {}) {
  const gap = options.gap ?? 2
  const actions: Action[] = lines.map((line, i) => {
    const control = /^\^([CD])$/.exec(line)
    const kind = control ? '^' : line.startsWith('> ') ? '>' : '$'
    return { at: seconds(1 + i * gap), terminal: 'a', kind, text: control ? control[1]! : kind === '>' ? line.slice(2) : line }
  })
  const engine = new ClusterEngine(createWorld(scenario), { mode: options.mode ?? 'plain', strict: true })
  runActions(engine, actions, seconds(options.until ?? 1 + lines.length * gap + 5))
  const world = engine.checkpoint()
  const entries = [...world.terminals['a']!.entries]
  return {
    world,
    shown: entries.filter((e) => e.kind === 'output').map((e) => e.text).join(''),
    codes: entries.filter((e) => e.kind === 'exit').map((e) => e.code),
    prompts: entries.filter((e) => e.kind === 'prompt').map((e) => e.text),
  } // prettier-ignore
}
const shows = (...lines: string[]): string => typed(lines).shown

describe('the shell', () => {
  test.each<[string, string]>([
    ['echo hi | nl', '     1\thi\n'],
    ['for i in 1 2 3; do echo $i; done', '1\n2\n3\n'],
    ['i=0; while [ $i -lt 3 ]; do i=$((i+1)); echo $i; done', '1\n2\n3\n'],
    ['until true; do echo never; done; echo end', 'end\n'],
    ['if false; then echo a; elif true; then echo b; else echo c; fi', 'b\n'],
    ['case foo.log in *.txt) echo t;; *.log|*.x) echo l;; esac', 'l\n'],
    ['f() { local v=1; echo $1 $v $#; return 4; }; f a b; echo $? $v', 'a 1 2\n4\n'],
    ['x=$(echo a; echo b); echo "$x" $x', 'a\nb a b\n'],
    ['echo `echo nested $(echo deep)`', 'nested deep\n'],
    ['false || echo or; true && echo and; ! true; echo $?', 'or\nand\n1\n'],
    ['(cd wrappers; pwd); pwd', '/home/you/kafka-playground/wrappers\n/home/you/kafka-playground\n'],
    ['x=1; (x=2); echo $x; { x=3; }; echo $x', '1\n3\n'],
    ['echo a > /tmp/f; echo b >> /tmp/f; cat /tmp/f; cat < /tmp/f | wc -l', 'a\nb\n2\n'],
    ['nope 2>/dev/null; echo $?; nope > /tmp/e 2>&1; cat /tmp/e', '127\nbash: nope: command not found\n'],
    ['cat <<E | tr a-z A-Z\nhi $((1+1))\nE', 'HI 2\n'],
    ["cat <<'E'\n$x `y`\nE", '$x `y`\n'],
    ['tr a b <<< "banana"', 'bbnbnb\n'],
    ['seq 3 | while read n; do echo "<$n>"; done', '<1>\n<2>\n<3>\n'],
    ['seq 3 | while read n; do ls > /dev/null; echo $(date +%Y) $n; done', '2026 1\n2026 2\n2026 3\n'],
    ['while read a b; do echo $b; done <<< "1 2 3"', '2 3\n'],
    ['while read l; do echo $l; break; done < README.md; echo $l', 'Kafka Playground\nKafka Playground\n'],
    ['for i in 1 2 3; do for j in 1 2 3; do [ $j = 2 ] && continue 2; echo $i$j; done; done', '11\n21\n31\n'],
    ['set -- a "b c" d; echo $# "$2"; shift; echo $1', '3 b c\nb c\n'],
    ['x=abc; echo ${x/b/X} ${#x} ${x:1}', 'aXc 3 bc\n'],
    ['V=1 env | grep ^V=; export W=2; env | grep ^W=; bash -c \'echo $W "$0" $1\' name arg', 'V=1\nW=2\n2 name arg\n'],
    ['printf "%s\\n" {a,b}{1,2}', 'a1\na2\nb1\nb2\n'],
    ['[[ foo == f* && ! -e nope ]] && echo yes; [[ abc =~ ^a.c$ ]] && echo re; (( 3 > 2 )) && echo ar', 'yes\nre\nar\n'],
    ['eval "echo a; echo b"; echo "echo sourced \\$1" > /tmp/s; . /tmp/s x', 'a\nb\nsourced x\n'],
    ['true | false; echo $?; set -o pipefail; false | true; echo $?', '1\n1\n'],
    ['set -x; echo a "b c"; set +x', "+ echo a 'b c'\na b c\n+ set +x\n"],
    ['type cd ls if nope', 'cd is a shell builtin\nls is /usr/bin/ls\nif is a shell keyword\nbash: type: nope: not found\n'],
    ['echo "echo run \\$0 \\$1" > /tmp/x.sh; bash /tmp/x.sh arg; /tmp/x.sh', 'run /tmp/x.sh arg\nbash: /tmp/x.sh: Permission denied\n'],
    ['echo "ls /nope; cd /nope" | bash', "ls: cannot access '/nope': No such file or directory\nbash: line 1: cd: /nope: No such file or directory\n"],
    ['yes | head -2', 'y\ny\n'],
    ['time true', '\nreal\t0m0.000s\nuser\t0m0.000s\nsys\t0m0.000s\n'],
    ['cat nofile | wc -l', 'cat: nofile: No such file or directory\n0\n'],
    ['echo $((2+', ''],
  ])('%s', (line, expected) => {
    expect(shows(line)).toBe(expected)
  }) // prettier-ignore

  // As bash 5.2 words them.
  test.each<[string, string, number]>([
    ['foo', 'bash: foo: command not found\n', 127],
    ['./nope', 'bash: ./nope: No such file or directory\n', 127],
    ['./wrappers', 'bash: ./wrappers: Is a directory\n', 126],
    ['./README.md', 'bash: ./README.md: Permission denied\n', 126],
    ['cd nope', 'bash: cd: nope: No such file or directory\n', 1],
    ['cd a b', 'bash: cd: too many arguments\n', 1],
    ['fi', "bash: syntax error near unexpected token `fi'\n", 2],
    ['echo a > /nope/x', 'bash: /nope/x: No such file or directory\n', 1],
    ['cat < nope', 'bash: nope: No such file or directory\n', 1],
    ['echo $((1/0)); echo next', 'bash: 1/0: division by 0 (error token is "0")\n', 1],
    ['echo ${q:?gone}; echo next', 'bash: q: gone\n', 1],
    ['readonly r=1; r=2', 'bash: r: readonly variable\n', 1],
    ['[ a', "bash: [: missing `]'\n", 2],
    ['break', "bash: break: only meaningful in a `for', `while', or `until' loop\n", 0],
    ['bash -c fi', "bash: -c: line 1: syntax error near unexpected token `fi'\nbash: -c: line 1: `fi'\n", 2],
    ['bash -c "foo; exit 3"', 'bash: line 1: foo: command not found\n', 3],
    ['bash -c "while true; do"', 'bash: -c: line 2: syntax error: unexpected end of file\n', 2],
    ['trap x INT', 'bash: trap: not modelled in this shell\n', 2],
    ['less README.md', 'less: not modelled; needs the whole screen; use cat, head, tail or grep\n', 2],
    ['!nothing', 'bash: !nothing: event not found\n', 1],
  ])('%s', (line, expected, code) => {
    const got = typed([line])
    expect(got.shown).toBe(expected)
    expect(got.codes).toEqual([code])
  })

  test('asks for the rest of an unfinished command', () => {
    const got = typed(['for i in 1 2', 'do', 'echo $i', 'done', 'echo "a', 'b"', 'echo c \\', 'd'])
    expect(got.shown).toBe('1\n2\na\nb\nc d\n')
    expect(got.prompts).toEqual(['$ ', '> ', '> ', '> ', '$ ', '> ', '$ ', '> ', '$ '])
    expect(got.codes).toEqual([0, 0, 0])
  })

  test('runs what is whole of a pasted block, and asks for the rest', () => {
    const got = typed(['echo a\nif true', 'then echo b; fi'])
    expect(got.shown).toBe('a\nb\n')
    expect(got.prompts).toEqual(['$ ', '> ', '$ '])
  })

  test('a pasted block is one program', () => {
    expect(typed(['echo a\nif true\nthen echo b\nfi\necho c']).shown).toBe('a\nb\nc\n')
  })

  test('lines typed while a command runs wait for the prompt', () => {
    const got = typed(['sleep 3', 'echo one', 'echo two'], { gap: 0.5, until: 10 })
    expect(got.shown).toBe('one\ntwo\n')
    expect(got.codes).toEqual([0, 0, 0])
  })

  test('Ctrl-C ends the whole line, and drops one half typed', () => {
    const loop = typed(['for i in 1 2 3; do sleep 5; echo $i; done; echo after', '^C', 'echo $?'])
    expect(loop.shown).toBe('130\n')
    expect(loop.codes).toEqual([130, 0])
    expect(typed(['while true; do :; done', '^C', 'echo out']).shown).toBe('out\n')
    expect(typed(['sleep 60 | cat', '^C', 'echo $?']).shown).toBe('130\n')
    expect(typed(['echo "half', '^C', 'echo whole']).shown).toBe('whole\n')
  })

  test("Ctrl-D ends a program's input, then the shell", () => {
    const got = typed(['cat', '> hello', '^D', 'echo $?', '^D'])
    expect(got.shown).toBe('hello\n0\nexit\n')
    expect(Object.values(got.world.processes)).toHaveLength(0)
    expect(typed(['exit 3', 'echo $? $0']).shown).toBe('exit\n0 bash\n')
  })

  test('read takes a typed line', () => {
    expect(typed(['read -p "name? " a b', '> x y z', 'echo $a-$b']).shown).toBe('name? x-y z\n')
  })

  test('jobs in the background', () => {
    const got = typed(['sleep 5 &', 'jobs', 'wait; echo waited', 'sleep 60 &', 'kill %1', '', 'jobs'], { gap: 3 })
    expect(got.shown.replace(/\] \d+/g, '] N')).toBe(
      '[1] N\n[1]+  Running                 sleep 5 &\n[1]+  Done                    sleep 5\nwaited\n[1] N\n[1]+  Terminated              sleep 60\n',
    )
    // Ctrl-C is for the foreground alone.
    expect(typed(['sleep 9 & ', 'sleep 60', '^C', 'jobs']).shown).toContain('Running                 sleep 9 &')
  })

  test('history', () => {
    expect(typed(['echo a', ' echo hidden', 'echo b', '!!', '!ec', 'history 2']).shown).toBe(
      'a\nhidden\nb\necho b\nb\necho b\nb\n    2  echo b\n    3  history 2\n',
    )
  })

  test('a line too long is refused, and nothing else is lost', () => {
    const got = typed(['echo before', 'echo ' + 'x'.repeat(1_000_000), 'echo after'])
    expect(got.shown).toBe(
      `before\nbash: a line of 1000005 characters is longer than the ${LINE_LIMIT} this shell takes; nothing of it was run\nafter\n`,
    )
  })

  test('thousands of lines queue', () => {
    const lines = Array.from({ length: 3000 }, (_, i) => `echo ${i}`)
    const got = typed(lines, { gap: 0, until: 60 })
    expect(got.codes.every((c) => c === 0)).toBe(true)
    expect(got.shown.endsWith('2998\n2999\n')).toBe(true)
  })

  test('an endless loop lets time pass and does not grow', () => {
    const got = typed(['while true; do x=$((x+1)); done'], { until: 3 })
    const shell = Object.values(got.world.processes)[0]!
    expect(got.world.now).toBe(seconds(3))
    expect(JSON.stringify(shell.state).length).toBeLessThan(4000)
    expect(got.world.handled).toBeLessThan(20_000)
    expect(typed(['while true; do ls > /dev/null; done'], { until: 3 }).world.handled).toBeLessThan(20_000)
  })

  test('leaves nothing behind', () => {
    const got = typed(['x=$(ls | wc -l)', 'seq 5 | tail -2 | cat', 'cat <<< a | cat', 'timeout 1 sleep 9', 'echo | xargs echo'])
    expect(Object.values(got.world.processes)).toHaveLength(1)
    expect(Object.keys(got.world.pipes)).toHaveLength(0)
    expect([...got.world.hosts['host']!.disk.sortedKeys()].filter((p) => p.startsWith('/tmp'))).toEqual([])
  })

  test('is the same run in drafts and in place', () => {
    const lines = [
      'for i in $(seq 3); do echo $i; done | nl',
      'f() { read a; echo "$a"; }; f <<< hi',
      'sleep 1 & wait',
      'cat',
      '> x',
      '^D',
      'echo $(echo a)$(echo b)',
    ]
    expect(fingerprint(typed(lines, { mode: 'history' }).world)).toBe(fingerprint(typed(lines).world))
  })
})
