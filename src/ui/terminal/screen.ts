// What a terminal shows: a pure function of its entries in the World. Rows are logical lines (the page wraps them), with the few control sequences that our tools print.

import type { List, Micros, TerminalEntry } from '../../sim/index.ts'

/** Rows kept; older ones can be had by going back in time. */
export const ROWS_KEPT = 3000
/** The height that programs believe the terminal has. */
const SCREEN_ROWS = 30

export interface Span {
  readonly text: string
  /** Class names: `prompt`, `typed`, `bold c2`... */
  readonly look: string
}
export interface Row {
  /** The row's number since the terminal opened: the same row has the same key before and after. */
  readonly key: number
  readonly spans: readonly Span[]
  /** When its last text came. */
  readonly at: Micros
  /** Set on a row that ends in a line somebody entered: when that was. */
  readonly entered: Micros | undefined
  /** How the command entered here ended, once it has. */
  readonly code: number | undefined
}

const same = (a: TerminalEntry, b: TerminalEntry): boolean =>
  a === b || (a.at === b.at && a.kind === b.kind && a.text === b.text && a.code === b.code)

/** Does `next` begin with all that `drawn` has? Then only what is new need be drawn. */
export function continues(drawn: List<TerminalEntry>, next: List<TerminalEntry>): boolean {
  if (next.end < drawn.end || next.start > drawn.end) return false
  const last = drawn.last()
  // One frozen entry in one place: the lists share their past.
  if (last === undefined || next.at(drawn.end - 1) === last) return true
  for (let i = Math.max(drawn.start, next.start); i < drawn.end; i++) if (!same(drawn.at(i)!, next.at(i)!)) return false
  return true
}

const width = (spans: readonly Span[]): number => spans.reduce((sum, span) => sum + span.text.length, 0)

/** Spans up to a column, filled with blanks where the row is shorter. */
function before(spans: readonly Span[], col: number): Span[] {
  const result: Span[] = []
  let left = col
  for (const span of spans) {
    if (left <= 0) return result
    result.push(span.text.length <= left ? span : { ...span, text: span.text.slice(0, left) })
    left -= span.text.length
  }
  if (left > 0) result.push({ text: ' '.repeat(left), look: '' })
  return result
}
function after(spans: readonly Span[], col: number): Span[] {
  const result: Span[] = []
  let skip = col
  for (const span of spans) {
    if (skip < span.text.length) result.push(skip > 0 ? { ...span, text: span.text.slice(skip) } : span)
    skip = Math.max(0, skip - span.text.length)
  }
  return result
}
/** Neighbours of one look made one. */
function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = []
  for (const span of spans) {
    const last = result.at(-1)
    if (last && last.look === span.look) result[result.length - 1] = { look: last.look, text: last.text + span.text }
    else result.push(span)
  }
  return result
}

interface Style {
  bold: boolean
  dim: boolean
  italic: boolean
  underline: boolean
  inverse: boolean
  color: number
}
const PLAIN: Readonly<Style> = { bold: false, dim: false, italic: false, underline: false, inverse: false, color: -1 }

function lookOf(style: Style): string {
  const names: string[] = []
  for (const name of ['bold', 'dim', 'italic', 'underline', 'inverse'] as const) if (style[name]) names.push(name)
  if (style.color >= 0) names.push(`c${style.color}`)
  return names.join(' ')
}

/** Select Graphic Rendition: the attributes that have a look here; others pass. */
function restyle(style: Style, params: readonly number[]): void {
  for (const n of params.length === 0 ? [0] : params) {
    if (n === 0) Object.assign(style, PLAIN)
    else if (n === 1) style.bold = true
    else if (n === 2) style.dim = true
    else if (n === 3) style.italic = true
    else if (n === 4) style.underline = true
    else if (n === 7) style.inverse = true
    else if (n === 22) style.bold = style.dim = false
    else if (n === 23) style.italic = false
    else if (n === 24) style.underline = false
    else if (n === 27) style.inverse = false
    else if (n >= 30 && n <= 37) style.color = n - 30
    else if (n >= 90 && n <= 97) style.color = n - 90
    else if (n === 39) style.color = -1
    else if (n === 38 || n === 48) return
  }
}

/* eslint-disable no-control-regex -- these are the control characters' own patterns */
/** A control sequence, an operating system command, another escape, a run of plain text, or one control character. */
const TOKEN =
  /\x1b\[([?>=]?)([\d;]*)[ -/]*([@-~])|\x1b\][^\x07\x1b]*(?:\x07|\x1b\\)|\x1b[()][0-9A-B]|\x1b[=>78DEMc]|[^\x00-\x08\x0a-\x1f\x7f]+|[\x00-\x1f\x7f]/g
/** The beginning of an escape whose end has not come yet. */
const UNFINISHED = /\x1b(?:\[[?>=]?[\d;]*[ -/]*|\][^\x07\x1b]*)?$/
/* eslint-enable no-control-regex */

/** A terminal's screen, drawn forward entry by entry, or from the beginning when time went elsewhere. */
export class Screen {
  rows: Row[] = []
  private list: List<TerminalEntry> | undefined
  private row = 0
  private col = 0
  private nextKey = 0
  private style: Style = { ...PLAIN }
  private pending = ''
  private at = 0 as Micros
  /** The row that the next `exit` entry is about. */
  private command = -1
  /** Keys of rows from which programs count the screen. */
  private screenTop = 0

  /** Shows these entries. True when it was drawn anew: time went back, or to another fork. */
  show(list: List<TerminalEntry> | undefined): boolean {
    if (list === this.list) return false
    const anew = !list || !this.list || !continues(this.list, list)
    const from = anew ? (list?.start ?? 0) : this.list!.end
    if (anew) this.reset()
    else this.rows = this.rows.slice()
    if (list) for (const entry of list.from(from)) this.add(entry)
    this.list = list
    if (this.rows.length > ROWS_KEPT) this.drop(this.rows.length - ROWS_KEPT)
    return anew
  }

  private reset(): void {
    this.rows = []
    this.row = this.col = this.nextKey = this.screenTop = 0
    this.style = { ...PLAIN }
    this.pending = ''
    this.command = -1
  }
  private drop(count: number): void {
    this.rows = this.rows.slice(count)
    this.row = Math.max(0, this.row - count)
    this.command -= count
    this.screenTop = Math.max(0, this.screenTop - count)
  }

  /** True when the last row has text that no newline ended: a prompt, of the shell or of a program. */
  get open(): boolean {
    return this.row === this.rows.length - 1 && (this.rows[this.row]?.spans.length ?? 0) > 0
  }

  private add(entry: TerminalEntry): void {
    this.at = entry.at
    switch (entry.kind) {
      case 'output':
        this.write(entry.text, undefined)
        return
      case 'prompt':
        this.write(entry.text, 'prompt')
        return
      case 'input': {
        // Ctrl-D is not echoed by a terminal.
        if (entry.text === '^D') return
        this.put(entry.text, 'typed')
        this.command = this.row
        this.rows[this.row] = { ...this.current(), entered: entry.at }
        this.newline()
        return
      }
      case 'exit': {
        const row = this.rows[this.command]
        if (row) this.rows[this.command] = { ...row, code: entry.code }
        return
      }
    }
  }

  private current(): Row {
    while (this.rows.length <= this.row) {
      this.rows.push({ key: this.nextKey++, spans: [], at: this.at, entered: undefined, code: undefined })
    }
    return this.rows[this.row]!
  }
  private newline(): void {
    this.current()
    this.row++
    this.col = 0
    this.current()
    this.screenTop = Math.max(this.screenTop, this.rows.length - SCREEN_ROWS)
  }
  private put(text: string, look: string): void {
    if (text === '') return
    const row = this.current()
    const whole = width(row.spans)
    const spans =
      this.col === whole
        ? [...row.spans, { text, look }]
        : [...before(row.spans, this.col), { text, look }, ...after(row.spans, this.col + text.length)]
    this.rows[this.row] = { ...row, spans: joined(spans), at: this.at }
    this.col += text.length
  }

  private write(raw: string, look: string | undefined): void {
    let text = this.pending + raw
    this.pending = UNFINISHED.exec(text)?.[0] ?? ''
    if (this.pending) text = text.slice(0, -this.pending.length)
    for (const token of text.matchAll(TOKEN)) {
      const [part, mode, params, final] = token
      if (final !== undefined) this.control(mode!, params!, final)
      else if (part === '\n') this.newline()
      else if (part === '\r') this.col = 0
      else if (part === '\b') this.col = Math.max(0, this.col - 1)
      else if (part.charCodeAt(0) >= 32 || part[0] === '\t') this.put(part, look ?? lookOf(this.style))
    }
  }

  private control(mode: string, params: string, final: string): void {
    const numbers = params === '' ? [] : params.split(';').map(Number)
    const n = Math.max(1, numbers[0] ?? 1)
    if (mode !== '') {
      // The other screen of a full-screen program: a page of its own below what was there.
      if (mode === '?' && final === 'h' && (numbers[0] === 1049 || numbers[0] === 47)) this.openPage()
      return
    }
    switch (final) {
      case 'm':
        restyle(this.style, numbers)
        return
      case 'A':
        this.row = Math.max(this.screenTop, this.row - n)
        return
      case 'B':
        this.row += n
        this.current()
        return
      case 'C':
        this.col += n
        return
      case 'D':
        this.col = Math.max(0, this.col - n)
        return
      case 'G':
        this.col = n - 1
        return
      case 'H':
      case 'f':
        this.row = this.screenTop + n - 1
        this.col = Math.max(1, numbers[1] ?? 1) - 1
        this.current()
        return
      case 'J':
        this.clear(numbers[0] ?? 0)
        return
      case 'K':
        this.clearLine(numbers[0] ?? 0)
        return
      default:
    }
  }

  private openPage(): void {
    if (this.col > 0) this.newline()
    this.screenTop = this.row
  }
  private clear(how: number): void {
    if (how === 0) {
      this.clearLine(0)
      this.rows.length = Math.min(this.rows.length, this.row + 1)
    } else if (how === 2) {
      this.rows.length = Math.min(this.rows.length, this.screenTop)
      this.row = Math.max(this.row, this.screenTop)
      this.nextKey = this.rows.length === 0 ? 0 : this.rows.at(-1)!.key + 1
      this.current()
    } else if (how === 3) {
      const above = this.screenTop
      if (above > 0) this.drop(above)
    }
  }
  private clearLine(how: number): void {
    const row = this.current()
    const spans =
      how === 2
        ? []
        : how === 1
          ? [...before([], this.col), ...after(row.spans, this.col)]
          : before(row.spans, Math.min(this.col, width(row.spans)))
    this.rows[this.row] = { ...row, spans: joined(spans) }
  }
}

/** A row's text, for tests and for copying. */
export const rowText = (row: Row): string => row.spans.map((span) => span.text).join('')
