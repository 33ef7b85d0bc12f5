// docker-compose and link over the real engine: what they print, and what becomes of the containers.
import { describe, expect, test } from 'vitest'
import { seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action, type Scenario } from '../../cluster/index.ts'
import { table } from './table.ts'

const scenario: Scenario = {
  name: 't',
  title: '',
  about: '',
  seed: 5,
  epochMs: 1_795_361_760_000,
  actions: [],
  hosts: ['box1', 'box2', 'box3'].map((name) => ({ name, hostname: `${name}id`, image: 'client' })),
}

/** Terminals at which lines are typed one after the other. */
function session() {
  const engine = new ClusterEngine(createWorld(scenario), { mode: 'plain', strict: true })
  const actions: Action[] = []
  const act = (kind: Action['kind'], text: string, forSeconds = 20, terminal = 'a') => {
    const seen = engine.world.terminals[terminal]?.entries.end ?? 0
    actions.push({ at: (engine.world.now + 1000) as never, terminal, kind, text })
    runActions(engine, actions, (engine.world.now + seconds(forSeconds)) as never)
    const entries = [...engine.world.terminals[terminal]!.entries.from(seen)]
    const shown = entries.filter((e) => e.kind === 'output').map((e) => e.text).join('') // prettier-ignore
    return { shown: screen(shown), raw: shown, codes: entries.filter((e) => e.kind === 'exit').map((e) => e.code) }
  }
  const states = () => ['box1', 'box2', 'box3'].map((name) => engine.world.hosts[name]!.container)
  return { engine, act, states, type: (line: string, forSeconds?: number) => act('$', line, forSeconds) }
}

/** What a terminal would show of a text: carriage returns, cursor up and down, erased lines; colours left out. */
function screen(text: string): string {
  const rows = ['']
  let y = 0
  let x = 0
  // eslint-disable-next-line no-control-regex
  for (const [token] of text.matchAll(/\x1b\[(\d*)([A-Za-z])|[\s\S]/g)) {
    const move = /^\x1b\[(\d*)([A-Z])/.exec(token) // eslint-disable-line no-control-regex
    if (move) {
      if (move[2] === 'A') y -= Number(move[1])
      else if (move[2] === 'B') y += Number(move[1])
      else if (move[2] === 'K') rows[y] = ''
    } else if (token === '\r') x = 0
    else if (token === '\n') {
      y++
      x = 0
      if (rows[y] === undefined) rows.push('')
    } else if (token.length === 1) {
      rows[y] = rows[y]!.slice(0, x).padEnd(x) + token + rows[y]!.slice(x + 1)
      x++
    }
  }
  return rows.map((r) => r.trimEnd()).join('\n')
}

describe('docker-compose', () => {
  test('up, ps, stop, start, restart, kill', () => {
    const { type, states } = session()
    expect(type('docker-compose ps').shown).toBe('Name   Command   State   Ports\n------------------------------\n')
    expect(type('docker-compose up -d box2 box1').shown).toBe(
      'Creating network "kafka-playground_default" with the default driver\nCreating kafka-playground_box2_1 ... done\nCreating kafka-playground_box1_1 ... done\n',
    )
    expect(states()).toEqual(['running', 'running', 'absent'])
    expect(type('docker-compose up -d').shown).toBe(
      'kafka-playground_box1_1 is up-to-date\nkafka-playground_box2_1 is up-to-date\nCreating kafka-playground_box3_1 ... done\n',
    )
    const stop = type('time docker-compose stop box1', 30)
    expect(stop.shown).toMatch(/^Stopping kafka-playground_box1_1 \.\.\. done\n\nreal\t0m10\.\d+s/)
    expect(states()).toEqual(['exited', 'running', 'running'])
    expect(type('docker-compose stop box1')).toMatchObject({ shown: '', codes: [0] })
    expect(type('docker-compose start box1').shown).toBe('Starting box1 ... done\n')
    expect(type('docker-compose kill box1 box3').shown).toBe(
      'Killing kafka-playground_box1_1 ... done\nKilling kafka-playground_box3_1 ... done\n',
    )
    expect(type('docker-compose up -d box1').shown).toBe('Starting kafka-playground_box1_1 ... done\n')
    expect(type('docker-compose restart box1', 30).shown).toBe('Restarting kafka-playground_box1_1 ... done\n')
    expect(type('docker-compose ps').shown).toContain('kafka-playground_box3_1   /bin/sh -c tail -f /dev/null   Exit 137')
    expect(states()).toEqual(['running', 'running', 'exited'])
  })

  test('writes its lines first, then rewrites each in place', () => {
    const { type } = session()
    const { raw } = type('docker-compose up -d box1 box2')
    expect(raw.indexOf('Creating kafka-playground_box2_1')).toBeLessThan(raw.indexOf('done'))
    // Where there is no terminal a line is written again when its operation ends, whichever ends first.
    const lines = type('docker-compose kill 2>&1 | cat').shown.split('\n')
    expect(lines.slice(0, 2)).toEqual(['Killing kafka-playground_box1_1 ...', 'Killing kafka-playground_box2_1 ...'])
    expect(lines.slice(2, 4).sort()).toEqual(['Killing kafka-playground_box1_1 ... done', 'Killing kafka-playground_box2_1 ... done'])
  })

  test('pause and unpause', () => {
    const { type, states } = session()
    expect(type('docker-compose pause')).toMatchObject({ shown: 'ERROR: No containers to pause\n', codes: [1] })
    type('docker-compose up -d')
    expect(type('docker-compose pause box1 box2').shown).toBe(
      'Pausing kafka-playground_box2_1 ... done\nPausing kafka-playground_box1_1 ... done\n',
    )
    expect(states()).toEqual(['paused', 'paused', 'running'])
    expect(type('docker-compose pause box1')).toMatchObject({ codes: [1] })
    type('docker-compose unpause box1')
    expect(states()).toEqual(['running', 'paused', 'running'])
  })

  test('exec runs in the container, hands on input, status, signals; and dies with it', () => {
    const { type, act } = session()
    expect(type('docker-compose exec box1 ls')).toMatchObject({ shown: 'ERROR: No container found for box1_1\n', codes: [1] })
    type('docker-compose up -d')
    expect(type('docker-compose exec box1 hostname').shown).toBe('box1id\n')
    expect(type('echo in | docker-compose exec -T box2 cat').shown).toBe('in\n')
    expect(type('echo a b | ./wrappers/bash -c "read x y; echo \\$y"').shown).toBe('b\n')
    expect(type('docker-compose exec box1 bash -c "exit 7"').codes).toEqual([7])
    expect(type('docker-compose exec -e A=1 -e B=2 box1 env | grep ^[AB]=').shown).toBe('A=1\nB=2\n')
    expect(type('docker-compose exec box1 nosuch')).toMatchObject({ codes: [126] })
    expect(type('./wrappers/bash -c "sleep 100"', 3).codes).toEqual([])
    expect(act('^', 'C', 2).codes).toEqual([130])
    type('docker-compose exec box1 sleep 100', 3)
    act('!', 'docker-compose kill box1', 5)
    expect(type('echo $?').shown).toBe('137\n')
  })

  test('a wrapper is a shell in the container when asked for one', () => {
    const { type, act } = session()
    type('docker-compose up -d')
    expect(type('./wrappers/bash').shown).toBe('client@box1id:/$')
    expect(act('>', 'hostname; exit 4').shown).toBe('box1id\nexit\n')
    expect(type('echo $?').shown).toBe('4\n')
  })

  test('up without -d stays attached; Ctrl-C stops all it started', () => {
    const { act, states } = session()
    const up = act('$', 'docker-compose up box1 box2', 5)
    expect(up.shown).toContain('Attaching to kafka-playground_box1_1, kafka-playground_box2_1\n')
    expect(up.codes).toEqual([])
    const stop = act('^', 'C', 20)
    expect(stop.shown).toBe(
      'Gracefully stopping... (press Ctrl+C again to force)\nStopping kafka-playground_box1_1 ... done\nStopping kafka-playground_box2_1 ... done\n',
    )
    expect(states()).toEqual(['exited', 'exited', 'absent'])
    act('$', 'docker-compose up box1', 5)
    act('^', 'C', 2)
    const force = act('^', 'C', 3)
    expect(force.shown).toBe('Killing kafka-playground_box1_1 ... done\n')
    expect(states()).toEqual(['exited', 'exited', 'absent'])
  })

  test('errors', () => {
    const { type } = session()
    expect(type('docker-compose kill nope')).toMatchObject({ shown: 'ERROR: No such service: nope\n', codes: [1] })
    expect(type('docker-compose constructor').shown).toMatch(/^ERROR: No such command: constructor\n\nCommands:\n/)
    expect(type('docker-compose images').shown).toBe('ERROR: docker-compose images is not modelled here: the images are as they are\n')
    expect(type('docker-compose stop --what')).toMatchObject({ codes: [1] })
    expect(type('docker-compose stop --what').shown).toMatch(/Usage: stop /)
    expect(type('docker ps')).toMatchObject({ shown: 'docker: not modelled here; use docker-compose ps\n', codes: [1] })
    expect(type('docker-compose version').shown).toMatch(/^docker-compose version 1\.24\.1/)
    expect(type('docker-compose logs -f', 3).codes).toEqual([0])
  })

  test('the table of ps, 120 columns wide, as texttable 0.9.1 draws it', () => {
    const zoo = '127.0.0.1:2181->2181/tcp, 2888/tcp, 3888/tcp, 8080/tcp'
    const rows = [
      ['kafka-playground_client_1', '/bin/sh -c tail -f /dev/null', 'Up', '127.0.0.1:6066->6066/tcp'],
      ['kafka-playground_kafka2_1', '/bin/sh -c kafka-server-st ...', 'Exit 137', ''],
      ['kafka-playground_zoo1_1', '/docker-entrypoint.sh zkSe ...', 'Up', zoo],
    ]
    expect(table(['Name', 'Command', 'State', 'Ports'], rows, 120)).toBe(
      [
        '          Name                         Command                State                          Ports                      ',
        '------------------------------------------------------------------------------------------------------------------------',
        'kafka-playground_client_1   /bin/sh -c tail -f /dev/null     Up         127.0.0.1:6066->6066/tcp                        ',
        'kafka-playground_kafka2_1   /bin/sh -c kafka-server-st ...   Exit 137                                                   ',
        'kafka-playground_zoo1_1     /docker-entrypoint.sh zkSe ...   Up         127.0.0.1:2181->2181/tcp, 2888/tcp, 3888/tcp,   ',
        '                                                                        8080/tcp                                        ',
      ].join('\n'),
    )
  })
})

describe('link', () => {
  test('cuts, heals, slows, loses, lists', () => {
    const { type, engine } = session()
    expect(type('link').shown).toBe('')
    expect(type('link cut box1 box2').codes).toEqual([0])
    type('link slow box2 box3 10')
    type('link lossy box1 box3')
    expect(type('link').shown).toBe('box1 box2: cut\nbox1 box3: lossy 20 %\nbox2 box3: slow 10\n')
    type('link heal box1 box2; link heal box2 box3; link heal box1 box3')
    expect(type('link').shown).toBe('')
    expect(Object.values(engine.world.links).every((l) => !l.cut)).toBe(true)
  })
  test('errors', () => {
    const { type } = session()
    expect(type('link cut box1 nope')).toMatchObject({
      shown: 'link: there is no host nope; there are host, box1, box2, box3\n',
      codes: [1],
    })
    expect(type('link cut box1 box1').codes).toEqual([1])
    expect(type('link slow box1 box2 fast').codes).toEqual([1])
    expect(type('link frob').shown).toMatch(/^usage: link/)
  })
})
