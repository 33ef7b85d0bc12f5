// Brace expansion: `a{b,c}` and `{1..5}`, done on words before anything else is expanded.

import type { Part, Word } from './ast.ts'

/** A character of unquoted text, or a piece that braces cannot look into. */
type Unit = string | Part

const LIMIT = 10_000

const toUnits = (word: Word): Unit[] => word.flatMap((p): Unit[] => (p.t === 'lit' ? [...p.s] : [p]))

function toWord(units: readonly Unit[]): Word {
  const parts: Part[] = []
  let text = ''
  for (const u of units) {
    if (typeof u === 'string') {
      text += u
      continue
    }
    if (text) parts.push({ t: 'lit', s: text })
    text = ''
    parts.push(u)
  }
  if (text || parts.length === 0) parts.push({ t: 'lit', s: text })
  return parts
}

/** `1..5`, `a..e`, `1..10..2`; undefined when the text is no sequence. */
function sequence(units: readonly Unit[]): string[] | undefined {
  if (!units.every((u) => typeof u === 'string')) return undefined
  const text = units.join('')
  const numbers = /^(-?\d{1,9})\.\.(-?\d{1,9})(?:\.\.(-?\d{1,9}))?$/.exec(text)
  const letters = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.(-?\d{1,9}))?$/.exec(text)
  const m = numbers ?? letters
  if (!m) return undefined
  const from = numbers ? Number(m[1]) : m[1]!.charCodeAt(0)
  const to = numbers ? Number(m[2]) : m[2]!.charCodeAt(0)
  const step = Math.abs(Number(m[3] ?? 1)) || 1
  if (Math.abs(to - from) / step > LIMIT) return undefined
  const padded = numbers !== null && [m[1]!, m[2]!].some((s) => /^-?0\d/.test(s))
  const width = padded ? Math.max(m[1]!.length, m[2]!.length) : 0
  const show = (n: number) =>
    numbers ? (n < 0 ? '-' + String(-n).padStart(width - 1, '0') : String(n).padStart(width, '0')) : String.fromCharCode(n)
  const out: string[] = []
  if (from <= to) for (let n = from; n <= to; n += step) out.push(show(n))
  else for (let n = from; n >= to; n -= step) out.push(show(n))
  return out
}

function expand(units: readonly Unit[], budget: { left: number }): Unit[][] {
  for (let open = 0; open < units.length; open++) {
    if (units[open] !== '{') continue
    let depth = 0
    const commas: number[] = []
    for (let i = open; i < units.length; i++) {
      const u = units[i]
      if (u === '{') depth++
      else if (u === ',' && depth === 1) commas.push(i)
      else if (u === '}' && --depth === 0) {
        const before = units.slice(0, open)
        const after = units.slice(i + 1)
        let middles: Unit[][] | undefined
        if (commas.length > 0) {
          const cuts = [open, ...commas, i]
          middles = cuts.slice(1).flatMap((end, at) => expand(units.slice(cuts[at]! + 1, end), budget))
        } else middles = sequence(units.slice(open + 1, i))?.map((s) => [...s])
        if (middles) {
          const tails = expand(after, budget)
          budget.left -= middles.length * tails.length
          if (budget.left < 0) return [[...units]]
          return middles.flatMap((m) => tails.map((t) => [...before, ...m, ...t]))
        }
        break
      }
    }
  }
  return [[...units]]
}

/** The words that one word stands for; the word itself when it has no braces to expand (or more than ten thousand results). */
export function expandBraces(word: Word): readonly Word[] {
  if (!word.some((p) => p.t === 'lit' && p.s.includes('{'))) return [word]
  return expand(toUnits(word), { left: LIMIT }).map(toWord)
}
