// nc: text to and from a TCP port.

import type { ProcessKind, Program } from '../../kernel/index.ts'
import { ncKind } from './nc.ts'

export const kinds: readonly ProcessKind[] = [ncKind as ProcessKind]
export const programs: readonly Program[] = [
  { name: 'nc', kind: 'nc', images: ['*'] },
  { name: 'netcat', kind: 'nc', images: ['*'] },
]
