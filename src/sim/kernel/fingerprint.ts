// The fingerprint of a World: equal for equal states, however they were reached. Causes are left out: they are history, not state.

import { Bytes, List, PMap } from '../base/index.ts'
import { FileTree } from './file-tree.ts'
import type { World } from './world.ts'

/** Two FNV-1a style lanes of 32 bits. */
class Hash {
  private a = 0x811c9dc5
  private b = 0x9747b28c
  text(s: string): void {
    for (let i = 0; i < s.length; i++) {
      const c = s.charCodeAt(i)
      this.a = Math.imul(this.a ^ c, 0x01000193)
      this.b = Math.imul(this.b ^ (c + 0x9e37), 0x85ebca6b)
    }
    this.a = Math.imul(this.a ^ 0xff, 0x01000193)
    this.b = (this.b ^ (this.b >>> 13)) + s.length
  }
  hex(): string {
    return (this.a >>> 0).toString(16).padStart(8, '0') + (this.b >>> 0).toString(16).padStart(8, '0')
  }
}

function feed(hash: Hash, value: unknown): void {
  if (value === undefined) hash.text('u')
  else if (value === null) hash.text('n')
  else if (typeof value === 'string') hash.text('s' + value)
  else if (typeof value !== 'object') hash.text(typeof value + String(value))
  else if (Array.isArray(value)) {
    hash.text('[')
    for (const item of value) feed(hash, item as unknown)
    hash.text(']')
  } else if (value instanceof List) {
    hash.text(`L${value.start}`)
    for (const item of value) feed(hash, item as unknown)
    hash.text('l')
  } else if (value instanceof Bytes) {
    hash.text(`B${value.length} ${value.hash().join(' ')}`)
  } else if (value instanceof PMap || value instanceof FileTree) {
    hash.text('M')
    for (const key of value.sortedKeys()) {
      hash.text(key)
      feed(hash, value.get(key))
    }
    hash.text('m')
  } else {
    hash.text('{')
    for (const key of Object.keys(value).sort()) {
      // `cause` is history; an undefined field is an absent one.
      const field = (value as Record<string, unknown>)[key]
      if (key === 'cause' || field === undefined) continue
      hash.text(key)
      feed(hash, field)
    }
    hash.text('}')
  }
}

/** Sixteen hex digits. Costs a walk over the whole state. */
export function fingerprint(world: World): string {
  const hash = new Hash()
  const heap = world.heap.filter((e) => e.what.type !== 'timer' || isLive(world, e)).sort((a, b) => a.at - b.at || a.id - b.id)
  feed(hash, { ...world, heap, settings: undefined })
  return hash.hex()
}

function isLive(world: World, event: World['heap'][number]): boolean {
  if (event.target.to !== 'process') return true
  const proc = world.processes[event.target.pid]
  return proc !== undefined && proc.timers[(event.what as { key?: string }).key ?? ''] === event.id
}
