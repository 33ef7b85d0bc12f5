// What is in a folder of the docker host, as the shell sees it: containers' disks are mounted below `data/` of the playground's folder.

import { DOCKER_HOST, PLAYGROUND_FOLDER, type World } from '../../sim/index.ts'

export interface Named {
  readonly name: string
  readonly dir: boolean
}

const DATA = `${PLAYGROUND_FOLDER}/data`

/** Whose disk a path is on, and its name there. */
function locate(world: World, path: string): readonly [host: string, path: string] {
  if (path.startsWith(`${DATA}/`)) {
    const [name = '', ...rest] = path.slice(DATA.length + 1).split('/')
    if (name !== DOCKER_HOST && world.hosts[name]) return [name, `/${rest.join('/')}`]
  }
  return [DOCKER_HOST, path]
}

/** Names in a folder, in code-unit order; undefined where there is no such folder. `path` is absolute, without `.` and `..`. */
export function listFolder(world: World, path: string): readonly Named[] | undefined {
  const [host, at] = locate(world, path)
  const { disk } = world.hosts[host]!
  const found = new Map<string, boolean>()
  for (const name of disk.namesIn(at)) {
    const below = at === '/' ? `/${name}` : `${at}/${name}`
    found.set(name, disk.hasBelow(below) || disk.get(below)?.dir === true)
  }
  if (path === PLAYGROUND_FOLDER) found.set('data', true)
  if (path === DATA) for (const name of Object.keys(world.hosts)) if (name !== DOCKER_HOST) found.set(name, true)
  if (found.size === 0 && host === DOCKER_HOST) return undefined
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, dir]) => ({ name, dir }))
}
