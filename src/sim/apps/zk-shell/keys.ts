// The little language that names places within a JSON value: `a.b.0.c`, and templates like `#{a.b}:#{a.c}` (zk_shell/keys.py at rgs1/zk_shell 1.2.5).

import { clone, strPy, type Py } from './py/json.ts'
import { toInt } from './py/text.ts'

export class BadKeys extends Error {}
export class MissingKey extends Error {}

const KEY = '\\w+(?:[.-]\\w+)*'

function validateOne(keys: string): void {
  if (!new RegExp(`^${KEY}\\n?$`).test(keys)) throw new BadKeys(`Bad key syntax for: ${keys}. Should be: key1.key2...`)
}

/** The `#{...}` parts of a template. Throws BadKeys when it has none. */
export function fromTemplate(template: string): string[] {
  const found = template.match(new RegExp(`#\\{\\s*${KEY}\\s*\\}`, 'g'))
  if (!found) throw new BadKeys(`Bad keys template: ${template}. Should be: "a = #{key1}, b = #{key2.key3} ..."`)
  return found
}
const extract = (part: string): string => part.slice(2, -1).trim()

/** Throws BadKeys. */
export function validateKeys(keys: string): void {
  if (keys.includes('#{')) for (const part of fromTemplate(keys)) validateOne(extract(part))
  else validateOne(keys)
}

const at = (list: readonly Py[], index: number): Py | undefined => list[index < 0 ? list.length + index : index]

/** The value at a place. Throws MissingKey with the segment that leads nowhere. */
export function fetchKey(value: Py, keys: string): Py {
  let current = value
  for (const key of keys.split('.')) {
    const next = current.t === 'dict' ? current.v.get(key) : current.t === 'list' ? at(current.v, toInt(key) ?? NaN) : undefined
    if (next === undefined) throw new MissingKey(key)
    current = next
  }
  return current
}

/** The value at a place, or a template filled in. */
export function keyValue(value: Py, keys: string): Py {
  if (!keys.includes('#{')) return fetchKey(value, keys)
  let text = keys
  for (const part of fromTemplate(keys)) text = text.split(part).join(strPy(fetchKey(value, extract(part))))
  return { t: 'str', v: text }
}

const containerFor = (key: string): Py => (toInt(key) === undefined ? { t: 'dict', v: new Map() } : { t: 'list', v: [] })

/** plist[index] = value, grown with `fill` first where it is too short. */
function setItem(list: Py[], index: number, fill: () => Py, value: Py): void {
  const end = index >= 0 ? index + 1 : -index
  while (list.length < end) list.push(fill())
  list[index < 0 ? list.length + index : index] = value
}

/** Sets the value at a place, making what is missing on the way. Changes `value`. Throws MissingKey. */
export function setKey(value: Py, keys: string, to: Py, fill: Py = { t: 'none' }): void {
  let current = value
  const parts = keys.split('.')
  parts.forEach((key, i) => {
    const last = i === parts.length - 1
    if (current.t === 'list') {
      const index = toInt(key)
      if (index === undefined) throw new MissingKey(key)
      if (last) setItem(current.v, index, () => clone(fill), to)
      else {
        const make = (): Py => containerFor(parts[i + 1]!)
        if (at(current.v, index) === undefined) setItem(current.v, index, make, make())
        current = at(current.v, index)!
      }
    } else if (current.t === 'dict') {
      if (last) current.v.set(key, to)
      else {
        if (!current.v.has(key)) current.v.set(key, containerFor(parts[i + 1]!))
        current = current.v.get(key)!
      }
    } else throw new MissingKey(key)
  })
}
