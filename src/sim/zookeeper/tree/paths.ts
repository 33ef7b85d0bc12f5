// Which paths a znode may have, and who its parent is (PathUtils, DataTree at release-3.5.5).

/** Undefined when the path is valid, else why not. */
export function pathProblem(path: string): string | undefined {
  if (path.length === 0) return 'Path length must be > 0'
  if (path[0] !== '/') return 'Path must start with / character'
  if (path.length === 1) return undefined
  if (path.endsWith('/')) return 'Path must not end with / character'
  for (let i = 1; i < path.length; i++) {
    const problem = problemAt(path, i)
    if (problem !== undefined) return `Invalid path string "${path}" caused by ${problem} @${i}`
  }
  return undefined
}

function problemAt(path: string, i: number): string | undefined {
  const c = path.charCodeAt(i)
  const char = path[i]
  const before = path[i - 1]
  const endsSegment = i + 1 === path.length || path[i + 1] === '/'
  if (c === 0) return 'null character not allowed'
  if (char === '/' && before === '/') return 'empty node name specified'
  if (char === '.' && before === '.') return path[i - 2] === '/' && endsSegment ? 'relative paths not allowed' : undefined
  if (char === '.') return before === '/' && endsSegment ? 'relative paths not allowed' : undefined
  const refused = c <= 0x1f || (c >= 0x7f && c <= 0x9f) || (c >= 0xd800 && c <= 0xf8ff) || c >= 0xfff0
  return refused ? 'invalid character' : undefined
}

/** `/a` for `/a/b`, `/` for `/a`. The path must hold a slash. */
export function parentPath(path: string): string {
  const slash = path.lastIndexOf('/')
  return slash <= 0 ? '/' : path.slice(0, slash)
}
export const lastSegment = (path: string): string => path.slice(path.lastIndexOf('/') + 1)
export const joinPath = (parent: string, name: string): string => (parent === '/' ? `/${name}` : `${parent}/${name}`)

export const CONFIG_PATH = '/zookeeper/config'
/** Nodes that cannot be deleted. */
export const isSpecialPath = (path: string): boolean =>
  path === '/' || path === '/zookeeper' || path === '/zookeeper/quota' || path === CONFIG_PATH
