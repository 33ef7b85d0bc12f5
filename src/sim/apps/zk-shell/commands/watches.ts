// Commands that keep an eye on children: `watch` counts changes of a whole tree, `child_watch` prints a node's children whenever they change.

import { ERR } from '../../../zookeeper/protocol/index.ts'
import type { Cmd } from '../asks.ts'
import { text, yes, type Command } from '../command.ts'
import { flag, optional, required, type Values } from '../py/argparse.ts'
import { join } from '../py/paths.ts'
import { toInt } from '../py/text.ts'
import { exists, getChildren, given, print, show, tryZk, unless, type Sh } from '../sh.ts'

/** Sets a child watch on a node and on what is below it; ephemeral nodes cannot have children and are left out. */
function* watchBelow(client: string, path: string, level: number, max: number): Cmd {
  const stat = yield* exists(client, path)
  if (!stat || stat.ephemeralOwner !== '0') return
  const children = yield* unless<readonly string[]>([ERR.noNode], getChildren(client, path, 'tree'), [])
  if (max >= 0 && level + 1 > max) return
  for (const name of children) yield* watchBelow(client, join(path, name), level + 1, max)
}

function* start(sh: Sh, path: string, debug: boolean, depth: number): Cmd {
  const { client, paths } = (yield { ask: 'watchedPaths' }) as { client: string; paths: readonly string[] }
  if (paths.includes(path)) {
    print(sh, `${path} is already being watched`)
    return
  }
  if (paths.includes('/')) {
    print(sh, '/ is already being watched, so everything is watched')
    return
  }
  for (const other of paths) {
    if (other.startsWith(path)) {
      print(sh, `${path} is a parent of ${other} which is already watched`)
      return
    }
    if (path.startsWith(other)) {
      print(sh, `${path} is a child of ${other} which is already watched`)
      return
    }
  }
  sh.io.act({ do: 'watch', path, debug })
  yield* watchBelow(client, path, 0, depth)
}

function* stats(sh: Sh, path: string): Cmd {
  const counts = yield { ask: 'watched', path }
  if (!given(counts)) {
    print(sh, `${path} is not being watched`)
    return
  }
  print(sh, '\nWatches Stats\n')
  for (const { path: changed, count } of counts as readonly { path: string; count: number }[]) print(sh, `${changed}: ${count}`)
}

function* watch(sh: Sh, v: Values): Cmd {
  const path = text(v, 'path')
  const [third, fourth] = [text(v, 'debug'), text(v, 'sleep')]
  switch (text(v, 'command')) {
    case 'start':
      yield* start(sh, path, third.toLowerCase() === 'true', toInt(fourth) ?? -1)
      return
    case 'stop':
      if (given(yield { ask: 'watched', path })) sh.io.act({ do: 'unwatch', path })
      else print(sh, `${path} is not being watched`)
      return
    case 'stats': {
      const repeat = toInt(third) ?? 1
      const seconds = Math.max(0, toInt(fourth) ?? 1)
      for (let i = 0; repeat === 0 || i < repeat; i++) {
        yield* stats(sh, path)
        yield { ask: 'sleep', seconds }
      }
      return
    }
    default:
      show(sh, 'watch <start|stop|stats> <path> [verbose]')
  }
}

export const watchCommands: readonly Command[] = [
  {
    name: 'watch',
    connected: true,
    interruptible: true,
    params: [required('command'), required('path'), optional('debug'), optional('sleep')],
    exist: ['path'],
    run: watch,
  },
  {
    name: 'child_watch',
    connected: true,
    params: [required('path'), flag('verbose')],
    exist: ['path'],
    *run(sh, v) {
      const path = text(v, 'path')
      const { on, client } = (yield { ask: 'childWatched', path }) as { on: boolean; client: string }
      if (on) {
        sh.io.act({ do: 'childUnwatch', path })
        return
      }
      sh.io.act({ do: 'childWatch', path, verbose: yes(v, 'verbose') })
      const { err, result } = yield* tryZk(client, { op: 'getChildren', path, watch: true }, `child ${path}`)
      sh.io.act({ do: 'childSeen', path, err, children: [...(result?.children ?? [])] })
    },
  },
]
