// Backslash escapes of single characters, as tr and sed know them.

const SIMPLE: Readonly<Record<string, string>> = { a: '\x07', b: '\b', f: '\f', n: '\n', r: '\r', t: '\t', v: '\v' }

/** `\n`, `\t`, `\101`; any other character stands for itself. */
export function unescape(text: string): string {
  const c = text[1] ?? ''
  if (/[0-7]/.test(c)) return String.fromCharCode(parseInt(text.slice(1), 8) & 255)
  return Object.hasOwn(SIMPLE, c) ? SIMPLE[c]! : c
}
