// npm run --silent fuzz -- --runs N [--seed S] [--jobs N] [--only SEED]: random schedules under all checkers. A line for each violation with its seed and the shrunk schedule, then
// counts of what was reached; the last line is `N schedules, M violations`; exit 1 when M > 0.

import { fork } from 'node:child_process'
import { availableParallelism } from 'node:os'
import { hashString } from '../src/sim/base/index.ts'
import type { MarkCounts } from '../src/sim/checkers/index.ts'
import { fail, parseArguments } from './arguments.ts'
import { runSchedule } from './fuzz/run.ts'
import { describe, drawSchedule } from './fuzz/schedule.ts'
import { shrink } from './fuzz/shrink.ts'

const USAGE = 'usage: npm run --silent fuzz -- --runs N [--seed S] [--jobs N] [--only SEED]'
/** Of so many schedules one is run strictly: frozen messages, no shared state. */
const STRICT_ONE_IN = 20

interface Report {
  readonly lines: readonly string[]
  readonly counts: MarkCounts
  readonly converged: readonly number[]
  readonly events: number
  readonly known: readonly string[]
}

const { words, options } = parseArguments(process.argv.slice(2), ['runs', 'seed', 'jobs', 'only', 'part'], USAGE)
if (words.length > 0) fail(USAGE)
const runs = options['only'] === undefined ? (options['runs'] ?? 100) : 1
const jobs = Math.max(1, Math.min(options['jobs'] ?? Math.min(2, availableParallelism()), runs))

const seedOf = (i: number): number => options['only'] ?? hashString(`${options['seed'] ?? 1}:${i}`)

/** Runs every jobs-th schedule from `part` on. */
function work(part: number, onLine: (line: string) => void): Report {
  const lines: string[] = []
  const converged: number[] = []
  const known: string[] = []
  let events = 0
  let counts: MarkCounts | undefined
  for (let i = part; i < runs; i += jobs) {
    const schedule = drawSchedule(seedOf(i))
    const how = { strict: i % STRICT_ONE_IN === 0 }
    const outcome = runSchedule(schedule, how)
    const first = outcome.violations[0]
    if (first) {
      const line = `seed ${schedule.seed}: ${(first.at / 1_000_000).toFixed(6)} ${first.checker}: ${first.text}\n  ${describe(shrink(schedule, first.checker, how))}`
      lines.push(line)
      onLine(line)
    }
    if (outcome.convergedAfterS >= 0) converged.push(outcome.convergedAfterS)
    if (outcome.known !== undefined) known.push(outcome.known)
    events += outcome.events
    counts = counts ? sum(counts, outcome.counts) : outcome.counts
  }
  return { lines, counts: counts!, converged, events, known }
}

const sum = (a: MarkCounts, b: MarkCounts): MarkCounts =>
  Object.fromEntries(Object.entries(a).map(([name, n]) => [name, (n as number) + b[name as keyof MarkCounts]])) as unknown as MarkCounts

const LABELS: Readonly<Record<keyof MarkCounts, string>> = {
  leaderElections: 'leader elections',
  controllerFailovers: 'controller failovers',
  sessionExpiries: 'session expiries',
  quorumLosses: 'quorum losses',
  transactions: 'transactions committed',
  acknowledgedWrites: 'writes acknowledged',
  reads: 'reads answered',
  sessionsResumed: 'sessions resumed',
  topicsCreated: 'topics created',
  partitionsCreated: 'partitions created',
  topicsDeleted: 'topics deleted',
  leaderChanges: 'leader changes',
  failovers: 'failovers',
  uncleanElections: 'unclean elections',
  isrShrinks: 'ISR shrinks',
  isrExpansions: 'ISR expansions',
  producesAcknowledged: 'produce requests acknowledged',
  producesRefused: 'produce requests refused',
  recordsAppended: 'records appended, on all replicas',
  truncations: 'truncations',
  recordsTruncated: 'records cut off',
  segmentsRolled: 'segments rolled',
  segmentsDeleted: 'segments deleted by retention',
  logsCompacted: 'logs compacted',
  disksFailed: 'disks that ended a broker',
}

function print(reports: readonly Report[]): void {
  const counts = reports.map((r) => r.counts).reduce(sum)
  for (const [name, label] of Object.entries(LABELS)) console.log(`${label}: ${counts[name as keyof MarkCounts]}`)
  const converged = reports.flatMap((r) => r.converged).sort((a, b) => a - b)
  const at = (share: number): string => (converged[Math.min(converged.length - 1, Math.floor(converged.length * share))] ?? -1).toFixed(0)
  console.log(`seconds from healing to a whole cluster: median ${at(0.5)}, p99 ${at(0.99)}, most ${at(1)}`)
  console.log(`events: ${reports.reduce((n, r) => n + r.events, 0)}`)
  const known = reports.flatMap((r) => r.known)
  for (const flaw of [...new Set(known)].sort()) console.log(`ended by ${flaw}: ${known.filter((one) => one === flaw).length}`)
  const violations = reports.reduce((n, r) => n + r.lines.length, 0)
  console.log(`${runs} schedule${runs === 1 ? '' : 's'}, ${violations} violation${violations === 1 ? '' : 's'}`)
  process.exitCode = violations > 0 ? 1 : 0
}

if (options['part'] !== undefined) {
  const report = work(options['part'], () => {})
  process.send!(report)
} else if (jobs === 1) {
  print([work(0, (line) => console.log(line))])
} else {
  const reports = await Promise.all(
    Array.from(
      { length: jobs },
      (_, part) =>
        new Promise<Report>((resolve, reject) => {
          const child = fork(new URL(import.meta.url), [...process.argv.slice(2), '--jobs', String(jobs), '--part', String(part)])
          child.on('message', (report) => resolve(report as Report))
          child.on('exit', (code) => (code === 0 ? undefined : reject(new Error(`part ${part} ended with ${code}`))))
        }),
    ),
  )
  for (const report of reports) for (const line of report.lines) console.log(line)
  print(reports)
}
