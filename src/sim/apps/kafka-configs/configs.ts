// The settings that --add-config and --delete-config name (admin/ConfigCommand.scala, parseConfigsToBeAdded, at 2.3.0).
import { fail, propertiesOrder } from '../../kafka/client/index.ts'
import type { Overrides } from '../../kafka/log/index.ts'
import type { Options } from '../kafka-tools/index.ts'

/** As Java's split: what is empty at the end goes. */
function split(text: string, at: RegExp): string[] {
  const parts = text.split(at)
  while (parts.length > 1 && parts[parts.length - 1] === '') parts.pop()
  return parts
}
/** Later ones of a name take the place of earlier ones; in the order of the real one's Properties. */
export function merge(old: Overrides, added: Overrides): Overrides {
  const config: Record<string, string> = {}
  const names: string[] = []
  for (const [name, value] of [...old, ...added]) {
    if (!Object.hasOwn(config, name)) names.push(name)
    config[name] = value
  }
  return propertiesOrder(names.map((name) => [name, config[name]!]))
}

/** `k1=v1,k2=[v1,v2]`: commas and equals signs inside brackets belong to the value. Fails the thread when it is none. */
export function configsToAdd(options: Options): Overrides {
  const text = options.value('add-config')
  if (text === undefined) return []
  const pairs = split(text, /,(?=[^\]]*(?:\[|$))/).map((item) => item.split(/\s*=\s*(?=[^\]]*(?:\[|$))/))
  if (pairs.some((pair) => pair.length !== 2)) {
    const what = 'Invalid entity config: all configs to be added must be in the format "key=val".'
    fail('java.lang.IllegalArgumentException', `requirement failed: ${what}`)
  }
  return merge(
    [],
    pairs.map(([name, value]) => [name!.trim(), value!.replace(/[[\]]/g, '').trim()]),
  )
}
export const configsToDelete = (options: Options): string[] => options.all('delete-config').map((name) => name.trim())
/** `k=v,k=v`. */
export const configText = (config: Overrides): string => config.map(([name, value]) => `${name}=${value}`).join(',')
