import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { complete, type CompletionQuery } from './complete.ts'

const TREE: Readonly<Record<string, readonly [string, boolean][]>> = {
  '.': [['README.md', false], ['data', true], ['docker-compose.yml', false], ['my file', false], ['wrappers', true], ['.hidden', false]],
  './': [['README.md', false], ['data', true], ['wrappers', true]],
  'data/': [['kafka1', true], ['kafka2', true]],
  './wrappers/': [['kafka-topics.sh', false], ['zk-shell', false]],
  '/home/you/': [['kafka-playground', true]],
} // prettier-ignore
const query: CompletionQuery = {
  programs: ['cat', 'docker-compose', 'kafka-topics.sh', 'ls', 'link', 'timeout', 'zk-shell'],
  list: (path) => TREE[path]?.map(([name, dir]) => ({ name, dir })),
  machines: ['zoo1', 'zoo2', 'kafka1', 'kafka2', 'client'].map((name) => ({ name, image: name.startsWith('zoo') ? 'zookeeper' : name.startsWith('kafka') ? 'kafka' : 'client' })),
  topics: () => ['playground', 'tiny'],
  variables: ['HOME', 'HOSTNAME', 'x'],
  home: '/home/you',
} // prettier-ignore

/** The line with a bar where the cursor is: what it could become. */
function tab(line: string): string[] {
  const cursor = line.includes('|>') ? line.indexOf('|>') : line.length
  const text = line.replace('|>', '')
  const done = complete(text, cursor, query)
  return done.candidates.map((c) => text.slice(0, done.start) + c.text + (c.whole ? ' ' : '') + text.slice(done.end))
}

describe('completion', () => {
  test.each<[string, string[]]>([
    ['doc', ['docker-compose ']],
    ['l', ['let ', 'link ', 'local ', 'logout ', 'ls ']],
    ['cat R', ['cat README.md ']],
    ['cat d', ['cat data/', 'cat docker-compose.yml ']],
    ['cat data/', ['cat data/kafka1/', 'cat data/kafka2/']],
    ['cat my', ['cat my\\ file ']],
    ['cat "my', ['cat "my file ']],
    ['cat .h', ['cat .hidden ']],
    ['cd ', ['cd data/', 'cd wrappers/']],
    ['ls -l | ca', ['ls -l | cat ']],
    ['true && ls wr', ['true && ls wrappers/']],
    ['./wr', ['./wrappers/']],
    ['./wrappers/z', ['./wrappers/zk-shell ']],
    ['./wrappers/zk-shell ', ['./wrappers/zk-shell zoo1 ', './wrappers/zk-shell zoo2 ']],
    ['docker-compose k', ['docker-compose kill ']],
    ['docker-compose kill k', ['docker-compose kill kafka1 ', 'docker-compose kill kafka2 ']],
    ['docker-compose kill kafka1 k', ['docker-compose kill kafka1 kafka2 ']],
    ['docker-compose kill -s SIGK', ['docker-compose kill -s SIGKILL ']],
    ['docker-compose exec kafka1 l', ['docker-compose exec kafka1 let ', 'docker-compose exec kafka1 link ', 'docker-compose exec kafka1 local ', 'docker-compose exec kafka1 logout ', 'docker-compose exec kafka1 ls ']],
    ['docker-compose exec kafka1 kafka-topics.sh --li', ['docker-compose exec kafka1 kafka-topics.sh --list ']],
    ['docker-compose up -', ['docker-compose up --detach ', 'docker-compose up --no-color ', 'docker-compose up --no-deps ', 'docker-compose up --no-recreate ', 'docker-compose up -d ']],
    ['./wrappers/kafka-topics.sh --des', ['./wrappers/kafka-topics.sh --describe ']],
    ['kafka-topics.sh --topic p', ['kafka-topics.sh --topic playground ']],
    ['kafka-topics.sh --topic=t', ['kafka-topics.sh --topic=tiny ']],
    ['kafka-topics.sh --zookeeper ', ['kafka-topics.sh --zookeeper zoo1:2181/kafka ', 'kafka-topics.sh --zookeeper zoo2:2181/kafka ']],
    ['kafka-topics.sh --bootstrap-server kafka1:9092,k', ['kafka-topics.sh --bootstrap-server kafka1:9092,kafka2:9092 ']],
    ['timeout 8 ./wrappers/zk-shell z', ['timeout 8 ./wrappers/zk-shell zoo1 ', 'timeout 8 ./wrappers/zk-shell zoo2 ']],
    ['X=1 ls da', ['X=1 ls data/']],
    ['echo $HO', ['echo $HOME', 'echo $HOSTNAME']],
    ['echo a > RE', ['echo a > README.md ']],
    ['echo $(ca', ['echo $(cat ']],
    ['link cut kafka1 z', ['link cut kafka1 zoo1 ', 'link cut kafka1 zoo2 ']],
    ['ls ~/', ['ls ~/kafka-playground/']],
    ['cat R|> | nl', ['cat README.md  | nl']],
    ['nosuch', []],
    ["echo '$HO", []],
  ])('%s', (line, expected) => {
    expect(tab(line)).toEqual(expected)
  }) // prettier-ignore

  test('answers any line', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 40 }), fc.nat(40), (line, at) => {
        const cursor = Math.min(at, line.length)
        const done = complete(line, cursor, query)
        expect(done.start).toBeLessThanOrEqual(done.end)
        expect(done.end).toBe(cursor)
      }),
    )
  })
})
