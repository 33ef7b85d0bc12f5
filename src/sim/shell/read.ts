// The builtin `read`: a line from where the command reads, split over variables.

import { getVar, restOf, setVar, type In, type ShellState } from './state.ts'

/** Takes a line for `read` out of what has come; its status, or undefined when it has to wait for more. */
export function takeLine(s: ShellState, from: In): number | undefined {
  if (from.k === 'null') return assign(s, '', 1)
  if (from.k === 'text') {
    const open = s.texts[from.id]
    const rest = open ? open.text.slice(open.pos) : ''
    const end = lineEnd(rest, s.readRaw)
    if (!open || end < 0) return assign(s, restOf(s, from.id), 1)
    open.pos += end + 1
    return assign(s, rest.slice(0, end), 0)
  }
  const end = lineEnd(s.input, s.readRaw)
  if (end >= 0) {
    const line = s.input.slice(0, end)
    s.input = s.input.slice(end + 1)
    return assign(s, line, 0)
  }
  if (!s.inputEnded) return undefined
  const line = s.input
  s.input = ''
  return assign(s, line, 1)
}

/** Where the line ends; without -r a backslash carries it over the newline. */
function lineEnd(text: string, raw: boolean): number {
  for (let i = text.indexOf('\n'); i >= 0; i = text.indexOf('\n', i + 1)) if (raw || text[i - 1] !== '\\') return i
  return -1
}

function assign(s: ShellState, line: string, status: number): number {
  const ifs = getVar(s, 'IFS') ?? ' \t\n'
  // A character that was escaped is neither a separator nor an escape.
  const chars: { c: string; plain: boolean }[] = []
  for (let i = 0; i < line.length; i++) {
    if (!s.readRaw && line[i] === '\\') {
      i++
      if (line[i] !== undefined && line[i] !== '\n') chars.push({ c: line[i]!, plain: false })
    } else chars.push({ c: line[i]!, plain: true })
  }
  const separates = (x: { c: string; plain: boolean } | undefined) => x !== undefined && x.plain && ifs.includes(x.c)
  const white = (x: { c: string; plain: boolean } | undefined) => separates(x) && ' \t\n'.includes(x!.c)
  let i = 0
  const skip = () => {
    while (white(chars[i])) i++
  }
  const reply = s.readNames.length === 1 && s.readNames[0] === 'REPLY'
  if (reply) {
    setVar(s, 'REPLY', chars.map((x) => x.c).join(''))
    return status
  }
  skip()
  s.readNames.forEach((name, at) => {
    let text = ''
    if (at === s.readNames.length - 1) {
      let end = chars.length
      while (end > i && white(chars[end - 1])) end--
      for (; i < end; i++) text += chars[i]!.c
    } else {
      while (i < chars.length && !separates(chars[i])) text += chars[i++]!.c
      skip()
      if (separates(chars[i])) {
        i++
        skip()
      }
    }
    setVar(s, name, text)
  })
  return status
}
