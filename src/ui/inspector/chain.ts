// From the causes of an event to what the inspector says of them: one step for each thing that mattered, the small ones between them folded away, silence as its own kind.

import type { Action, Cause, List, Micros, Silence, TraceEntry } from '../../sim/index.ts'
import type { Concept } from '../scene/concepts.ts'
import { duration } from '../scene/text.ts'
import { entriesBetween } from './between.ts'
import { markOf, say, weightOf, type MarkSign } from '../session/say.ts'

export type Step =
  | {
      readonly kind: 'root'
      readonly at: Micros
      readonly by: 'action' | 'clock' | 'scenario'
      readonly text: string
      readonly command: string
      readonly action: number
      /** Something was taken down or broken. */
      readonly harm: boolean
    }
  | {
      readonly kind: 'entry'
      readonly at: Micros
      readonly text: string
      /** What else was noted in the same event. */
      readonly also: readonly string[]
      readonly concept: Concept
      readonly sign: MarkSign
      readonly entry: TraceEntry
    }
  | { readonly kind: 'silence'; readonly at: Micros; readonly until: Micros; readonly text: string; readonly silence: Silence }
  | { readonly kind: 'small'; readonly at: Micros; readonly until: Micros; readonly parts: readonly SmallStep[]; readonly title: string }
export interface SmallStep {
  readonly at: Micros
  readonly text: string
}

/** Sentences listed for one event; the rest is counted. */
const LISTED = 3

const VERBS: Readonly<Record<string, string>> = {
  kill: 'killed',
  stop: 'stopped',
  start: 'started',
  restart: 'restarted',
  up: 'started',
  pause: 'paused',
  unpause: 'let go on',
  term: 'asked to end',
}
const LINKS: Readonly<Record<string, string>> = { cut: 'cut', heal: 'mended', slow: 'slowed', lossy: 'made lossy' }

/** Commands that take something down or break it. */
const HARM = /^(docker-compose (kill|stop|pause|term|down)|link (cut|slow|lossy))\b/

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} and ${names.at(-1)}`

/** What somebody did, in words: `You killed kafka2`. Empty where only the command itself says it. */
export function deed(command: string): string {
  const words = command.trim().split(/\s+/)
  if (words[0] === 'docker-compose') {
    const verb = VERBS[words[1] ?? '']
    const rest = words.slice(2)
    const signal = rest.indexOf('-s') >= 0 ? rest[rest.indexOf('-s') + 1] : undefined
    const names = rest.filter((word, i) => !word.startsWith('-') && rest[i - 1] !== '-s' && rest[i - 1] !== '-t')
    if (verb === undefined || names.some((name) => /[^\w.-]/.test(name))) return ''
    if (signal !== undefined) return `sent ${signal} to ${listed(names)}`
    return names.length === 0
      ? `${verb} everything`
      : verb === 'let go on'
        ? `let ${listed(names)} go on`
        : verb === 'asked to end'
          ? `asked ${listed(names)} to end`
          : `${verb} ${listed(names)}`
  }
  const link = words[0] === 'link' ? LINKS[words[1] ?? ''] : undefined
  if (link !== undefined && words.length >= 4)
    return link === 'made lossy'
      ? `made the link between ${words[2]} and ${words[3]} lossy`
      : `${link} the link between ${words[2]} and ${words[3]}`
  return ''
}

/** The sentence for an action. `own`: the reader's, not the scenario's. */
export function actionText(action: Action, own: boolean): string {
  const who = own ? 'You' : 'The scenario'
  if (action.kind === '^') return `${who} pressed Ctrl-${action.text} in ${action.terminal}`
  const done = action.kind === '>' ? '' : deed(action.text)
  if (done !== '') return `${who} ${done}`
  return action.kind === '>' ? `${who} typed into ${action.terminal}: ${action.text}` : `${who} typed: ${action.text}`
}

function root(cause: Cause, actions: readonly Action[], ownFrom: number): Step {
  const base = { kind: 'root', at: cause.at, action: cause.action, harm: HARM.test(cause.label) } as const
  if (cause.kind === 'periodic') return { ...base, by: 'clock', text: 'By the clock', command: cause.label }
  if (cause.kind === 'scenario') return { ...base, by: 'scenario', text: 'The run begins', command: cause.label }
  const action = actions[cause.action]
  if (!action) return { ...base, by: 'action', text: `You typed: ${cause.label}`, command: cause.label }
  return { ...base, by: 'action', text: actionText(action, cause.action >= ownFrom), command: action.kind === '^' ? '' : action.text }
}

/** Entries of one instant: the one asked about first, else the weightiest; the others below it, up to a few. */
function entryStep(shown: readonly TraceEntry[], asked: TraceEntry, trace: List<TraceEntry> | undefined): Step {
  const main =
    shown.find((entry) => entry.id === asked.id) ?? shown.reduce((best, entry) => (weightOf(entry) > weightOf(best) ? entry : best))
  const others = shown.filter((entry) => entry !== main)
  const also = others.slice(0, LISTED).map((entry) => say(entry, trace))
  if (others.length > LISTED) also.push(`and ${others.length - LISTED} more`)
  const { concept, sign } = markOf(main)
  return { kind: 'entry', at: main.at, text: say(main, trace), also, concept, sign, entry: main }
}

const ARROWS: Partial<Record<Cause['kind'], string>> = {
  message: 'came',
  timer: 'timer',
  process: 'process',
  machine: 'machine',
  connection: 'connection',
}

/** A cause and what was noted at that moment, or what was noted on the way between two. */
interface Moment {
  readonly at: Micros
  readonly cause: Cause | undefined
  readonly entries: TraceEntry[]
}

/** Causes and entries by their own times: work that an event asked for may be done, and noted, a little later. */
function momentsOf(chain: readonly Cause[], asked: TraceEntry, trace: List<TraceEntry> | undefined): Moment[] {
  const told = new Set<number>()
  const own: TraceEntry[] = []
  const moments: Moment[] = chain.map((cause, i) => {
    const here: TraceEntry[] = []
    const next = chain.slice(i + 1).find((other) => other.kind !== 'silence')?.at ?? asked.at
    for (const entry of cause.entries) {
      if (told.has(entry.id) || (weightOf(entry) === 0 && entry.id !== asked.id)) continue
      if (entry.at > next && entry.id !== asked.id) continue
      told.add(entry.id)
      if (entry.at === cause.at) here.push(entry)
      else own.push(entry)
    }
    return { at: cause.at, cause, entries: here }
  })
  const between = trace ? entriesBetween(chain, asked, trace).filter((entry) => !told.has(entry.id) && weightOf(entry) > 0) : []
  for (const entry of [...own, ...between].sort((a, b) => a.at - b.at || a.id - b.id)) {
    let after = moments.length - 1
    while (after >= 0 && (moments[after]!.cause?.kind === 'silence' || moments[after]!.at > entry.at)) after--
    const before = moments[after]
    if (before && !before.cause && before.at === entry.at) before.entries.push(entry)
    else moments.splice(after + 1, 0, { at: entry.at, cause: undefined, entries: [entry] })
  }
  return moments
}

/** So many lesser steps of one kind in a row are one step to unfold. */
const ALIKE = 4

/** Long rows of lesser steps of one kind, folded: a broker's first start makes its znodes one by one. */
function folded(steps: readonly Step[], asked: TraceEntry): Step[] {
  const result: Step[] = []
  for (let i = 0; i < steps.length;) {
    const first = steps[i]!
    const isLesser = (step: Step | undefined): step is Step & { kind: 'entry' } =>
      step?.kind === 'entry' &&
      first.kind === 'entry' &&
      step.entry.code === first.entry.code &&
      weightOf(step.entry) < 2 &&
      step.entry !== asked
    const row: (Step & { kind: 'entry' })[] = []
    let end = i
    for (let j = i; j < steps.length && (steps[j]!.kind === 'small' || isLesser(steps[j])); j++) {
      const step = steps[j]
      if (isLesser(step)) {
        row.push(step)
        end = j + 1
      }
    }
    if (row.length < ALIKE) {
      result.push(first)
      i++
      continue
    }
    const parts = steps.slice(i, end).flatMap((step) => (step.kind === 'small' ? step.parts : step.kind === 'entry' ? [step] : []))
    result.push({
      kind: 'small',
      at: first.at,
      until: row.at(-1)!.at,
      parts: parts.map(({ at, text }) => ({ at, text })),
      title: `${row[0]!.text}, and ${row.length - 1} more like it`,
    })
    i = end
  }
  return result
}

/** The steps of a chain, earliest first. */
export function stepsOf(
  chain: readonly Cause[],
  asked: TraceEntry,
  actions: readonly Action[],
  ownFrom: number,
  trace?: List<TraceEntry>,
): Step[] {
  const steps: Step[] = []
  let small: SmallStep[] = []
  const flush = () => {
    if (small.length > 0)
      steps.push({ kind: 'small', at: small[0]!.at, until: small.at(-1)!.at, parts: small, title: smallText(small.length) })
    small = []
  }
  momentsOf(chain, asked, trace).forEach(({ at, cause, entries }, i, moments) => {
    if (cause && (cause.kind === 'action' || cause.kind === 'periodic' || cause.kind === 'scenario')) {
      flush()
      steps.push(root(cause, actions, ownFrom))
    } else if (cause?.kind === 'silence') {
      flush()
      const until = moments[i + 1]?.at ?? asked.at
      const silence = cause.silence!
      const text = `${duration(until - at)} without a word from ${silence.from} to ${silence.to}`
      steps.push({ kind: 'silence', at, until, text, silence })
    } else if (entries.length > 0) {
      flush()
      steps.push(entryStep(entries, asked, trace))
    } else if (cause && cause.kind !== 'entry') {
      const what = `${ARROWS[cause.kind] ?? cause.kind} ${cause.label}`
      small.push({ at, text: cause.host === '' ? what : `${cause.host}: ${what}` })
    }
  })
  flush()
  return folded(steps, asked)
}

/** The action a chain begins with; -1 when it begins by the clock. */
export function rootAction(chain: readonly Cause[]): number {
  const first = chain.find((cause) => cause.kind === 'action')
  return first?.action ?? -1
}

/** Where the time went: the longest waits for a step that mattered, in the order of time. */
export interface Wait {
  readonly text: string
  /** Microseconds. */
  readonly span: number
  readonly concept: Concept | 'silence'
}
/** Shorter waits are not worth a row. */
const WAIT_FLOOR = 1000

export function waitsOf(steps: readonly Step[], most = 5): Wait[] {
  const waits: Wait[] = []
  let before: number | undefined
  for (const step of steps) {
    if (step.kind === 'small') continue
    if (step.kind === 'silence') {
      waits.push({ text: `Silence of ${step.silence.from}`, span: step.until - Math.max(step.at, before ?? step.at), concept: 'silence' })
      before = step.until
      continue
    }
    if (before !== undefined && step.kind === 'entry')
      waits.push({ text: `until ${step.text}`, span: step.at - before, concept: step.concept })
    before = Math.max(step.at, before ?? step.at)
  }
  const longest = [...waits].sort((a, b) => b.span - a.span).slice(0, most)
  return waits.filter((wait) => longest.includes(wait) && wait.span >= WAIT_FLOOR)
}
export const smallText = (count: number): string => (count === 1 ? 'one step between' : `${count} steps between`)
