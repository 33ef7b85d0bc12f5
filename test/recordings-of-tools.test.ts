// What single tools print in recordings that show others too, which are not modelled yet: each block of theirs must be equal.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording, printRecording } from '../cli/recording.ts'
import { compareRecordings, describeDifferences } from './support/comparison.ts'

/** The tools, and looks at what they did to the znodes. */
const TOOLS = /kafka-(configs|preferred-replica-election|reassign-partitions)\.sh| > (get|tree) |--zookeeper \S+ --describe/
/** Recording, and how many of its blocks are such. */
const RECORDINGS = [
  ['09-bad-input', 5],
  ['10-configs-and-retention', 9],
] as const

test.each(RECORDINGS)(
  '%s',
  (name, count) => {
    const real = parseRecording(readFileSync(new URL(`./recordings/${name}.rec`, import.meta.url), 'utf8'))
    const played = playRecording(real)
    const text = printRecording({ header: real.header, actions: played.actions })
    const blocks = compareRecordings(real.actions, parseRecording(text).actions).filter((block) => TOOLS.test(block.head))
    expect(blocks).toHaveLength(count)
    expect(describeDifferences(blocks)).toBe('')
  },
  60_000,
)
