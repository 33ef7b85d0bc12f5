// JSON that tools are given in files, and how they fail when it is not what they want (utils/Json.scala and utils/json at 2.3.0).
import { fail } from '../../kafka/client/index.ts'

const wrong = (message: string): never => fail('com.fasterxml.jackson.databind.JsonMappingException', message)

/** The value that a text begins with, undefined when it is no JSON. */
export function parseJson(text: string): unknown {
  for (const attempt of [text, text.replace(/\\/g, '\\\\')]) {
    try {
      return JSON.parse(attempt) as unknown
    } catch {
      // The next attempt: once, backslashes were written without a backslash before them.
    }
  }
  return undefined
}
export const jsonObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : wrong(`Expected JSON object, received ${JSON.stringify(value)}`)
export const jsonArray = (value: unknown): readonly unknown[] =>
  Array.isArray(value) ? value : wrong(`Expected JSON array, received ${JSON.stringify(value)}`)
/** A field of an object, which must be there. */
export const jsonField = (object: Readonly<Record<string, unknown>>, name: string): unknown =>
  Object.hasOwn(object, name) ? object[name] : wrong(`No such field exists: \`${name}\``)
export const jsonString = (value: unknown): string =>
  typeof value === 'string' ? value : wrong(`Expected \`String\` value, received ${JSON.stringify(value)}`)
export const jsonInt = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= -2147483648 && value <= 2147483647
    ? value
    : wrong(`Expected \`Int\` value, received ${JSON.stringify(value)}`)
/** A `Long`; inexact beyond 2^53. */
export const jsonLong = (value: unknown): number =>
  typeof value === 'number' && Number.isInteger(value) && value >= -(2 ** 63) && value < 2 ** 63
    ? value
    : wrong(`Expected \`Long\` value, received ${JSON.stringify(value)}`)
