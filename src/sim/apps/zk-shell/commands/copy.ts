// `cp` and `mirror`: between znodes of this and other ensembles, JSON files and plain files (zk_shell/copy_util.py at rgs1/zk_shell 1.2.5).
/* eslint require-yield: off -- a command that asks nothing is a generator like any other */

import { ERR, type Acl } from '../../../zookeeper/protocol/index.ts'
import type { Cmd, SessionView } from '../asks.ts'
import { number, text, yes, type Command } from '../command.ts'
import { flag, optionalInt, required } from '../py/argparse.ts'
import { dumps, loads, type Py } from '../py/json.ts'
import { join } from '../py/paths.ts'
import { base64, fromBase64, utf8Text } from '../py/sha1.ts'
import { utf8Bytes } from '../py/text.ts'
import {
  create,
  deleteTree,
  errorLine,
  Exit,
  exists,
  getAcls,
  getChildren,
  getData,
  print,
  resolvePath,
  setData,
  show,
  unless,
  ZkError,
  type Sh,
} from '../sh.ts'
import { parseNetloc } from './session.ts'
import { yesNo } from './yes-no.ts'

class CopyError extends Error {
  constructor(
    message: string,
    readonly early = false,
  ) {
    super(message)
  }
}

interface Value {
  readonly data: string | null
  readonly acl: readonly Acl[]
}

/** A place to copy from or to. `path` is where in it; recursion moves it. */
interface Place {
  readonly scheme: string
  url: string
  readonly host: string
  /** True: must exist; false: must not; undefined: either. */
  readonly must: boolean | undefined
  open(): Cmd
  close(): Cmd
  read(): Cmd<Value>
  write(value: Value): Cmd
  children(each: (child: string) => Cmd): Cmd
  removeTree(): Cmd
}

const PARTS = /^(?:(\w+):\/\/([^/]*))?(.*)$/s
/** The path of a URL: `/` for none, no slash at its end. */
export function urlParts(url: string): { scheme: string; netloc: string; path: string } {
  const [, scheme = '', netloc = '', path = ''] = PARTS.exec(url)!
  return { scheme, netloc, path: path === '' || path === '/' ? '/' : path.replace(/\/+$/, '') }
}

const denied = (what: string, path: string): CopyError => new CopyError(`Permission denied: Could not ${what} znode ${path}.`)

/** Runs requests whose refusal has a text of its own. */
function* allowed<T>(what: string, path: string, work: Cmd<T>): Cmd<T> {
  try {
    return yield* work
  } catch (e) {
    throw e instanceof ZkError && e.code === ERR.noAuth ? denied(what, path) : e
  }
}

function zkPlace(sh: Sh, url: string, must: boolean | undefined, local: boolean): Place {
  const { host, scheme, credential } = parseNetloc(urlParts(url).netloc)
  let client = local ? sh.shell.client : ''
  const walk = function* (root: string, branch: string, each: (child: string) => Cmd): Cmd {
    const full = branch === '' ? root : join(root, branch)
    const names = yield* unless<readonly string[]>([ERR.noNode], allowed('read children', full, getChildren(client, full)), [])
    for (const name of names) {
      const child = branch === '' ? name : join(branch, name)
      const stat = yield* allowed('read', name, exists(client, join(root, child)))
      // An ephemeral copy of an ephemeral node would live by another session.
      if (!stat || stat.ephemeralOwner !== '0') continue
      yield* each(child)
      yield* walk(root, child, each)
    }
  }
  const place: Place = {
    scheme: 'zk',
    url,
    host,
    must,
    *open() {
      if (!local) {
        client = (yield { ask: 'open', host, scheme, credential }) as string
        if (client === '') {
          sh.io.printError('kazoo.handlers.threading.KazooTimeoutError: Connection time-out\n')
          throw new Exit(1)
        }
      }
      if (must === undefined) return
      const path = urlParts(place.url).path
      const there = (yield* allowed('read', path, exists(client, path))) !== undefined
      if (there !== must) throw new CopyError(`znode ${path} in ${host} ${must ? "doesn't exist" : 'exists'}`)
    },
    *close() {
      if (!local && client !== '') yield { ask: 'close', client }
    },
    *read() {
      const path = urlParts(place.url).path
      const { data } = yield* allowed('read', path, getData(client, path))
      const { acl } = yield* allowed('read', path, getAcls(client, path))
      return { data, acl }
    },
    *write(value) {
      const path = urlParts(place.url).path
      if (yield* exists(client, path)) {
        const { data } = yield* allowed('read', path, getData(client, path))
        if (data !== value.data) yield* allowed('write', path, setData(client, path, value.data, -1))
        return
      }
      try {
        yield* create(client, path, value.data, { makepath: true, ...(value.acl.length > 0 ? { acl: value.acl } : {}) })
      } catch (e) {
        if (!(e instanceof ZkError)) throw e
        if (e.code === ERR.noAuth) throw denied('create', path)
        if (e.code === ERR.nodeExists) throw new CopyError(`Node ${path} exists`)
        if (e.code === ERR.noNode) throw new CopyError(`Parent node for ${path} is missing`)
        if (e.code === ERR.noChildrenForEphemerals) throw new CopyError("Ephemeral znodes can't have children")
        throw new CopyError('ZooKeeper server error')
      }
    },
    children: (each) => walk(urlParts(place.url).path, '', each),
    *removeTree() {
      yield* allowed('delete', urlParts(place.url).path, deleteTree(client, urlParts(place.url).path))
    },
  }
  return place
}

const aclPy = (acl: Acl): Py => ({
  t: 'dict',
  v: new Map<string, Py>([
    ['perms', { t: 'int', v: String(acl.perms) }],
    [
      'id',
      {
        t: 'dict',
        v: new Map<string, Py>([
          ['scheme', { t: 'str', v: acl.scheme }],
          ['id', { t: 'str', v: acl.id }],
        ]),
      },
    ],
  ]),
})
const field = (value: Py | undefined, name: string): Py | undefined => (value?.t === 'dict' ? value.v.get(name) : undefined)
const textOf = (value: Py | undefined, otherwise: string): string => (value?.t === 'str' ? value.v : otherwise)
const aclOf = (value: Py): Acl => {
  const perms = field(value, 'perms')
  return {
    perms: perms?.t === 'int' ? Number(perms.v) : 31,
    scheme: textOf(field(field(value, 'id'), 'scheme'), 'world'),
    id: textOf(field(field(value, 'id'), 'id'), 'anyone'),
  }
}

/** `json://!tmp!backup.json/some/path`: a flat dictionary of paths in one file. */
function jsonPlace(sh: Sh, url: string, must: boolean | undefined): Place {
  const file = urlParts(url).netloc.replaceAll('!', '/')
  let tree = new Map<string, Py>()
  let dirty = false
  const place: Place = {
    scheme: 'json',
    url,
    host: file,
    must,
    *open() {
      const content = (yield { ask: 'file', path: file }) as string | null
      const value = content === null ? undefined : loads(content)
      if (value?.t === 'dict') tree = value.v
      const path = urlParts(place.url).path
      if (must !== undefined && tree.has(path) !== must) throw new CopyError(`Path ${path} ${must ? "doesn't exist" : 'exists'}`)
    },
    *close() {
      if (dirty) sh.io.act({ do: 'write', path: file, text: dumps({ t: 'dict', v: tree }, { indent: 4 }) })
    },
    *read() {
      const entry = tree.get(urlParts(place.url).path)
      const content = field(entry, 'content')
      const acls = field(entry, 'acls')
      const bytes = content?.t === 'str' ? fromBase64(content.v) : undefined
      return { data: content?.t === 'str' ? (bytes ? utf8Text(bytes) : content.v) : null, acl: acls?.t === 'list' ? acls.v.map(aclOf) : [] }
    },
    *write(value) {
      const content: Py = value.data === null ? { t: 'none' } : { t: 'str', v: base64(utf8Bytes(value.data)) }
      const entry: Py = {
        t: 'dict',
        v: new Map<string, Py>([
          ['content', content],
          ['acls', { t: 'list', v: value.acl.map(aclPy) }],
        ]),
      }
      tree.set(urlParts(place.url).path, entry)
      dirty = true
    },
    *children(each) {
      const path = urlParts(place.url).path
      const cut = path === '/' ? 1 : path.length + 1
      for (const key of [...tree.keys()]) if (key !== path && key.startsWith(path)) yield* each(key.slice(cut))
    },
    *removeTree() {
      const path = urlParts(place.url).path
      if (!tree.has(path)) return
      for (const key of [...tree.keys()]) if (key.startsWith(path)) tree.delete(key)
      dirty = true
    },
  }
  return place
}

/** `file:///tmp/x`: one file on the client's disk. */
function filePlace(sh: Sh, url: string, must: boolean | undefined): Place {
  const path = urlParts(url).path
  const read = function* (): Cmd<string | null> {
    return (yield { ask: 'file', path }) as string | null
  }
  return {
    scheme: 'file',
    url,
    host: '',
    must,
    *open() {
      if (must !== undefined && ((yield* read()) !== null) !== must)
        throw new CopyError(`Path ${path} ${must ? "doesn't exist" : 'exists'}`)
    },
    *close() {},
    *read() {
      return { data: (yield* read()) ?? '', acl: [] }
    },
    *write(value) {
      sh.io.act({ do: 'write', path, text: value.data ?? '' })
    },
    *children() {
      // Directories of the client's disk are not walked.
    },
    *removeTree() {},
  }
}

function place(sh: Sh, url: string, must: boolean | undefined, local: boolean): Place {
  const { scheme } = urlParts(url)
  if (scheme === 'zk') return zkPlace(sh, url, must, local)
  if (scheme === 'json') return jsonPlace(sh, url, must)
  if (scheme === 'file') return filePlace(sh, url, must)
  throw new CopyError(`Invalid scheme: ${scheme}`)
}

interface Options {
  readonly recursive: boolean
  readonly overwrite: boolean
  readonly asynchronous: boolean
  readonly verbose: boolean
  readonly maxItems: number
  readonly mirror: boolean
}

function* transfer(sh: Sh, src: Place, dst: Place, o: Options): Cmd {
  const name = o.mirror ? 'Mirror' : 'Copy'
  if (o.mirror && src.scheme === 'zk' && dst.scheme === 'file') throw new CopyError("Mirror from zk to fs isn't supported", true)
  if (o.recursive && src.scheme === 'zk' && dst.scheme === 'file')
    throw new CopyError(`Recursive ${name.toLowerCase()} from zk to fs isn't supported`, true)
  const start = (yield { ask: 'now' }) as number
  const [srcUrl, dstUrl] = [src.url, dst.url]
  const one = function* (): Cmd {
    if (o.verbose) print(sh, `${name}ing ${o.asynchronous ? '(asynchronously) ' : ''}from ${src.url} to ${dst.url}`)
    yield* dst.write(yield* src.read())
  }
  try {
    yield* src.open()
    try {
      yield* dst.open()
      const extra = new Set<string>()
      if (o.mirror)
        yield* dst.children(function* (child) {
          extra.add(child)
        })
      yield* one()
      let copied = 0
      if (o.recursive)
        yield* src.children(function* (child) {
          extra.delete(child)
          if (o.maxItems > 0 && copied++ >= o.maxItems) return
          src.url = join(srcUrl, child)
          dst.url = join(dstUrl, child)
          yield* one()
          src.url = srcUrl
          dst.url = dstUrl
        })
      for (const child of extra) {
        dst.url = join(dstUrl, child)
        yield* dst.removeTree()
      }
    } finally {
      yield* dst.close()
    }
  } finally {
    yield* src.close()
  }
  const end = (yield { ask: 'now' }) as number
  print(sh, `${name}ing took ${((end - start) / 1000).toFixed(2)} secs`)
}

function* copy(sh: Sh, from: string, to: string, o: Options): Cmd {
  const session = sh.shell.connected ? ((yield { ask: 'session' }) as SessionView) : undefined
  const whole = (path: string): string =>
    session && !/^\w+:\/\//.test(path) ? `zk://${session.server.ip}:${session.server.port}${resolvePath(sh, path)}` : path
  try {
    const src = place(sh, whole(from), true, whole(from) !== from)
    const dst = place(sh, whole(to), o.overwrite ? undefined : false, whole(to) !== to)
    yield* transfer(sh, src, dst, o)
  } catch (e) {
    if (e instanceof ZkError && e.code === ERR.authFailed && !o.mirror) show(sh, errorLine(e.code))
    if (!(e instanceof CopyError)) throw e
    const why =
      `${o.mirror ? 'Mirror' : 'Copy'} failed; it may have partially completed. To return to a stable state, either fix the issue and re-run the command or manually revert.\n` +
      `Failure reason:\n${e.message}`
    show(sh, e.early ? e.message : why)
  }
}

export const copyCommands: readonly Command[] = [
  {
    name: 'cp',
    params: [
      required('src'),
      required('dst'),
      flag('recursive'),
      flag('overwrite'),
      flag('asynchronous'),
      flag('verbose'),
      optionalInt('max_items'),
    ],
    *run(sh, v) {
      yield* copy(sh, text(v, 'src'), text(v, 'dst'), {
        recursive: yes(v, 'recursive'),
        overwrite: yes(v, 'overwrite'),
        asynchronous: yes(v, 'asynchronous'),
        verbose: yes(v, 'verbose'),
        maxItems: number(v, 'max_items'),
        mirror: false,
      })
    },
  },
  {
    name: 'mirror',
    params: [required('src'), required('dst'), flag('asynchronous'), flag('verbose'), flag('skip_prompt')],
    *run(sh, v) {
      const question = `Are you sure you want to replace ${text(v, 'dst')} with ${text(v, 'src')}?`
      if (!yes(v, 'skip_prompt') && !(yield* yesNo(sh, question))) return
      yield* copy(sh, text(v, 'src'), text(v, 'dst'), {
        recursive: true,
        overwrite: true,
        asynchronous: yes(v, 'asynchronous'),
        verbose: yes(v, 'verbose'),
        maxItems: 0,
        mirror: true,
      })
    },
  },
]
