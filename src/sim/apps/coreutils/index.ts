// The small tools of a Unix machine, on every image.

import type { ProcessKind, Program } from '../../kernel/index.ts'
import { date, sleep } from './date.ts'
import { df, du } from './disk-usage.ts'
import { cp, find, mkdir, mv, rm, rmdir, stat, touch } from './files.ts'
import { grep } from './grep.ts'
import { ls } from './ls.ts'
import {
  ABSENT,
  absent,
  basename,
  clear,
  dirname,
  echo,
  help,
  hostname,
  id,
  man,
  printf,
  pwd,
  seq,
  testTool,
  uname,
  which,
  whoami,
  yes,
  yesNo,
} from './misc.ts'
import { env, timeout, watch, xargs } from './run.ts'
import { sed } from './sed.ts'
import { tail } from './tail.ts'
import { cat, cut, head, nl, rev, tee, uniq } from './text.ts'
import { tr } from './tr.ts'
import { sort, tac, wc, xxd } from './whole.ts'

/** Kinds whose program bears their name. */
const named = [
  basename, cat, clear, cp, cut, date, dirname, df, du, echo, env, find, grep, head, help, hostname, id, ls, man, mkdir, mv, nl, printf, pwd, rev, rm, rmdir, sed, seq, sleep,
  sort, stat, tac, tail, tee, timeout, touch, tr, uname, uniq, watch, wc, which, whoami, xargs, xxd, yes,
] as readonly ProcessKind[] // prettier-ignore

export const kinds: readonly ProcessKind[] = [...named, testTool, yesNo, absent] as readonly ProcessKind[]

const everywhere = (name: string, kind: string): Program => ({ name, kind, images: ['*'] })

export const programs: readonly Program[] = [
  ...named.map((kind) => everywhere(kind.name, kind.name)),
  everywhere('test', 'test'),
  everywhere('[', 'test'),
  everywhere('true', 'true'),
  everywhere('false', 'true'),
  everywhere('egrep', 'grep'),
  everywhere('fgrep', 'grep'),
  everywhere('nohup', 'env'),
  ...ABSENT.map((name) => everywhere(name, 'absent')),
]

export { columns as inColumns } from './ls.ts'
