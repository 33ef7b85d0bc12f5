// A message's fields as rows: names as the protocol has them, nested ones indented.
import { Bytes } from '../../sim/index.ts'

export interface FieldRow {
  readonly name: string
  readonly value: string
  readonly depth: number
}

/** More rows than this are counted, not shown. */
const ROWS = 120
const DEPTH = 6

/** The fields of a message, its own protocol and kind left out. */
export function fieldsOf(message: object): FieldRow[] {
  const rows: FieldRow[] = []
  const add = (name: string, value: unknown, depth: number): void => {
    if (rows.length > ROWS || value === undefined) return
    if (rows.length === ROWS) {
      rows.push({ name: '…', value: '', depth: 0 })
      return
    }
    if (value instanceof Bytes) {
      rows.push({ name, value: `${value.length} bytes`, depth })
    } else if (value !== null && typeof value === 'object' && depth < DEPTH) {
      const flat = Array.isArray(value) && value.every((one) => one === null || typeof one !== 'object')
      if (flat) rows.push({ name, value: `[${value.map(String).join(', ')}]`, depth })
      else {
        rows.push({ name, value: Array.isArray(value) ? `${value.length}` : '', depth })
        for (const [inner, one] of Object.entries(value)) add(inner, one, depth + 1)
      }
    } else rows.push({ name, value: typeof value === 'object' ? JSON.stringify(value) : String(value as string | number | boolean), depth })
  }
  for (const [name, value] of Object.entries(message)) if (name !== 'proto' && name !== 'kind') add(name, value, 0)
  return rows
}
