// The options of kafka-reassign-partitions.sh and which of them go together (admin/ReassignPartitionsCommand.scala, validateAndParseArgs, at 2.3.0). Descriptions are
// our own words.
import { javaHash, scalaOrder } from '../../kafka/protocol/index.ts'
import { checkInvalid, checkRequired, parseOptions, usage, UsageError, type Options, type OptionSpec } from '../kafka-tools/index.ts'

const PLAN = `A file of the partitions and the brokers they shall have:
{"partitions":
  [{"topic": "foo",
    "partition": 1,
    "replicas": [1,2,3],
    "log_dirs": ["dir1","dir2","dir3"]}],
"version":1
}
"log_dirs" may be left out; "any" leaves the choice to the broker.`
const TOPICS = `With --generate: a file of the topics to spread over the brokers of --broker-list:
{"topics":
  [{"topic": "foo"},{"topic": "foo1"}],
"version":1
}`
const RATE = 'in bytes a second; again, it changes the rate of what is under way. At least 1 KB/s. (default: -1)'

export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  {
    name: 'bootstrap-server',
    argument: 'Server(s) to use for bootstrapping',
    about: 'Brokers to ask, as host:port. REQUIRED when a log directory is named.',
  },
  { name: 'command-config', argument: 'Admin client property file', about: 'A properties file for the admin client.' },
  { name: 'zookeeper', argument: 'urls', about: 'REQUIRED: servers of ZooKeeper as host:port, with the chroot.' },
  { name: 'generate', about: 'Propose an assignment; nothing is moved.' },
  { name: 'execute', about: 'Begin to move the partitions of --reassignment-json-file.' },
  { name: 'verify', about: 'Tell how far the partitions of --reassignment-json-file are. When all have moved, a throttle is taken away.' },
  { name: 'reassignment-json-file', argument: 'manual assignment json file path', about: PLAN },
  { name: 'topics-to-move-json-file', argument: 'topics to reassign json file path', about: TOPICS },
  { name: 'broker-list', argument: 'brokerlist', about: 'With --generate: the brokers to spread over, as "0,1,2".' },
  { name: 'disable-rack-aware', about: 'Assign replicas without regard to racks.' },
  { name: 'throttle', argument: 'throttle', type: 'Long', about: `How fast partitions may move between brokers, ${RATE}` },
  {
    name: 'replica-alter-log-dirs-throttle',
    argument: 'replicaAlterLogDirsThrottle',
    type: 'Long',
    about: `How fast replicas may move between a broker's directories, ${RATE}`,
  },
  { name: 'timeout', argument: 'timeout', type: 'Long', about: 'How many ms beginning may take. (default: 10000)' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool moves partitions between brokers.'

/** As a set of options is walked. */
const asSet = (names: readonly string[]): string[] => scalaOrder(names, (name) => (31 + javaHash(name)) | 0)
const THROTTLES = ['throttle', 'replica-alter-log-dirs-throttle']
const GENERATION = ['topics-to-move-json-file', 'disable-rack-aware', 'broker-list']
const PLAN_FILE = 'reassignment-json-file'

/** Reads and checks the command line; throws OptionError or UsageError. With --help or --version nothing is checked. */
export function parseCommand(args: readonly string[]): Options {
  const options = parseOptions(SPECS, args)
  if (args.length === 0 || options.has('help') || options.has('version')) return options
  const has = (name: string): boolean => options.has(name)
  const needs = (action: string, what: string, ...names: readonly string[]): void => {
    if (!names.every(has)) throw new UsageError(`If --${action} option is used, command must include ${what}`)
  }
  if (['generate', 'execute', 'verify'].filter(has).length !== 1)
    throw new UsageError('Command must include exactly one action: --generate, --execute or --verify')
  checkRequired(options, ['zookeeper'])
  if (has('verify')) {
    needs('verify', '--reassignment-json-file that was used during the --execute option', PLAN_FILE)
    checkInvalid(options, 'verify', asSet([...THROTTLES, ...GENERATION]))
  } else if (has('generate')) {
    needs('generate', 'both --topics-to-move-json-file and --broker-list options', 'topics-to-move-json-file', 'broker-list')
    checkInvalid(options, 'generate', [...THROTTLES, PLAN_FILE])
  } else {
    needs('execute', '--reassignment-json-file that was output during the --generate option', PLAN_FILE)
    checkInvalid(options, 'execute', GENERATION)
  }
  return options
}
