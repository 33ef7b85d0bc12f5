// Disks that are full or read-only, as a shell meets them: what the real tools say, and what is left behind.
import { describe, expect, test } from 'vitest'
import { seconds } from '../../base/index.ts'
import { ClusterEngine, createWorld, runActions, type Action } from '../../cluster/index.ts'
import { PLAYGROUND, scenarioWith } from '../../../../test/support/playground.ts'

/** A terminal on the docker host; gives what a line shows. */
function session() {
  const engine = new ClusterEngine(createWorld(scenarioWith(1, PLAYGROUND, [])), { mode: 'plain', strict: true })
  const actions: Action[] = []
  return (text: string): string => {
    const seen = engine.world.terminals['a']?.entries.end ?? 0
    const at = engine.world.now + 1000
    actions.push({ at: at as never, terminal: 'a', kind: '$', text })
    runActions(engine, actions, (at + seconds(5)) as never)
    return [...engine.world.terminals['a']!.entries.from(seen)]
      .filter((e) => e.kind === 'output')
      .map((e) => e.text)
      .join('')
  }
}
const D = 'data/kafka1/kafka-logs'

describe('disk', () => {
  test('a full disk: the words of bash and of the tools, and df', () => {
    const sh = session()
    sh(`mkdir -p ${D}; seq 1 3000 > ${D}/fill; seq 1 2000 > big`)
    expect(sh('disk limit kafka1 20K')).toBe('')
    expect(sh(`df -h ${D}`)).toBe(
      'Filesystem      Size  Used Avail Use% Mounted on\nkafka1           20K   16K  4.0K  80% /home/you/kafka-playground/data/kafka1\n',
    )
    expect(sh('disk')).toBe('kafka1: holds 16K of 20K\n')
    expect(sh(`cp big ${D}/g`)).toBe(`cp: error writing '${D}/g': No space left on device\n`)
    expect(sh(`ls ${D}; wc -c < ${D}/g`)).toBe('fill  g\n4096\n')
    expect(sh(`echo hello > ${D}/f`)).toBe('bash: echo: write error: No space left on device\n')
    expect(sh(`seq 1 10 > ${D}/f2; echo $?`)).toBe('seq: write error: No space left on device\n1\n')
    expect(sh(`echo x | tee ${D}/f3`)).toBe(`x\ntee: ${D}/f3: No space left on device\n`)
    expect(sh(`mv big ${D}/moved; ls big`)).toBe(`mv: error writing '${D}/moved': No space left on device\nbig\n`)
    // What is there may be overwritten, and what goes makes room.
    expect(sh(`rm ${D}/fill; echo hello > ${D}/f; cat ${D}/f; df ${D}`)).toBe(
      'hello\nFilesystem     1K-blocks  Used Available Use% Mounted on\nkafka1                20     8        12  40% /home/you/kafka-playground/data/kafka1\n',
    )
    expect(sh(`disk limit kafka1 none; cp big ${D}/g; disk`)).toBe('')
  })

  test('a read-only disk', () => {
    const sh = session()
    sh(`mkdir -p ${D}; echo x > ${D}/f`)
    expect(sh('disk fail kafka1; disk')).toBe('kafka1: read-only after an error\n')
    expect(sh(`echo hello > ${D}/f`)).toBe(`bash: ${D}/f: Read-only file system\n`)
    expect(sh(`cp README.md ${D}/g`)).toBe(`cp: cannot create regular file '${D}/g': Read-only file system\n`)
    expect(sh(`mkdir ${D}/h`)).toBe(`mkdir: cannot create directory ‘${D}/h’: Read-only file system\n`)
    expect(sh(`rm ${D}/f`)).toBe(`rm: cannot remove '${D}/f': Read-only file system\n`)
    expect(sh(`touch ${D}/i`)).toBe(`touch: cannot touch '${D}/i': Read-only file system\n`)
    expect(sh(`mv ${D}/f ${D}/ff`)).toBe(`mv: cannot move '${D}/f' to '${D}/ff': Read-only file system\n`)
    expect(sh(`cat ${D}/f; disk heal kafka1; rm ${D}/f; disk`)).toBe('x\n')
  })

  test('says what it does not know', () => {
    const sh = session()
    expect(sh('disk limit kafka1 much')).toMatch(/^disk: a size is 4K at the least .*; not much\n$/)
    expect(sh('disk limit kafka1 0')).toMatch(/not 0\n$/)
    expect(sh('disk full')).toMatch(/^usage: disk /)
    expect(sh('disk melt kafka1')).toMatch(/^usage: disk /)
    expect(sh('disk full kafka9')).toBe('disk: there is no host kafka9; there are kafka1, kafka2\n')
    expect(sh('disk full zoo1')).toBe("disk: only brokers' disks run full or fail here: kafka1, kafka2\n")
    expect(sh('disk full constructor kafka1')).toMatch(/^usage/)
    expect(sh('disk constructor kafka1')).toMatch(/^usage/)
  })
})
