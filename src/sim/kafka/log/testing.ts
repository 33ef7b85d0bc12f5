// A disk, a clock and a broker's ear for unit tests of logs. Not part of the simulation.
import { Bytes, us } from '../../base/index.ts'
import type { File } from '../../kernel/index.ts'
import type { LogEnv, LogTask } from './log-env.ts'

export interface TestEnv extends LogEnv {
  nowMs: number
  readonly disk: Map<string, File>
  readonly said: string[]
  readonly tasks: { readonly delayMs: number; readonly task: LogTask }[]
  /** Names and sizes in a directory: `NAME SIZE`. */
  ls(path: string): string[]
}
const EPOCH_MS = 1_795_361_000_000

export function testEnv(): TestEnv {
  const disk = new Map<string, File>()
  const put = (path: string, text: string, bytes: Bytes | undefined, size: number): void => {
    const mtime = us((env.nowMs - EPOCH_MS) * 1000)
    disk.set(path, { text, records: undefined, bytes, size, mode: 0o644, mtime, dir: false })
  }
  const below = (path: string): string[] => [...disk.keys()].filter((name) => name.startsWith(`${path}/`)).sort()
  const list = (path: string): string[] => below(path).map((name) => name.slice(path.length + 1))
  const env: TestEnv = {
    nowMs: EPOCH_MS,
    epochMs: EPOCH_MS,
    disk,
    said: [],
    tasks: [],
    below: () => 0,
    say: (level, _logger, text) => void env.said.push(level === 'INFO' ? text : `${level} ${text}`),
    later: (delayMs, task) => void env.tasks.push({ delayMs, task }),
    ls: (path) => list(path).map((name) => `${name} ${disk.get(`${path}/${name}`)!.size}`),
    diskFailed: (message) => void env.said.push(message),
    files: {
      space: (path) => ({ name: '', mount: path, limit: undefined, used: 0, readOnly: false }),
      stat: (path) => disk.get(path),
      read: (path) => disk.get(path) && (disk.get(path)!.bytes?.toText() ?? disk.get(path)!.text),
      write: (path, text) => put(path, text, undefined, text.length),
      readBytes: (path) => disk.get(path) && (disk.get(path)!.bytes ?? Bytes.text(disk.get(path)!.text)),
      writeBytes: (path, bytes, size = bytes.length) => put(path, '', bytes, size),
      sync: () => {},
      touch: (path, mtime) => void disk.set(path, { ...disk.get(path)!, mtime }),
      remove: (path) => void disk.delete(path),
      rename: (from, to) => {
        disk.set(to, disk.get(from)!)
        disk.delete(from)
      },
      mkdir: () => {},
      list,
    },
  }
  return env
}
