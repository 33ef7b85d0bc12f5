// Virtual time: an integer number of microseconds. Instants count from the start of the run; the wall clock's start belongs to the scenario.

declare const micros: unique symbol
/** Microseconds, an instant or a duration. */
export type Micros = number & { readonly [micros]: true }

export const us = (n: number): Micros => Math.round(n) as Micros
export const ms = (n: number): Micros => Math.round(n * 1000) as Micros
export const seconds = (n: number): Micros => Math.round(n * 1_000_000) as Micros
export const plus = (a: Micros, b: Micros): Micros => (a + b) as Micros
export const minus = (a: Micros, b: Micros): Micros => (a - b) as Micros
/** Whole milliseconds of an instant or duration, rounded down. */
export const toMs = (t: Micros): number => Math.floor(t / 1000)

/** `00:31.004`: minutes, seconds and milliseconds of an instant of a run. */
export function formatTime(t: Micros): string {
  const total = Math.floor(t / 1000)
  const two = (n: number) => String(n).padStart(2, '0')
  return `${two(Math.floor(total / 60000))}:${two(Math.floor(total / 1000) % 60)}.${String(total % 1000).padStart(3, '0')}`
}

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat']
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** A civil date and time in UTC of epoch milliseconds, without the host's calendar (Howard Hinnant's days-to-civil). */
export interface Civil {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly ms: number
  readonly weekday: number
}

export function civil(epochMs: number): Civil {
  const days = Math.floor(epochMs / 86_400_000)
  const rest = epochMs - days * 86_400_000
  const z = days + 719_468
  const era = Math.floor(z / 146_097)
  const doe = z - era * 146_097
  const yoe = Math.floor((doe - Math.floor(doe / 1460) + Math.floor(doe / 36_524) - Math.floor(doe / 146_096)) / 365)
  const doy = doe - (365 * yoe + Math.floor(yoe / 4) - Math.floor(yoe / 100))
  const mp = Math.floor((5 * doy + 2) / 153)
  const month = mp < 10 ? mp + 3 : mp - 9
  return {
    year: yoe + era * 400 + (month <= 2 ? 1 : 0),
    month,
    day: doy - Math.floor((153 * mp + 2) / 5) + 1,
    hour: Math.floor(rest / 3_600_000),
    minute: Math.floor(rest / 60_000) % 60,
    second: Math.floor(rest / 1000) % 60,
    ms: rest % 1000,
    weekday: (((days + 4) % 7) + 7) % 7,
  }
}

const pad = (n: number, width = 2) => String(n).padStart(width, '0')

/** `2026-11-22 10:00:30,006`, log4j's ISO8601. */
export function log4jTime(epochMs: number): string {
  const c = civil(epochMs)
  return `${c.year}-${pad(c.month)}-${pad(c.day)} ${pad(c.hour)}:${pad(c.minute)}:${pad(c.second)},${pad(c.ms, 3)}`
}

/** `Thu Jul 18 19:22:52 UTC 2019`, java.util.Date's text. */
export function javaDate(epochMs: number): string {
  const c = civil(epochMs)
  return `${DAYS[c.weekday]} ${MONTHS[c.month - 1]} ${pad(c.day)} ${pad(c.hour)}:${pad(c.minute)}:${pad(c.second)} UTC ${c.year}`
}

/** `Thu Oct  6 18:54:39 2014`, C's ctime without its newline. */
export function ctime(epochMs: number): string {
  const c = civil(epochMs)
  return `${DAYS[c.weekday]} ${MONTHS[c.month - 1]} ${String(c.day).padStart(2)} ${pad(c.hour)}:${pad(c.minute)}:${pad(c.second)} ${c.year}`
}

export const monthName = (month: number): string => MONTHS[month - 1] ?? ''
