// Builtins about what a name stands for: type, command.

import { refuse, runText, type Builtin, type Call } from './call.ts'
import { lookUp } from './exec.ts'
import { quote } from './print.ts'
import { pathOf } from './state.ts'

type IsBuiltin = (name: string) => boolean

const KEYWORDS = new Set([
  'if',
  'then',
  'elif',
  'else',
  'fi',
  'for',
  'while',
  'until',
  'do',
  'done',
  'case',
  'esac',
  'in',
  '{',
  '}',
  '!',
  '[[',
  'function',
  'time',
])

/** What a name stands for: `alias`, `keyword`... with the path of a program. */
function kindOf(
  call: Call,
  name: string,
  isBuiltin: IsBuiltin,
): { word: 'keyword' | 'function' | 'builtin' | 'file'; path: string } | undefined {
  const { s } = call
  if (KEYWORDS.has(name)) return { word: 'keyword', path: '' }
  if (Object.hasOwn(s.functions, name)) return { word: 'function', path: '' }
  if (isBuiltin(name)) return { word: 'builtin', path: '' }
  const path = programPath(call, name)
  return path === undefined ? undefined : { word: 'file', path }
}
function programPath(call: Call, name: string): string | undefined {
  const target = lookUp(call.ctx, pathOf(call.s), name)
  if (target.t === 'error') return undefined
  return target.t === 'script' ? target.path : target.argv0.includes('/') ? target.argv0 : `/usr/bin/${name}`
}

const typeBuiltin =
  (isBuiltin: IsBuiltin): Builtin =>
  (call) => {
    let status = 0
    const flags = call.argv.slice(1).filter((a) => /^-[atpP]+$/.test(a)).join('') // prettier-ignore
    for (const name of call.argv.slice(1).filter((a) => !/^-[atpP]+$/.test(a))) {
      const found = kindOf(call, name, isBuiltin)
      if (!found) {
        if (!flags.includes('t')) refuse(call, `${name}: not found`)
        status = 1
      } else if (flags.includes('t')) call.out(found.word + '\n')
      else if (flags.includes('p')) call.out(found.word === 'file' ? found.path + '\n' : '')
      else if (found.word === 'function') call.out(`${name} is a function\n${name} () \n${call.s.functions[name]}\n`)
      else call.out(found.word === 'file' ? `${name} is ${found.path}\n` : `${name} is a shell ${found.word}\n`)
      if (flags.includes('a') && found && found.word !== 'file') {
        const path = programPath(call, name)
        if (path !== undefined) call.out(`${name} is ${path}\n`)
      }
    }
    return status
  }

const commandBuiltin =
  (isBuiltin: IsBuiltin): Builtin =>
  (call) => {
    const { argv } = call
    if (argv[1] === '-v' || argv[1] === '-V') {
      let status = argv.length > 2 ? 1 : 0
      for (const name of argv.slice(2)) {
        const found = kindOf(call, name, isBuiltin)
        if (!found) continue
        status = 0
        if (argv[1] === '-V') call.out(found.word === 'file' ? `${name} is ${found.path}\n` : `${name} is a shell ${found.word}\n`)
        else call.out((found.word === 'file' ? found.path : name) + '\n')
      }
      return status
    }
    const words = argv.slice(1).filter((a, i) => !(i === 0 && (a === '-p' || a === '--')))
    if (words.length === 0) return 0
    return runText(call, 'eval', words.map(quote).join(' '), undefined)
  }

export const nameBuiltins = (isBuiltin: IsBuiltin): Readonly<Record<string, Builtin>> => ({
  type: typeBuiltin(isBuiltin),
  command: commandBuiltin(isBuiltin),
})
