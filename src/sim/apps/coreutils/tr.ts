// tr: translating, deleting and squeezing characters.

import { has } from './options.ts'
import { unescape } from './escapes.ts'
import { inputIsEmpty, optionsOf, callOf, quoteName, type Call } from './tool.ts'
import type { ProcessKind } from '../../kernel/index.ts'

const CLASSES: Readonly<Record<string, (c: string) => boolean>> = {
  alpha: (c) => /[A-Za-z]/.test(c),
  digit: (c) => /[0-9]/.test(c),
  alnum: (c) => /[A-Za-z0-9]/.test(c),
  upper: (c) => /[A-Z]/.test(c),
  lower: (c) => /[a-z]/.test(c),
  space: (c) => /[ \t-\r]/.test(c),
  blank: (c) => c === ' ' || c === '\t',
  punct: (c) => /[!-/:-@[-`{-~]/.test(c),
  print: (c) => c >= ' ' && c <= '~',
  graph: (c) => c > ' ' && c <= '~',
  cntrl: (c) => c < ' ' || c === '\x7f',
  xdigit: (c) => /[0-9A-Fa-f]/.test(c),
}

/** The characters a set stands for; a message when it is no set. */
export function expandSet(text: string): string[] | { error: string } {
  const out: string[] = []
  let i = 0
  const one = (): string => {
    if (text[i] === '\\' && i + 1 < text.length) {
      const m = /^\\(?:[0-7]{1,3}|.)/.exec(text.slice(i))!
      i += m[0].length
      return unescape(m[0])
    }
    return text[i++]!
  }
  while (i < text.length) {
    const named = /^\[:([a-z]+):\]/.exec(text.slice(i))
    if (named) {
      const test = Object.hasOwn(CLASSES, named[1]!) ? CLASSES[named[1]!] : undefined
      if (!test) return { error: `invalid character class '${named[1]}'` }
      for (let c = 0; c < 128; c++) if (test(String.fromCharCode(c))) out.push(String.fromCharCode(c))
      i += named[0].length
      continue
    }
    const from = one()
    if (text[i] === '-' && i + 1 < text.length) {
      i++
      const to = one()
      if (to < from) return { error: `range-endpoints of '${from}-${to}' are in reverse collating sequence order` }
      for (let c = from.charCodeAt(0); c <= to.charCodeAt(0); c++) out.push(String.fromCharCode(c))
    } else out.push(from)
  }
  return out
}

interface Tr {
  first: string
  second: string
  complement: boolean
  remove: boolean
  squeeze: string
  translate: boolean
  last: string
}

function setup(call: Call): Tr | number {
  const o = optionsOf(call, { short: 'cCdst', long: { complement: 'c', delete: 'd', 'squeeze-repeats': 's', 'truncate-set1': 't' }, stopAtOperand: true }, { usage: 'tr [OPTION]... SET1 [SET2]', what: 'Translates, squeezes or deletes characters. Options: -c -d -s -t' }) // prettier-ignore
  if (typeof o === 'number') return o
  const wrong = (text: string) => {
    call.err(`tr: ${text}\nTry 'tr --help' for more information.\n`)
    return 1
  }
  const [one, two, extra] = o.operands
  if (one === undefined) return wrong('missing operand')
  const remove = has(o, 'd')
  const squeeze = has(o, 's')
  if (extra !== undefined) return wrong(`extra operand ${quoteName(call, extra)}`)
  if (two === undefined && !remove && !squeeze)
    return wrong(`missing operand after ${quoteName(call, one)}\nTwo strings must be given when translating.`)
  if (two !== undefined && remove && !squeeze)
    return wrong(`extra operand ${quoteName(call, two)}\nOnly one string may be given when deleting without squeezing repeats.`)
  const a = expandSet(one)
  const b = expandSet(two ?? '')
  if ('error' in a || 'error' in b) {
    call.err(`tr: ${'error' in a ? a.error : (b as { error: string }).error}\n`)
    return 1
  }
  if (two === '' && !remove) {
    call.err('tr: when not truncating set1, string2 must be non-empty\n')
    return 1
  }
  const translate = two !== undefined && !remove
  let second = b
  if (translate && has(o, 't')) a.length = Math.min(a.length, b.length)
  else if (translate) second = [...b, ...Array.from({ length: Math.max(0, a.length - b.length) }, () => b[b.length - 1]!)]
  const squeezed = !squeeze ? '' : two === undefined ? a.join('') : b.join('')
  return {
    first: a.join(''),
    second: second.join(''),
    complement: has(o, 'c') || has(o, 'C'),
    remove,
    squeeze: squeezed,
    translate,
    last: '',
  }
}

export function apply(s: Tr, text: string): string {
  let out = ''
  const first = [...s.first]
  const second = [...s.second]
  for (const c of text) {
    const at = first.indexOf(c)
    const inside = at >= 0 !== s.complement
    let to = c
    if (s.remove && inside) continue
    if (s.translate && inside) to = s.complement ? second[second.length - 1]! : (second[at] ?? c)
    const squeezes = s.squeeze !== '' && s.squeeze.includes(to) !== (s.complement && !s.translate && !s.remove)
    if (squeezes && to === s.last) continue
    s.last = to
    out += to
  }
  return out
}

export const tr: ProcessKind<{ mine: Tr | null }> = {
  name: 'tr',
  init: () => ({ mine: null }),
  handle(ctx, state, input) {
    if (input.type === 'start') {
      const set = setup(callOf(ctx))
      if (typeof set === 'number') return ctx.exit(set)
      state.mine = set
      if (inputIsEmpty(ctx)) ctx.exit(0)
    } else if (input.type === 'input') ctx.print(apply(state.mine!, input.text))
    else if (input.type === 'eof') ctx.exit(0)
  },
}
