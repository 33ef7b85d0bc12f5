// Commands on JSON held in znodes.

import { ERR, type ZkResult } from '../../../zookeeper/protocol/index.ts'
import type { Cmd, Rv } from '../asks.ts'
import { number, text, words, yes, type Command } from '../command.ts'
import { BadKeys, fetchKey, keyValue, MissingKey, setKey, validateKeys } from '../keys.ts'
import { flag, many, optional, optionalInt, required, type Values } from '../py/argparse.ts'
import { unifiedDiff } from '../py/difflib.ts'
import { clone, dumps, equalPy, loads, reprPy, strPy, toType, type Py } from '../py/json.ts'
import { basename, join, kazooPath, splitPath } from '../py/paths.ts'
import { sortedText, ValueError } from '../py/text.ts'
import { exists, getData, send, setData, settle, show, unless, walk, type Sh } from '../sh.ts'
import { yesNo } from './yes-no.ts'
import { topSlice } from './trees.ts'

class BadJson extends Error {}

const parse = (data: string | null): Py => {
  const value = data === null ? undefined : loads(data)
  if (!value) throw new BadJson('bad JSON')
  return value
}

/** A place's syntax, checked before anything is read. */
function goodKeys(sh: Sh, keys: string): boolean {
  try {
    validateKeys(keys)
    return true
  } catch (e) {
    if (!(e instanceof BadKeys)) throw e
    show(sh, e.message)
    return false
  }
}

/** Runs for the path itself, or for everything under it. */
function* forPaths(sh: Sh, v: Values, each: (path: string, name: string | undefined) => Cmd): Cmd {
  if (!yes(v, 'recursive')) yield* each(text(v, 'path'), undefined)
  else yield* walk(sh.shell.client, text(v, 'path'), 0, ({ path }) => each(path, basename(path)))
}

/** Every node below a path with its data, breadth first, requests sent ahead. */
function* contents(client: string, path: string): Cmd<{ path: string; data: string | null }[]> {
  const stat = yield* exists(client, path)
  if (!stat || stat.numChildren === 0) return []
  const out: { path: string; data: string | null }[] = []
  const children = (at: string): Cmd<number> => send(client, { op: 'getChildren', path: kazooPath(at), watch: false })
  const queue: { path: string; data: boolean; ticket: number }[] = [{ path, data: false, ticket: yield* children(path) }]
  for (let i = 0; i < queue.length; i++) {
    const one = queue[i]!
    const result = yield* unless<ZkResult | undefined>([ERR.noNode, ERR.noAuth], settle(one.ticket), undefined)
    if (!result) continue
    if (!one.data) {
      for (const name of result.children ?? []) {
        const child = join(one.path, name)
        queue.push({ path: child, data: true, ticket: yield* send(client, { op: 'getData', path: kazooPath(child), watch: false }) })
      }
    } else {
      out.push({ path: one.path, data: result.data ?? null })
      if (result.stat!.numChildren > 0) queue.push({ path: one.path, data: false, ticket: yield* children(one.path) })
    }
  }
  return out
}

/** Reads a znode's JSON, changes a copy, and writes it back at the version that was read. `change` returns false to leave it. */
function* update(sh: Sh, v: Values, change: (value: Py) => boolean): Cmd {
  const path = text(v, 'path')
  try {
    const { data, stat } = yield* getData(sh.shell.client, path)
    const before = parse(data)
    const after = clone(before)
    if (!change(after)) return
    if (yes(v, 'confirm')) {
      const lines = (value: Py): string[] => dumps(value, { sortKeys: true, indent: 4 }).split('\n')
      show(sh, unifiedDiff(lines(before), lines(after)).join('\n'))
      if (!(yield* yesNo(sh, 'Apply update?'))) return
    }
    yield* setData(sh.shell.client, path, dumps(after), stat.version)
  } catch (e) {
    if (e instanceof BadJson) show(sh, `Path ${path} has bad JSON.`)
    else if (e instanceof MissingKey) show(sh, `Path ${path} is missing key ${e.message}.`)
    else if (e instanceof ValueError) show(sh, 'Bad value_type')
    else throw e
  }
}

/** The value given, in its type. One of an unknown type cannot be written. */
function typed(v: Values): Py {
  const value = toType(text(v, 'value'), text(v, 'value_type'))
  if (!value) throw new ValueError('unknown type')
  return value
}

/** Changes a list; says so where there is none. */
function* updateList(sh: Sh, v: Values, change: (list: Py[]) => void): Cmd {
  if (!goodKeys(sh, text(v, 'keys'))) return
  yield* update(sh, v, (value) => {
    const list = fetchKey(value, text(v, 'keys'))
    if (list.t !== 'list') {
      show(sh, `${text(v, 'keys')} is not a list.`)
      return false
    }
    change(list.v)
    return true
  })
}

/** The values at a place in every node below a path; what cannot be had is reported if wanted. */
function* valuesBelow(sh: Sh, v: Values, each: (path: string, value: Py) => void, filter: (path: string) => boolean = () => true): Cmd {
  for (const { path, data } of yield* contents(sh.shell.client, text(v, 'path'))) {
    if (!filter(path)) continue
    try {
      each(path, keyValue(parse(data), text(v, 'keys')))
    } catch (e) {
      if (!(e instanceof BadJson) && !(e instanceof MissingKey)) throw e
      if (!yes(v, 'report_errors')) continue
      show(sh, e instanceof BadJson ? `Path ${path} has bad JSON.` : `Path ${path} is missing key ${e.message}.`)
    }
  }
}

export const jsonCommands: readonly Command[] = [
  {
    name: 'json_valid',
    connected: true,
    params: [required('path'), flag('recursive')],
    exist: ['path'],
    *run(sh, v) {
      yield* forPaths(sh, v, function* (path, name) {
        const { data } = yield* getData(sh.shell.client, path)
        const result = data !== null && loads(data) ? 'yes' : 'no'
        show(sh, name === undefined ? `${result}.` : `${name}: ${result}.`)
      })
    },
  },
  {
    name: 'json_cat',
    connected: true,
    params: [required('path'), flag('recursive')],
    exist: ['path'],
    *run(sh, v) {
      yield* forPaths(sh, v, function* (path, name) {
        const { data } = yield* getData(sh.shell.client, path)
        const value = data === null ? undefined : loads(data)
        const shown = value ? dumps(value, { indent: 4 }) : (data ?? 'None')
        show(sh, name === undefined ? shown : `${name}:\n${shown}`)
      })
    },
  },
  {
    name: 'json_get',
    connected: true,
    params: [required('path'), required('keys'), flag('recursive')],
    exist: ['path'],
    *run(sh, v) {
      if (!goodKeys(sh, text(v, 'keys'))) return
      yield* forPaths(sh, v, function* (path, name) {
        try {
          const { data } = yield* getData(sh.shell.client, path)
          const value = strPy(keyValue(parse(data), text(v, 'keys')))
          show(sh, name === undefined ? value : `${name}: ${value}`)
        } catch (e) {
          if (e instanceof BadJson) show(sh, `Path ${path} has bad JSON.`)
          else if (e instanceof MissingKey) show(sh, `Path ${path} is missing key ${e.message}.`)
          else throw e
        }
      })
    },
  },
  {
    name: 'json_set',
    connected: true,
    params: [required('path'), required('keys'), required('value'), required('value_type'), flag('confirm')],
    exist: ['path'],
    *run(sh, v) {
      if (!goodKeys(sh, text(v, 'keys'))) return
      yield* update(sh, v, (value) => {
        setKey(value, text(v, 'keys'), typed(v))
        return true
      })
    },
  },
  {
    name: 'json_set_many',
    connected: true,
    params: [required('path'), many('keys_values_types')],
    exist: ['path'],
    *run(sh, v) {
      const given = words(v, 'keys_values_types')
      if (given.length % 3 !== 0) {
        show(sh, 'Bad list of parameters')
        return
      }
      const triples = Array.from({ length: given.length / 3 }, (_, i) => given.slice(3 * i, 3 * i + 3) as [string, string, string])
      for (const [keys] of triples) if (!goodKeys(sh, keys)) return
      yield* update(sh, { ...v, confirm: false }, (value) => {
        for (const [keys, word, type] of triples) setKey(value, keys, typed({ value: word, value_type: type }))
        return true
      })
    },
  },
  {
    name: 'json_append',
    connected: true,
    params: [required('path'), required('keys'), required('value'), required('value_type'), flag('confirm')],
    exist: ['path'],
    *run(sh, v) {
      yield* updateList(sh, v, (list) => void list.push(typed(v)))
    },
  },
  {
    name: 'json_remove',
    connected: true,
    params: [required('path'), required('keys'), required('value'), required('value_type'), flag('remove_all'), flag('confirm')],
    exist: ['path'],
    *run(sh, v) {
      yield* updateList(sh, v, (list) => {
        const value = typed(v)
        for (let at = list.findIndex((item) => equalPy(item, value)); at >= 0; at = list.findIndex((item) => equalPy(item, value))) {
          list.splice(at, 1)
          if (!yes(v, 'remove_all')) break
        }
      })
    },
  },
  {
    name: 'json_count_values',
    connected: true,
    params: [
      required('path'),
      required('keys'),
      optionalInt('top'),
      optionalInt('minfreq', 1),
      flag('reverse', true),
      flag('report_errors'),
      flag('print_path'),
    ],
    exist: ['path'],
    *run(sh, v): Cmd<Rv> {
      if (!goodKeys(sh, text(v, 'keys'))) return undefined
      const counts = new Map<string, { value: Py; n: number }>()
      yield* valuesBelow(sh, v, (_, value) => {
        const one = counts.get(reprPy(value))
        if (one) one.n++
        else counts.set(reprPy(value), { value, n: 1 })
      })
      const sign = yes(v, 'reverse') ? -1 : 1
      const results = [...counts.values()].sort((a, b) => sign * (a.n - b.n)).filter(({ n }) => n >= number(v, 'minfreq'))
      if (results.length > 0 && yes(v, 'print_path')) show(sh, text(v, 'path'))
      for (const { value, n } of topSlice(results, number(v, 'top'))) show(sh, `${strPy(value)} = ${n}`)
      return results.length === 0 ? false : undefined
    },
  },
  {
    name: 'json_dupes_for_keys',
    connected: true,
    params: [required('path'), required('keys'), optional('prefix'), flag('report_errors'), flag('first')],
    exist: ['path'],
    *run(sh, v): Cmd<Rv> {
      if (!goodKeys(sh, text(v, 'keys'))) return undefined
      const groups = new Map<string, string[]>()
      const wanted = (path: string): boolean => splitPath(path)[1]!.startsWith(text(v, 'prefix'))
      yield* valuesBelow(
        sh,
        v,
        (path, value) => {
          const key = `${splitPath(path)[0]}\n${reprPy(value)}`
          groups.set(key, [...(groups.get(key) ?? []), path])
        },
        wanted,
      )
      const dupes = [...groups.values()]
        .filter((paths) => paths.length > 1)
        .flatMap((paths) => sortedText(paths).slice(yes(v, 'first') ? 0 : 1))
      for (const path of sortedText(dupes)) show(sh, path)
      return dupes.length === 0 ? false : undefined
    },
  },
]
