// A disk as a zip: folders and sizes as the broker would have them, zeros and all, and znodes.json. In small steps, so that the page stays awake.
import { deflateSync, Zip, ZipPassThrough, type ZipInputFile } from 'fflate'
import { Bytes, exportDisk, persistentZnodes, type ExportedFile, type HostName, type World } from '../../sim/index.ts'

/** A file up to this size is compressed, in one go: fflate's streams name distances before their beginning where files begin with few zeros. Larger ones are stored as they are. */
const WHOLE = 32_000_000
/** Bytes stored at a time. */
const STEP = 1 << 20
/** A disk that holds more than this, or more in large files, is not packed: the page would run out of memory. */
export const MOST_BYTES = 4e9
export const MOST_STORED = 5e8

interface Packed {
  readonly chunks: readonly Uint8Array<ArrayBuffer>[]
  readonly crc: number
  readonly size: number
  /** As zip has it: 8 is deflate, 0 is stored. */
  readonly compression: 0 | 8
}
type Pause = () => Promise<void>

/** A part of a file, with the zeros that follow its content. */
function partOf(file: Pick<ExportedFile, 'bytes' | 'size'>, from: number, to: number): Uint8Array<ArrayBuffer> {
  const part = new Uint8Array(to - from)
  part.set(file.bytes.slice(from, to).toArray())
  return part
}
async function pack(file: Pick<ExportedFile, 'bytes' | 'size'>, pause: Pause): Promise<Packed> {
  const chunks: Uint8Array<ArrayBuffer>[] = []
  // Only its checksum is wanted.
  const sum = new ZipPassThrough('')
  sum.ondata = () => {}
  if (file.size <= WHOLE) {
    const data = partOf(file, 0, file.size)
    sum.push(data, true)
    return { chunks: [deflateSync(data)], crc: sum.crc, size: file.size, compression: 8 }
  }
  for (let at = 0; at < file.size; at += STEP) {
    const part = partOf(file, at, Math.min(file.size, at + STEP))
    chunks.push(part)
    sum.push(part, at + STEP >= file.size)
    await pause()
  }
  return { chunks, crc: sum.crc, size: file.size, compression: 0 }
}

/** Zip keeps local times: what is to read as UTC is given as if it were local. */
const zipTime = (ms: number): Date => new Date(ms + new Date(ms).getTimezoneOffset() * 60_000)
const UNIX = 3

/** What a zip holds, as chunks of its bytes. `pause` is awaited now and then; `done` hears of each file. */
export async function zipFiles(
  files: readonly ExportedFile[],
  folders: readonly string[],
  pause: Pause,
  done: (files: number) => void = () => {},
): Promise<Uint8Array[]> {
  const out: Uint8Array[] = []
  const zip = new Zip((error, chunk) => {
    if (error) throw error
    out.push(chunk)
  })
  const add = (filename: string, packed: Packed, mode: number, mtimeMs: number): void => {
    const { crc, size, compression } = packed
    const entry: ZipInputFile = { filename, crc, size, compression, os: UNIX, attrs: (mode << 16) >>> 0, mtime: zipTime(mtimeMs) }
    zip.add(entry)
    packed.chunks.forEach((chunk, i) => entry.ondata!(null, chunk, i === packed.chunks.length - 1))
  }
  // Index files that are nothing but zeros are many, and alike.
  const empty = new Map<number, Packed>()
  for (const [i, file] of files.entries()) {
    const known = file.bytes.length === 0 ? empty.get(file.size) : undefined
    const packed = known ?? (await pack(file, pause))
    if (file.bytes.length === 0) empty.set(file.size, packed)
    add(file.path, packed, 0o100000 | file.mode, file.mtimeMs)
    done(i + 1)
    await pause()
  }
  const nothing: Packed = { chunks: [Uint8Array.of(3, 0)], crc: 0, size: 0, compression: 8 }
  for (const folder of folders) add(`${folder}/`, nothing, 0o40755, files[0]?.mtimeMs ?? Date.UTC(2026, 0))
  zip.end()
  return out
}

export interface DiskZip {
  readonly name: string
  readonly blob: Blob
  readonly files: number
  /** Left out: their bytes are not modelled. */
  readonly left: readonly string[]
}
/** A host's disk and the persistent znodes as one zip. Throws RangeError when the disk is too large. */
export async function zipDisk(world: World, host: HostName, pause: Pause, done?: (files: number, of: number) => void): Promise<DiskZip> {
  const { files, folders, left } = exportDisk(world, host)
  const total = files.reduce((sum, file) => sum + file.size, 0)
  const stored = files.reduce((sum, file) => sum + (file.size > WHOLE ? file.size : 0), 0)
  if (total > MOST_BYTES || stored > MOST_STORED)
    throw new RangeError(
      `The disk holds ${total} bytes; ${stored} of them in large files; the page packs at most ${MOST_BYTES} and ${MOST_STORED}.`,
    )
  const znodes = persistentZnodes(world)
  const mtimeMs = world.settings.epochMs + Math.floor(world.now / 1000)
  const json = znodes && Bytes.text(`${JSON.stringify(znodes, null, 2)}\n`)
  const all = json === undefined ? files : [...files, { path: 'znodes.json', bytes: json, size: json.length, mode: 0o644, mtimeMs }]
  const chunks = await zipFiles(all, folders, pause, (n) => done?.(n, all.length))
  return { name: `${host}-disk.zip`, blob: new Blob(chunks as BlobPart[], { type: 'application/zip' }), files: all.length, left }
}
