// date and sleep.

import { civil, monthName, seconds } from '../../base/index.ts'
import type { ProcessKind } from '../../kernel/index.ts'
import { has } from './options.ts'
import { duration } from './run.ts'
import { callOf, immediate, optionsOf, quoteName } from './tool.ts'

const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']
const MONTHS = ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December']
const two = (n: number): string => String(n).padStart(2, '0')

/** `Sun Nov 22 15:41:20 UTC 2026` */
export function dateText(epochMs: number): string {
  return format('%a %b %e %H:%M:%S UTC %Y', epochMs)
}

/** strftime as far as people use it. */
export function format(text: string, epochMs: number): string {
  const c = civil(epochMs)
  const dayOfYear = Math.floor(epochMs / 86_400_000) - Math.floor(yearStartMs(c.year) / 86_400_000) + 1
  const one = (key: string): string | undefined => {
    switch (key) {
      case 'Y': return String(c.year)
      case 'y': return two(c.year % 100)
      case 'm': return two(c.month)
      case 'd': return two(c.day)
      case 'e': return String(c.day).padStart(2)
      case 'H': return two(c.hour)
      case 'I': return two(((c.hour + 11) % 12) + 1)
      case 'M': return two(c.minute)
      case 'S': return two(c.second)
      case 'p': return c.hour < 12 ? 'AM' : 'PM'
      case 'a': return DAYS[c.weekday]!.slice(0, 3)
      case 'A': return DAYS[c.weekday]!
      case 'b':
      case 'h': return monthName(c.month)
      case 'B': return MONTHS[c.month - 1]!
      case 'j': return String(dayOfYear).padStart(3, '0')
      case 'u': return String(c.weekday === 0 ? 7 : c.weekday)
      case 'w': return String(c.weekday)
      case 'F': return `${c.year}-${two(c.month)}-${two(c.day)}`
      case 'T': return `${two(c.hour)}:${two(c.minute)}:${two(c.second)}`
      case 'R': return `${two(c.hour)}:${two(c.minute)}`
      case 'D': return `${two(c.month)}/${two(c.day)}/${two(c.year % 100)}`
      case 's': return String(Math.floor(epochMs / 1000))
      case 'N': return String(c.ms).padStart(3, '0') + '000000'
      case 'z': return '+0000'
      case 'Z': return 'UTC'
      case 'c': return format('%a %b %e %H:%M:%S %Y', epochMs)
      case 'n': return '\n'
      case 't': return '\t'
      case '%': return '%'
      default: return undefined
    }
  } // prettier-ignore
  return text.replace(/%3N/g, String(c.ms).padStart(3, '0')).replace(/%(.)/g, (all, key: string) => one(key) ?? all)
}

/** Epoch milliseconds of a year's beginning. */
function yearStartMs(year: number): number {
  const y = year - 1
  const days = y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) - 719_162
  return days * 86_400_000
}

export const date = immediate('date', (call) => {
  const o = optionsOf(call, { short: 'uRI', long: { utc: 'u', universal: 'u', 'rfc-email': 'R', 'iso-8601': 'I' }, unmodelled: 'dfrs', unmodelledLong: ['date', 'file', 'reference', 'set', 'rfc-3339'] }, { usage: 'date [OPTION]... [+FORMAT]', what: 'Shows the time, in UTC. Options: -u -R -I' }) // prettier-ignore
  if (typeof o === 'number') return o
  const text = o.operands[0]
  if (text !== undefined && !text.startsWith('+')) {
    call.err(`date: invalid date ${quoteName(call, text)}\n`)
    return 1
  }
  const form = text?.slice(1) ?? (has(o, 'R') ? '%a, %d %b %Y %H:%M:%S +0000' : has(o, 'I') ? '%F' : undefined)
  call.out((form === undefined ? dateText(call.ctx.wallMs) : format(form, call.ctx.wallMs)) + '\n')
  return 0
})

export const sleep: ProcessKind<null> = {
  name: 'sleep',
  reads: () => false,
  init: () => null,
  handle(ctx, _s, input) {
    if (input.type === 'timer') return ctx.exit(0)
    if (input.type !== 'start') return
    const call = callOf(ctx)
    const o = optionsOf(
      call,
      { short: '' },
      { usage: 'sleep NUMBER[SUFFIX]...', what: 'Waits so many seconds (s), minutes (m), hours (h) or days (d).' },
    )
    if (typeof o === 'number') return ctx.exit(o)
    if (o.operands.length === 0) {
      call.err(`sleep: missing operand\nTry 'sleep --help' for more information.\n`)
      return ctx.exit(1)
    }
    let total = 0
    for (const text of o.operands) {
      const t = text === 'infinity' ? 1e9 : duration(text)
      if (t === undefined) {
        call.err(`sleep: invalid time interval ${quoteName(call, text)}\nTry 'sleep --help' for more information.\n`)
        return ctx.exit(1)
      }
      total += t
    }
    ctx.timer('over', seconds(total))
  },
}
