// The shell: what stands behind a terminal, a wrapper script and `bash -c`; and what the tools beside it share with it.
export { shellKind, feedKind, programs, LINE_LIMIT } from './kind.ts'
export type { ShellState } from './state.ts'
export { parse } from './parse.ts'
export { printProgram, quote } from './print.ts'
export type { Program as ShellProgram, Node as ShellNode, Word } from './ast.ts'
export { echoText, printfText } from './format.ts'
export { test, TestError } from './cond.ts'
export { compilePattern, matches, type PatternItem } from './pattern.ts'
export { spawnCommand, spawnRelayed, relayInput, relayEnd } from './exec.ts'
export type { Relay } from './state.ts'
export { copyFd } from './state.ts'
export { signalNamed } from './job-builtins.ts'
export { HELP } from './help.ts'

/** A moment for fork and exec; a moment between the rounds of a loop that does nothing else. */
export const costs: Readonly<Record<string, readonly [number, number]>> = {
  'shell.fork': [700, 2200],
  'shell.pause': [1800, 2200],
}
export { complete, type Candidate, type Completion, type CompletionQuery } from './complete.ts'
export { COMPLETIONS, type CompletionSpec, type WordKind } from './complete-specs.ts'
