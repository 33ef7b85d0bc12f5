import { expect, test } from 'vitest'
import { Bytes, List, type Micros } from '../base/index.ts'
import { FileTree, type File, type World } from '../kernel/index.ts'
import { exportDisk, persistentZnodes } from './disk-export.ts'

const at = 5_000_000 as Micros
const file = (over: Partial<File>): File => ({ text: '', records: undefined, size: 0, mode: 0o644, mtime: at, dir: false, ...over })
const disk = (files: Readonly<Record<string, File>>): World => {
  const world: Pick<World, 'settings' | 'processes' | 'hosts'> = {
    settings: { epochMs: 1000 } as World['settings'],
    processes: {},
    hosts: { kafka1: { name: 'kafka1', disk: FileTree.of(Object.entries(files)), mainPid: 1 } as World['hosts'][string] },
  }
  return world as World
}

test('files keep their preallocated size, folders that hold nothing stay, and what has no bytes is named', () => {
  const world = disk({
    '/kafka-logs': file({ dir: true }),
    '/kafka-logs/t-0': file({ dir: true }),
    '/kafka-logs/t-0/0.index': file({ bytes: Bytes.of(Uint8Array.of(1, 2)), size: 10_485_760 }),
    '/kafka-logs/meta.properties': file({ text: 'broker.id=1\n', size: 12 }),
    '/kafka-logs/empty-0': file({ dir: true }),
    '/data/snapshot.0': file({ records: List.of([1]), size: 600 }),
  })
  const all = exportDisk(world, 'kafka1')
  expect(all.files.map((f) => [f.path, f.bytes.length, f.size])).toEqual([
    ['kafka1/kafka-logs/meta.properties', 12, 12],
    ['kafka1/kafka-logs/t-0/0.index', 2, 10_485_760],
  ])
  expect(all.files[0]!.mtimeMs).toBe(6000)
  expect(all.folders).toEqual(['kafka1/kafka-logs/empty-0'])
  expect(all.left).toEqual(['kafka1/data/snapshot.0'])
  expect(exportDisk(world, 'kafka1', '/kafka-logs/t-0').files.map((f) => f.path)).toEqual(['kafka1/kafka-logs/t-0/0.index'])
})

test('without a server there are no znodes to tell', () => {
  expect(persistentZnodes(disk({}))).toBeUndefined()
})
