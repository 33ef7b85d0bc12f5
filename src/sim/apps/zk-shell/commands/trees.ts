// Commands that walk trees: searching, counting, summing up, comparing, ACLs.
/* eslint require-yield: off -- a command that asks nothing is a generator like any other */

import { ctime } from '../../../base/index.ts'
import { ERR, type Stat, type ZkResult } from '../../../zookeeper/protocol/index.ts'
import { BadAcl, parseAcl, reprAcls, showAcls } from '../acl.ts'
import type { Cmd } from '../asks.ts'
import { number, text, yes, type Command } from '../command.ts'
import { flag, optional, optionalInt, required } from '../py/argparse.ts'
import { join, kazooPath, splitPath } from '../py/paths.ts'
import { compile } from '../py/regex.ts'
import { shlexSplit } from '../py/shlex.ts'
import { compareText } from '../py/text.ts'
import {
  childrenOrNone,
  exists,
  getAcls,
  getChildren,
  getData,
  print,
  send,
  settle,
  show,
  sweep,
  tryZk,
  unless,
  walk,
  zk,
  type Sh,
} from '../sh.ts'

/** Bytes for people: 1024 is `1.0KB`. */
export function prettyBytes(bytes: number): string {
  let n = bytes
  for (const unit of ['', 'KB', 'MB', 'GB']) {
    if (n < 1024) return unit === '' ? String(Math.trunc(n)) : n.toFixed(1).padStart(3) + unit
    n /= 1024
  }
  return n.toFixed(1).padStart(3) + 'TB'
}

/** `items[start:end]` as `top` has it: 0 all, n the first, -n the last. */
export const topSlice = <T>(items: readonly T[], top: number): readonly T[] =>
  top === 0 ? items : top > 0 ? items.slice(0, top) : items.slice(-top < items.length ? items.length + top : 0)

function* matching(sh: Sh, pattern: string, ignoreCase: boolean): Cmd<((text: string) => boolean) | undefined> {
  const regex = compile(pattern, ignoreCase)
  if (regex.ok) return regex.test
  print(sh, `Bad regexp: ${regex.error}`)
  return undefined
}

const findCommand = (name: string, ignoreCase: boolean): Command => ({
  name,
  connected: true,
  params: [optional('path'), required('match')],
  exist: ['path'],
  *run(sh, v) {
    const test = yield* matching(sh, text(v, 'match'), ignoreCase)
    if (!test) return
    const path = text(v, 'path')
    yield* sweep(sh.shell.client, path, undefined, function* (child) {
      if (test(child.slice(path.length))) show(sh, child)
    })
  },
})

const grepCommand = (name: string, ignoreCase: boolean): Command => ({
  name,
  connected: true,
  params: [optional('path'), required('content'), flag('show_matches')],
  exist: ['path'],
  *run(sh, v) {
    const test = yield* matching(sh, text(v, 'content'), ignoreCase)
    if (test) yield* grep(sh, text(v, 'path'), test, yes(v, 'show_matches'))
  },
})
function* grep(sh: Sh, path: string, test: (line: string) => boolean, showMatches: boolean): Cmd {
  for (const name of yield* childrenOrNone(sh.shell.client, path)) {
    const child = join(path, name)
    const { data } = yield* unless<{ data: string | null }>([ERR.noNode, ERR.noAuth], getData(sh.shell.client, child), { data: '' })
    const lines = data === null ? [] : data.split('\n').filter(test)
    if (lines.length > 0) {
      if (showMatches) {
        show(sh, `${child}:`)
        for (const line of lines) show(sh, line)
      } else show(sh, child)
    }
    yield* grep(sh, child, test, showMatches)
  }
}

/** A stat, or nothing where the node is missing or may not be seen. */
const statOf = (client: string, path: string): Cmd<Stat | undefined> =>
  unless<Stat | undefined>([ERR.noNode, ERR.noAuth], exists(client, path), undefined)

function* countBelow(client: string, path: string): Cmd<number> {
  const stat = yield* statOf(client, path)
  if (!stat) return 0
  let count = stat.numChildren
  yield* walk(client, path, 0, function* (node) {
    count += (yield* statOf(client, node.path))?.numChildren ?? 0
  })
  return count
}

/** Data bytes of a node and everything under it, requests sent ahead. */
function* bytesUnder(client: string, path: string): Cmd<number> {
  if (!(yield* exists(client, path))) return 0
  const ask = (at: string): Cmd<number> => send(client, { op: 'getChildren2', path: kazooPath(at), watch: false })
  const queue = [{ path, ticket: yield* ask(path) }]
  let total = 0
  for (let i = 0; i < queue.length; i++) {
    const one = queue[i]!
    const { children = [], stat } = yield* unless<ZkResult>([ERR.noNode, ERR.noAuth], settle(one.ticket), {})
    total += stat?.dataLength ?? 0
    for (const name of children) {
      const child = join(one.path, name)
      queue.push({ path: child, ticket: yield* ask(child) })
    }
  }
  return total
}

function* sameData(client: string, a: string, b: string): Cmd<boolean> {
  return (yield* getData(client, a)).data === (yield* getData(client, b)).data
}

function* setAcls(sh: Sh, path: string, acls: readonly ReturnType<typeof parseAcl>[]): Cmd {
  const { err } = yield* tryZk(sh.shell.client, { op: 'setACL', path: kazooPath(path), acl: acls, version: -1 })
  if (err !== 0) show(sh, `Failed to set ACLs: ${reprAcls(acls)}. Error: `)
}

export const treeCommands: readonly Command[] = [
  findCommand('find', false),
  findCommand('ifind', true),
  grepCommand('grep', false),
  grepCommand('igrep', true),
  {
    name: 'child_count',
    connected: true,
    interruptible: true,
    params: [optional('path'), optionalInt('depth', 1)],
    exist: ['path'],
    *run(sh, v) {
      yield* walk(sh.shell.client, text(v, 'path'), number(v, 'depth'), function* ({ path }) {
        show(sh, `${path}: ${yield* countBelow(sh.shell.client, path)}`)
      })
    },
  },
  {
    name: 'du',
    connected: true,
    params: [optional('path')],
    exist: ['path'],
    *run(sh, v) {
      show(sh, prettyBytes(yield* bytesUnder(sh.shell.client, text(v, 'path'))))
    },
  },
  {
    name: 'child_matches',
    connected: true,
    params: [required('path'), required('pattern'), flag('inverse')],
    exist: ['path'],
    *run(sh, v) {
      const pattern = text(v, 'pattern')
      const seen = new Set<string>()
      yield* sweep(sh.shell.client, text(v, 'path'), pattern, function* (path) {
        const [parent, child] = splitPath(path)
        if (seen.has(parent) || child!.includes(pattern) === yes(v, 'inverse')) return
        show(sh, parent)
        seen.add(parent)
      })
    },
  },
  {
    name: 'summary',
    connected: true,
    params: [optional('path'), optionalInt('top')],
    exist: ['path'],
    *run(sh, v) {
      show(sh, `${'Created'.padEnd(32)}${'Last modified'.padEnd(32)}${'Owner'.padEnd(23)}Name`)
      const path = text(v, 'path')
      const client = sh.shell.client
      const tickets: { name: string; ticket: number }[] = []
      for (const name of yield* unless<readonly string[]>([ERR.noNode], getChildren(client, path), [])) {
        tickets.push({ name, ticket: yield* send(client, { op: 'exists', path: kazooPath(join(path, name)), watch: false }) })
      }
      const rows: { name: string; stat: Stat }[] = []
      for (const { name, ticket } of tickets) {
        const { stat } = yield* unless<ZkResult>([ERR.noNode, ERR.noAuth], settle(ticket), {})
        if (stat) rows.push({ name, stat })
      }
      rows.sort((a, b) => compareText(a.name, b.name))
      for (const { name, stat } of topSlice(rows, number(v, 'top'))) {
        show(sh, `${ctime(stat.ctime).padEnd(32)}${ctime(stat.mtime).padEnd(32)}${`0x${stat.ephemeralOwner}`.padEnd(23)}${name}`)
      }
    },
  },
  {
    name: 'diff',
    connected: true,
    params: [required('path_a'), required('path_b')],
    exist: ['path_a', 'path_b'],
    *run(sh, v) {
      const client = sh.shell.client
      const [a, b] = [text(v, 'path_a').replace(/\/+$/, ''), text(v, 'path_b').replace(/\/+$/, '')]
      let count = 0
      const tell = (mark: string, path: string): void => {
        count++
        show(sh, `${mark} ${path}`)
      }
      if ((yield* exists(client, a)) && (yield* exists(client, b))) {
        if (!(yield* sameData(client, a, b))) tell('-+', '/')
        const seen = new Set<string>()
        yield* walk(client, a, 0, function* ({ path }) {
          const sub = path.slice(a.length + 1)
          const other = join(b, sub)
          if (!(yield* exists(client, other))) tell('--', sub)
          else if (!(yield* sameData(client, path, other))) tell('-+', sub)
          seen.add(sub)
        })
        yield* walk(client, b, 0, function* ({ path }) {
          const sub = path.slice(b.length + 1)
          if (!seen.has(sub)) tell('++', sub)
        })
      }
      if (count === 0) show(sh, 'Branches are equal.')
    },
  },
  {
    name: 'get_acls',
    connected: true,
    interruptible: true,
    params: [required('path'), optionalInt('depth', -1), flag('ephemerals')],
    exist: ['path'],
    *run(sh, v) {
      const client = sh.shell.client
      const path = text(v, 'path')
      show(sh, `${path}: ${showAcls((yield* getAcls(client, path)).acl)}`)
      if (number(v, 'depth') === -1) return
      yield* walk(client, path, number(v, 'depth'), function* (node) {
        const found = yield* unless<{ acl: Parameters<typeof showAcls>[0]; stat: Stat } | undefined>(
          [ERR.noNode],
          getAcls(client, node.path),
          undefined,
        )
        if (!found || (found.stat.ephemeralOwner !== '0' && !yes(v, 'ephemerals'))) return
        show(sh, `${node.path}: ${showAcls(found.acl)}`)
      })
    },
  },
  {
    name: 'set_acls',
    connected: true,
    params: [required('path'), required('acls'), flag('recursive')],
    exist: ['path'],
    *run(sh, v) {
      let acls: readonly ReturnType<typeof parseAcl>[]
      try {
        acls = shlexSplit(text(v, 'acls')).map(parseAcl)
      } catch (e) {
        if (!(e instanceof BadAcl)) throw e
        show(sh, `Failed to set ACLs: ${e.message}.`)
        return
      }
      if (yes(v, 'recursive')) yield* walk(sh.shell.client, text(v, 'path'), 0, ({ path }) => setAcls(sh, path, acls))
      yield* setAcls(sh, text(v, 'path'), acls)
    },
  },
  {
    name: 'add_auth',
    connected: true,
    params: [required('scheme'), required('credential')],
    *run(sh, v) {
      yield* zk(sh.shell.client, { op: 'auth', scheme: text(v, 'scheme'), id: text(v, 'credential') })
    },
  },
]
