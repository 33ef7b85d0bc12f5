// `npm run --silent bench [-- NAME...]`: prints `name: value unit` lines.

import { failover } from './failover.ts'
import { kernel, memory, seeking } from './kernel.ts'
import { records } from './records.ts'

const benchmarks: Readonly<Record<string, () => void>> = { kernel, seeking, memory, failover, records }

const asked = process.argv.slice(2)
const unknown = asked.filter((name) => !benchmarks[name])
if (unknown.length > 0) {
  console.error(`no benchmark named ${unknown.join(', ')}; there are ${Object.keys(benchmarks).join(', ')}`)
  process.exit(1)
}
for (const [name, run] of Object.entries(benchmarks)) if (asked.length === 0 || asked.includes(name)) run()
