import { beforeAll, describe, expect, test } from 'vitest'
import { History, plus, scenarioNamed, seconds, type World } from '../../sim/index.ts'
import { linesBefore, programIn, shortCommand, titleOf } from './about.ts'
import { complete } from './complete.ts'
import { listFolder } from './folders.ts'
import { rowText, Screen } from './screen.ts'

let history: History
let world: World
let inside: World
beforeAll(() => {
  history = new History(scenarioNamed('start')!)
  history.seek(seconds(30))
  world = history.world
  history.act({ terminal: 'host', kind: '$', text: './wrappers/zk-shell zoo1' })
  history.seek(plus(history.now, seconds(10)))
  inside = history.world
})
const words = (at: World, text: string) => complete(at, 'host', text, text.length).candidates.map((c) => c.label)

describe('completion at the prompt', () => {
  test('commands, services, paths', () => {
    expect(words(world, 'docker-compose k')).toEqual(['kill'])
    expect(words(world, 'docker-compose kill zoo')).toEqual(['zoo1', 'zoo2', 'zoo3'])
    expect(words(world, './wra')).toEqual(['wrappers/'])
    expect(words(world, 'cat docker-c')).toEqual(['docker-compose.yml'])
    expect(words(world, 'ls data/ka')).toEqual(['kafka1/', 'kafka2/'])
    expect(words(world, 'nonsense-')).toEqual([])
  })
  test('a broker’s disk is below data/', () => {
    const names = listFolder(world, '/home/you/kafka-playground/data/kafka1')!.map((one) => one.name)
    expect(names).toContain('kafka-logs')
    expect(listFolder(world, '/nowhere')).toBeUndefined()
  })
})

describe('in zk-shell', () => {
  test('it completes its own commands and znodes', () => {
    expect(programIn(inside, 'host')?.kind).toBe('zk-shell')
    expect(words(inside, 'tre')).toEqual(['tree'])
    expect(words(inside, 'get /kafka/contr')).toEqual(['/kafka/controller', '/kafka/controller_epoch'])
  })
  test('the tab says what runs, the screen ends in its prompt', () => {
    expect(titleOf(inside, 'host')).toBe('zk-shell zoo1')
    expect(titleOf(world, 'host')).toBe('host')
    const screen = new Screen()
    screen.show(inside.terminals.host!.entries)
    expect(rowText(screen.rows.at(-1)!)).toBe('(CONNECTED [zoo1]) /> ')
    expect(screen.open).toBe(true)
  })
  test('each has the lines entered to itself', () => {
    expect(linesBefore(world, 'host', [], true).at(-1)).toBe('docker-compose up -d kafka1 client')
    expect(linesBefore(inside, 'host', [], false)).toEqual([])
    expect(linesBefore(world, 'host', ['ls', 'docker-compose up -d kafka1 client'], true)[0]).toBe('ls')
  })
})

test.each([
  [['docker-compose', 'kill', 'kafka2'], 'docker-compose kill kafka2'],
  [['sh', './wrappers/kafka-topics.sh', '--list'], 'kafka-topics'],
  [['/bin/bash', '-c', 'ls'], 'bash ls'],
])('%j is called %s', (argv, name) => expect(shortCommand(argv)).toBe(name))
