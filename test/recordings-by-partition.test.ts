// Recordings whose consumers read by group, replayed with consumers that are told their one partition: they read the same, and every line that is not marked must be equal.

import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { playRecording } from '../cli/play.ts'
import { parseRecording, printRecording } from '../cli/recording.ts'
import { compareRecordings, describeDifferences } from './support/comparison.ts'

test.each([
  ['10-configs-and-retention', 100],
  ['13-compaction', 50],
])(
  '%s',
  (name, lines) => {
    const text = readFileSync(new URL(`./recordings/${name}.rec`, import.meta.url), 'utf8')
    const real = parseRecording(text.replace(/(kafka-console-consumer\.sh .*--topic [a-z]+)/g, '$1 --partition 0'))
    expect(real.actions.filter((a) => a.text.includes('--partition 0'))).toHaveLength(2)
    const played = playRecording(real)
    const blocks = compareRecordings(real.actions, parseRecording(printRecording({ header: real.header, actions: played.actions })).actions)
    expect(describeDifferences(blocks)).toBe('')
    expect(blocks.reduce((n, b) => n + b.total, 0)).toBeGreaterThan(lines)
  },
  60_000,
)
