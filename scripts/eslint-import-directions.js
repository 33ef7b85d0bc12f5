// An ESLint rule that holds the direction of imports: the table below is the architecture. Each folder of the simulation says which
// others it may import, always through their index.ts; the UI has one door.
import { dirname, posix, relative, resolve, sep } from 'node:path'

const below = ['base', 'kernel', 'net', 'host']
const zookeeperEntries = ['zookeeper/client', 'zookeeper/protocol']
const servers = ['zookeeper', ...zookeeperEntries, 'kafka/*']
const tools = [...below, ...servers, 'apps', 'shell']

/** For each folder under src/sim: the entries it may import. `kafka/*` stands for each folder of kafka. */
export const directions = {
  base: [],
  kernel: ['base'],
  net: ['base', 'kernel'],
  host: ['base', 'kernel', 'net'],
  zookeeper: below,
  'kafka/protocol': [...below, 'kafka/log'],
  'kafka/log': [...below, 'kafka/protocol'],
  'kafka/group': [...below, ...zookeeperEntries, 'kafka/protocol', 'kafka/log'],
  'kafka/client': [...below, ...zookeeperEntries, 'kafka/protocol', 'kafka/log', 'kafka/group'],
  'kafka/controller': [...below, ...zookeeperEntries, 'kafka/protocol', 'kafka/log', 'kafka/client'],
  'kafka/broker': [...below, ...zookeeperEntries, 'kafka/*'],
  shell: [...below, ...servers],
  apps: [...below, ...servers, 'shell'],
  cluster: [...tools, 'scenarios/playground-folder'],
  checkers: [...tools, 'cluster'],
  scenarios: [...tools, 'cluster'],
  history: [...tools, 'cluster', 'checkers', 'scenarios'],
}

/** The packages the simulation may stand on; `base` has none. */
const simPackages = ['immer', 'xstate', 'fflate']

/** Places inside a folder of the simulation which are doors of their own. */
const extraEntries = [...zookeeperEntries, 'scenarios/playground-folder']

/** Places a path of the project: the folder it belongs to and the entry that a door would open, if it is one. */
function placeOf(path) {
  if (path === 'src/sim' || path === 'src/sim/index.ts') return { area: 'sim', folder: undefined, entry: 'sim' }
  const parts = path.split('/')
  if (parts[0] === 'src' && parts[1] === 'ui') return { area: 'ui' }
  if (parts[0] !== 'src' || parts[1] !== 'sim') return { area: 'outside' }
  const inside = parts.slice(2)
  const folder = inside[0] === 'kafka' && inside.length > 2 ? `kafka/${inside[1]}` : inside[0]
  const isIndex = inside.at(-1) === 'index.ts'
  const owner = inside.slice(0, -1).join('/')
  const entry = isIndex && (owner === folder || extraEntries.includes(owner)) ? owner : undefined
  return { area: 'sim', folder, entry }
}

function allows(allowed, entry) {
  return allowed.includes(entry) || (entry.startsWith('kafka/') && allowed.includes('kafka/*'))
}

function fromSim(from, to, isRelative, specifier) {
  if (!isRelative) {
    const name = specifier.split('/')[0]
    if (from.folder !== 'base' && simPackages.includes(name)) return undefined
    return `src/sim/${from.folder ?? ''} may not import the package '${specifier}'`
  }
  if (to.area !== 'sim') return 'the simulation imports nothing from outside src/sim'
  if (from.folder === undefined) return to.entry ? undefined : 'src/sim/index.ts imports folders through their index.ts'
  if (to.folder === from.folder) return undefined
  const allowed = directions[from.folder]
  if (allowed === undefined) return `'${from.folder}' is no folder in the table of scripts/eslint-import-directions.js`
  if (to.folder === undefined) return 'inside src/sim nothing imports src/sim/index.ts'
  if (to.entry === undefined) return `'${specifier}' goes past the index.ts of another folder`
  if (allows(allowed, to.entry)) return undefined
  return `${from.folder} may not import ${to.entry}: it stands on ${allowed.join(', ') || 'nothing'}`
}

/** Why a file may not import what the specifier names, or undefined when it may. Paths are relative to the root, with slashes. */
export function violation(fromPath, specifier) {
  if (fromPath.endsWith('.test.ts')) return undefined
  const from = placeOf(fromPath)
  const bare = specifier.split('?')[0]
  const isRelative = bare.startsWith('.') || bare.startsWith('/')
  const target = bare.startsWith('/') ? bare.slice(1) : posix.join(posix.dirname(fromPath), bare)
  const to = isRelative ? placeOf(target) : { area: 'package' }
  if (from.area === 'sim') return fromSim(from, to, isRelative, bare)
  if (to.area !== 'sim') return undefined
  if (from.area === 'ui') return to.entry === 'sim' ? undefined : 'src/ui imports src/sim/index.ts and nothing deeper'
  if (fromPath.startsWith('cli/') && to.entry === undefined) return `'${specifier}' goes past the index.ts of a folder`
  return undefined
}

const rule = {
  meta: {
    type: 'problem',
    docs: { description: 'hold the direction of imports' },
    schema: [],
    messages: { wrong: '{{why}}.' },
  },
  create(context) {
    const root = resolve(dirname(import.meta.filename), '..')
    const path = relative(root, resolve(root, context.filename)).split(sep).join('/')
    function check(source) {
      if (source?.type !== 'Literal' || typeof source.value !== 'string') return
      const why = violation(path, source.value)
      if (why !== undefined) context.report({ node: source, messageId: 'wrong', data: { why } })
    }
    return {
      ImportDeclaration: (node) => check(node.source),
      ExportNamedDeclaration: (node) => check(node.source),
      ExportAllDeclaration: (node) => check(node.source),
      ImportExpression: (node) => check(node.source),
      TSImportType: (node) => check(node.source ?? node.argument?.literal),
    }
  },
}

export default { meta: { name: 'playground' }, rules: { 'import-directions': rule } }
