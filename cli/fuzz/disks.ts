// Brokers' disks that run full or break while machines fail, drawn from a schedule's seed by themselves, so that the rest of the schedule stays what it is without them.

import type { ScenarioHost } from '../../src/sim/cluster/index.ts'
import type { Draw } from './draw.ts'

/** Of a hundred schedules so many have bad disks. */
const CHANCE = 30
const MOST = 3
const FIRST = 26

export interface DiskLine {
  /** Seconds. */
  readonly at: number
  readonly line: string
  readonly role: 'fault' | 'mend'
}

/** What befalls disks, and how some are mended before the end; `touched` are those to heal then. */
export function drawDisks(draw: Draw, hosts: readonly ScenarioHost[], untilS: number): { lines: DiskLine[]; touched: readonly string[] } {
  const lines: DiskLine[] = []
  if (!draw.chance(CHANCE)) return { lines, touched: [] }
  const brokers = hosts.filter((h) => h.image === 'kafka').map((h) => h.name)
  const touched = new Set<string>()
  for (let i = 1 + draw.below(MOST); i > 0; i--) {
    const name = draw.of(brokers)
    const at = draw.between(FIRST, untilS)
    touched.add(name)
    const what = draw.of(['full', 'full', 'limit', 'limit', 'fail'])
    lines.push({ at, line: `disk ${what} ${name}${what === 'limit' ? ` ${draw.of(['20K', '40K', '64K', '100K'])}` : ''}`, role: 'fault' })
    if (draw.chance(75))
      lines.push({ at: at + draw.between(0.5, 30), line: `disk heal ${name}; docker-compose up -d ${name}`, role: 'mend' })
  }
  return { lines, touched: [...touched].sort() }
}
