// The options of kafka-delete-records.sh and the file it is given (admin/DeleteRecordsCommand.scala at 2.3.0). Descriptions are our own words.
import { ADMIN_OPERATION, fail, type RecordsToDelete } from '../../kafka/client/index.ts'
import { tpName } from '../../kafka/protocol/index.ts'
import {
  checkRequired,
  jsonArray,
  jsonField,
  jsonInt,
  jsonLong,
  jsonObject,
  jsonString,
  parseJson,
  parseOptions,
  usage,
  type Options,
  type OptionSpec,
} from '../kafka-tools/index.ts'

const FILE = `REQUIRED: a file that says for each partition before which offset its records go:
{"partitions":
  [{"topic": "foo", "partition": 1, "offset": 1}],
 "version":1
}`
export const SPECS: readonly OptionSpec[] = [
  { name: 'help', about: 'Show this table.' },
  { name: 'version', about: 'Show the version of Kafka.' },
  { name: 'bootstrap-server', argument: 'server(s) to use for bootstrapping', about: 'REQUIRED: brokers to begin with.' },
  { name: 'offset-json-file', argument: 'Offset json file path', about: FILE },
  { name: 'command-config', argument: 'command config property file path', about: 'A properties file for the admin client.' },
]
export const usageTable = (): string => usage(SPECS)
export const HELP = 'This tool helps to delete records of the given partitions down to the specified offset.'

/** Reads and checks the command line; throws OptionError or UsageError. With --help or --version nothing is checked. */
export function parseCommand(args: readonly string[]): Options {
  const options = parseOptions(SPECS, args)
  if (args.length === 0 || options.has('help') || options.has('version')) return options
  checkRequired(options, ['bootstrap-server', 'offset-json-file'])
  return options
}

/** What a file asks for; fails when it is not what it should be, or names a partition twice. */
export function parseOffsets(text: string): RecordsToDelete[] {
  const value = parseJson(text)
  if (value === undefined) return fail(ADMIN_OPERATION, 'The input string is not a valid JSON')
  const object = jsonObject(value)
  const version = Object.hasOwn(object, 'version') ? jsonInt(object.version) : 1
  if (version !== 1) fail(ADMIN_OPERATION, `Not supported version field value ${version}`)
  if (!Object.hasOwn(object, 'partitions')) fail(ADMIN_OPERATION, 'Missing partitions field')
  const records = jsonArray(object.partitions)
    .map(jsonObject)
    .map((one) => {
      const [topic, partition] = [jsonString(jsonField(one, 'topic')), jsonInt(jsonField(one, 'partition'))]
      return { topic, partition, beforeOffset: jsonLong(jsonField(one, 'offset')) }
    })
  const names = records.map(tpName)
  const twice = [...new Set(names.filter((name, i) => names.indexOf(name) !== i))]
  if (twice.length > 0) {
    fail('kafka.common.AdminCommandFailedException', `Offset json file contains duplicate topic partitions: ${twice.join(',')}`)
  }
  return records
}
