// The recording format (*.rec): what a person typed, in which terminal, when, and what the terminals showed. Parsed into plain values and printed from them.

import { seconds, type Micros } from '../src/sim/base/index.ts'

/** A machine named in the header. */
export interface RecordedHost {
  readonly name: string
  /** What the machine calls itself; its name when the header says nothing else. */
  readonly hostname: string
  readonly image: 'zookeeper' | 'kafka' | 'client'
  /** Server id or broker id; 0 for a client. */
  readonly id: number
}

/** `$` starts a shell command line, `>` types a line to the program running there, `^` presses Ctrl with a letter. */
export type ActionSign = '$' | '>' | '^'

export interface RecordedAction {
  readonly at: Micros
  readonly terminal: string
  readonly sign: ActionSign
  readonly text: string
  /** The lines below it, with their marks; comments left out. */
  readonly output: readonly string[]
}

export interface Recording {
  readonly title: string
  readonly hosts: readonly RecordedHost[]
  /** Lines added to every broker's server.properties. */
  readonly brokerConfig: Readonly<Record<string, string>>
  /** What is pinned in place of a draw: `first-broker __consumer_offsets` -> `2`. */
  readonly choices: Readonly<Record<string, string>>
  /** The header as it stands, up to and without `---`. */
  readonly header: readonly string[]
  readonly actions: readonly RecordedAction[]
}

/** The reason why a text is no recording, with the line where that shows. */
export class RecordingError extends Error {
  constructor(
    readonly line: number,
    reason: string,
  ) {
    super(`line ${line}: ${reason}`)
  }
}

const PREFIXES: readonly (readonly [prefix: string, image: RecordedHost['image']])[] = [
  ['zoo', 'zookeeper'],
  ['kafka', 'kafka'],
  ['client', 'client'],
]
const IMAGES: readonly string[] = PREFIXES.map(([, image]) => image)

const ACTION = /^(\+?)(\d+(?:\.\d+)?)\s+(\w[\w-]*)\s+([$>^])(?: (.*))?$/
const OUTPUT = /^[|:=~%](?: |$)/

/** `host NAME [HOSTNAME] [image=IMAGE] [id=N]`: image and id follow from names like zoo2 and kafka11 unless said. */
function parseHost(words: readonly string[], line: number): RecordedHost {
  const [name, ...rest] = words
  if (name === undefined) throw new RecordingError(line, 'a host without a name')
  const options = Object.fromEntries(
    rest.filter((w) => w.includes('=')).map((w) => [w.slice(0, w.indexOf('=')), w.slice(w.indexOf('=') + 1)] as const),
  )
  for (const key of Object.keys(options)) if (key !== 'image' && key !== 'id') throw new RecordingError(line, `a host has no ${key}=`)
  const bare = rest.filter((w) => !w.includes('='))
  if (bare.length > 1) throw new RecordingError(line, `a host has one hostname, not ${bare.length}`)
  const image = options['image'] ?? PREFIXES.find(([prefix]) => name.startsWith(prefix))?.[1]
  if (image === undefined) throw new RecordingError(line, `what is ${name}? Add image=zookeeper, image=kafka or image=client`)
  if (!IMAGES.includes(image)) throw new RecordingError(line, `no image ${image}; there are ${IMAGES.join(', ')}`)
  const digits = options['id'] ?? /\d+$/.exec(name)?.[0]
  if (image !== 'client' && digits === undefined) throw new RecordingError(line, `which id has ${name}? Add id=N`)
  const id = Number(digits ?? 0)
  if (!Number.isSafeInteger(id) || id < 0) throw new RecordingError(line, `${digits} is no id`)
  return { name, hostname: bare[0] ?? name, image: image as RecordedHost['image'], id }
}

interface Header {
  title: string
  readonly hosts: RecordedHost[]
  readonly brokerConfig: Record<string, string>
  readonly choices: Record<string, string>
}

function parseHeaderLine(text: string, line: number, into: Header): void {
  if (text.trim() === '' || text.startsWith('#')) return
  const words = text.trim().split(/\s+/)
  const rest = words.slice(1)
  switch (words[0]) {
    case 'recording':
      if (rest[0] !== '1') throw new RecordingError(line, `this reads recording 1, not ${rest[0] ?? 'one without a number'}`)
      return
    case 'title':
      into.title = text.replace(/^\s*title\s+/, '')
      return
    case 'host': {
      const host = parseHost(rest, line)
      if (into.hosts.some((h) => h.name === host.name)) throw new RecordingError(line, `${host.name} is there twice`)
      into.hosts.push(host)
      return
    }
    case 'broker': {
      const setting = text.trim().replace(/^broker\s+/, '')
      const equals = setting.indexOf('=')
      if (equals < 1) throw new RecordingError(line, 'a broker line is KEY=VALUE')
      into.brokerConfig[setting.slice(0, equals)] = setting.slice(equals + 1)
      return
    }
    case 'choice':
      if (rest.length < 2) throw new RecordingError(line, 'a choice has a name and a value')
      into.choices[rest.slice(0, -1).join(' ')] = rest.at(-1)!
      return
    default:
      throw new RecordingError(line, `no such header line: ${words[0]}`)
  }
}

/** Reads a recording or a script to record (`+N` counts from the action before). Throws a RecordingError. */
export function parseRecording(text: string): Recording {
  const lines = text.split(/\r?\n/)
  const rule = lines.indexOf('---')
  if (rule < 0) throw new RecordingError(lines.length, 'no line --- ends the header')
  const header: Header = { title: '', hosts: [], brokerConfig: {}, choices: {} }
  lines.slice(0, rule).forEach((line, i) => parseHeaderLine(line, i + 1, header))
  if (lines.slice(0, rule).every((line) => !line.startsWith('recording ')))
    throw new RecordingError(1, 'the header does not begin with recording 1')
  const actions: (RecordedAction & { readonly output: string[] })[] = []
  lines.slice(rule + 1).forEach((line, i) => {
    const number = rule + 2 + i
    const before = actions.at(-1)
    if (line === '' || line.startsWith('#')) return
    if (OUTPUT.test(line)) {
      if (!before) throw new RecordingError(number, 'output before any action')
      before.output.push(line)
      return
    }
    const m = ACTION.exec(line)
    if (!m) throw new RecordingError(number, `not an action: ${line.slice(0, 80)}`)
    const [, plus, time, terminal, sign, typed = ''] = m
    if (sign === '^' && typed !== 'C' && typed !== 'D') throw new RecordingError(number, `Ctrl-${typed} is not known; C and D are`)
    const at = seconds(Number(time) + (plus ? (before?.at ?? 0) / 1_000_000 : 0))
    if (before && at < before.at) throw new RecordingError(number, `${time} lies before the action above it`)
    actions.push({ at, terminal: terminal!, sign: sign as ActionSign, text: typed, output: [] })
  })
  return { ...header, header: lines.slice(0, rule), actions }
}

/** `12.034 host $ docker-compose up -d`. */
export const headLine = (a: Pick<RecordedAction, 'at' | 'terminal' | 'sign' | 'text'>): string =>
  `${(a.at / 1_000_000).toFixed(3)} ${a.terminal} ${a.sign} ${a.text}`.trimEnd()

/** What a terminal showed, as lines of a recording; `exit` is the status of a program that ended meanwhile. */
export function outputLines(shown: string, exit: number | undefined): string[] {
  const parts = shown.split('\n')
  const last = parts.pop()!
  const lines = parts.map((p) => (p.trim() === '' ? '|' : `| ${p}`))
  if (last !== '') lines.push(`: ${last}`)
  if (exit !== undefined) lines.push(`= ${exit}`)
  return lines
}

/** A recording's text. */
export const printRecording = (r: Pick<Recording, 'header' | 'actions'>): string =>
  [...r.header, '---', ...r.actions.flatMap((a) => [headLine(a), ...a.output])].join('\n') + '\n'
