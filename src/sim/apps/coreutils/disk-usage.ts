// Tools that tell how much room there is: du, df.

import type { DiskView } from '../../kernel/index.ts'
import { join } from './files.ts'
import { blocksOf, human } from './ls.ts'
import { has, value } from './options.ts'
import { immediate, optionsOf } from './tool.ts'

export const du = immediate('du', (call) => {
  const o = optionsOf(
    call,
    {
      short: 'shackbd:',
      long: { summarize: 's', 'human-readable': 'h', all: 'a', total: 'c', bytes: 'b', 'max-depth:': 'd' },
      unmodelled: '0BDHlLmPStxX',
    },
    { usage: 'du [OPTION]... [FILE]...', what: 'Disk space by directory, in kilobytes. Options: -s -h -a -c -b -d N' },
  )
  if (typeof o === 'number') return o
  const show = (kilobytes: number, bytes: number) =>
    has(o, 'b') ? String(bytes) : has(o, 'h') ? human(kilobytes * 1024) : String(kilobytes)
  const depth = has(o, 's') ? 0 : Number(value(o, 'd') ?? 1000)
  let status = 0
  let total = [0, 0]
  for (const path of o.operands.length > 0 ? o.operands : ['.']) {
    if (!call.ctx.files.stat(path)) {
      call.err(`du: cannot access '${path}': No such file or directory\n`)
      status = 1
      continue
    }
    const walk = (p: string, d: number): [number, number] => {
      const file = call.ctx.files.stat(p)!
      let [k, b] = [blocksOf(file), file.dir ? 4096 : file.size]
      for (const name of file.dir ? (call.ctx.files.list(p) ?? []) : []) {
        const [ck, cb] = walk(join(p, name), d + 1)
        k += ck
        b += cb
      }
      if (d <= depth && (file.dir || has(o, 'a') || d === 0)) call.out(`${show(k, b)}\t${p}\n`)
      return [k, b]
    }
    const [k, b] = walk(path, 0)
    total = [total[0]! + k, total[1]! + b]
  }
  if (has(o, 'c')) call.out(`${show(total[0]!, total[1]!)}\ttotal\n`)
  return status
})

/** What df says of a disk that takes whatever comes. */
const ENDLESS = 64 * 1024 ** 3

/** `72%`, rounded up. */
const share = (used: number, size: number): string => (size === 0 ? '-' : `${Math.ceil((used / size) * 100)}%`)

export const df = immediate('df', (call) => {
  const o = optionsOf(
    call,
    { short: 'hk', long: { 'human-readable': 'h' }, unmodelled: 'aBHilPtTvx' },
    { usage: 'df [OPTION]... [FILE]...', what: 'Room on the disks that hold files, or on all. Options: -h' },
  )
  if (typeof o === 'number') return o
  const { files } = call.ctx
  let status = 0
  const disks: DiskView[] = []
  const add = (disk: DiskView, again: boolean): void => {
    if (again || !disks.some((d) => d.name === disk.name)) disks.push(disk)
  }
  for (const path of o.operands) {
    if (files.stat(path)) add(files.space(path), true)
    else {
      call.err(`df: ${path}: No such file or directory\n`)
      status = 1
    }
  }
  if (o.operands.length === 0) for (const disk of files.disks()) add(disk, false)
  if (disks.length === 0) return status
  const show = (bytes: number) => (has(o, 'h') ? human(bytes) : String(Math.ceil(bytes / 1024)))
  const rows = disks.map(({ name, limit, used, mount }) => {
    const size = limit ?? ENDLESS
    return [name, show(size), show(used), show(Math.max(0, size - used)), share(used, size), mount]
  })
  const titles = ['Filesystem', ...(has(o, 'h') ? ['Size', 'Used', 'Avail'] : ['1K-blocks', 'Used', 'Available']), 'Use%', 'Mounted on']
  const least = [14, 5, 5, 5, 4, 0]
  const widths = least.map((n, i) => Math.max(n, titles[i]!.length, ...rows.map((row) => row[i]!.length)))
  const line = (row: readonly string[]) =>
    row.map((text, i) => (i === 0 ? text.padEnd(widths[i]!) : i === 5 ? text : text.padStart(widths[i]!))).join(' ') + '\n'
  call.out([titles, ...rows].map(line).join(''))
  return status
})
