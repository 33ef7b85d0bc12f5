// Commands on single znodes and the working path (zk_shell/shell.py at rgs1/zk_shell 1.2.5).
/* eslint require-yield: off -- a command that asks nothing is a generator like any other */

import { ctime } from '../../../base/index.ts'
import { ERR, type ZkOp } from '../../../zookeeper/protocol/index.ts'
import { number, text, words, yes, type Command } from '../command.ts'
import { flag, integer, many, optional, optionalInt, required } from '../py/argparse.ts'
import { kazooPath } from '../py/paths.ts'
import { sortedText, unescape } from '../py/text.ts'
import { create, deleteTree, exists, getChildren, getData, resolvePath, setData, show, tryZk, walk, ZkError, zk, type Sh } from '../sh.ts'

/** `0x10000002b`. */
const hexZxid = (zxid: number): string => `0x${zxid.toString(16)}`

/** The path as `create` takes it: resolved; a trailing slash stays for a nameless sequential node. */
function createPath(sh: Sh, path: string, sequence: boolean): string {
  const resolved = resolvePath(sh, path)
  return sequence && path.endsWith('/') && resolved !== '/' ? resolved + '/' : resolved
}

function addOp(sh: Sh, op: ZkOp): void {
  sh.txn!.push(op)
}

const existsCommand = (name: string): Command => ({
  name,
  connected: true,
  params: [required('path'), flag('watch'), flag('pretty_date')],
  *run(sh, v) {
    const stat = yield* exists(sh.shell.client, resolvePath(sh, text(v, 'path')), yes(v, 'watch') ? 'print' : undefined)
    if (!stat) {
      show(sh, `Path ${text(v, 'path')} doesn't exist`)
      return
    }
    const time = (ms: number): string => (yes(v, 'pretty_date') ? ctime(ms) : String(ms))
    show(sh, 'Stat(')
    show(sh, `  czxid=${hexZxid(stat.czxid)}`)
    show(sh, `  mzxid=${hexZxid(stat.mzxid)}`)
    show(sh, `  ctime=${time(stat.ctime)}`)
    show(sh, `  mtime=${time(stat.mtime)}`)
    show(sh, `  version=${stat.version}`)
    show(sh, `  cversion=${stat.cversion}`)
    show(sh, `  aversion=${stat.aversion}`)
    show(sh, `  ephemeralOwner=0x${stat.ephemeralOwner}`)
    show(sh, `  dataLength=${stat.dataLength}`)
    show(sh, `  numChildren=${stat.numChildren}`)
    show(sh, `  pzxid=${hexZxid(stat.pzxid)}`)
    show(sh, ')')
  },
})

export const nodeCommands: readonly Command[] = [
  {
    name: 'ls',
    connected: true,
    params: [optional('path'), flag('watch'), optional('sep', '\n')],
    exist: ['path'],
    *run(sh, v) {
      const names = yield* getChildren(sh.shell.client, text(v, 'path'), yes(v, 'watch') ? 'print' : undefined)
      show(sh, sortedText(names).join(text(v, 'sep')))
    },
  },
  {
    name: 'tree',
    connected: true,
    interruptible: true,
    params: [optional('path'), optionalInt('max_depth')],
    exist: ['path'],
    *run(sh, v) {
      show(sh, '.')
      yield* walk(sh.shell.client, text(v, 'path'), number(v, 'max_depth'), function* ({ name, level }) {
        show(sh, `${'│   '.repeat(level)}├── ${name}`)
      })
    },
  },
  {
    name: 'cd',
    connected: true,
    params: [optional('path', '/')],
    exist: ['path'],
    *run(sh, v) {
      sh.io.act({ do: 'cd', path: text(v, 'path') })
    },
  },
  {
    name: 'pwd',
    connected: true,
    *run(sh) {
      show(sh, sh.shell.cwd)
    },
  },
  {
    name: 'get',
    connected: true,
    params: [required('path'), flag('watch')],
    exist: ['path'],
    *run(sh, v) {
      const { data } = yield* getData(sh.shell.client, text(v, 'path'), yes(v, 'watch') ? 'print' : undefined)
      show(sh, data ?? 'None')
    },
  },
  existsCommand('exists'),
  existsCommand('stat'),
  {
    name: 'create',
    connected: true,
    params: [required('path'), required('value'), flag('ephemeral'), flag('sequence'), flag('recursive'), flag('asynchronous')],
    *run(sh, v) {
      const [ephemeral, sequential] = [yes(v, 'ephemeral'), yes(v, 'sequence')]
      const resolved = resolvePath(sh, text(v, 'path'))
      if (!sh.txn && !sequential && (yield* exists(sh.shell.client, resolved))) {
        show(sh, `Path ${resolved} already exists`)
        return
      }
      const path = createPath(sh, text(v, 'path'), sequential)
      const data = unescape(text(v, 'value'))
      if (sh.txn) {
        addOp(sh, { op: 'create', path: kazooPath(path), data, ephemeral, sequential })
        return
      }
      const makepath = yes(v, 'recursive')
      if (yes(v, 'asynchronous') && !makepath) {
        // Nobody looks at the outcome.
        yield { ask: 'send', client: sh.shell.client, op: { op: 'create', path: kazooPath(path, sequential), data, ephemeral, sequential } }
        return
      }
      try {
        yield* create(sh.shell.client, path, data, { ephemeral, sequential, makepath })
      } catch (e) {
        if (!(e instanceof ZkError)) throw e
        if (yes(v, 'asynchronous')) return
        if (e.code === ERR.nodeExists) show(sh, `Path ${path} exists`)
        else if (e.code === ERR.noNode) show(sh, `Missing path in ${path} (try recursive?)`)
        else throw e
      }
    },
  },
  {
    name: 'set',
    connected: true,
    params: [required('path'), required('value'), optionalInt('version', -1)],
    exist: ['path'],
    *run(sh, v) {
      const data = unescape(text(v, 'value'))
      if (sh.txn) addOp(sh, { op: 'setData', path: kazooPath(text(v, 'path')), data, version: number(v, 'version') })
      else yield* setData(sh.shell.client, text(v, 'path'), data, number(v, 'version'))
    },
  },
  {
    name: 'zero',
    connected: true,
    params: [required('path'), optionalInt('version', -1)],
    exist: ['path'],
    *run(sh, v) {
      if (sh.txn) addOp(sh, { op: 'setData', path: kazooPath(text(v, 'path')), data: null, version: number(v, 'version') })
      else yield* setData(sh.shell.client, text(v, 'path'), null, number(v, 'version'))
    },
  },
  {
    name: 'fill',
    connected: true,
    params: [required('path'), required('val'), integer('repeat')],
    exist: ['path'],
    *run(sh, v) {
      // The server refuses more than a megabyte anyway.
      const times = Math.max(0, Math.min(number(v, 'repeat'), Math.ceil((1 << 21) / Math.max(1, text(v, 'val').length))))
      yield* setData(sh.shell.client, text(v, 'path'), unescape(text(v, 'val').repeat(times)), -1)
    },
  },
  {
    name: 'rm',
    connected: true,
    params: [many('paths')],
    exist: ['paths'],
    *run(sh, v) {
      for (const path of words(v, 'paths')) {
        const op: ZkOp = { op: 'delete', path: kazooPath(path), version: -1 }
        if (sh.txn) {
          addOp(sh, op)
          continue
        }
        const { err } = yield* tryZk(sh.shell.client, op)
        if (err === ERR.notEmpty) show(sh, `${path} is not empty.`)
        else if (err === ERR.noNode) show(sh, `${path} doesn't exist.`)
        else if (err !== 0) throw new ZkError(err)
      }
    },
  },
  {
    name: 'rmr',
    connected: true,
    params: [many('paths')],
    exist: ['paths'],
    *run(sh, v) {
      for (const path of words(v, 'paths')) yield* deleteTree(sh.shell.client, path)
    },
  },
  {
    name: 'sync',
    connected: true,
    params: [required('path')],
    exist: ['path'],
    *run(sh, v) {
      yield* zk(sh.shell.client, { op: 'sync', path: kazooPath(text(v, 'path')) })
    },
  },
  {
    name: 'edit',
    connected: true,
    params: [required('path')],
    exist: ['path'],
    *run(sh) {
      show(sh, 'edit cannot be run as root.')
    },
  },
  {
    name: 'check',
    connected: true,
    params: [required('path'), integer('version')],
    *run(sh, v) {
      if (sh.txn) addOp(sh, { op: 'check', path: kazooPath(text(v, 'path')), version: number(v, 'version') })
    },
  },
]
