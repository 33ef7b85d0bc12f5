// What docker-compose's commands take. The words around the option names are our own.

import type { VerbSpec } from './options.ts'

export type Verb =
  'config' | 'down' | 'exec' | 'kill' | 'logs' | 'pause' | 'ps' | 'restart' | 'rm' | 'start' | 'stop' | 'term' | 'unpause' | 'up'

const verb = (usage: string, about: string, more: Partial<VerbSpec> = {}): VerbSpec => ({
  usage,
  about,
  flags: [],
  values: [],
  alias: {},
  unmodelled: [],
  stops: false,
  ...more,
})

export const VERBS: Readonly<Record<Verb, VerbSpec>> = {
  config: verb('[options]', 'Show the compose file', {
    flags: ['--services'],
    unmodelled: ['--resolve-image-digests', '-q', '--volumes', '--hash'],
  }),
  down: verb('[options]', 'Stop and remove containers', { values: ['-t'], flags: ['-v', '--remove-orphans'], unmodelled: ['--rmi'] }),
  exec: verb('[options] [-e KEY=VAL...] SERVICE COMMAND [ARGS...]', 'Run a command in a running container', {
    flags: ['-T'],
    values: ['-e', '-w'],
    alias: { '--env': '-e', '--workdir': '-w' },
    unmodelled: ['-d', '--detach', '--privileged', '-u', '--user', '--index'],
    stops: true,
  }),
  kill: verb('[options] [SERVICE...]', 'Kill containers', { values: ['-s'], alias: { '--signal': '-s' } }),
  logs: verb('[options] [SERVICE...]', 'Show what containers printed', {
    flags: ['-f', '-t', '--no-color'],
    values: ['--tail'],
    alias: { '--follow': '-f', '--timestamps': '-t' },
  }),
  pause: verb('[SERVICE...]', 'Pause services'),
  ps: verb('[options] [SERVICE...]', 'List containers', {
    flags: ['-q', '-a'],
    alias: { '--quiet': '-q', '--all': '-a' },
    unmodelled: ['--services', '--filter'],
  }),
  restart: verb('[options] [SERVICE...]', 'Restart services', { unmodelled: ['-t', '--timeout'] }),
  rm: verb('[options] [SERVICE...]', 'Remove stopped containers', {
    flags: ['-f', '-s', '-v'],
    alias: { '--force': '-f', '--stop': '-s' },
  }),
  start: verb('[SERVICE...]', 'Start services'),
  stop: verb('[options] [SERVICE...]', 'Stop services', { values: ['-t'], alias: { '--timeout': '-t' } }),
  term: verb('[SERVICE...]', 'Send SIGTERM to the server itself (the playground’s own; docker-compose has no such command)'),
  unpause: verb('[SERVICE...]', 'Unpause services'),
  up: verb('[options] [SERVICE...]', 'Create and start containers', {
    flags: ['-d', '--no-color', '--no-deps', '--no-recreate', '--quiet-pull'],
    alias: { '--detach': '-d' },
    unmodelled: ['--force-recreate', '--build', '--scale', '--abort-on-container-exit', '-t', '--timeout', '-V', '--remove-orphans'],
  }),
}

/** Commands of the real one that have no meaning or no model here. */
export const UNMODELLED_VERBS: Readonly<Record<string, string>> = {
  build: 'the images are as they are',
  bundle: 'the images are as they are',
  create: 'use up',
  events: 'use logs, or the timeline',
  images: 'the images are as they are',
  port: 'use ps',
  pull: 'the images are as they are',
  push: 'the images are as they are',
  run: 'use exec',
  scale: 'the number of hosts belongs to the scenario',
  top: 'use ps',
}

export const composeVersion = 'docker-compose version 1.24.1, build 4667896b\n'

/** The list of commands, as an unknown one is answered. */
export const commandList = (): string =>
  `Commands:\n${Object.entries(VERBS)
    .map(([v, spec]) => `  ${v.padEnd(10)} ${spec.about}`)
    .join('\n')}`

/** The usage text of a command, or of all. */
export function usageOf(name: Verb | undefined): string {
  if (name === undefined) {
    const rows = Object.entries(VERBS).map(([v, spec]) => `  ${v.padEnd(10)} ${spec.about}`)
    return `Containers of the playground.\n\nUsage:\n  docker-compose [COMMAND] [ARGS...]\n\nCommands:\n${rows.join('\n')}\n  help       Say how a command is used\n  version    Show the version\n`
  }
  const spec = VERBS[name]
  const long = (flag: string) => [flag, ...Object.entries(spec.alias).flatMap(([l, s]) => (s === flag ? [l] : []))].join(', ')
  const options = [...spec.flags.map(long), ...spec.values.map((v) => `${long(v)} VALUE`)].map((o) => `    ${o}\n`).join('')
  return `${spec.about}.\n\nUsage: ${name} ${spec.usage}\n${options ? `\nOptions:\n${options}` : ''}`
}
