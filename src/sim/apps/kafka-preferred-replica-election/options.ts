// The options of kafka-preferred-replica-election.sh and the partitions that a file names (admin/PreferredReplicaLeaderElectionCommand.scala at 2.3.0).
// Descriptions are our own words.
import { ADMIN_OPERATION, fail } from '../../kafka/client/index.ts'
import { tpName, type TopicPartition } from '../../kafka/protocol/index.ts'
import {
  checkAvailable,
  jsonArray,
  jsonField,
  jsonInt,
  jsonObject,
  jsonString,
  parseJson,
  parseOptions,
  partitionSet,
  usage,
  UsageError,
  type Options,
  type OptionSpec,
} from '../kafka-tools/index.ts'

const FILE = `A file of the partitions whose preferred replicas shall lead:
{"partitions":
  [{"topic": "foo", "partition": 1},
   {"topic": "foobar", "partition": 2}]
}
Without it, all partitions.`

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  {
    name: 'path-to-json-file',
    argument: 'list of partitions for which preferred replica leader election needs to be triggered',
    about: FILE,
  },
  {
    name: 'zookeeper',
    argument: 'urls',
    about: 'DEPRECATED. Servers of ZooKeeper as host:port, with the chroot. REQUIRED unless --bootstrap-server is given.',
  },
  { name: 'bootstrap-server', argument: 'host:port', about: 'Brokers to ask. REQUIRED unless --zookeeper is given.' },
  { name: 'admin.config', argument: 'config file', about: 'A properties file for the admin client; with --bootstrap-server only.' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool lets the preferred replica of each partition lead again, which spreads leadership over the brokers.'

/** Reads and checks the command line; throws OptionError or UsageError. With --help or --version nothing is checked. */
export function parseCommand(args: readonly string[]): Options {
  const options = parseOptions(SPECS, args)
  checkAvailable(options, { 'admin.config': 'bootstrap-server' }, [['zookeeper', 'bootstrap-server']])
  if (args.length === 0 || options.has('help') || options.has('version')) return options
  if (options.has('bootstrap-server') === options.has('zookeeper'))
    throw new UsageError("Exactly one of '[bootstrap-server]' or '[zookeeper]' must be provided")
  return options
}

/** The partitions of a file; fails when it names none, or one twice. */
export function parsePartitions(text: string): TopicPartition[] {
  const value = parseJson(text)
  const list = value === undefined ? undefined : jsonObject(value).partitions
  if (list === undefined) return fail(ADMIN_OPERATION, 'Preferred replica election data is empty')
  const partitions = jsonArray(list).map((item) => {
    const object = jsonObject(item)
    return { topic: jsonString(jsonField(object, 'topic')), partition: jsonInt(jsonField(object, 'partition')) }
  })
  const distinct = partitionSet(partitions)
  const twice = distinct.filter((tp) => partitions.filter((other) => tpName(other) === tpName(tp)).length > 1)
  if (twice.length > 0)
    fail(ADMIN_OPERATION, `Preferred replica election data contains duplicate partitions: ${twice.map(tpName).join(',')}`)
  return distinct
}
