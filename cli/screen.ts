// From what programs write to a terminal to what stands there afterwards: colours go, line drawing becomes characters, and lines that are rewritten in place
// (docker-compose does) stand once.

// eslint-disable-next-line no-control-regex
const LINE_DRAWING = /\u001b\(0([\s\S]*?)\u001b\(B/g
const DRAWN: Readonly<Record<string, string>> = { l: '┌', q: '─', k: '┐', x: '│', m: '└', j: '┘', t: '├', u: '┤', w: '┬', v: '┴', n: '┼' }
// eslint-disable-next-line no-control-regex
const SEQUENCE = /\u001b\[([0-9;?]*)([a-zA-Z])|\u001b[()][A-Z0-9]|\u001b[=>]/g
// eslint-disable-next-line no-control-regex
const CURSOR_UP = /\u001b\[\d*A/

/** Plain text of a terminal's raw output. A carriage return that is not part of a rewritten block is dropped, as the recordings have it. */
export function plainText(raw: string): string {
  const drawn = raw.replace(LINE_DRAWING, (_, s: string) => Array.from(s, (c) => DRAWN[c] ?? c).join(''))
  if (CURSOR_UP.test(drawn)) return rewritten(drawn)
  return drawn.replace(SEQUENCE, '').replace(/\r/g, '')
}

/** Follows the cursor over rows and columns; bounded by the text's own length. */
function rewritten(text: string): string {
  const rows: string[] = ['']
  let row = 0
  let column = 0
  const put = (s: string): void => {
    const line = rows[row]!.padEnd(column)
    rows[row] = line.slice(0, column) + s + line.slice(column + s.length)
    column += s.length
  }
  const move = (to: number): void => {
    row = Math.max(0, to)
    while (rows.length <= row) rows.push('')
  }
  const plain = (s: string): void => {
    for (const part of s.split(/(\r\n|\n|\r)/)) {
      if (part === '\r') column = 0
      else if (part === '\n' || part === '\r\n') {
        column = 0
        move(row + 1)
      } else if (part !== '') put(part)
    }
  }
  let at = 0
  for (const m of text.matchAll(SEQUENCE)) {
    plain(text.slice(at, m.index))
    at = m.index + m[0].length
    const n = Math.min(Number(m[1] || 1), 10_000) || 1
    if (m[2] === 'A') move(row - n)
    else if (m[2] === 'B') move(row + n)
    else if (m[2] === 'K') rows[row] = m[1] === '2' ? '' : rows[row]!.slice(0, column)
  }
  plain(text.slice(at))
  return rows.join('\n')
}
