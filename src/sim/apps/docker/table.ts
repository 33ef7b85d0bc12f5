// The table of `docker-compose ps`, as texttable 0.9.1 draws it with a header line: centred headers, left cells, three spaces between columns, cells wrapped to fit.

const GAP = 3

/** Column widths that fit into `width`: the widest shrink first, as texttable's `_compute_cols_width` shares what there is. */
function widths(rows: readonly (readonly string[])[], width: number): number[] {
  const wanted = rows[0]!.map((_, i) => Math.max(...rows.map((row) => Math.max(...row[i]!.split('\n').map((l) => l.length)))))
  const room = width - GAP * (wanted.length - 1)
  const total = wanted.reduce((a, b) => a + b, 0)
  if (total <= room) return wanted
  const out = wanted.map(() => 0)
  let left = room
  while (left > 0 && out.some((w, i) => w < wanted[i]!)) {
    for (let i = 0; i < out.length && left > 0; i++) {
      if (out[i]! >= wanted[i]!) continue
      out[i]!++
      left--
    }
  }
  return out
}

/** Wraps a cell at spaces; a longer word is cut. */
function wrap(cell: string, width: number): string[] {
  const lines: string[] = []
  for (const part of cell.split('\n')) {
    let line = ''
    for (const word of part.split(' ')) {
      let rest = word
      while (rest.length > width) {
        if (line !== '') lines.push(line)
        line = ''
        lines.push(rest.slice(0, width))
        rest = rest.slice(width)
      }
      if (line === '') line = rest
      else if (line.length + 1 + rest.length <= width) line += ' ' + rest
      else {
        lines.push(line)
        line = rest
      }
    }
    lines.push(line)
  }
  return lines
}

const centre = (text: string, width: number): string => {
  const space = width - text.length
  return ' '.repeat(space >> 1) + text + ' '.repeat(space - (space >> 1))
}

/** The table, without a final newline. */
export function table(header: readonly string[], rows: readonly (readonly string[])[], width: number): string {
  const columns = widths([header, ...rows], width)
  const total = columns.reduce((a, b) => a + b, 0) + GAP * (columns.length - 1)
  const gap = ' '.repeat(GAP)
  const lines = [header.map((h, i) => centre(h, columns[i]!)).join(gap), '-'.repeat(total)]
  for (const row of rows) {
    const cells = row.map((cell, i) => wrap(cell, columns[i]!))
    const height = Math.max(...cells.map((c) => c.length))
    for (let y = 0; y < height; y++) lines.push(cells.map((c, i) => (c[y] ?? '').padEnd(columns[i]!)).join(gap))
  }
  return lines.join('\n')
}
