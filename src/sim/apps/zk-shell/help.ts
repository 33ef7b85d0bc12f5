// `help`: the list of commands in columns, and the text of each.

import { HELP } from './help-texts.ts'

const bold = (heading: string): string => `\x1b[1m${heading}\x1b[0m`
const indent = (text: string): string =>
  text
    .split('\n')
    .map((line) => (line === '' ? '' : `        ${line}`))
    .join('\n')

/** The text of a command as its usage block shows it: sections with bold headings, bodies indented by eight. */
export function commandHelp(name: string): string {
  const help = HELP[name]
  if (!help) return '\n'
  const sections: [string, string][] = [['NAME', `${name} - ${help.about}`]]
  if (help.synopsis !== undefined) sections.push(['SYNOPSIS', `${name} ${help.synopsis}`])
  if (help.more !== undefined) sections.push(['DESCRIPTION', help.more])
  if (help.options)
    sections.push([
      'OPTIONS',
      Object.entries(help.options)
        .map(([option, about]) => `* ${option}: ${about}`)
        .join('\n'),
    ])
  if (help.examples) sections.push(['EXAMPLES', help.examples.join('\n')])
  return sections.map(([heading, body]) => `\n${bold(heading)}\n${indent(body)}\n`).join('') + '\n        '
}

/** What `help NAME` prints, without the newline at its end; undefined for what is no command. */
export const helpText = (name: string): string | undefined => (HELP[name] ? commandHelp(name) : undefined)

/** Words in as few rows as fit 79 columns, filled downwards (CPython's cmd.Cmd.columnize). */
export function columnize(words: readonly string[], displayWidth = 79): string {
  for (let rows = 1; rows < words.length; rows++) {
    const columns = Math.ceil(words.length / rows)
    const widths = Array.from({ length: columns }, (_, c) => Math.max(...words.slice(c * rows, (c + 1) * rows).map((word) => word.length)))
    if (widths.reduce((sum, width) => sum + width, -2) + 2 * columns > displayWidth) continue
    return Array.from({ length: rows }, (_, r) => {
      const cells = widths.map((_, c) => words[r + rows * c] ?? '')
      while (cells.length > 0 && cells[cells.length - 1] === '') cells.pop()
      return cells.map((cell, c) => cell.padEnd(widths[c]!)).join('  ')
    }).join('\n')
  }
  return words.join('\n')
}

/** What `help` prints. */
export function helpTopics(): string {
  const header = 'Documented commands (type help <topic>):'
  return `\n${header}\n${'='.repeat(header.length)}\n${columnize(Object.keys(HELP))}\n\n`
}
