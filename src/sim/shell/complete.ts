// Completion at the shell's prompt: a pure question, asked of the line and of what there is in the World. Nothing is run.

import { BUILTINS } from './builtins.ts'
import { COMPLETIONS, type CompletionSpec, type WordKind } from './complete-specs.ts'

/** What completion may ask. */
export interface CompletionQuery {
  /** Programs of this machine. */
  readonly programs: readonly string[]
  /** Names in a directory, as the shell would find it from where it stands; undefined when there is none. */
  list(path: string): readonly { readonly name: string; readonly dir: boolean }[] | undefined
  /** Containers, with their images. */
  readonly machines: readonly { readonly name: string; readonly image: string }[]
  topics(): readonly string[]
  groups?(): readonly string[]
  readonly variables?: readonly string[]
  readonly home?: string
  /** More programs than the shell knows of. */
  readonly specs?: Readonly<Record<string, CompletionSpec>>
}

export interface Candidate {
  /** What replaces the range. */
  readonly text: string
  /** What a list of candidates shows. */
  readonly label: string
  /** Nothing can follow in the same word. */
  readonly whole: boolean
}
export interface Completion {
  readonly start: number
  readonly end: number
  readonly candidates: readonly Candidate[]
}

interface Typed {
  /** Words of the command before the one being typed, unquoted. */
  readonly words: readonly string[]
  /** The word being typed: its place and its text without quotes. */
  readonly start: number
  readonly text: string
  readonly quote: '' | '"' | "'"
  /** It is the target of a redirection. */
  readonly target: boolean
}

/** Reads the line up to the cursor: the simple command that it ends in. */
function read(line: string): Typed {
  let words: string[] = []
  let text = ''
  let start = 0
  let inside = false
  let target = false
  let quote: '' | '"' | "'" = ''
  const open = (i: number) => {
    if (!inside) start = i
    inside = true
  }
  const close = () => {
    if (inside && !target) words.push(text)
    if (inside) target = false
    text = ''
    inside = false
  }
  for (let i = 0; i < line.length; i++) {
    const c = line[i]!
    if (quote === "'" || (quote === '"' && c !== '\\' && c !== '$')) {
      if (c === quote) quote = ''
      else text += c
    } else if (c === '\\') {
      open(i)
      text += line[++i] ?? ''
    } else if (c === '$' && line[i + 1] === '(') {
      // A substitution begins a command of its own.
      i++
      words = []
      text = ''
      inside = false
      quote = ''
    } else if (c === '"' || c === "'") {
      open(i)
      quote = c
    } else if (c === ' ' || c === '\t') close()
    else if ('|;&(){}\n`'.includes(c)) {
      close()
      words = []
      target = false
    } else if (c === '<' || c === '>') {
      if (/^\d$/.test(text) && inside) {
        text = ''
        inside = false
      } else close()
      target = true
    } else {
      open(i)
      text += c
    }
  }
  if (!inside) start = line.length
  return { words, start, text, quote, target }
}

/** Commands that run another: what follows their own options is completed as that. */
const PREFIXES: Readonly<Record<string, number>> = {
  timeout: 1,
  watch: 0,
  time: 0,
  env: 0,
  exec: 0,
  command: 0,
  nohup: 0,
  xargs: 0,
  '!': 0,
  do: 0,
  then: 0,
  else: 0,
  while: 0,
  until: 0,
  if: 0,
  elif: 0,
}

/** The words of the command itself, without assignments and commands that only run it. */
function bare(words: readonly string[]): readonly string[] {
  let i = 0
  for (;;) {
    while (i < words.length && /^[A-Za-z_]\w*=/.test(words[i]!)) i++
    const skip = Object.hasOwn(PREFIXES, words[i] ?? '') ? PREFIXES[words[i]!]! : undefined
    if (skip === undefined) return words.slice(i)
    i++
    while (i < words.length && words[i]!.startsWith('-')) i += /^-[nksIdLP]$/.test(words[i]!) ? 2 : 1
    i = Math.min(words.length, i + skip)
  }
}

const escape = (text: string, quote: string): string =>
  quote ? text : text.replace(/[ \t"'$&()*;<>?[\\\]`{|}!#~]/g, (c) => (c === '~' ? c : '\\' + c))

const COMMANDS_OF_SHELL = Object.keys(BUILTINS).filter((n) => /^[a-z]/.test(n))

/** Completes the line at the cursor. Candidates in order; none when nothing is known. */
export function complete(line: string, cursor: number, query: CompletionQuery): Completion {
  const typed = read(line.slice(0, cursor))
  const start = typed.start + (typed.quote ? 1 : 0)
  const answer = (from: number, candidates: readonly Candidate[]): Completion => ({
    start: from,
    end: cursor,
    candidates: candidates.map((c) => ({ ...c, text: escape(c.text, typed.quote) })),
  })
  const variable = /^(.*)\$([A-Za-z_]\w*|)$/s.exec(typed.text)
  if (variable && typed.quote !== "'") {
    const names = (query.variables ?? []).filter((n) => n.startsWith(variable[2]!))
    return { start: cursor - variable[2]!.length, end: cursor, candidates: names.map((n) => ({ text: n, label: '$' + n, whole: false })) }
  }
  if (typed.target) return answer(start, paths(typed.text, query, false))
  const words = bare(typed.words)
  if (words.length === 0) return answer(start, commands(typed.text, query))
  const eq = /^(--[\w.-]+)=(.*)$/s.exec(typed.text)
  const spec = specOf(words, query)
  if (!spec) return answer(start, paths(typed.text, query, false))
  if (eq) return answer(start + eq[1]!.length + 1, values(spec.spec.values?.[eq[1]!] ?? 'path', eq[2]!, query))
  return answer(start, argument(spec.spec, spec.words, typed.text, query))
}

/** The specification of the command, down its subcommands, and its words after its name. */
function specOf(words: readonly string[], query: CompletionQuery): { spec: CompletionSpec; words: readonly string[] } | undefined {
  const name = words[0]!.slice(words[0]!.lastIndexOf('/') + 1)
  const table = query.specs && Object.hasOwn(query.specs, name) ? query.specs : COMPLETIONS
  let spec = Object.hasOwn(table, name) ? table[name] : undefined
  if (!spec) return undefined
  let rest = words.slice(1)
  while (spec.subcommands && rest.length > 0) {
    const at = rest.findIndex((w) => !w.startsWith('-'))
    const sub: CompletionSpec | undefined = at >= 0 && Object.hasOwn(spec.subcommands, rest[at]!) ? spec.subcommands[rest[at]!] : undefined
    if (!sub) break
    spec = sub
    rest = rest.slice(at + 1)
  }
  // What runs inside a container has options of its own.
  if (spec.words?.[1] === 'command') {
    const plain = positional(spec, rest)
    if (plain.length >= 2) return specOf(plain.slice(1), query)
  }
  return { spec, words: rest }
}

/** Words that are no options and no values of options. */
function positional(spec: CompletionSpec, words: readonly string[]): string[] {
  const out: string[] = []
  for (let i = 0; i < words.length; i++) {
    if (out.length === 0 && spec.values && Object.hasOwn(spec.values, words[i]!)) i++
    else if (!words[i]!.startsWith('-') || out.length > 1) out.push(words[i]!)
  }
  return out
}

function argument(spec: CompletionSpec, words: readonly string[], text: string, query: CompletionQuery): Candidate[] {
  const before = words[words.length - 1]
  if (before !== undefined && spec.values && Object.hasOwn(spec.values, before)) return values(spec.values[before]!, text, query)
  if (text.startsWith('-')) {
    const options = [...(spec.options ?? []), ...Object.keys(spec.values ?? {})].sort()
    return plain(options.filter((o) => !words.includes(o) || o === '--config' || o === '--property'), text) // prettier-ignore
  }
  if (spec.subcommands) return plain(Object.keys(spec.subcommands), text)
  const kinds = spec.words ?? ['path']
  let at = 0
  for (let i = 0; i < words.length; i++) {
    if (spec.values && Object.hasOwn(spec.values, words[i]!)) i++
    else if (!words[i]!.startsWith('-')) at++
  }
  const kind = kinds[Math.min(at, kinds.length - 1)]!
  const found = values(kind, text, query)
  // A service or a host is not named twice.
  return kind === 'service' || kind === 'host' ? found.filter((c) => !words.includes(c.text)) : found
}

const plain = (names: readonly string[], text: string): Candidate[] =>
  names.filter((n) => n.startsWith(text)).map((n) => ({ text: n, label: n, whole: !n.endsWith('=') }))

function values(kind: WordKind | readonly string[], text: string, query: CompletionQuery): Candidate[] {
  if (typeof kind !== 'string') return plain(kind, text)
  const of = (image: string) => query.machines.filter((m) => m.image === image).map((m) => m.name)
  switch (kind) {
    case 'none':
      return []
    case 'path':
      return paths(text, query, false)
    case 'dir':
      return paths(text, query, true)
    case 'command':
      return commands(text, query)
    case 'topic':
      return listed(query.topics(), text)
    case 'group':
      return plain(query.groups?.() ?? [], text)
    case 'service':
      return plain(query.machines.map((m) => m.name), text) // prettier-ignore
    case 'host':
      return plain([...query.machines.map((m) => m.name), 'host'], text)
    case 'zookeeper':
      return plain(of('zookeeper'), text)
    case 'quorum':
      return plain(of('zookeeper').map((z) => `${z}:2181/kafka`), text) // prettier-ignore
    case 'broker':
      return listed(of('kafka').map((b) => `${b}:9092`), text) // prettier-ignore
  }
}

/** Names in a list separated by commas: the last one is completed. */
function listed(names: readonly string[], text: string): Candidate[] {
  const comma = text.lastIndexOf(',') + 1
  const taken = text.slice(0, comma).split(',')
  return names
    .filter((n) => n.startsWith(text.slice(comma)) && !taken.includes(n))
    .map((n) => ({ text: text.slice(0, comma) + n, label: n, whole: true }))
}

function commands(text: string, query: CompletionQuery): Candidate[] {
  if (text.includes('/') || text.startsWith('~')) return paths(text, query, false)
  const names = [...new Set([...COMMANDS_OF_SHELL, ...query.programs])].filter((n) => n.startsWith(text)).sort()
  return plain(names, text)
}

function paths(text: string, query: CompletionQuery, dirsOnly: boolean): Candidate[] {
  const slash = text.lastIndexOf('/') + 1
  const folder = text.slice(0, slash)
  const base = text.slice(slash)
  if (text === '~') return [{ text: '~/', label: '~/', whole: false }]
  const place = folder.startsWith('~/') ? (query.home ?? '/root') + folder.slice(1) : folder
  return (query.list(place === '' ? '.' : place) ?? [])
    .filter((e) => e.name.startsWith(base) && (base !== '' || !e.name.startsWith('.')) && (e.dir || !dirsOnly))
    .map((e) => ({ text: folder + e.name + (e.dir ? '/' : ''), label: e.name + (e.dir ? '/' : ''), whole: !e.dir }))
}
