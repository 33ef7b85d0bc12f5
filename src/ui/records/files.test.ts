// The files of a run as the page shows them: folders, hex, what they say decoded; and the zip of a disk, unpacked again.
import { unzipSync } from 'fflate'
import { beforeAll, describe, expect, test } from 'vitest'
import { Bytes, exportDisk, History, scenarioNamed, seconds, type Action, type File, type World } from '../../sim/index.ts'
import { bytesOf, kindOf, lastPage, logPage, recordText, tableOf } from './decode.ts'
import { ancestors, folderAt, parentOf, startFolder } from './folders.ts'
import { hexRows } from './hex.ts'
import { zipDisk } from './zip.ts'

const start = scenarioNamed('start')!
const line = (at: number, text: string): Action => ({ at: seconds(at), terminal: 'host', kind: '$', text })
const TOPIC = './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic filed --partitions 1 --replication-factor 2'
const FOLDER = '/kafka-logs/filed-0'
const FIRST = `${FOLDER}/00000000000000000000`

let world: World
beforeAll(() => {
  const actions = [
    ...start.actions,
    line(26, `${TOPIC} --config segment.bytes=9000`),
    line(32, './wrappers/kafka-verifiable-producer.sh --broker-list kafka1:9092 --topic filed --max-messages 300 --throughput 10'),
  ]
  const history = new History({ ...start, actions })
  history.seek(seconds(70))
  world = history.world
})
const fileAt = (path: string, host = 'kafka1'): File => world.hosts[host]!.disk.get(path)!

describe('folders', () => {
  test('begin where the logs are, and list names as ls does', () => {
    expect(startFolder(world.hosts.kafka1!)).toBe('/kafka-logs')
    expect(startFolder(world.hosts.zoo1!)).toBe('/data')
    const names = folderAt(world, 'kafka1', '/kafka-logs')!.entries.map((e) => e.name)
    expect(names).toContain('filed-0')
    expect(names).toEqual([...names].sort())
    const log = folderAt(world, 'kafka1', FOLDER)!.entries.find((e) => e.name === '00000000000000000000.log')!
    expect(log).toMatchObject({ dir: false, mode: '-rw-r--r--', size: fileAt(`${FIRST}.log`).size })
    expect(log.date).toMatch(/^Nov 22 15:\d\d$/)
    expect(folderAt(world, 'kafka1', '/nowhere')).toBeUndefined()
  })
  test('lead upwards', () => {
    expect(ancestors('/a/b').map((a) => a.path)).toEqual(['/', '/a', '/a/b'])
    expect([parentOf('/a/b'), parentOf('/a'), parentOf('/')]).toEqual(['/a', '/', '/'])
  })
})

describe('decoded', () => {
  test('a log: every batch once over all its pages, the last page found without decoding', () => {
    const bytes = bytesOf(fileAt(`${FIRST}.log`))
    expect(kindOf(`${FIRST}.log`, fileAt(`${FIRST}.log`))).toBe('log')
    const offsets: number[] = []
    const starts: number[] = []
    for (let at: number | undefined = 0; at !== undefined;) {
      starts.push(at)
      const page = logPage(bytes, at)
      expect(page.problem).toBe('')
      for (const { batch, valid, records } of page.batches) {
        expect(valid).toBe(true)
        offsets.push(...records.map((r) => r.offset))
        expect(recordText(batch, records[0]!).value).toBe(String(records[0]!.offset))
      }
      at = page.next
    }
    expect(offsets).toEqual(offsets.map((_, i) => i))
    expect(offsets.length).toBeGreaterThan(100)
    expect(lastPage(bytes)).toBe(starts.at(-1))
  })
  test('a damaged log says where it ends', () => {
    const bytes = bytesOf(fileAt(`${FIRST}.log`))
    const first = logPage(bytes, 0).batches[0]!.batch
    expect(logPage(bytes.slice(0, first.sizeInBytes + 30), 0)).toMatchObject({
      problem: `From byte ${first.sizeInBytes} on there is no whole batch.`,
    })
    const flipped = bytes.slice(0, first.sizeInBytes).toArray()
    flipped[65]! ^= 1
    expect(logPage(Bytes.of(flipped), 0).batches[0]!.valid).toBe(false)
  })
  test('indexes name the batches that their positions have', () => {
    const log = bytesOf(fileAt(`${FIRST}.log`))
    const index = tableOf('index', `${FIRST}.index`, fileAt(`${FIRST}.index`), 0)!
    expect(index.total).toBeGreaterThan(0)
    for (const [, offset, position] of index.rows) expect(logPage(log, Number(position)).batches[0]!.batch.lastOffset).toBe(Number(offset))
    const times = tableOf('timeindex', `${FIRST}.timeindex`, fileAt(`${FIRST}.timeindex`), 0)!
    expect(times.total).toBeGreaterThan(0)
  })
  test('checkpoints and snapshots', () => {
    const path = '/kafka-logs/replication-offset-checkpoint'
    expect(tableOf(kindOf(path, fileAt(path)), path, fileAt(path), 0)!.rows).toContainEqual(['filed', '0', expect.any(String)])
    const epochs = `${FOLDER}/leader-epoch-checkpoint`
    expect(tableOf(kindOf(epochs, fileAt(epochs)), epochs, fileAt(epochs), 0)!.rows).toEqual([['0', '0']])
    const snapshot = folderAt(world, 'kafka1', FOLDER)!.entries.find((e) => e.name.endsWith('.snapshot'))!.path
    expect(tableOf(kindOf(snapshot, fileAt(snapshot)), snapshot, fileAt(snapshot), 0)!.note).toMatch(/^No producer/)
  })
  test('what ZooKeeper logged, and its tree', () => {
    const folder = folderAt(world, 'zoo1', '/datalog/version-2')!.entries
    const log = folder.find((e) => e.name.startsWith('log.'))!.path
    const file = fileAt(log, 'zoo1')
    expect(kindOf(log, file)).toBe('zookeeper')
    const all: string[] = []
    const { total } = tableOf('zookeeper', log, file, 0)!
    for (let page = 0; page * 100 < total; page++)
      all.push(...tableOf('zookeeper', log, file, page)!.rows.map((row) => `${row[3]} ${row[4]}`))
    expect(all).toHaveLength(total)
    expect(all).toContain('create /kafka/brokers/topics/filed')
    const snapshot = folderAt(world, 'zoo1', '/data/version-2')!.entries.find((e) => e.name.startsWith('snapshot.'))!.path
    expect(tableOf('zookeeper', snapshot, fileAt(snapshot, 'zoo1'), 0)!.note).toMatch(/^The tree as of zxid 0x/)
  })
})

test('hex has zeros where a size was given in advance', () => {
  const rows = hexRows(Bytes.of(Uint8Array.of(0x61, 0x62, 0x00, 0xff)), 24, 0, 10, 16)
  expect(rows).toEqual([
    { at: '00000000', hex: '6162 00ff 0000 0000 0000 0000 0000 0000', text: 'ab..............' },
    { at: '00000010', hex: '0000 0000 0000 0000', text: '........' },
  ])
})

test('a disk’s zip unpacks to the same files, sizes in advance included, with the znodes beside', async () => {
  const { blob, name, left } = await zipDisk(world, 'kafka1', () => Promise.resolve())
  const zip = new Uint8Array(await blob.arrayBuffer())
  const files = unzipSync(zip)
  expect([name, left]).toEqual(['kafka1-disk.zip', []])
  for (const { path, bytes, size } of exportDisk(world, 'kafka1').files) {
    expect([path, files[path]!.length]).toEqual([path, size])
    expect(Bytes.of(files[path]!.slice(0, bytes.length)).equals(bytes)).toBe(true)
  }
  const active = Object.keys(files).filter((path) => files[path]!.length === 10_485_760)
  expect(active.length).toBeGreaterThan(0)
  expect(zip.length).toBeLessThan(2_000_000)
  const znodes = JSON.parse(new TextDecoder().decode(files['znodes.json'])) as Record<string, string>
  expect(znodes['/kafka/brokers/topics/filed']).toMatch(/"partitions"/)
  expect(Object.keys(znodes).filter((path) => path.startsWith('/kafka/brokers/ids/'))).toEqual([])
})
