// What the simulation prints for the actions of a recording, against what the real cluster printed: every line that is not marked must be equal.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording, printRecording } from '../cli/recording.ts'
import { compareRecordings, describeDifferences } from './support/comparison.ts'

/** The recordings whose tools are modelled. */
const RECORDINGS = [
  '01-start-and-brokers',
  '02-topics-and-leaders',
  '03-files',
  '06-ways-to-lose-a-broker',
  '07-zookeeper-by-hand',
  '08-links-cut',
  '11-reassignment',
  '14-topics-odd-input',
]

test.each(RECORDINGS)(
  '%s',
  (name) => {
    const real = parseRecording(readFileSync(new URL(`./recordings/${name}.rec`, import.meta.url), 'utf8'))
    const played = playRecording(real)
    const text = printRecording({ header: real.header, actions: played.actions })
    const blocks = compareRecordings(real.actions, parseRecording(text).actions)
    expect(describeDifferences(blocks)).toBe('')
    expect(blocks.reduce((n, b) => n + b.total, 0)).toBeGreaterThan(30)
  },
  60_000,
)
