// Writes a World's brokers as folders: the files of their log directories with their real bytes and sizes, and what ZooKeeper keeps.

import {
  chmodSync,
  closeSync,
  existsSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { exportDisk, persistentZnodes, type ExportedFile } from '../../src/sim/cluster/index.ts'
import type { World } from '../../src/sim/kernel/index.ts'

/** Where a broker of the playground keeps its logs. */
const LOG_DIRECTORY = '/kafka-logs'

/** `kafka1/kafka-logs/t-0/x.log` lies as `kafka1/t-0/x.log`: a folder stands for the log directory itself. */
const placeOf = (directory: string, path: string): string => join(directory, path.replace(LOG_DIRECTORY, ''))

/** A file's bytes, then a hole up to its size: an index of 10 MB takes a block or none. */
function writeSparse(path: string, file: ExportedFile): void {
  mkdirSync(dirname(path), { recursive: true })
  const handle = openSync(path, 'w')
  try {
    for (const part of file.bytes.parts()) writeSync(handle, part)
    if (file.size > file.bytes.length) ftruncateSync(handle, file.size)
  } finally {
    closeSync(handle)
  }
  chmodSync(path, file.mode & 0o777)
  utimesSync(path, file.mtimeMs / 1000, file.mtimeMs / 1000)
}

/**
 * Writes the brokers' log directories into `directory`/kafka1, `directory`/kafka2... and the persistent znodes into `directory`/znodes.json (`{path: data}`; none when no
 * server runs). Gives a line for each. Throws when the directory holds something already, or cannot be written.
 */
export function writeExport(world: World, directory: string): string[] {
  if (existsSync(directory) && readdirSync(directory).length > 0) throw new Error('is not empty')
  mkdirSync(directory, { recursive: true })
  const lines: string[] = []
  for (const host of Object.values(world.hosts)) {
    if (host.image !== 'kafka') continue
    const { files, folders } = exportDisk(world, host.name, LOG_DIRECTORY)
    mkdirSync(join(directory, host.name), { recursive: true })
    for (const folder of folders) mkdirSync(placeOf(directory, folder), { recursive: true })
    for (const file of files) writeSparse(placeOf(directory, file.path), file)
    lines.push(`${host.name}: ${files.length} files`)
  }
  const znodes = persistentZnodes(world)
  if (znodes === undefined) lines.push('znodes.json: not written, no ZooKeeper server runs')
  else {
    writeFileSync(join(directory, 'znodes.json'), `${JSON.stringify(znodes, null, 2)}\n`)
    lines.push(`znodes.json: ${Object.keys(znodes).length} znodes`)
  }
  return lines
}
