// Builtins about variables and the shell's own settings: export, unset, readonly, local, declare, set.

import { refuse, type Builtin, type Call } from './call.ts'
import { quote } from './print.ts'
import { isName } from './scan.ts'
import { getVar, setVar } from './state.ts'

/** Splits `NAME=value`; the name alone has no value. */
function assignment(text: string): { name: string; value: string | undefined } {
  const at = text.indexOf('=')
  return at < 0 ? { name: text, value: undefined } : { name: text.slice(0, at), value: text.slice(at + 1) }
}
const names = (call: Call): string[] => Object.keys(call.s.vars).sort()
const doubleQuoted = (text: string): string => `"${text.replace(/[$`"\\]/g, '\\$&')}"`

const exportBuiltin: Builtin = (call) => {
  const { s } = call
  const args = call.argv.slice(1)
  if (args.length === 0 || args[0] === '-p') {
    for (const name of names(call)) if (s.vars[name]!.exported) call.out(`declare -x ${name}=${doubleQuoted(s.vars[name]!.v)}\n`)
    return 0
  }
  const off = args[0] === '-n'
  let status = 0
  for (const arg of off ? args.slice(1) : args) {
    const { name, value } = assignment(arg)
    if (!isName(name)) status = refuse(call, `\`${arg}': not a valid identifier`)
    else if (!setVar(s, name, value ?? getVar(s, name) ?? '', !off)) status = refuse(call, `${name}: readonly variable`)
  }
  return status
}

const unset: Builtin = (call) => {
  const { s } = call
  let status = 0
  for (const name of call.argv.slice(1)) {
    if (name === '-v' || name === '-f') continue
    if (Object.hasOwn(s.vars, name)) {
      if (s.vars[name]!.readonly) status = refuse(call, `${name}: cannot unset: readonly variable`)
      else delete s.vars[name]
    } else if (Object.hasOwn(s.functions, name)) delete s.functions[name]
  }
  return status
}

const readonlyBuiltin: Builtin = (call) => {
  const { s } = call
  const args = call.argv.slice(1).filter((a) => a !== '-p')
  if (args.length === 0) {
    for (const name of names(call)) if (s.vars[name]!.readonly) call.out(`declare -r ${name}=${doubleQuoted(s.vars[name]!.v)}\n`)
    return 0
  }
  let status = 0
  for (const arg of args) {
    const { name, value } = assignment(arg)
    if (!isName(name)) status = refuse(call, `\`${arg}': not a valid identifier`)
    else if (value !== undefined && !setVar(s, name, value)) status = refuse(call, `${name}: readonly variable`)
    else {
      if (!Object.hasOwn(s.vars, name)) setVar(s, name, '')
      if (Object.hasOwn(s.vars, name)) s.vars[name]!.readonly = true
    }
  }
  return status
}

const local: Builtin = (call) => {
  const { s } = call
  let frame
  for (let i = s.stack.length - 1; i >= 0 && !frame; i--) if (s.stack[i]!.kind === 'call') frame = s.stack[i]
  if (!frame) return refuse(call, 'can only be used in a function')
  let status = 0
  for (const arg of call.argv.slice(1)) {
    const { name, value } = assignment(arg)
    if (!isName(name)) {
      status = refuse(call, `\`${arg}': not a valid identifier`)
      continue
    }
    if (!frame.locals.some((l) => l.name === name))
      frame.locals.push({ name, value: Object.hasOwn(s.vars, name) ? { ...s.vars[name]! } : null })
    setVar(s, name, value ?? '')
  }
  return status
}

const declare: Builtin = (call) => {
  const { s } = call
  const flags = call.argv.slice(1).filter((a) => /^-[a-zA-Z]+$/.test(a)).join('') // prettier-ignore
  const args = call.argv.slice(1).filter((a) => !/^-[a-zA-Z]+$/.test(a))
  if (/[aA]/.test(flags)) return refuse(call, 'arrays are not modelled')
  if (/[^xrpfgi-]/.test(flags)) return refuse(call, `${flags}: not modelled; -x, -r, -p and -f are`)
  let status = 0
  const show = (name: string) => {
    const v = s.vars[name]!
    const attributes = (v.readonly ? 'r' : '') + (v.exported ? 'x' : '')
    call.out(`declare -${attributes || '-'} ${name}=${doubleQuoted(v.v)}\n`)
  }
  if (flags.includes('f')) {
    for (const name of args.length > 0 ? args : Object.keys(s.functions).sort()) {
      if (Object.hasOwn(s.functions, name)) call.out(`${name} () \n${s.functions[name]}\n`)
      else status = 1
    }
    return status
  }
  if (args.length === 0) {
    for (const name of names(call)) show(name)
    return 0
  }
  for (const arg of args) {
    const { name, value } = assignment(arg)
    if (flags.includes('p')) {
      if (Object.hasOwn(s.vars, name)) show(name)
      else status = refuse(call, `${name}: not found`)
    } else if (!isName(name)) status = refuse(call, `\`${arg}': not a valid identifier`)
    else {
      if (value !== undefined || !Object.hasOwn(s.vars, name))
        if (!setVar(s, name, value ?? '')) status = refuse(call, `${name}: readonly variable`)
      const v = Object.hasOwn(s.vars, name) ? s.vars[name]! : undefined
      if (v && flags.includes('x')) v.exported = true
      if (v && flags.includes('r')) v.readonly = true
    }
  }
  return status
}

const LONG: Readonly<Record<string, string>> = { errexit: 'e', nounset: 'u', xtrace: 'x', noglob: 'f' }

const set: Builtin = (call) => {
  const { s } = call
  const args = call.argv.slice(1)
  if (args.length === 0) {
    for (const name of names(call)) call.out(`${name}=${quote(s.vars[name]!.v)}\n`)
    return 0
  }
  let i = 0
  for (; i < args.length; i++) {
    const arg = args[i]!
    if (arg === '--') {
      s.args = args.slice(i + 1)
      return 0
    }
    if (!/^[-+]./.test(arg)) break
    const on = arg.startsWith('-')
    for (const c of arg.slice(1)) {
      let letter = c
      if (c === 'o') {
        const name = args[++i]
        if (name === undefined) {
          for (const [long, short] of Object.entries(LONG)) call.out(`${long.padEnd(15)}\t${s.options.includes(short) ? 'on' : 'off'}\n`)
          call.out(`${'pipefail'.padEnd(15)}\t${s.pipefail ? 'on' : 'off'}\n`)
          return 0
        }
        if (name === 'pipefail') {
          s.pipefail = on
          continue
        }
        if (!Object.hasOwn(LONG, name)) return refuse(call, `${name}: not modelled; errexit, nounset, xtrace, noglob and pipefail are`)
        letter = LONG[name]!
      }
      if (!'euxf'.includes(letter)) return refuse(call, `-${letter}: not modelled; -e, -u, -x, -f and -o pipefail are`)
      s.options = s.options.replace(letter, '') + (on ? letter : '')
    }
  }
  if (i < args.length) s.args = args.slice(i)
  return 0
}

export const varBuiltins: Readonly<Record<string, Builtin>> = {
  export: exportBuiltin,
  unset,
  readonly: readonlyBuiltin,
  local,
  declare,
  typeset: declare,
  set,
}
