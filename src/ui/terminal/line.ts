// The line being edited, as a value, and what each key makes of it: readline's own keys. It belongs to the page; only the line entered is an action.

/** A range of the line and what may stand there instead. */
export interface Completion {
  readonly start: number
  readonly end: number
  readonly candidates: readonly Candidate[]
}
export interface Candidate {
  /** What replaces the range. */
  readonly text: string
  /** What the list of candidates shows. */
  readonly label: string
  /** Nothing can follow in the same word: a space is put after it. */
  readonly whole: boolean
}

export interface Search {
  readonly query: string
  /** Place in the history of the match shown, -1 when nothing matches. */
  readonly at: number
  /** The line as it was when the search began. */
  readonly text: string
  readonly cursor: number
}

export interface Line {
  readonly text: string
  /** Between UTF-16 units, 0 to text.length. */
  readonly cursor: number
  /** What ctrl-k, ctrl-u, ctrl-w last took out; ctrl-y puts it back. */
  readonly killed: string
  /** How many lines back in the history the text comes from; 0: the line itself. */
  readonly back: number
  /** The line as it was before the first step back. */
  readonly draft: string
  readonly search: Search | undefined
  readonly candidates: readonly Candidate[] | undefined
}

export const EMPTY_LINE: Line = { text: '', cursor: 0, killed: '', back: 0, draft: '', search: undefined, candidates: undefined }

/** What a key asks of the terminal, beside the changed line. */
export type Asked =
  | { readonly ask: 'enter'; readonly text: string }
  | { readonly ask: 'control'; readonly key: 'C' | 'D' }
  | { readonly ask: 'clear' }
  /** Nothing could be done. */
  | { readonly ask: 'bell' }

export interface Editing {
  /** Lines entered before, the latest last. */
  readonly history: readonly string[]
  complete(text: string, cursor: number): Completion
  /** A program other than the shell's prompt holds the terminal: ctrl-c goes to it whatever stands in the line. */
  readonly running: boolean
}

export interface Pressed {
  readonly line: Line
  readonly asked: Asked | undefined
}

const isWord = (c: string | undefined) => c !== undefined && /[\p{L}\p{N}]/u.test(c)
const isSpace = (c: string | undefined) => c === ' ' || c === '\t'

/** The next place to the left or right that does not split a surrogate pair. */
function beside(text: string, at: number, step: -1 | 1): number {
  const to = Math.min(text.length, Math.max(0, at + step))
  const unit = text.charCodeAt(to)
  return unit >= 0xdc00 && unit <= 0xdfff && to > 0 && to < text.length ? to + step : to
}
function wordLeft(text: string, at: number): number {
  while (at > 0 && !isWord(text[at - 1])) at--
  while (at > 0 && isWord(text[at - 1])) at--
  return at
}
function wordRight(text: string, at: number): number {
  while (at < text.length && !isWord(text[at])) at++
  while (at < text.length && isWord(text[at])) at++
  return at
}
function blankLeft(text: string, at: number): number {
  while (at > 0 && isSpace(text[at - 1])) at--
  while (at > 0 && !isSpace(text[at - 1])) at--
  return at
}

/** The line with other words in it, as if typed: no longer a line of the history, nothing listed. */
export function withText(line: Line, text: string, cursor: number): Line {
  if (text === line.text && cursor === line.cursor && !line.candidates) return line
  return { ...line, text, cursor, candidates: undefined }
}

/** Text typed or pasted (without newlines) at the cursor. */
export function insert(line: Line, text: string): Line {
  return withText(line, line.text.slice(0, line.cursor) + text + line.text.slice(line.cursor), line.cursor + text.length)
}

function kill(line: Line, from: number, to: number): Line {
  if (from === to) return line
  return { ...withText(line, line.text.slice(0, from) + line.text.slice(to), from), killed: line.text.slice(from, to) }
}
function erase(line: Line, from: number, to: number): Line {
  return { ...kill(line, from, to), killed: line.killed }
}

/** Steps through the history; `by` 1 is one line older. Undefined where there is none. */
function recall(line: Line, by: number, history: readonly string[]): Line | undefined {
  const back = line.back + by
  if (back < 0 || back > history.length) return undefined
  const draft = line.back === 0 ? line.text : line.draft
  const text = back === 0 ? draft : history[history.length - back]!
  return { ...line, text, cursor: text.length, back, draft, candidates: undefined }
}

/** The latest place at or before `from` whose line has the query. */
function find(history: readonly string[], query: string, from: number): number {
  for (let i = Math.min(from, history.length - 1); i >= 0; i--) if (history[i]!.includes(query)) return i
  return -1
}

function searched(line: Line, search: Search, query: string, from: number, history: readonly string[]): Line {
  const at = query === '' ? -1 : find(history, query, from)
  if (at < 0) return { ...line, search: { ...search, query, at: -1 } }
  const text = history[at]!
  return { ...line, text, cursor: text.indexOf(query), search: { ...search, query, at } }
}

/** A key while ctrl-r searches. Undefined: the search ends, and the key means what it always means. */
function pressSearching(line: Line, search: Search, key: string, editing: Editing): Pressed | undefined {
  const { history } = editing
  switch (key) {
    case 'ctrl-r': {
      const next = searched(line, search, search.query, (search.at < 0 ? history.length : search.at) - 1, history)
      return next.search!.at < 0 ? { line: { ...line, search }, asked: { ask: 'bell' } } : { line: next, asked: undefined }
    }
    case 'backspace':
      return { line: searched(line, search, search.query.slice(0, -1), history.length, history), asked: undefined }
    case 'ctrl-g':
    case 'ctrl-c':
      return { line: { ...line, text: search.text, cursor: search.cursor, search: undefined }, asked: undefined }
    case 'escape':
      return { line: { ...line, search: undefined }, asked: undefined }
    default: {
      if ([...key].length !== 1) return undefined
      const next = searched(line, search, search.query + key, search.at < 0 ? history.length : search.at, history)
      return { line: next, asked: next.search!.at < 0 ? { ask: 'bell' } : undefined }
    }
  }
}

function commonStart(texts: readonly string[]): string {
  let common = texts[0] ?? ''
  for (const text of texts) while (!text.startsWith(common)) common = common.slice(0, -1)
  return common
}

/** Puts a candidate in the place of the range. */
export function take(line: Line, completion: Completion, candidate: Candidate): Line {
  const after = line.text.slice(completion.end)
  const text = candidate.text + (candidate.whole && !isSpace(after[0]) ? ' ' : '')
  return withText(line, line.text.slice(0, completion.start) + text + after, completion.start + text.length)
}

/** Tab, as bash does it: the one candidate, else as far as all agree, else their list. */
function complete(line: Line, editing: Editing): Pressed {
  const completion = editing.complete(line.text, line.cursor)
  const { start, end, candidates } = completion
  if (candidates.length === 0) return { line: { ...line, candidates: undefined }, asked: { ask: 'bell' } }
  if (candidates.length === 1) return { line: take(line, completion, candidates[0]!), asked: undefined }
  const common = commonStart(candidates.map((c) => c.text))
  if (common.length > line.text.slice(start, end).length) {
    return { line: withText(line, line.text.slice(0, start) + common + line.text.slice(end), start + common.length), asked: undefined }
  }
  return { line: { ...line, candidates }, asked: undefined }
}

/** What a key makes of the line. Keys are named as by `keyName`; one character is that character typed. Undefined: the key is none of the editor's. */
export function press(line: Line, key: string, editing: Editing): Pressed | undefined {
  if (line.search) {
    const pressed = pressSearching(line, line.search, key, editing)
    if (pressed) return pressed
    line = { ...line, search: undefined }
  }
  const { text, cursor } = line
  const to = (place: number): Pressed => ({ line: withText(line, text, place), asked: undefined })
  const now = (next: Line, asked?: Asked): Pressed => ({ line: next, asked })
  switch (key) {
    case 'enter':
    case 'ctrl-j':
    case 'ctrl-m':
      return now({ ...EMPTY_LINE, killed: line.killed }, { ask: 'enter', text })
    case 'left':
    case 'ctrl-b':
      return to(beside(text, cursor, -1))
    case 'right':
    case 'ctrl-f':
      return to(beside(text, cursor, 1))
    case 'home':
    case 'ctrl-a':
      return to(0)
    case 'end':
    case 'ctrl-e':
      return to(text.length)
    case 'alt-b':
    case 'alt-left':
    case 'ctrl-left':
      return to(wordLeft(text, cursor))
    case 'alt-f':
    case 'alt-right':
    case 'ctrl-right':
      return to(wordRight(text, cursor))
    case 'backspace':
    case 'ctrl-h':
      return now(erase(line, beside(text, cursor, -1), cursor))
    case 'delete':
      return now(erase(line, cursor, beside(text, cursor, 1)))
    case 'ctrl-k':
      return now(kill(line, cursor, text.length))
    case 'ctrl-u':
      return now(kill(line, 0, cursor))
    case 'ctrl-w':
      return now(kill(line, blankLeft(text, cursor), cursor))
    case 'alt-backspace':
      return now(kill(line, wordLeft(text, cursor), cursor))
    case 'alt-d':
      return now(kill(line, cursor, wordRight(text, cursor)))
    case 'ctrl-y':
      return now(insert(line, line.killed))
    case 'alt-.': {
      const last = editing.history.at(-1)?.split(/\s+/).at(-1)
      return last ? now(insert(line, last)) : now(line, { ask: 'bell' })
    }
    case 'up':
    case 'ctrl-p':
      return now(recall(line, 1, editing.history) ?? line)
    case 'down':
    case 'ctrl-n':
      return now(recall(line, -1, editing.history) ?? line)
    case 'ctrl-r':
      return now({ ...line, search: { query: '', at: -1, text, cursor }, candidates: undefined })
    case 'tab':
    case 'ctrl-i':
      return complete(line, editing)
    case 'ctrl-l':
      return now({ ...line, candidates: undefined }, { ask: 'clear' })
    case 'ctrl-c':
      // At the prompt a line is thrown away without a word to the World; in a program, and on an empty line, the World hears it.
      if (text !== '' && !editing.running) return now({ ...EMPTY_LINE, killed: line.killed })
      return now({ ...EMPTY_LINE, killed: line.killed }, { ask: 'control', key: 'C' })
    case 'ctrl-d':
      return text === '' ? now(line, { ask: 'control', key: 'D' }) : now(erase(line, cursor, beside(text, cursor, 1)))
    default:
      return [...key].length === 1 ? now(insert(line, key)) : undefined
  }
}
