// zk-shell 1.2.5: its process kind, its program, and completion for the page.

import type { ProcessKind, Program } from '../../kernel/index.ts'
import { zkShellKind } from './kind.ts'

export { zkShellKind } from './kind.ts'
export { complete, type ListZnodes } from './complete.ts'
export type { ZkShellState } from './state.ts'
export { costs } from './costs.ts'

export const kinds: readonly ProcessKind[] = [zkShellKind as ProcessKind]
export const programs: readonly Program[] = [{ name: 'zk-shell', kind: 'zk-shell', images: ['client'] }]
