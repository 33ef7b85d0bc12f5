// The lint rules that hold the architecture are reported where they should be, and nowhere else.
import { Linter } from 'eslint'
import ts from 'typescript-eslint'
import { describe, expect, test } from 'vitest'
import importDirections, { directions } from './eslint-import-directions.js'
import simPurity from './eslint-sim-purity.js'

function complaints(filename, code) {
  const config = [
    { files: ['**/*.ts'], languageOptions: { parser: ts.parser, globals: {} } },
    { files: ['src/**/*.ts'], plugins: { playground: importDirections }, rules: { 'playground/import-directions': 'error' } },
    ...simPurity,
  ]
  return new Linter({ cwd: import.meta.dirname + '/..' })
    .verify(code, config, { filename })
    .map((message) => message.ruleId ?? message.message)
}

const imports = (from, specifier) => complaints(from, `import { x } from '${specifier}'; x()`)

describe('import directions', () => {
  test.each([
    ['src/sim/base/a.ts', './b.ts'],
    ['src/sim/kernel/a.ts', '../base/index.ts'],
    ['src/sim/kernel/a.ts', 'immer'],
    ['src/sim/net/a.ts', '../kernel/index.ts'],
    ['src/sim/zookeeper/server/a.ts', '../client/session.ts'],
    ['src/sim/zookeeper/server/a.ts', '../../host/index.ts'],
    ['src/sim/kafka/broker/a.ts', '../../zookeeper/client/index.ts'],
    ['src/sim/kafka/broker/a.ts', '../../zookeeper/protocol/index.ts'],
    ['src/sim/kafka/broker/handlers/a.ts', '../purgatory.ts'],
    ['src/sim/kafka/broker/handlers/a.ts', '../../log/index.ts'],
    ['src/sim/kafka/client/a.ts', '../protocol/index.ts'],
    ['src/sim/apps/a.ts', '../kafka/client/index.ts'],
    ['src/sim/apps/a.ts', '../zookeeper/index.ts'],
    ['src/sim/cluster/a.ts', '../apps/index.ts'],
    ['src/sim/history/a.ts', '../cluster/index.ts'],
    ['src/sim/scenarios/a.ts', '../cluster/index.ts'],
    ['src/sim/index.ts', './history/index.ts'],
    ['src/sim/base/a.test.ts', '../kafka/broker/deep.ts'],
    ['src/ui/stage/a.ts', '../../sim/index.ts'],
    ['src/ui/stage/a.ts', '../timeline/b.ts'],
    ['src/ui/stage/a.ts', 'd3-zoom'],
  ])('%s may import %s', (from, specifier) => {
    expect(imports(from, specifier)).toEqual([])
  })

  test.each([
    ['src/sim/base/a.ts', '../kernel/index.ts'],
    ['src/sim/base/a.ts', 'immer'],
    ['src/sim/kernel/a.ts', '../net/index.ts'],
    ['src/sim/kernel/a.ts', '../base/prng.ts'],
    ['src/sim/kernel/a.ts', 'node:fs'],
    ['src/sim/kernel/a.ts', 'svelte'],
    ['src/sim/net/a.ts', '../host/index.ts'],
    ['src/sim/zookeeper/a.ts', '../kafka/protocol/index.ts'],
    ['src/sim/zookeeper/a.ts', '../apps/index.ts'],
    ['src/sim/kafka/broker/a.ts', '../../zookeeper/index.ts'],
    ['src/sim/kafka/broker/a.ts', '../../zookeeper/server/tree.ts'],
    ['src/sim/kafka/broker/a.ts', '../log/segment.ts'],
    ['src/sim/kafka/broker/a.ts', '../../apps/index.ts'],
    ['src/sim/kafka/client/a.ts', '../broker/index.ts'],
    ['src/sim/kafka/protocol/a.ts', '../broker/index.ts'],
    ['src/sim/shell/a.ts', '../apps/index.ts'],
    ['src/sim/apps/a.ts', '../kafka/client/producer.ts'],
    ['src/sim/cluster/a.ts', '../scenarios/index.ts'],
    ['src/sim/cluster/a.ts', '../index.ts'],
    ['src/sim/unknown/a.ts', '../base/index.ts'],
    ['src/sim/index.ts', './kernel/world.ts'],
    ['src/sim/kernel/a.ts', '../../ui/theme/b.ts'],
    ['src/ui/stage/a.ts', '../../sim/kernel/index.ts'],
  ])('%s may not import %s', (from, specifier) => {
    expect(imports(from, specifier)).toEqual(['playground/import-directions'])
  })

  test.each([
    `export { x } from '../kernel/index.ts'`,
    `export * from '../kernel/index.ts'`,
    `import type { X } from '../kernel/index.ts'; export type Y = X`,
    `export type Y = import('../kernel/index.ts').X`,
    `import '../kernel/index.ts'`,
  ])('sees %s', (code) => {
    expect(complaints('src/sim/base/a.ts', code)).toEqual(['playground/import-directions'])
  })

  test('the table names no folder twice over: a folder never imports one that imports it', () => {
    const together = [
      ['kafka/protocol', 'kafka/log'], // a request carries batches; the log names error codes
    ].map((pair) => pair.join())
    const mayImport = (a, b) => directions[a].includes(b) || (b.startsWith('kafka/') && directions[a].includes('kafka/*'))
    const mutual = Object.keys(directions)
      .flatMap((a, i, all) => all.slice(i + 1).map((b) => [a, b]))
      .filter(([a, b]) => mayImport(a, b) && mayImport(b, a))
    expect(mutual.map((pair) => pair.join())).toEqual(together)
  })
})

describe('purity of the simulation', () => {
  test.each([
    ['no-restricted-properties', 'export const x = Math.random()'],
    ['no-restricted-properties', 'export const x = Math.exp(1)'],
    ['no-restricted-properties', 'export const x = Math.log(1)'],
    ['no-restricted-properties', 'export const x = Math.log2(1)'],
    ['no-restricted-properties', 'export const x = Math.pow(1, 2)'],
    ['no-restricted-properties', 'export const x = Math.sin(1)'],
    ['no-restricted-properties', 'export const x = Math.cos(1)'],
    ['no-restricted-properties', 'export const { random } = Math'],
    ['no-restricted-syntax', 'export const x = Math["random"]'],
    ['no-restricted-syntax', 'export const x = (a: number) => a ** 2'],
    ['no-restricted-globals', 'export const x = new Date()'],
    ['no-restricted-globals', 'export const x = Date.now()'],
    ['no-restricted-globals', 'export const x = performance.now()'],
    ['no-restricted-globals', 'setTimeout(() => {}, 1)'],
    ['no-restricted-globals', 'setInterval(() => {}, 1)'],
    ['no-restricted-globals', 'export const x = Promise.resolve(1)'],
    ['no-restricted-syntax', 'export let x: Promise<void>'],
    ['no-restricted-syntax', 'export let x: Date'],
    ['no-restricted-globals', 'window.close()'],
    ['no-restricted-globals', 'document.close()'],
    ['no-restricted-globals', 'export const x = new Intl.NumberFormat()'],
    ['no-restricted-globals', 'console.log(1)'],
    ['no-restricted-syntax', 'export const x = (1).toLocaleString()'],
    ['no-restricted-syntax', 'export const x = "a".toLocaleUpperCase()'],
    ['no-restricted-syntax', 'export const x = "a".localeCompare("b")'],
    ['no-restricted-syntax', 'export async function x() {}'],
    ['no-restricted-syntax', 'export const x = async () => {}'],
    ['no-restricted-syntax', 'export const x = await y'],
    ['no-restricted-syntax', 'export const x = () => import("./y.ts")'],
  ])('%s: %s', (ruleId, code) => {
    expect(complaints('src/sim/kernel/a.ts', code)).toContain(ruleId)
    expect(complaints('src/sim/kernel/a.test.ts', code)).toEqual([])
    expect(complaints('src/ui/a.ts', code)).toEqual([])
  })

  test('what only looks alike is allowed', () => {
    const code = `
      export function at(window: number, performance: { now: number }): number {
        return Math.floor(window / 2 ** 32) + Math.sqrt(4) + performance.now
      }
    `
    expect(complaints('src/sim/kernel/a.ts', code)).toEqual([])
  })

  test('only the door of the simulation may load a chunk', () => {
    const code = 'export const loadTools = (): Promise<unknown> => import("./apps/index.ts")'
    expect(complaints('src/sim/index.ts', code)).toEqual([])
  })
})
