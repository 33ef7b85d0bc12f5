// What there is: process kinds, programs, images.

import type { Host, ProcessKind, Program } from '../kernel/index.ts'
import type { Image } from '../host/index.ts'
import { kinds as appKinds, programs as appPrograms } from '../apps/index.ts'
import { brokerKind } from '../kafka/broker/index.ts'
import { renderLog4j } from '../kafka/client/index.ts'
import { feedKind, shellKind, programs as shellPrograms } from '../shell/index.ts'
import { renderZooKeeperLog, zookeeperKind } from '../zookeeper/index.ts'

const all = [
  zookeeperKind,
  brokerKind,
  shellKind,
  feedKind,
  ...appKinds,
  { name: 'idle', init: () => ({}), handle: () => {} },
] as readonly ProcessKind[]

export const kinds: ReadonlyMap<string, ProcessKind> = new Map(all.map((kind) => [kind.name, kind]))
export const programs: readonly Program[] = [...shellPrograms, ...appPrograms]

export const images: ReadonlyMap<string, Image> = new Map(
  (
    [
      { name: 'docker-host', dropsTerm: true, command: '', ports: () => [] },
      {
        name: 'zookeeper',
        main: () => ({ kind: 'zookeeper', argv: ['/docker-entrypoint.sh', 'zkServer.sh', 'start-foreground'] }),
        dropsTerm: false,
        command: '/docker-entrypoint.sh zkServer.sh start-foreground',
        ports: (host: Host) => [
          `127.0.0.1:${2180 + ((host.config.myid as number | undefined) ?? 1)}->2181/tcp`,
          '2888/tcp',
          '3888/tcp',
          '8080/tcp',
        ],
        render: renderZooKeeperLog,
      },
      {
        name: 'kafka',
        main: () => ({ kind: 'broker', argv: ['kafka-server-start.sh', 'config/server.properties'] }),
        dropsTerm: true,
        command: '/bin/sh -c kafka-server-start.sh config/server.properties',
        ports: () => ['9092/tcp'],
        render: renderLog4j,
      },
      {
        name: 'client',
        main: () => ({ kind: 'idle', argv: ['/bin/sh', '-c', 'tail -f /dev/null'] }),
        dropsTerm: true,
        command: '/bin/sh -c tail -f /dev/null',
        ports: () => ['127.0.0.1:6066->6066/tcp'],
      },
    ] satisfies Image[]
  ).map((image) => [image.name, image]),
)
