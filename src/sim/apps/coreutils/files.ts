// Tools that change files and directories, or look at them: rm, mkdir, rmdir, touch, cp, mv, find, stat.

import { log4jTime } from '../../base/index.ts'
import { DiskError, type File } from '../../kernel/index.ts'
import { compilePattern, matches } from '../../shell/index.ts'
import { blocksOf, modeText, ownerOf } from './ls.ts'
import { has, value } from './options.ts'
import { READ_ONLY, whyNotWritable } from './text.ts'
import { immediate, optionsOf, quoteName, type Call } from './tool.ts'

const baseName = (path: string): string => path.replace(/\/+$/, '').replace(/^.*\//, '')
export const join = (dir: string, name: string): string => `${dir.replace(/\/$/, '')}/${name}`
const missing = (call: Call, operand: string): number => {
  call.err(`${call.name}: missing ${operand}\nTry '${call.name} --help' for more information.\n`)
  return 1
}

export const rm = immediate('rm', (call) => {
  const o = optionsOf(call, { short: 'rRfvid', long: { recursive: 'r', force: 'f', verbose: 'v', dir: 'd' }, unmodelled: 'I', unmodelledLong: ['interactive', 'one-file-system'] }, { usage: 'rm [OPTION]... [FILE]...', what: 'Removes files. Options: -r -f -v -d' }) // prettier-ignore
  if (typeof o === 'number') return o
  if (has(o, 'i')) {
    call.err('rm: option -i is not modelled here\n')
    return 1
  }
  if (o.operands.length === 0) return has(o, 'f') ? 0 : missing(call, 'operand')
  let status = 0
  const fail = (text: string) => {
    call.err(`rm: ${text}\n`)
    status = 1
  }
  for (const path of o.operands) {
    const file = call.ctx.files.stat(path)
    const recursive = has(o, 'r') || has(o, 'R')
    if (!file) {
      if (!has(o, 'f')) fail(`cannot remove '${path}': No such file or directory`)
    } else if (/^(?:.*\/)?\.\.?\/*$/.test(path) && file.dir) fail(`refusing to remove '.' or '..' directory: skipping '${path}'`)
    else if (call.ctx.files.resolve(path) === '/')
      fail("it is dangerous to operate recursively on '/'\nrm: use --no-preserve-root to override this failsafe")
    else if (file.dir && !recursive && !(has(o, 'd') && (call.ctx.files.list(path) ?? []).length === 0))
      fail(`cannot remove '${path}': ${has(o, 'd') ? 'Directory not empty' : 'Is a directory'}`)
    else if (call.ctx.files.space(path).readOnly) fail(`cannot remove '${path}': ${READ_ONLY}`)
    else {
      call.ctx.files.remove(path)
      if (has(o, 'v')) call.out(file.dir ? `removed directory '${path}'\n` : `removed '${path}'\n`)
    }
  }
  return status
})

export const mkdir = immediate('mkdir', (call) => {
  const o = optionsOf(
    call,
    { short: 'pvm:', long: { parents: 'p', verbose: 'v', 'mode:': 'm' }, unmodelled: 'Z' },
    { usage: 'mkdir [OPTION]... DIRECTORY...', what: 'Makes directories. Options: -p -v' },
  )
  if (typeof o === 'number') return o
  if (o.operands.length === 0) return missing(call, 'operand')
  let status = 0
  for (const path of o.operands) {
    const full = call.ctx.files.resolve(path)
    const there = call.ctx.files.stat(full)
    const above = full.slice(0, full.lastIndexOf('/')) || '/'
    const parent = call.ctx.files.stat(above)
    let problem = ''
    if (there) problem = has(o, 'p') && there.dir ? 'ok' : 'File exists'
    else if (parent && !parent.dir) problem = 'Not a directory'
    else if (!parent && !has(o, 'p') && above !== '/tmp' && above !== '/') problem = 'No such file or directory'
    else if (call.ctx.files.space(full).readOnly) problem = READ_ONLY
    if (problem === 'ok') continue
    if (problem) {
      call.err(`mkdir: cannot create directory ${quoteName(call, path)}: ${problem}\n`)
      status = 1
      continue
    }
    const parts = full.split('/').slice(1)
    for (let i = 1; i <= parts.length; i++) {
      const part = '/' + parts.slice(0, i).join('/')
      if (!call.ctx.files.stat(part)) call.ctx.files.mkdir(part)
    }
    if (has(o, 'v')) call.out(`mkdir: created directory '${path}'\n`)
  }
  return status
})

export const rmdir = immediate('rmdir', (call) => {
  let status = 0
  for (const path of call.args.filter((a) => !a.startsWith('-'))) {
    const file = call.ctx.files.stat(path)
    const problem = !file
      ? 'No such file or directory'
      : !file.dir
        ? 'Not a directory'
        : (call.ctx.files.list(path) ?? []).length > 0
          ? 'Directory not empty'
          : call.ctx.files.space(path).readOnly
            ? READ_ONLY
            : ''
    if (problem) {
      call.err(`rmdir: failed to remove '${path}': ${problem}\n`)
      status = 1
    } else call.ctx.files.remove(path)
  }
  return status
})

export const touch = immediate('touch', (call) => {
  const o = optionsOf(
    call,
    { short: 'cam', long: { 'no-create': 'c' }, unmodelled: 'dfhrt', unmodelledLong: ['date', 'reference', 'time'] },
    { usage: 'touch [OPTION]... FILE...', what: 'Makes files, or makes them as young as now. Options: -c' },
  )
  if (typeof o === 'number') return o
  if (o.operands.length === 0) return missing(call, 'file operand')
  let status = 0
  for (const path of o.operands) {
    const file = call.ctx.files.stat(path)
    if (file?.dir || file?.records !== undefined) continue
    if (!file && has(o, 'c')) continue
    const problem = whyNotWritable(call, path)
    if (problem) {
      call.err(`touch: cannot touch '${path}': ${problem}\n`)
      status = 1
    } else if (file?.bytes) call.ctx.files.touch(path, call.ctx.now)
    else call.ctx.files.write(path, file ? (call.ctx.files.read(path) ?? '') : '')
  }
  return status
})

/** All paths below a directory, itself first. */
function tree(call: Pick<Call, 'ctx'>, path: string, visit: (path: string, file: File, depth: number) => boolean | void, depth = 0): void {
  const file = call.ctx.files.stat(path)
  if (!file) return
  if (visit(path, file, depth) === false || !file.dir) return
  for (const name of call.ctx.files.list(path) ?? []) tree(call, join(path, name), visit, depth + 1)
}

/** Copies all that has room; gives what had none. */
function copy(call: Call, from: string, to: string): string | undefined {
  let problem: string | undefined
  tree(call, from, (path, file) => {
    const target = to + path.slice(from.length)
    try {
      copyOne(call, path, file, target)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      problem = `error writing '${target}': ${error.reason}`
    }
  })
  return problem
}
function copyOne(call: Call, path: string, file: File, target: string): void {
  if (file.dir) call.ctx.files.mkdir(target)
  else if (file.records) call.ctx.files.writeRecords(target, file.records, file.size)
  else if (file.bytes) call.ctx.files.writeBytes(target, file.bytes, file.size)
  else call.ctx.files.write(target, call.ctx.files.read(path) ?? '')
}

/** cp and mv: where each source goes, and what stands in its way. */
function transfer(call: Call, operands: readonly string[], each: (from: string, to: string, file: File) => string | undefined): number {
  if (operands.length === 0) return missing(call, 'file operand')
  if (operands.length === 1) {
    call.err(`${call.name}: missing destination file operand after '${operands[0]}'\nTry '${call.name} --help' for more information.\n`)
    return 1
  }
  const to = operands[operands.length - 1]!
  const target = call.ctx.files.stat(to)
  const into = target?.dir === true
  if (operands.length > 2 && !into) {
    call.err(`${call.name}: target '${to}' is not a directory\n`)
    return 1
  }
  let status = 0
  for (const from of operands.slice(0, -1)) {
    const file = call.ctx.files.stat(from)
    const path = into ? join(to, baseName(from)) : to
    let problem: string | undefined
    if (!file) problem = `cannot stat '${from}': No such file or directory`
    else if (call.ctx.files.resolve(from) === call.ctx.files.resolve(path)) problem = `'${from}' and '${path}' are the same file`
    else {
      const why = file.dir && !into ? undefined : whyNotWritable(call, path)
      // Within a read-only disk it is the renaming that fails.
      const renamed = call.name === 'mv' && why === READ_ONLY && call.ctx.files.space(from).readOnly
      if (why && !renamed && !(file.dir && why === 'Is a directory')) problem = `cannot create regular file '${path}': ${why}`
      else problem = each(from.replace(/(.)\/+$/, '$1'), path, file)
    }
    if (problem !== undefined) {
      call.err(`${call.name}: ${problem}\n`)
      status = 1
    }
  }
  return status
}

export const cp = immediate('cp', (call) => {
  const o = optionsOf(
    call,
    { short: 'rRafpvu', long: { recursive: 'r', archive: 'a', force: 'f', verbose: 'v' }, unmodelled: 'bdiHlLnPsStTxZ' },
    { usage: 'cp [OPTION]... SOURCE... DEST', what: 'Copies files. Options: -r -a -v' },
  )
  if (typeof o === 'number') return o
  return transfer(call, o.operands, (from, to, file) => {
    if (file.dir && !has(o, 'r') && !has(o, 'R') && !has(o, 'a')) return `-r not specified; omitting directory '${from}'`
    const problem = copy(call, from, to)
    if (problem === undefined && has(o, 'v')) call.out(`'${from}' -> '${to}'\n`)
    return problem
  })
})

export const mv = immediate('mv', (call) => {
  const o = optionsOf(
    call,
    { short: 'fv', long: { force: 'f', verbose: 'v' }, unmodelled: 'binStTuZ' },
    { usage: 'mv [OPTION]... SOURCE... DEST', what: 'Moves or renames files. Options: -f -v' },
  )
  if (typeof o === 'number') return o
  return transfer(call, o.operands, (from, to) => {
    if (call.ctx.files.space(from).readOnly) return `cannot move '${from}' to '${to}': ${READ_ONLY}`
    try {
      call.ctx.files.rename(from, to)
    } catch (error) {
      if (!(error instanceof DiskError)) throw error
      return `error writing '${to}': ${error.reason}`
    }
    if (has(o, 'v')) call.out(`renamed '${from}' -> '${to}'\n`)
    return undefined
  })
})

export const find = immediate('find', (call) => {
  const args = call.args.slice()
  const paths: string[] = []
  while (args.length > 0 && !/^[-(!]/.test(args[0]!)) paths.push(args.shift()!)
  const tests: ((path: string, file: File, depth: number) => boolean)[] = []
  let min = 0
  let max = 1000
  const need = (option: string): string | undefined => {
    const v = args.shift()
    if (v === undefined) call.err(`find: missing argument to \`${option}'\n`)
    return v
  }
  while (args.length > 0) {
    const option = args.shift()!
    if (option === '-print') continue
    if (!['-name', '-iname', '-path', '-type', '-maxdepth', '-mindepth', '-empty', '-size'].includes(option)) {
      const known = [
        '-exec',
        '-delete',
        '-newer',
        '-mtime',
        '-mmin',
        '-perm',
        '-user',
        '-o',
        '-or',
        '-a',
        '-not',
        '!',
        '(',
        ')',
        '-print0',
        '-printf',
        '-ls',
        '-regex',
        '-prune',
        '-ok',
        '-execdir',
        '-follow',
        '-L',
      ]
      call.err(
        known.includes(option)
          ? `find: \`${option}' is not modelled; -name, -iname, -path, -type, -size, -empty, -maxdepth and -mindepth are\n`
          : `find: unknown predicate \`${option}'\n`,
      )
      return 1
    }
    if (option === '-empty') {
      tests.push((p, f) => (f.dir ? (call.ctx.files.list(p) ?? []).length === 0 : f.size === 0))
      continue
    }
    const v = need(option)
    if (v === undefined) return 1
    if (option === '-maxdepth') max = Number(v)
    else if (option === '-mindepth') min = Number(v)
    else if (option === '-type') {
      if (v !== 'f' && v !== 'd') {
        call.err(`find: Unknown argument to -type: ${v}\n`)
        return 1
      }
      tests.push((_, f) => f.dir === (v === 'd'))
    } else if (option === '-size') {
      const m = /^([-+]?)(\d+)([ckMGb]?)$/.exec(v)
      if (!m) {
        call.err(`find: Invalid argument \`${v}' to -size\n`)
        return 1
      }
      const unit = { c: 1, k: 1024, M: 1_048_576, G: 1_073_741_824, b: 512, '': 512 }[m[3] as 'c']
      const n = Number(m[2])
      tests.push((_, f) => {
        const size = Math.ceil(f.size / unit)
        return m[1] === '+' ? size > n : m[1] === '-' ? size < n : size === n
      })
    } else {
      const fold = (t: string) => (option === '-iname' ? t.toLowerCase() : t)
      const pattern = compilePattern([{ s: fold(v), quoted: false }])
      tests.push((p) => matches(pattern, fold(option === '-path' ? p : baseName(p) || p)))
    }
  }
  let status = 0
  let text = ''
  for (const path of paths.length > 0 ? paths : ['.']) {
    if (!call.ctx.files.stat(path)) {
      call.err(`find: ${quoteName(call, path)}: No such file or directory\n`)
      status = 1
      continue
    }
    tree(call, path, (p, file, depth) => {
      if (depth >= min && depth <= max && tests.every((t) => t(p, file, depth))) text += p + '\n'
      return depth < max
    })
  }
  call.out(text)
  return status
})

export const stat = immediate('stat', (call) => {
  const o = optionsOf(
    call,
    { short: 'c:', long: { 'format:': 'c' }, unmodelled: 'fLt', unmodelledLong: ['printf', 'terse', 'file-system'] },
    { usage: 'stat [-c FORMAT] FILE...', what: 'Tells what is known of files. FORMAT: %n %s %A %a %U %G %y %Y %F %b' },
  )
  if (typeof o === 'number') return o
  if (o.operands.length === 0) return missing(call, 'operand')
  let status = 0
  for (const path of o.operands) {
    const file = call.ctx.files.stat(path)
    if (!file) {
      call.err(`stat: cannot statx '${path}': No such file or directory\n`)
      status = 1
      continue
    }
    const owner = ownerOf(call, path)
    const ms = call.ctx.settings.epochMs + Math.floor(file.mtime / 1000)
    const time = log4jTime(ms).replace(',', '.') + '000000 +0000'
    const kind = file.dir ? 'directory' : file.size === 0 ? 'regular empty file' : 'regular file'
    const octal = file.mode.toString(8)
    const fields: Readonly<Record<string, string>> = {
      n: path,
      s: String(file.size),
      A: modeText(file),
      a: octal,
      U: owner,
      G: owner,
      y: time,
      Y: String(Math.floor(ms / 1000)),
      F: kind,
      b: String(blocksOf(file) * 2),
    }
    const format = value(o, 'c')
    if (format !== undefined) {
      call.out(format.replace(/%(.)/g, (all, c: string) => (Object.hasOwn(fields, c) ? fields[c]! : all)) + '\n')
      continue
    }
    call.out(
      `  File: ${path}\n  Size: ${String(file.size).padEnd(10)}\tBlocks: ${String(blocksOf(file) * 2).padEnd(10)} IO Block: 4096   ${kind}\nAccess: (0${octal}/${modeText(file)})  Uid: (    0/${owner.padStart(8)})   Gid: (    0/${owner.padStart(8)})\nModify: ${time}\n`,
    )
  }
  return status
})
