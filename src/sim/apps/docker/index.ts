// docker-compose, `link`, `disk` and `power-off`: what the docker host does to containers and to the wires between them, and what befalls machines.

import type { ProcessKind, Program } from '../../kernel/index.ts'
import { composeKind } from './compose.ts'
import { diskKind } from './disk.ts'
import { dockerKind } from './docker.ts'
import { linkKind } from './link.ts'
import { powerOffKind } from './power-off.ts'

export const kinds: readonly ProcessKind[] = [
  composeKind as ProcessKind,
  dockerKind as ProcessKind,
  linkKind as ProcessKind,
  diskKind as ProcessKind,
  powerOffKind as ProcessKind,
]
export const programs: readonly Program[] = [
  { name: 'docker-compose', kind: 'docker-compose', images: ['docker-host'] },
  { name: 'docker', kind: 'docker', images: ['docker-host'] },
  { name: 'link', kind: 'link', images: ['docker-host'] },
  { name: 'disk', kind: 'disk', images: ['docker-host'] },
  { name: 'power-off', kind: 'power-off', images: ['docker-host'] },
]
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  /** The start of docker-compose itself, a Python program. */
  'docker.compose': [180_000, 320_000],
  /** docker exec: until the program runs in the container. */
  'docker.exec': [90_000, 180_000],
}
export { VERBS as composeVerbs } from './usage.ts'
