// Recordings of records and their files, as far as they need no consumer: every line that is not marked must be equal.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording, printRecording } from '../cli/recording.ts'
import { compareRecordings, describeDifferences } from './support/comparison.ts'

/** Recording, the blocks that are left out, and how many lines there are in the others at least. */
const RECORDINGS = [
  // The consumer's terminal; and the producer's Ctrl-C, which there does not reach it.
  ['04-segments-roll-and-go', /^c |^p \^ /, 900],
  ['10-configs-and-retention', /kafka-console-consumer/, 90],
  ['12-producer-through-a-failure', /kafka-console-consumer/, 140],
  ['13-compaction', /kafka-console-consumer/, 20],
] as const

/**
 * What files hold at a given second of 04 and 12 depends on when their producer began. The machine that they were recorded on had more to do than its two cores could: from the line
 * to the producer's first word took 5.3 to 6.4 s in one and 6.4 to 8.4 s in the other. Here it is as slow; `replay` takes the usual time.
 */
const SLOW_MACHINE = { 'kafka.verifiable-producer.start': [5_300_000, 5_500_000] } as const

test.each(RECORDINGS)(
  '%s',
  (name, leftOut, lines) => {
    const real = parseRecording(readFileSync(new URL(`./recordings/${name}.rec`, import.meta.url), 'utf8'))
    const played = playRecording(real, { costs: SLOW_MACHINE })
    const text = printRecording({ header: real.header, actions: played.actions })
    const blocks = compareRecordings(real.actions, parseRecording(text).actions).filter((block) => !leftOut.test(block.head))
    expect(describeDifferences(blocks)).toBe('')
    expect(blocks.reduce((n, b) => n + b.total, 0)).toBeGreaterThan(lines)
  },
  60_000,
)
