// docker-compose 1.24.1: verbs over containers, as far as the playground has them. What it prints is described in reference/docker/facts.md.

import { ms, plus, seconds, us, type Micros } from '../../base/index.ts'
import type { Context, ContainerOp, Input, MachineView, Pid, ProcessKind, Signal } from '../../kernel/index.ts'
import { commandList, composeVersion, UNMODELLED_VERBS, usageOf, VERBS, type Verb } from './usage.ts'
import { error, finishLine, writeLines, type Lines } from './lines.ts'
import { containerName, exists, PROJECT, runs, services, stateText } from './names.ts'
import { followLogs, logsInput, logsTick, newLogs, type LogsState } from './logs.ts'
import { parseArguments, valueOf, valuesOf, type Parsed } from './options.ts'
import { table } from './table.ts'

/** One thing to do to one container. */
interface Task {
  readonly host: string
  readonly op: ContainerOp
  readonly signal: Signal | ''
  /** Its progress line; -1 when it has none. */
  readonly line: number
}
export interface ComposeState {
  /** Orders not yet given, with their due times. */
  later: { at: Micros; task: Task }[]
  /** Orders given, by host and operation. */
  open: Task[]
  lines: Lines
  failures: { name: string; text: string }[]
  /** The program run by `exec`, and what feeds it when our input is a pipe. */
  child: Pid
  feed: Pid
  pipe: number
  sofar: string
  ended: boolean
  logs: LogsState | null
  /** `up` without -d: 1 while attached, 2 once Ctrl-C asked to stop, 3 once it asked again. */
  attached: number
  /** stop -t: seconds of grace of our own, 0 for docker's ten. */
  grace: number
}

/** ZooKeepers started at once may never see each other (reference/zookeeper/facts.md, section 0); this far apart all three join. */
const ZOOKEEPER_STAGGER = ms(1200)
/** depends_on orders the starts of the others. */
const OTHER_STAGGER = ms(400)

export const composeKind: ProcessKind<ComposeState> = {
  name: 'docker-compose',
  handles: ['INT', 'TERM'],
  // `exec` is for the program in the container.
  reads: (_state, argv) => argv.includes('exec'),
  init: () => ({
    later: [],
    open: [],
    lines: { rows: [], width: 0 },
    failures: [],
    child: 0,
    feed: 0,
    pipe: 0,
    sofar: '',
    ended: false,
    logs: null,
    attached: 0,
    grace: 0,
  }),
  handle(ctx, state, input: Input) {
    switch (input.type) {
      case 'start':
        ctx.timer('begin', ctx.cost('docker.compose'))
        return
      case 'timer':
        if (input.key === 'begin') begin(ctx, state)
        else if (input.key === 'exec') execNow(ctx, state)
        else if (input.key === 'logs') logsTick(ctx, state.logs!)
        else if (input.key === 'grace') graceOver(ctx, state)
        else giveOrders(ctx, state)
        return
      case 'container':
        orderDone(ctx, state, input.host, input.op, input.error)
        return
      case 'exited':
        if (input.pid !== state.child) return
        if (state.feed !== 0 && ctx.alive(state.feed)) ctx.kill(state.feed, 'KILL')
        return ctx.exit(input.code)
      case 'input':
        if (state.feed !== 0) ctx.write({ kind: 'pipe', pipe: state.pipe }, input.text)
        else state.sofar += input.text
        return
      case 'eof':
        state.ended = true
        if (state.feed !== 0) ctx.kill(state.feed, 'KILL')
        else if (state.logs) logsInput(ctx, state.logs, input)
        return
      case 'signal':
        // In `exec` the program in the container has the terminal, and the signal; we end with it.
        if (state.child !== 0 && ctx.alive(state.child)) {
          if (input.signal === 'TERM') ctx.kill(state.child, 'TERM')
        } else if (input.signal === 'TERM') ctx.exit(143)
        else interrupted(ctx, state)
        return
      default:
    }
  },
}

function begin(ctx: Context, state: ComposeState): void {
  const args = ctx.argv.slice(1)
  const first = args[0]
  if (first === undefined || first === 'help' || first === '--help' || first === '-h') {
    const about = first === 'help' ? args[1] : undefined
    if (about !== undefined && !Object.hasOwn(VERBS, about)) return fail(ctx, `No such command: ${about}`)
    ctx.print(usageOf(about as Verb | undefined))
    return ctx.exit(first === undefined ? 1 : 0)
  }
  if (first === '--version' || first === '-v' || first === 'version') {
    ctx.print(composeVersion)
    return ctx.exit(0)
  }
  if (first.startsWith('-')) return fail(ctx, `docker-compose: the option ${first} is not modelled here`)
  if (!Object.hasOwn(VERBS, first)) {
    if (Object.hasOwn(UNMODELLED_VERBS, first)) return fail(ctx, `docker-compose ${first} is not modelled here: ${UNMODELLED_VERBS[first]}`)
    return fail(ctx, `No such command: ${first}\n\n${commandList()}`)
  }
  const verb = first as Verb
  const parsed = parseArguments(args.slice(1), VERBS[verb])
  if ('usage' in parsed) {
    if (parsed.help) {
      ctx.print(usageOf(verb))
      return ctx.exit(0)
    }
    ctx.printError((parsed.usage ? parsed.usage + '\n' : '') + usageOf(verb))
    return ctx.exit(1)
  }
  perform(ctx, state, verb, parsed)
}

/** Ctrl-C: an attached `up` stops its containers, and kills them when asked again; any other command just ends (compose/cli/main.py at 1.24.1). */
function interrupted(ctx: Context, state: ComposeState): void {
  if (state.attached === 0 || state.attached > 2) return fail(ctx, 'Aborting.')
  state.attached++
  state.logs = null
  state.later = []
  state.open = []
  ctx.clearTimer('logs')
  ctx.clearTimer('order')
  if (state.attached === 2) ctx.print('Gracefully stopping... (press Ctrl+C again to force)\n')
  const parsed = parseArguments(ctx.argv.slice(2), VERBS.up)
  const chosen = services(ctx, 'words' in parsed ? parsed.words : [])
  const running = 'missing' in chosen ? [] : chosen.filter(runs)
  if (state.attached === 2) together(ctx, state, 'Stopping', running, 'stop')
  else together(ctx, state, 'Killing', running, 'kill', undefined, undefined, 'KILL')
}

function fail(ctx: Context, text: string): void {
  error(ctx, text)
  ctx.exit(1)
}

function perform(ctx: Context, state: ComposeState, verb: Verb, parsed: Parsed): void {
  if (verb === 'exec') return exec(ctx, state, parsed)
  if (verb === 'config') {
    ctx.print(
      parsed.flags['--services'] !== undefined
        ? ctx.machines
            .list()
            .map((m) => m.name + '\n')
            .join('')
        : (ctx.files.read('docker-compose.yml') ?? ''),
    )
    return ctx.exit(0)
  }
  const chosen = services(ctx, parsed.words)
  if ('missing' in chosen) return fail(ctx, `No such service: ${chosen.missing}`)
  switch (verb) {
    case 'up':
      return up(ctx, state, chosen, parsed)
    case 'ps':
      return ps(ctx, chosen, parsed.flags['-q'] !== undefined)
    case 'logs':
      state.logs = newLogs(ctx, chosen.filter(exists).map((m) => m.name), parsed) // prettier-ignore
      return followLogs(ctx, state.logs)
    case 'start': {
      if (!chosen.some(exists)) {
        return fail(ctx, 'No containers to start')
      }
      const idle = chosen.filter((m) => exists(m) && !runs(m))
      return together(ctx, state, 'Starting', chosen.filter(exists), 'start', (m) => m.name, idle)
    }
    case 'stop': {
      state.grace = Number(valueOf(parsed, '-t') ?? 0)
      const running = chosen.filter(runs)
      if (state.grace === 0) return together(ctx, state, 'Stopping', running, 'stop')
      ctx.timer('grace', seconds(state.grace))
      together(ctx, state, 'Stopping', running, 'wait')
      for (const m of running) ctx.machines.request(m.name, 'kill', 'TERM')
      return
    }
    case 'restart':
      if (!chosen.some(exists)) return fail(ctx, 'No containers to restart')
      return together(ctx, state, 'Restarting', chosen.filter(exists), 'restart')
    case 'kill': {
      const signal = signalOf(valueOf(parsed, '-s') ?? 'KILL')
      if (signal === undefined) return fail(ctx, `the signal ${valueOf(parsed, '-s')} is not modelled`)
      return together(ctx, state, 'Killing', chosen.filter(runs), 'kill', undefined, undefined, signal)
    }
    case 'term':
      if (!chosen.some(runs)) return fail(ctx, 'No containers to terminate')
      return together(ctx, state, 'Terminating', chosen.filter(runs), 'signal', undefined, undefined, 'TERM')
    case 'pause':
    case 'unpause': {
      if (!chosen.some(exists)) {
        return fail(ctx, `No containers to ${verb}`)
      }
      const order = verb === 'pause' ? chosen.filter(exists).reverse() : chosen.filter(exists)
      return together(ctx, state, verb === 'pause' ? 'Pausing' : 'Unpausing', order, verb)
    }
    case 'rm':
    case 'down':
      ctx.print(`docker-compose ${verb}: removing containers is not modelled; \`docker-compose stop\` stops them, their disks stay\n`)
      return ctx.exit(1)
  }
}

/** One operation on several containers at once, with a progress line for each. `acting`: those it is really asked of; the others are done at once. */
function together(
  ctx: Context,
  state: ComposeState,
  message: string,
  chosen: readonly MachineView[],
  op: ContainerOp,
  nameOf: (m: MachineView) => string = (m) => containerName(m.name),
  acting: readonly MachineView[] = chosen,
  signal: Signal | '' = '',
): void {
  state.lines = writeLines(ctx, message, chosen.map(nameOf))
  chosen.forEach((m, line) => {
    if (!acting.includes(m)) finishLine(ctx, state.lines, line, true)
    else order(ctx, state, { host: m.name, op, signal, line })
  })
  finishIfDone(ctx, state)
}

function order(ctx: Context, state: ComposeState, task: Task): void {
  state.open.push(task)
  ctx.machines.request(task.host, task.op, task.signal === '' ? undefined : task.signal)
}

function up(ctx: Context, state: ComposeState, chosen: readonly MachineView[], parsed: Parsed): void {
  const all = ctx.machines.list()
  if (!all.some(exists)) ctx.printError(`Creating network "${PROJECT}_default" with the default driver\n`)
  for (const m of chosen) if (runs(m)) ctx.printError(`${containerName(m.name)} is up-to-date\n`)
  const idle = chosen.filter((m) => !runs(m))
  // Created and started containers share one table, each with its own word.
  const texts = idle.map((m) => (exists(m) ? 'Starting' : 'Creating') + ' ' + containerName(m.name))
  state.lines = writeLines(ctx, '', texts)
  let at: Micros = ctx.now
  idle.forEach((m, line) => {
    state.later.push({ at, task: { host: m.name, op: 'up', signal: '', line } })
    at = plus(at, m.image === 'zookeeper' ? ZOOKEEPER_STAGGER : OTHER_STAGGER)
  })
  if (parsed.flags['-d'] === undefined) state.attached = 1
  if (state.attached === 1) state.logs = newLogs(ctx, chosen.map((m) => m.name), { words: [], flags: { '-f': '' } }) // prettier-ignore
  giveOrders(ctx, state)
}

/** Gives the orders that are due, and wakes for the next. */
function giveOrders(ctx: Context, state: ComposeState): void {
  while (state.later.length > 0 && state.later[0]!.at <= ctx.now) {
    const { task } = state.later.shift()!
    order(ctx, state, { ...task })
  }
  const next = state.later[0]
  if (next) ctx.timer('order', us(next.at - ctx.now))
  finishIfDone(ctx, state)
}

function orderDone(ctx: Context, state: ComposeState, host: string, op: ContainerOp, problem: string | undefined): void {
  const index = state.open.findIndex((t) => t.host === host && t.op === op)
  const task = state.open[index]
  if (!task) return
  state.open.splice(index, 1)
  finishLine(ctx, state.lines, task.line, problem === undefined)
  if (problem !== undefined) state.failures.push({ name: containerName(host), text: problem })
  finishIfDone(ctx, state)
}

function finishIfDone(ctx: Context, state: ComposeState): void {
  if (state.open.length > 0 || state.later.length > 0) return
  if (state.logs) return followLogs(ctx, state.logs)
  if (state.failures.length > 0) ctx.printError('\n')
  for (const f of state.failures) error(ctx, `for ${f.name}  ${f.text}`)
  ctx.exit(state.attached === 3 ? 2 : state.failures.length > 0 ? 1 : 0)
}

/** The grace of `stop -t` is over. */
function graceOver(ctx: Context, state: ComposeState): void {
  for (const task of state.open) ctx.machines.request(task.host, 'kill', 'KILL')
}

function signalOf(text: string): Signal | undefined {
  const name = text.toUpperCase().replace(/^SIG/, '')
  const numbers: Readonly<Record<string, Signal>> = {
    '1': 'HUP',
    '2': 'INT',
    '3': 'QUIT',
    '9': 'KILL',
    '15': 'TERM',
    '18': 'CONT',
    '19': 'STOP',
  }
  const known: readonly Signal[] = ['TERM', 'INT', 'KILL', 'HUP', 'QUIT', 'STOP', 'CONT']
  return numbers[name] ?? known.find((s) => s === name)
}

function ps(ctx: Context, chosen: readonly MachineView[], quiet: boolean): void {
  const rows = chosen
    .filter(exists)
    .slice()
    .sort((a, b) => (a.name < b.name ? -1 : 1))
  if (quiet) ctx.print(rows.map((m) => m.hostname + '\n').join(''))
  else if (rows.length === 0) ctx.print('Name   Command   State   Ports\n------------------------------\n')
  else {
    const command = (text: string) => (text.length > 30 ? text.slice(0, 26) + ' ...' : text)
    const cells = rows.map((m) => [containerName(m.name), command(m.command), stateText(m), runs(m) ? m.ports.join(', ') : ''])
    ctx.print(table(['Name', 'Command', 'State', 'Ports'], cells, Number(ctx.env['COLUMNS'] ?? 120)) + '\n')
  }
  ctx.exit(0)
}

function exec(ctx: Context, state: ComposeState, parsed: Parsed): void {
  const [service, ...command] = parsed.words
  if (service === undefined || command.length === 0) {
    ctx.printError(usageOf('exec'))
    return ctx.exit(1)
  }
  const machine = ctx.machines.get(service)
  if (!machine) return fail(ctx, `No such service: ${service}`)
  if (!runs(machine)) return fail(ctx, `No container found for ${service}_1`)
  if (machine.container === 'paused') return fail(ctx, `Container ${machine.hostname} is paused, unpause the container before exec`)
  ctx.timer('exec', ctx.cost('docker.exec'), { data: 0 })
  state.grace = 0
}

/** docker exec: the program starts in the container, with our streams. */
function execNow(ctx: Context, state: ComposeState): void {
  const parsed = parseArguments(ctx.argv.slice(2), VERBS.exec)
  if ('usage' in parsed) return ctx.exit(1)
  const [service, ...command] = parsed.words
  const user = ctx.machines.get(service!)?.image === 'client' ? 'client' : 'root'
  const env: Record<string, string> = {
    PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin',
    TERM: 'xterm',
    USER: user,
    HOME: user === 'root' ? '/root' : `/home/${user}`,
    // The terminal's size goes along.
    COLUMNS: ctx.env['COLUMNS'] ?? '80',
    LINES: ctx.env['LINES'] ?? '24',
  }
  for (const given of valuesOf(parsed, '-e')) {
    const at = given.indexOf('=')
    if (at > 0) env[given.slice(0, at)] = given.slice(at + 1)
    else if (ctx.env[given] !== undefined) env[given] = ctx.env[given]
  }
  const request = { argv: command, host: service!, env, cwd: valueOf(parsed, '-w') ?? '/' }
  if (ctx.stdin.kind !== 'pipe') {
    state.child = ctx.spawn(request) ?? 0
  } else {
    // Our input is a pipe: what came meanwhile goes in first, the rest as it comes.
    const fd = ctx.pipe()
    state.child = ctx.spawn({ ...request, stdin: fd }) ?? 0
    if (state.child !== 0 && fd.kind === 'pipe') {
      state.pipe = fd.pipe
      const silent = { stdin: { kind: 'null' }, stderr: { kind: 'null' } } as const
      state.feed =
        ctx.spawn({ kind: 'feed', argv: state.ended ? ['feed', 'once'] : ['feed'], stdout: { kind: 'pipe', pipe: fd.pipe }, ...silent }) ??
        0
      ctx.write({ kind: 'pipe', pipe: fd.pipe }, state.sofar)
      state.sofar = ''
    }
  }
  if (state.child !== 0) return
  ctx.printError(
    `OCI runtime exec failed: exec failed: container_linux.go:345: starting container process caused "exec: \\"${command[0]}\\": executable file not found in $PATH": unknown\n`,
  )
  ctx.exit(126)
}
