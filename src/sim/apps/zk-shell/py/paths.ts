// os.path on POSIX, and kazoo's own normalisation.

import { ValueError } from './text.ts'

/** os.path.normpath: exactly two leading slashes stay two. */
export function normpath(path: string): string {
  if (path === '') return '.'
  const slashes = path.startsWith('//') && !path.startsWith('///') ? '//' : path.startsWith('/') ? '/' : ''
  const parts: string[] = []
  for (const part of path.split('/')) {
    if (part === '' || part === '.') continue
    if (part !== '..' || (slashes === '' && parts.length === 0) || parts[parts.length - 1] === '..') parts.push(part)
    else parts.pop()
  }
  return slashes + parts.join('/') || '.'
}

/** os.path.join of two. */
export const join = (a: string, b: string): string => (b.startsWith('/') ? b : a === '' || a.endsWith('/') ? a + b : `${a}/${b}`)

/** os.path.dirname. */
export function dirname(path: string): string {
  const head = path.slice(0, path.lastIndexOf('/') + 1)
  return /^\/*$/.test(head) ? head : head.replace(/\/+$/, '')
}

/** os.path.basename. */
export const basename = (path: string): string => path.slice(path.lastIndexOf('/') + 1)

/** Parent and last segment; the root has none. */
export function splitPath(path: string): [parent: string, child: string | undefined] {
  if (path === '/') return ['/', undefined]
  return [path.slice(0, path.lastIndexOf('/')) || '/', basename(path)]
}

/** A path as kazoo sends it (before its chroot): absolute, single slashes; `trailing` keeps a slash at the end. Throws ValueError for `.` and `..`. */
export function kazooPath(path: string, trailing = false): string {
  const parts = path.split('/').filter((part) => part !== '')
  if (parts.some((part) => part === '.' || part === '..')) throw new ValueError('relative paths not allowed')
  const whole = '/' + parts.join('/')
  return trailing && path.endsWith('/') && parts.length > 0 ? whole + '/' : whole
}
