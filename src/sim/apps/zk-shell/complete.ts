// Completion for the page: a pure question, asked of what is on the line and of the znodes there are. Nothing is sent.

import { commandNames } from './interpreter.ts'
import { basename, dirname, join } from './py/paths.ts'
import { sortedText } from './py/text.ts'
import { resolvePath } from './sh.ts'
import type { ZkShellState } from './state.ts'

/** Children of a znode as the shell's session would see them; undefined when there is none. Paths are without the chroot. */
export type ListZnodes = (path: string) => readonly string[] | undefined

const FLAG = ['true', 'false']
const flag = (name: string): readonly string[] => [`${name}=true`, `${name}=false`, ...FLAG]
const upTo = (from: number, to: number): readonly string[] => Array.from({ length: to - from + 1 }, (_, i) => String(from + i))

/** What each parameter of a command may be: a path, or one of some words. The last of `...` goes on. */
const PARAMS: Readonly<Record<string, readonly ('path' | 'paths' | readonly string[])[]>> = {
  add_auth: [['digest']],
  cd: ['path'],
  child_count: ['path', upTo(1, 10)],
  child_matches: ['path', [], flag('inverse')],
  child_watch: ['path', flag('verbose')],
  chkzk: [[], flag('verbose'), flag('reverse_lookup')],
  conf: [['get', 'describe', 'save', 'set']],
  cp: ['path', 'path', flag('recursive'), flag('overwrite'), flag('asynchronous'), flag('verbose'), upTo(0, 10)],
  create: ['path', [], flag('ephemeral'), flag('sequence'), flag('recursive'), flag('asynchronous')],
  diff: ['path', 'path'],
  du: ['path'],
  edit: ['path'],
  ephemeral_endpoint: ['path', [], flag('recursive'), flag('reverse')],
  exists: ['path', flag('watch'), flag('pretty_date')],
  fill: ['path'],
  find: ['path'],
  get: ['path', flag('watch')],
  get_acls: ['path', upTo(-1, 10), flag('ephemerals')],
  grep: ['path', [], flag('show_matches')],
  help: [commandNames],
  ifind: ['path'],
  igrep: ['path', [], flag('show_matches')],
  json_append: ['path'],
  json_cat: ['path', flag('recursive')],
  json_count_values: ['path'],
  json_dupes_for_keys: ['path'],
  json_get: ['path', [], flag('recursive')],
  json_remove: ['path'],
  json_set: ['path'],
  json_set_many: ['path'],
  json_valid: ['path', flag('recursive')],
  ls: ['path', flag('watch')],
  man: [commandNames],
  mirror: ['path', 'path', flag('asynchronous'), flag('verbose'), flag('skip_prompt')],
  reconfig: [['add', 'remove']],
  rm: ['paths'],
  rmr: ['paths'],
  session_info: [
    ['sessionid', 'auth_info', 'protocol_version', 'xid', 'last_zxid', 'timeout', 'client', 'server', 'data_watches', 'child_watches'],
  ],
  set: ['path'],
  set_acls: ['path', [], flag('recursive')],
  stat: ['path', flag('watch'), flag('pretty_date')],
  summary: ['path', upTo(1, 10)],
  sync: ['path'],
  tree: ['path', upTo(0, 10)],
  watch: [['start', 'stats', 'stop'], 'path', FLAG, upTo(-1, 10)],
  zero: ['path', upTo(1, 10)],
}

/** Paths that a word can become. */
function paths(s: Pick<ZkShellState, 'cwd' | 'old'>, word: string, list: ListZnodes): string[] {
  const shell = { shell: { connected: true, cwd: s.cwd, old: s.old, lastOutput: '', client: '', conf: {} } }
  const here = word === '' || word.endsWith('/') ? list(resolvePath(shell, word === '' ? '' : word)) : undefined
  if (here) return sortedText(here).map((name) => join(word, name))
  const typed = dirname(word)
  const names = list(resolvePath(shell, typed === '' ? '' : typed)) ?? []
  return sortedText(names)
    .filter((name) => name.startsWith(basename(word)))
    .map((name) => (typed === '' ? name : join(typed, name)))
}

/**
 * What the last word of `line` (up to the cursor) can become, whole words in order. The word begins after the last blank. Empty while no session is there for paths.
 */
export function complete(s: Pick<ZkShellState, 'cwd' | 'old' | 'connected'>, line: string, list: ListZnodes): string[] {
  const words = line.trimStart().split(/\s+/)
  const word = words[words.length - 1] ?? ''
  if (words.length <= 1) return commandNames.filter((name) => name.startsWith(word))
  const params = PARAMS[words[0]!] ?? []
  const at = words.length - 2
  const param = params[at] ?? (params[params.length - 1] === 'paths' ? 'paths' : [])
  if (param === 'path' || param === 'paths') return s.connected ? paths(s, word, list) : []
  return param.filter((value) => value.startsWith(word))
}
