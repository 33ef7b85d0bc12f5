// The texts of `echo` and `printf`: formats and escapes, shared by the builtins and the programs of that name.

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
}

/** Expands backslash escapes; `stopped` after `\c`. In `echo -e` and `%b` octal is `\0nnn`, in a printf format `\nnn`. */
export function unescape(text: string, format: boolean): { text: string; stopped: boolean } {
  let out = ''
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!
    const n = text[i + 1]
    if (c !== '\\' || n === undefined) {
      out += c
      continue
    }
    i++
    const rest = text.slice(i)
    const octal = (format ? /^[0-7]{1,3}/ : /^0[0-7]{0,3}/).exec(rest)
    const hex = /^x([0-9a-fA-F]{1,2})/.exec(rest) ?? /^u([0-9a-fA-F]{1,4})/.exec(rest)
    if (n === 'c') return { text: out, stopped: true }
    if (Object.hasOwn(ESCAPES, n)) out += ESCAPES[n]
    else if (format && (n === '"' || n === "'" || n === '?')) out += n
    else if (octal) {
      out += String.fromCharCode(parseInt(octal[0], 8) & 255)
      i += octal[0].length - 1
    } else if (hex) {
      out += String.fromCharCode(parseInt(hex[1]!, 16))
      i += hex[0].length - 1
    } else out += '\\' + n
  }
  return { text: out, stopped: false }
}

/** What `echo ARGS` writes, as bash's does: -n, -e, -E. */
export function echoText(args: readonly string[]): string {
  let newline = true
  let escapes = false
  let i = 0
  for (; i < args.length && /^-[neE]+$/.test(args[i]!); i++)
    for (const c of args[i]!.slice(1)) {
      if (c === 'n') newline = false
      else escapes = c === 'e'
    }
  const text = args.slice(i).join(' ')
  if (!escapes) return text + (newline ? '\n' : '')
  const done = unescape(text, false)
  return done.text + (newline && !done.stopped ? '\n' : '')
}

/** What `printf FORMAT ARGS` writes, and what it complains of (without `printf: `). */
export function printfText(format: string, args: readonly string[]): { text: string; errors: string[] } {
  const errors: string[] = []
  let out = ''
  let at = 0
  const next = (): string | undefined => args[at++]
  const number = (text: string | undefined): number => {
    if (text === undefined || text === '') return 0
    if (text[0] === "'" || text[0] === '"') return text.codePointAt(1) ?? 0
    const m = /^\s*([-+]?)(0[xX][0-9a-fA-F]+|\d+)/.exec(text)
    const digits = m?.[2] ?? ''
    const value = !m
      ? 0
      : (m[1] === '-' ? -1 : 1) *
        (/^0[xX]/.test(digits) ? parseInt(digits, 16) : /^0\d/.test(digits) ? parseInt(digits, 8) : Number(digits))
    if (!m || m[0].length !== text.length) errors.push(`${text}: invalid number`)
    return value
  }
  for (let round = 0; round < 100_000; round++) {
    const began = at
    let i = 0
    let stopped = false
    while (i < format.length && !stopped) {
      const c = format[i]!
      if (c === '\\') {
        const m = /^\\(?:[0-7]{1,3}|x[0-9a-fA-F]{1,2}|u[0-9a-fA-F]{1,4}|[\s\S])/.exec(format.slice(i))
        const piece = unescape(m ? m[0] : '\\', true)
        out += piece.text
        stopped = piece.stopped
        i += m ? m[0].length : 1
        continue
      }
      if (c !== '%') {
        out += c
        i++
        continue
      }
      const m = /^%([-+ 0#]*)(\*|\d+)?(?:\.(\*|\d*))?([a-zA-Z%])?/.exec(format.slice(i))!
      i += m[0].length
      if (m[4] === '%' && m[0] === '%%') {
        out += '%'
        continue
      }
      const conversion = m[4]
      if (conversion === undefined || !'sbqcdiuoxXeEfFgG'.includes(conversion)) {
        errors.push(conversion === undefined ? `\`%': missing format character` : `\`${conversion}': invalid format character`)
        return { text: out, errors }
      }
      let flags = m[1]!
      let width = m[2] === '*' ? number(next()) : Number(m[2] ?? 0)
      if (width < 0) {
        flags += '-'
        width = -width
      }
      const precision = m[3] === undefined ? -1 : m[3] === '*' ? number(next()) : Number(m[3])
      const arg = next()
      let body: string
      if (conversion === 's') body = arg ?? ''
      else if (conversion === 'q') body = quoted(arg ?? '')
      else if (conversion === 'c') body = (arg ?? '').charAt(0)
      else if (conversion === 'b') {
        const done = unescape(arg ?? '', false)
        body = done.text
        stopped = done.stopped
      } else body = numeric(conversion, arg, flags, precision, number)
      if ((conversion === 's' || conversion === 'b') && precision >= 0) body = body.slice(0, precision)
      const pad = Math.min(width, 10_000) - [...body].length
      if (pad > 0) {
        if (flags.includes('-')) body += ' '.repeat(pad)
        else if (flags.includes('0') && !'sbqc'.includes(conversion)) body = body.replace(/^([-+ ]?)/, `$1${'0'.repeat(pad)}`)
        else body = ' '.repeat(pad) + body
      }
      out += body
    }
    if (stopped || at >= args.length || at === began) break
  }
  return { text: out, errors }
}

function numeric(
  conversion: string,
  arg: string | undefined,
  flags: string,
  precision: number,
  number: (t: string | undefined) => number,
): string {
  const sign = (n: number, text: string) => (n < 0 ? '-' : flags.includes('+') ? '+' : flags.includes(' ') ? ' ' : '') + text
  if ('eEfFgG'.includes(conversion)) {
    const n = arg === undefined || arg === '' ? 0 : Number(arg)
    const value = Number.isFinite(n) ? n : 0
    const digits = precision < 0 ? 6 : Math.min(precision, 60)
    const abs = value < 0 ? -value : value
    let text =
      conversion === 'f' || conversion === 'F'
        ? abs.toFixed(digits)
        : conversion === 'e' || conversion === 'E'
          ? abs.toExponential(digits).replace(/e([+-])(\d)$/, 'e$10$2')
          : String(Number(abs.toPrecision(digits || 1)))
    if (conversion === 'E' || conversion === 'G') text = text.toUpperCase()
    return sign(value, text)
  }
  const n = number(arg)
  const abs = n < 0 ? -n : n
  const digits = (text: string) => (precision >= 0 ? text.padStart(precision, '0') : text)
  switch (conversion) {
    case 'o':
      return digits(abs.toString(8))
    case 'x':
      return (flags.includes('#') && abs ? '0x' : '') + digits(abs.toString(16))
    case 'X':
      return (flags.includes('#') && abs ? '0X' : '') + digits(abs.toString(16).toUpperCase())
    default:
      return sign(n, digits(String(abs)))
  }
}

function quoted(text: string): string {
  if (text === '') return "''"
  return text.replace(/[^A-Za-z0-9_@%+=:,./-]/g, (c) => (c === '\n' ? "$'\\n'" : '\\' + c))
}
