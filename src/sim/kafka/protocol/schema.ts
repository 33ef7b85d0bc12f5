// Schema values: what a request or response consists of, said once. TypeScript types and wire sizes follow from them (clients/.../protocol/types at 2.3.0).
import type { Bytes } from '../../base/index.ts'

/** A description of a field's form on the wire; `T` is its form in memory. Plain data, so that an encoder can be derived from it as well. */
export type Type<T> = Scalar<T> | Text<T> | Sequence<T> | Struct<T> | Since<T>
interface Of<T> {
  /** Never set: carries the type. */
  readonly is?: T
}
interface Scalar<T> extends Of<T> {
  readonly type: 'int8' | 'int16' | 'int32' | 'int64' | 'boolean'
  readonly bytes: number
}
/** Strings have a length of 2 bytes, byte strings and record sets one of 4; null is a length of -1. */
interface Text<T> extends Of<T> {
  readonly type: 'string' | 'bytes' | 'records'
  readonly nullable: boolean
}
interface Sequence<T> extends Of<T> {
  readonly type: 'array'
  readonly of: Type<unknown>
  readonly nullable: boolean
}
interface Struct<T> extends Of<T> {
  readonly type: 'struct'
  readonly fields: readonly (readonly [name: string, type: Type<unknown>])[]
}
/** On the wire only in versions `from`..`to`; in memory always there. */
interface Since<T> extends Of<T> {
  readonly type: 'since'
  readonly from: number
  readonly to: number
  readonly of: Type<unknown>
}

/** What a schema describes, as it is in memory. */
export type ValueOf<S> = S extends Of<infer T> ? T : never

/** A record set: batches one after another, as they lie in a log. */
export type Records = Bytes

const scalar = <T>(type: Scalar<T>['type'], bytes: number): Scalar<T> => ({ type, bytes })
export const int8: Type<number> = scalar('int8', 1)
export const int16: Type<number> = scalar('int16', 2)
export const int32: Type<number> = scalar('int32', 4)
/** Exact up to 2^53: offsets, zxids and milliseconds of a run stay far below. */
export const int64: Type<number> = scalar('int64', 8)
export const boolean: Type<boolean> = scalar('boolean', 1)
export const string: Type<string> = { type: 'string', nullable: false }
export const nullableString: Type<string | null> = { type: 'string', nullable: true }
export const nullableRecords: Type<Records | null> = { type: 'records', nullable: true }
/** Opaque bytes; in memory anything that knows its size. */
export const bytes: Type<{ readonly sizeInBytes: number }> = { type: 'bytes', nullable: false }

export const array = <T>(of: Type<T>): Type<readonly T[]> => ({ type: 'array', of: of as Type<unknown>, nullable: false })
export const nullableArray = <T>(of: Type<T>): Type<readonly T[] | null> => ({ type: 'array', of: of as Type<unknown>, nullable: true })
export const since = <T>(from: number, of: Type<T>, to = 127): Type<T> => ({ type: 'since', from, to, of: of as Type<unknown> })

type Fields = Readonly<Record<string, Type<never> | Type<unknown>>>
type StructOf<F> = { readonly [K in keyof F]: ValueOf<F[K]> }
/** Fields in the order of the wire. */
export function struct<const F extends Fields>(fields: F): Type<StructOf<F>> {
  return { type: 'struct', fields: Object.entries(fields) as unknown as readonly (readonly [string, Type<unknown>])[] }
}

/** Length of a string in UTF-8, in bytes. */
export function utf8Length(text: string): number {
  let n = 0
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i)
    if (c < 0x80) n += 1
    else if (c < 0x800) n += 2
    else if (c >= 0xd800 && c < 0xdc00) {
      n += 4
      i++
    } else n += 3
  }
  return n
}

/** Bytes that a value takes on the wire in a version of its API. */
export function sizeOf<T>(type: Type<T>, value: T, version: number): number {
  return size(type as Type<unknown>, value, version)
}

function size(type: Type<unknown>, value: unknown, version: number): number {
  switch (type.type) {
    case 'int8':
    case 'int16':
    case 'int32':
    case 'int64':
    case 'boolean':
      return type.bytes
    case 'string':
      return 2 + (value === null ? 0 : utf8Length(value as string))
    case 'bytes':
      return 4 + (value === null ? 0 : (value as { sizeInBytes: number }).sizeInBytes)
    case 'records':
      return 4 + (value === null ? 0 : (value as Bytes).length)
    case 'array': {
      let n = 4
      if (value !== null) for (const item of value as unknown[]) n += size(type.of, item, version)
      return n
    }
    case 'struct': {
      let n = 0
      for (const [name, field] of type.fields) n += size(field, (value as Record<string, unknown>)[name], version)
      return n
    }
    case 'since':
      return version >= type.from && version <= type.to ? size(type.of, value, version) : 0
  }
}
