// Statecharts of brokers and clients.

import type { Proc } from '../../sim/index.ts'
import type { StateChart } from './charts.ts'

export function partsOf(_proc: Proc): StateChart[] {
  return []
}
