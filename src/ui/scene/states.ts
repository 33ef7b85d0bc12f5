// What processes think, by the simulation's own queries: roles and zxids of ZooKeeper servers, sessions, brokers and the controller.

import type { Host, World } from '../../sim/index.ts'
import type { BrokerView, ServerView, SessionView } from './cluster-view.ts'

export function serverState(_world: World, _host: Host): Pick<ServerView, 'role' | 'serving' | 'zxid' | 'vote'> {
  return { role: undefined, serving: false, zxid: 0, vote: 0 }
}

export function brokerState(
  _world: World,
  _host: Host,
): Pick<BrokerView, 'lifecycle' | 'controllerEpoch' | 'namedController' | 'registered' | 'topics' | 'partitions'> {
  return { lifecycle: undefined, controllerEpoch: undefined, namedController: false, registered: false, topics: undefined, partitions: undefined }
}

export function sessionsOf(_world: World): SessionView[] {
  return []
}
