// Our own kafka-dump-log.sh over files of this machine, to stand beside the real one.

import { readFileSync, statSync } from 'node:fs'
import { dumpFiles } from '../../src/sim/apps/kafka-dump-log/dump.ts'
import { parseCommand } from '../../src/sim/apps/kafka-dump-log/options.ts'
import { Bytes } from '../../src/sim/base/index.ts'
import type { File } from '../../src/sim/kernel/index.ts'

/** What the tool writes to its two streams for these arguments. */
export function dumpText(args: readonly string[]): { readonly out: string; readonly err: string } {
  const said = { out: '', err: '' }
  const files = {
    resolve: (path: string) => path,
    readBytes: (path: string) => Bytes.of(Uint8Array.from(readFileSync(path))),
    stat: (path: string) => ({ size: statSync(path).size }) as File,
  }
  dumpFiles({ files, print: (text) => void (said.out += text), printError: (text) => void (said.err += text) }, parseCommand(args))
  return said
}
