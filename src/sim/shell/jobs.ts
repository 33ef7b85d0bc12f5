// Commands in the background: their numbers, and what the shell says of them.

import type { Pid, Signal } from '../kernel/index.ts'
import type { Job, ShellState } from './state.ts'

const MAX_TEXT = 60

export const jobText = (text: string): string => (text.length > MAX_TEXT ? text.slice(0, MAX_TEXT) + '...' : text).replace(/\n/g, ' ')

/** Adds a job; its number. */
export function addJob(s: ShellState, pids: readonly Pid[], text: string): number {
  let id = 1
  for (const job of s.jobs) if (job.id >= id) id = job.id + 1
  s.jobs.push({ id, pids: pids.slice(), codes: pids.map((p) => (p === 0 ? 126 : -1)), text, ended: '', done: pids.every((p) => p === 0) })
  return id
}

/** Notes that a job's process ended; false when the process is none of a job's. */
export function jobEnded(s: ShellState, pid: Pid, code: number, signal: Signal | undefined): boolean {
  for (const job of s.jobs) {
    const at = job.pids.indexOf(pid)
    if (at < 0 || job.done) continue
    job.codes[at] = code
    if (at === job.pids.length - 1 && signal) job.ended = SIGNAL_WORDS[signal] ?? ''
    job.done = job.codes.every((c) => c >= 0)
    return true
  }
  return false
}

const SIGNAL_WORDS: Partial<Record<Signal, string>> = {
  TERM: 'Terminated',
  KILL: 'Killed',
  INT: 'Interrupt',
  HUP: 'Hangup',
  QUIT: 'Quit',
  PIPE: 'Broken pipe',
}

const last = (job: Job): number => job.codes[job.codes.length - 1] ?? 0
const stateOf = (job: Job): string => (!job.done ? 'Running' : job.ended || (last(job) === 0 ? 'Done' : `Exit ${last(job)}`))

/** `[1]+  Running                 sleep 5 &` */
export function jobLine(s: ShellState, job: Job): string {
  const live = s.jobs
  const sign = job === live[live.length - 1] ? '+' : job === live[live.length - 2] ? '-' : ' '
  return `[${job.id}]${sign}  ${stateOf(job).padEnd(24)}${job.text}${job.done ? '' : ' &'}\n`
}

/** Lines about the jobs that ended since the last prompt; they are forgotten with that. */
export function finishedJobs(s: ShellState): string {
  if (!s.jobs.some((j) => j.done)) return ''
  const text = s.jobs.filter((j) => j.done).map((j) => jobLine(s, j)).join('') // prettier-ignore
  s.jobs = s.jobs.filter((j) => !j.done).map((j) => ({ ...j, pids: j.pids.slice(), codes: j.codes.slice() }))
  return text
}

/** `%1`, `%+`, `%-`, `%name`, a process's number, or nothing: the current job. */
export function findJob(s: ShellState, spec: string): Job | undefined {
  if (spec === '' || spec === '%' || spec === '%%' || spec === '%+') return s.jobs[s.jobs.length - 1]
  if (spec === '%-') return s.jobs[s.jobs.length - 2] ?? s.jobs[s.jobs.length - 1]
  const name = spec.replace(/^%/, '')
  if (/^\d+$/.test(name)) return s.jobs.find((j) => (spec.startsWith('%') ? j.id === Number(name) : j.pids.includes(Number(name))))
  return s.jobs.find((j) => j.text.startsWith(name))
}

/** What an interactive shell says when its child was ended by a signal that nobody typed. */
export const endedBySignal = (signal: Signal): string =>
  signal === 'INT' || signal === 'PIPE' ? '' : `${SIGNAL_WORDS[signal] ?? signal}\n`
