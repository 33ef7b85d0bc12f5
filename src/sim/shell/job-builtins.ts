// Builtins about processes: jobs, wait, fg, kill.

import type { Signal } from '../kernel/index.ts'
import { refuse, type Builtin } from './call.ts'
import { findJob, finishedJobs, jobLine } from './jobs.ts'
import type { Job } from './state.ts'

const codeOf = (job: Job): number => job.codes[job.codes.length - 1] ?? 0

const jobs: Builtin = (call) => {
  for (const job of call.s.jobs) call.out(jobLine(call.s, job))
  finishedJobs(call.s)
  return 0
}

const wait: Builtin = (call) => {
  const { s, argv } = call
  let status = 0
  const pids: number[] = []
  for (const spec of argv.slice(1)) {
    const job = findJob(s, spec)
    if (!job) {
      if (/^\d+$/.test(spec)) status = refuse(call, `pid ${spec} is not a child of this shell`, 127)
      else status = refuse(call, `${spec}: no such job`, 127)
    } else if (job.done) status = codeOf(job)
    else pids.push(...job.pids)
  }
  if (argv.length === 1) for (const job of s.jobs) if (!job.done) pids.push(...job.pids)
  if (pids.length === 0) {
    if (s.interactive) call.err(finishedJobs(s))
    return status
  }
  call.frame.pids = pids
  s.waiting = 'jobs'
  return 'wait'
}

const fg: Builtin = (call) => {
  const { ctx, s, argv } = call
  if (!s.interactive) return refuse(call, 'no job control')
  const spec = argv[1] ?? ''
  const job = findJob(s, spec)
  if (!job) return refuse(call, `${spec || 'current'}: no such job`)
  call.out(job.text + '\n')
  if (job.done) {
    const code = codeOf(job)
    s.jobs = s.jobs.filter((j) => j !== job)
    return code
  }
  call.frame.pids = job.pids.slice()
  call.frame.codes = job.codes.slice()
  s.jobs = s.jobs.filter((j) => j.id !== job.id).map((j) => ({ ...j, pids: j.pids.slice(), codes: j.codes.slice() }))
  s.waiting = 'children'
  ctx.foreground(call.frame.pids.find((_, i) => call.frame.codes[i] === -1) ?? ctx.pid)
  return 'wait'
}

export const SIGNALS: Readonly<Record<string, Signal>> = {
  HUP: 'HUP',
  INT: 'INT',
  QUIT: 'QUIT',
  KILL: 'KILL',
  PIPE: 'PIPE',
  TERM: 'TERM',
  CONT: 'CONT',
  STOP: 'STOP',
  1: 'HUP',
  2: 'INT',
  3: 'QUIT',
  9: 'KILL',
  13: 'PIPE',
  15: 'TERM',
  18: 'CONT',
  19: 'STOP',
}
export const signalNamed = (text: string): Signal | undefined => {
  const name = text.toUpperCase().replace(/^SIG/, '')
  return Object.hasOwn(SIGNALS, name) ? SIGNALS[name] : undefined
}

const kill: Builtin = (call) => {
  const { ctx, s, argv } = call
  const args = argv.slice(1)
  const usage = 'kill: usage: kill [-s sigspec | -n signum | -sigspec] pid | jobspec ... or kill -l [sigspec]\n'
  if (args.length === 0) {
    call.err(usage)
    return 2
  }
  if (args[0] === '-l') {
    call.out(' 1) SIGHUP\t 2) SIGINT\t 3) SIGQUIT\t 9) SIGKILL\t13) SIGPIPE\n15) SIGTERM\t18) SIGCONT\t19) SIGSTOP\n')
    return 0
  }
  let signal: Signal | undefined = 'TERM'
  if (/^-./.test(args[0]!)) {
    const text = args[0] === '-s' || args[0] === '-n' ? (args.shift(), args[0] ?? '') : args[0]!.slice(1)
    args.shift()
    signal = signalNamed(text)
    if (!signal && text !== '0') return refuse(call, `${text}: invalid signal specification`)
    if (args.length === 0) {
      call.err(usage)
      return 2
    }
  }
  let status = 0
  for (const spec of args) {
    const job = spec.startsWith('%') ? findJob(s, spec) : undefined
    if (spec.startsWith('%') && !job) status = refuse(call, `${spec}: no such job`)
    else if (!job && !/^\d+$/.test(spec)) status = refuse(call, `${spec}: arguments must be process or job IDs`)
    else {
      const pids = job ? job.pids.filter((_, i) => job.codes[i] === -1) : [Number(spec)]
      if (!job && !ctx.alive(Number(spec))) status = refuse(call, `(${spec}) - No such process`)
      else if (signal) for (const pid of pids) ctx.kill(pid, signal)
    }
  }
  return status
}

export const jobBuiltins: Readonly<Record<string, Builtin>> = {
  jobs,
  wait,
  fg,
  kill,
  bg: (call) => refuse(call, 'stopping a job with Ctrl-Z is not modelled', 2),
  disown: () => 0,
}
