import { describe, expect, test } from 'vitest'
import { Bytes, seconds, us, type Micros } from '../base/index.ts'
import { FileTree, type Host } from '../kernel/index.ts'
import { loseUnsynced, readBytes, renameFile, statFile, syncFile, writeBytes, writeFile } from './files.ts'
import type { MachineEngine } from './machine.ts'

function machine() {
  const host = { name: 'kafka1', disk: FileTree.empty() } as Host
  const world = { now: us(0), hosts: { kafka1: host } }
  const engine = { world, slices: { host: () => host } } as unknown as MachineEngine
  return { engine, at: (now: Micros) => void (world.now = now) }
}
const bytes = (...values: number[]) => Bytes.of(Uint8Array.from(values))
const content = (engine: MachineEngine, path: string) => [...readBytes(engine, 'kafka1', path)!.toArray()]

describe('the page cache', () => {
  test('a host that loses power keeps what was synced', () => {
    const { engine } = machine()
    writeBytes(engine, 'kafka1', '/a', bytes(1))
    syncFile(engine, 'kafka1', '/a')
    writeBytes(engine, 'kafka1', '/a', bytes(1, 2))
    writeBytes(engine, 'kafka1', '/a', bytes(1, 2, 3))
    writeBytes(engine, 'kafka1', '/new', bytes(1, 2, 3))
    renameFile(engine, 'kafka1', '/a', '/b')
    expect(content(engine, '/b')).toEqual([1, 2, 3])
    loseUnsynced(engine, 'kafka1')
    expect(content(engine, '/b')).toEqual([1])
    expect(statFile(engine, 'kafka1', '/new')).toMatchObject({ size: 0, dirtiedAt: undefined })
  })
  test('what is thirty seconds old has reached the disk by itself', () => {
    const { engine, at } = machine()
    writeBytes(engine, 'kafka1', '/a', bytes(1))
    at(seconds(20))
    writeBytes(engine, 'kafka1', '/a', bytes(1, 2))
    at(seconds(31))
    writeBytes(engine, 'kafka1', '/a', bytes(1, 2, 3))
    at(seconds(40))
    loseUnsynced(engine, 'kafka1')
    expect(content(engine, '/a')).toEqual([1, 2])
  })
  test('a size given in advance stays', () => {
    const { engine } = machine()
    writeBytes(engine, 'kafka1', '/i', bytes(1, 2), 100)
    loseUnsynced(engine, 'kafka1')
    expect(statFile(engine, 'kafka1', '/i')!.size).toBe(100)
    expect(content(engine, '/i')).toEqual([])
  })
  test('a text is bytes too', () => {
    const { engine } = machine()
    writeFile(engine, 'kafka1', '/t', 'hé')
    expect(content(engine, '/t')).toEqual([104, 0xc3, 0xa9])
  })
})
