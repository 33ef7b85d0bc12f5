// Completion of the line being edited: a pure query of the World. The shell and zk-shell say what a word of theirs can become; the World, what there is.

import {
  completeShell,
  completeZkShell,
  DOCKER_HOST,
  PLAYGROUND_FOLDER,
  programs,
  resolvePath,
  zkNode,
  zkPeer,
  type CompletionQuery,
  type Host,
  type Proc,
  type ShellState,
  type World,
  type ZkServer,
  type ZkShellState,
} from '../../sim/index.ts'
import { programIn } from './about.ts'
import { listFolder } from './folders.ts'
import type { Completion } from './line.ts'

const nothing = (cursor: number): Completion => ({ start: cursor, end: cursor, candidates: [] })

const DOCKER_PROGRAMS = programs.filter((p) => p.images.includes('*') || p.images.includes('docker-host')).map((p) => p.name)

/** The ZooKeeper server that has seen most. */
function furthest(world: World): ZkServer | undefined {
  let best: ZkServer | undefined
  for (const host of Object.values(world.hosts)) {
    const proc = world.processes[host.mainPid]
    if (proc?.kind !== 'zookeeper') continue
    const state = proc.state as ZkServer
    if (!best || zkPeer(state).lastZxid > zkPeer(best).lastZxid) best = state
  }
  return best
}
const childrenAt = (world: World, path: string): readonly string[] | undefined => {
  const server = furthest(world)
  return server && zkNode(server, path === '' ? '/' : path)?.children
}

/** `/kafka` of `zoo1:2181/kafka`: below what the brokers keep their znodes. */
function chrootOf(host: Host): string {
  const properties = host.config.properties as Readonly<Record<string, string>> | undefined
  return /\/.*$/.exec(properties?.['zookeeper.connect'] ?? '')?.[0].replace(/\/$/, '') ?? ''
}

function queryOf(world: World, shell: Proc | undefined): CompletionQuery {
  const cwd = shell?.cwd ?? PLAYGROUND_FOLDER
  const machines = Object.values(world.hosts).filter((host) => host.name !== DOCKER_HOST)
  const state = shell?.kind === 'shell' ? (shell.state as ShellState) : undefined
  return {
    programs: DOCKER_PROGRAMS,
    list: (path) => listFolder(world, resolvePath(cwd, path)),
    machines: machines.map(({ name, image }) => ({ name, image })),
    topics() {
      const chroots = new Set(machines.filter((host) => host.image === 'kafka').map(chrootOf))
      return [...chroots].flatMap((chroot) => childrenAt(world, `${chroot}/brokers/topics`) ?? []).sort()
    },
    variables: Object.keys(state?.vars ?? {}).sort(),
    home: shell?.env.HOME ?? '/home/you',
  }
}

/** zk-shell completes whole words; the word begins after the last blank. */
function inZkShell(world: World, proc: Proc, text: string, cursor: number): Completion {
  const line = text.slice(0, cursor)
  const state = proc.state as ZkShellState
  const chroot = state.clients[state.main]?.zk.chroot ?? ''
  const found = completeZkShell(state, line, (path) => childrenAt(world, chroot + (path === '/' && chroot !== '' ? '' : path)))
  const start = /\S*$/.exec(line)!.index
  // A command is whole; a path may go on.
  const whole = line.slice(0, start).trim() === ''
  return { start, end: cursor, candidates: found.map((word) => ({ text: word, label: word, whole })) }
}

/** What the word at the cursor can become, in whatever has the terminal. */
export function complete(world: World, terminal: string, text: string, cursor: number): Completion {
  const program = programIn(world, terminal)
  if (!program) return completeShell(text, cursor, queryOf(world, world.processes[world.terminals[terminal]?.shell ?? 0]))
  if (program.kind === 'zk-shell') return inZkShell(world, program, text, cursor)
  return nothing(cursor)
}
