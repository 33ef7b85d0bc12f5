// ls: -l -a -A -t -r -R -h -1 -S -d -F -p and a few more; columns on a terminal, one name a line elsewhere.

import { civil, monthName } from '../../base/index.ts'
import { bytesOnDisk, type File } from '../../kernel/index.ts'
import { has, type Options } from './options.ts'
import { immediate, optionsOf, type Call } from './tool.ts'

interface Entry {
  readonly name: string
  readonly file: File
  readonly path: string
}

const SIX_MONTHS_MS = 15_778_476_000

/** `Nov 22 15:41` of a recent time, `Nov 22  2026` of another. */
export function listDate(call: Pick<Call, 'ctx'>, file: File): string {
  const at = call.ctx.settings.epochMs + Math.floor(file.mtime / 1000)
  const c = civil(at)
  const two = (n: number) => String(n).padStart(2, '0')
  const recent = at <= call.ctx.wallMs && call.ctx.wallMs - at < SIX_MONTHS_MS
  return `${monthName(c.month)} ${String(c.day).padStart(2)} ${recent ? `${two(c.hour)}:${two(c.minute)}` : ` ${c.year}`}`
}

/** Kilobytes that a file takes on disk: what was preallocated and never written takes none. */
export function blocksOf(file: File): number {
  if (file.dir) return 4
  return bytesOnDisk(file) / 1024
}

export function modeText(file: File): string {
  const bits = 'rwxrwxrwx'
  let text = file.dir ? 'd' : '-'
  for (let i = 0; i < 9; i++) text += file.mode & (1 << (8 - i)) ? bits[i] : '-'
  return text
}

export function human(bytes: number): string {
  if (bytes < 1024) return String(bytes)
  let n = bytes
  let unit = -1
  while (n >= 1024 && unit < 5) {
    n /= 1024
    unit++
  }
  const shown = n < 10 ? Math.ceil(n * 10) / 10 : Math.ceil(n)
  return (shown < 10 ? shown.toFixed(1) : String(Math.ceil(shown))) + 'KMGTPE'[unit]
}

/** Who owns a file: on the docker host's own disk its user, root everywhere else. */
export const ownerOf = (call: Pick<Call, 'ctx'>, path: string): string => {
  const full = call.ctx.files.resolve(path)
  return call.ctx.host === 'host' && full.startsWith('/home/you') && !full.includes('/kafka-playground/data/') ? 'you' : 'root'
}

function sortEntries(entries: Entry[], o: Options): Entry[] {
  const byName = (a: Entry, b: Entry) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0)
  if (has(o, 'U')) return entries
  const compare = has(o, 'S')
    ? (a: Entry, b: Entry) => b.file.size - a.file.size || byName(a, b)
    : has(o, 't')
      ? (a: Entry, b: Entry) => b.file.mtime - a.file.mtime || byName(a, b)
      : byName
  entries.sort(compare)
  return has(o, 'r') ? entries.reverse() : entries
}

const onTerminal = (call: Call): boolean => call.ctx.stdout.kind === 'terminal'

/** GNU puts quotes around names that a shell would trip over, on a terminal only. */
const shownName = (call: Call, name: string): string =>
  onTerminal(call) && /[\s"$&()*;<>?[\\\]^`{|}!#~]/.test(name) && !/^[#~]?[^\s"$&()*;<>?[\\\]^`{|}!#~]+$/.test(name)
    ? name.includes("'")
      ? `"${name}"`
      : `'${name}'`
    : name.includes("'") && onTerminal(call)
      ? `"${name}"`
      : name

const suffix = (e: Entry, o: Options): string => {
  if (e.file.dir && (has(o, 'F') || has(o, 'p'))) return '/'
  return has(o, 'F') && e.file.mode & 0o111 && !e.file.dir ? '*' : ''
}

function longList(call: Call, entries: readonly Entry[], o: Options, total: boolean): void {
  const size = (e: Entry) => (has(o, 'h') ? human(e.file.size) : String(e.file.size))
  const links = (e: Entry) =>
    String(e.file.dir ? 2 + (call.ctx.files.list(e.path) ?? []).filter((n) => call.ctx.files.stat(`${e.path}/${n}`)?.dir).length : 1)
  const rows = entries.map(
    (e) =>
      [modeText(e.file), links(e), ownerOf(call, e.path), size(e), listDate(call, e.file), shownName(call, e.name) + suffix(e, o)] as const,
  )
  const width = (i: 1 | 2 | 3) => rows.reduce((max, r) => Math.max(max, r[i].length), 0)
  const [w1, w2, w3] = [width(1), width(2), width(3)]
  const blocks = entries.reduce((sum, e) => sum + blocksOf(e.file), 0)
  let text = total ? `total ${has(o, 'h') ? human(blocks * 1024).replace(/^0$/, '0') : blocks}\n` : ''
  for (const r of rows) {
    const owner = has(o, 'g') ? '' : r[2].padEnd(w2) + ' '
    const group = has(o, 'o') || has(o, 'G') ? '' : r[2].padEnd(w2) + ' '
    text += `${r[0]} ${r[1].padStart(w1)} ${owner}${group}${r[3].padStart(w3)} ${r[4]} ${r[5]}\n`
  }
  call.out(text)
}

/** Names down the columns, as many as the terminal's width holds. */
export function columns(names: readonly string[], width: number): string {
  if (names.length === 0) return ''
  const lengths = names.map((n) => [...n].length)
  for (let count = names.length; count >= 1; count--) {
    const rows = Math.ceil(names.length / count)
    if (Math.ceil(names.length / rows) !== count) continue
    // Every column but the last has two blanks after it; none is narrower than three, and a line stays short of the width (ls.c, calculate_columns).
    const widths = Array.from({ length: count }, (_, c) =>
      lengths.slice(c * rows, (c + 1) * rows).reduce((a, b) => Math.max(a, b + (c === count - 1 ? 0 : 2)), 3),
    )
    if (count > 1 && widths.reduce((a, b) => a + b, 0) >= width) continue
    let text = ''
    for (let r = 0; r < rows; r++) {
      const line: string[] = []
      for (let c = 0; c < count && c * rows + r < names.length; c++) {
        const i = c * rows + r
        const last = (c + 1) * rows + r >= names.length
        line.push(last ? names[i]! : names[i]! + ' '.repeat(widths[c]! - lengths[i]!))
      }
      text += line.join('') + '\n'
    }
    return text
  }
  return names.join('\n') + '\n'
}

function list(call: Call, entries: readonly Entry[], o: Options, total: boolean): void {
  if (has(o, 'l') || has(o, 'g') || has(o, 'o') || has(o, 'n')) return longList(call, entries, o, total)
  const names = entries.map((e) => (has(o, 's') ? `${blocksOf(e.file)} ` : '') + shownName(call, e.name) + suffix(e, o))
  if (has(o, 'm')) call.out(names.length > 0 ? names.join(', ') + '\n' : '')
  else if (has(o, 'C') || (!has(o, '1') && onTerminal(call))) call.out(columns(names, Number(call.ctx.env['COLUMNS'] ?? 80) || 80))
  else call.out(names.map((n) => n + '\n').join(''))
}

const join = (dir: string, name: string): string => `${dir.replace(/\/$/, '')}/${name}`

function directory(call: Call, path: string, o: Options, titled: boolean, blank: boolean, depth: number): void {
  const hidden = has(o, 'a') || has(o, 'A')
  const entries: Entry[] = []
  for (const name of call.ctx.files.list(path) ?? []) {
    if (name.startsWith('.') && !hidden) continue
    const full = join(path, name)
    const file = call.ctx.files.stat(full)
    if (file) entries.push({ name, file, path: full })
  }
  const self = call.ctx.files.stat(path)
  const sorted = sortEntries(entries, o)
  if (has(o, 'a') && self) {
    const dots = ['.', '..'].map((name) => ({ name, file: call.ctx.files.stat(join(path, name)) ?? self, path: join(path, name) }))
    if (has(o, 't') || has(o, 'S') || has(o, 'r')) {
      const all = sortEntries([...dots, ...sorted], o)
      sorted.length = 0
      sorted.push(...all)
    } else sorted.unshift(...dots)
  }
  if (titled) call.out(`${blank ? '\n' : ''}${path}:\n`)
  list(call, sorted, o, true)
  if (!has(o, 'R') || depth > 30) return
  for (const e of sorted) if (e.file.dir && e.name !== '.' && e.name !== '..') directory(call, e.path, o, true, true, depth + 1)
}

function main(call: Call): number {
  const o = optionsOf(call, { short: 'laAtrRh1SdFpCUmgoGnsxk', long: { all: 'a', 'almost-all': 'A', reverse: 'r', recursive: 'R', 'human-readable': 'h', directory: 'd', classify: 'F', size: 's', 'no-group': 'G', 'color:': 'color', 'color': 'color', 'full-time': 'full' }, unmodelled: 'bBcDfHiILNqQuvwXZT', unmodelledLong: ['sort', 'time', 'format', 'group-directories-first', 'inode', 'hide', 'ignore', 'time-style', 'author', 'escape', 'si', 'width'], status: 2 }, { usage: 'ls [OPTION]... [FILE]...', what: 'Lists files. Options: -l -a -A -t -r -R -h -1 -S -d -F -p -C -U -m -g -o -G -s' }) // prettier-ignore
  if (typeof o === 'number') return o
  if (has(o, 'full')) {
    call.err('ls: option --full-time is not modelled here\n')
    return 2
  }
  let status = 0
  const files: Entry[] = []
  const dirs: Entry[] = []
  for (const path of o.operands.length > 0 ? o.operands : ['.']) {
    const file = call.ctx.files.stat(path)
    if (!file) {
      call.err(`ls: cannot access '${path}': No such file or directory\n`)
      status = 2
    } else if (path.endsWith('/') && !file.dir) {
      call.err(`ls: cannot access '${path}': Not a directory\n`)
      status = 2
    } else (file.dir && !has(o, 'd') ? dirs : files).push({ name: path, file, path })
  }
  if (files.length > 0) list(call, sortEntries(files, o), o, false)
  const titled = o.operands.length > 1 || has(o, 'R')
  sortEntries(dirs, o).forEach((dir, i) => directory(call, dir.path, o, titled, files.length > 0 || i > 0, 0))
  return status
}

export const ls = immediate('ls', main)
