// Settings of producers and consumers as text, by name: how they are read and refused (common/config/ConfigDef.java at 2.3.0).
import { fail } from './threads.ts'

export type Settings = Readonly<Record<string, string>>
/** Default and limits. The largest tells INT from LONG. */
export type Range = readonly [usual: number, least: number, most: number]

const CONFIG = 'org.apache.kafka.common.config.ConfigException'
export const INT_MAX = 2147483647
export const LONG_MAX = Number.MAX_SAFE_INTEGER
/** Settings that are known and change nothing here: they tune sockets and metrics. */
export const SOCKETS_AND_METRICS = [
  'send.buffer.bytes',
  'receive.buffer.bytes',
  'connections.max.idle.ms',
  'client.dns.lookup',
  'metric.reporters',
  'metrics.num.samples',
  'metrics.recording.level',
  'metrics.sample.window.ms',
] as const

/** Fails with ConfigException, as the constructor of a client does. */
export const refuseSetting = (message: string): never => fail(CONFIG, message)
export const invalidSetting = (text: string, name: string, why: string): string => `Invalid value ${text} for configuration ${name}: ${why}`

/** A number within its limits; one above them is the largest. */
export function numberOf<N extends string>(numbers: Readonly<Record<N, Range>>, settings: Settings, name: N): number {
  const [usual, least, most] = numbers[name]
  const text = settings[name]?.trim()
  if (text === undefined) return usual
  const isInt = most === INT_MAX
  const value = Number(text)
  if (!/^[+-]?\d+$/.test(text) || (isInt && Math.abs(value) > INT_MAX)) {
    return refuseSetting(invalidSetting(text, name, `Not a number of type ${isInt ? 'INT' : 'LONG'}`))
  }
  if (value < least) refuseSetting(invalidSetting(String(value), name, `Value must be at least ${least}`))
  return Math.min(value, most)
}
export function oneOf<T extends string>(
  settings: Settings,
  name: string,
  usual: T,
  values: readonly T[],
  refusal?: (text: string) => string,
): T {
  const text = settings[name]?.trim() ?? usual
  const found = values.find((value) => value === text)
  return found ?? refuseSetting(refusal?.(text) ?? invalidSetting(text, name, `String must be one of: ${values.join(', ')}`))
}
export function booleanOf(settings: Settings, name: string, usual: boolean): boolean {
  const text = settings[name]?.trim().toLowerCase() ?? String(usual)
  if (text === 'true' || text === 'false') return text === 'true'
  return refuseSetting(invalidSetting(text, name, 'Expected value to be either true or false'))
}
