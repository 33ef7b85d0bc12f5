// What programs take, for completion: their options, what an option's value is, what their words are.

/** What a word or a value may be. `dir`: directories only; `zookeeper`: a server's name; `quorum`: as --zookeeper wants it; `broker`: `kafka1:9092`. */
export type WordKind = 'path' | 'dir' | 'topic' | 'group' | 'service' | 'host' | 'zookeeper' | 'quorum' | 'broker' | 'command' | 'none'

export interface CompletionSpec {
  readonly options?: readonly string[]
  /** Options that take a value, and what it may be: a kind or the words themselves. */
  readonly values?: Readonly<Record<string, WordKind | readonly string[]>>
  /** By position; the last goes on. Default: paths. */
  readonly words?: readonly (WordKind | readonly string[])[]
  readonly subcommands?: Readonly<Record<string, CompletionSpec>>
}

const services: CompletionSpec = { words: ['service'] }
const SIGNALS = ['SIGKILL', 'SIGTERM', 'SIGINT', 'SIGHUP', 'SIGSTOP', 'SIGCONT']
const SERVERS = {
  '--bootstrap-server': 'broker',
  '--zookeeper': 'quorum',
  '--topic': 'topic',
  '--command-config': 'path',
} as const
const BROKERS = { ...SERVERS, '--broker-list': 'broker' } as const
const TOPIC_CONFIGS = [
  'cleanup.policy=', 'compression.type=', 'delete.retention.ms=', 'file.delete.delay.ms=', 'flush.messages=', 'flush.ms=', 'index.interval.bytes=', 'max.compaction.lag.ms=',
  'max.message.bytes=', 'message.downconversion.enable=', 'message.format.version=', 'message.timestamp.difference.max.ms=', 'message.timestamp.type=', 'min.cleanable.dirty.ratio=',
  'min.compaction.lag.ms=', 'min.insync.replicas=', 'preallocate=', 'retention.bytes=', 'retention.ms=', 'segment.bytes=', 'segment.index.bytes=', 'segment.jitter.ms=', 'segment.ms=',
  'unclean.leader.election.enable=',
] as const // prettier-ignore

/** Settings of brokers, clients and users that kafka-configs.sh changes beside those of topics. */
const OTHER_CONFIGS = [
  'consumer_byte_rate=', 'follower.replication.throttled.rate=', 'leader.replication.throttled.rate=', 'log.cleaner.threads=', 'log.retention.ms=', 'num.io.threads=',
  'producer_byte_rate=', 'request_percentage=',
] as const // prettier-ignore
const ALL_CONFIGS: readonly string[] = [...TOPIC_CONFIGS, ...OTHER_CONFIGS].sort()

const KAFKA: Readonly<Record<string, CompletionSpec>> = {
  'kafka-topics.sh': {
    options: ['--alter', '--at-min-isr-partitions', '--create', '--delete', '--describe', '--disable-rack-aware', '--exclude-internal', '--force', '--help', '--if-exists', '--if-not-exists', '--list', '--topics-with-overrides', '--unavailable-partitions', '--under-min-isr-partitions', '--under-replicated-partitions', '--version'],
    values: { ...SERVERS, '--config': TOPIC_CONFIGS, '--delete-config': TOPIC_CONFIGS.map((c) => c.slice(0, -1)), '--partitions': 'none', '--replica-assignment': 'none', '--replication-factor': 'none' },
    words: ['none'],
  },
  'kafka-configs.sh': {
    options: ['--alter', '--describe', '--entity-default', '--force', '--help', '--version'],
    values: { '--add-config': ALL_CONFIGS, '--bootstrap-server': 'broker', '--command-config': 'path', '--delete-config': ALL_CONFIGS.map((c) => c.slice(0, -1)), '--entity-name': 'topic', '--entity-type': ['brokers', 'clients', 'topics', 'users'], '--zookeeper': 'quorum' },
    words: ['none'],
  },
  'kafka-console-producer.sh': {
    options: ['--help', '--sync', '--version'],
    values: { '--broker-list': 'broker', '--topic': 'topic', '--batch-size': 'none', '--compression-codec': ['none', 'gzip', 'snappy', 'lz4', 'zstd'], '--line-reader': 'none', '--max-block-ms': 'none', '--max-memory-bytes': 'none', '--max-partition-memory-bytes': 'none', '--message-send-max-retries': 'none', '--metadata-expiry-ms': 'none', '--producer-property': 'none', '--producer.config': 'path', '--property': ['parse.key=true', 'key.separator=', 'ignore.error='], '--request-required-acks': ['0', '1', '-1', 'all'], '--request-timeout-ms': 'none', '--retry-backoff-ms': 'none', '--socket-buffer-size': 'none', '--timeout': 'none' },
    words: ['none'],
  },
  'kafka-console-consumer.sh': {
    options: ['--enable-systest-events', '--from-beginning', '--help', '--skip-message-on-error', '--version'],
    values: { '--bootstrap-server': 'broker', '--topic': 'topic', '--consumer-property': 'none', '--consumer.config': 'path', '--formatter': 'none', '--group': 'group', '--isolation-level': ['read_uncommitted', 'read_committed'], '--key-deserializer': 'none', '--max-messages': 'none', '--offset': ['earliest', 'latest'], '--partition': 'none', '--property': ['print.key=true', 'print.timestamp=true', 'print.value=', 'key.separator=', 'line.separator='], '--timeout-ms': 'none', '--value-deserializer': 'none', '--whitelist': 'topic' },
    words: ['none'],
  },
  'kafka-consumer-groups.sh': {
    options: ['--all-topics', '--delete', '--describe', '--dry-run', '--execute', '--export', '--help', '--list', '--members', '--offsets', '--reset-offsets', '--state', '--to-current', '--to-earliest', '--to-latest', '--verbose', '--version'],
    values: { ...BROKERS, '--by-duration': 'none', '--from-file': 'path', '--group': 'group', '--shift-by': 'none', '--timeout': 'none', '--to-datetime': 'none', '--to-offset': 'none' },
    words: ['none'],
  },
  'kafka-verifiable-producer.sh': { options: [], values: { ...BROKERS, '--acks': ['0', '1', '-1'], '--max-messages': 'none', '--message-create-time': 'none', '--producer.config': 'path', '--repeating-keys': 'none', '--throughput': 'none', '--value-prefix': 'none' }, words: ['none'] },
  'kafka-verifiable-consumer.sh': { options: ['--enable-autocommit', '--verbose'], values: { ...BROKERS, '--assignment-strategy': 'none', '--consumer.config': 'path', '--group-id': 'group', '--group-instance-id': 'none', '--max-messages': 'none', '--reset-policy': ['earliest', 'latest', 'none'], '--session-timeout': 'none' }, words: ['none'] },
  'kafka-preferred-replica-election.sh': { options: ['--help', '--version'], values: { '--admin.config': 'path', '--bootstrap-server': 'broker', '--path-to-json-file': 'path', '--zookeeper': 'quorum' }, words: ['none'] },
  'kafka-reassign-partitions.sh': { options: ['--disable-rack-aware', '--execute', '--generate', '--help', '--verify', '--version'], values: { '--bootstrap-server': 'broker', '--broker-list': 'none', '--command-config': 'path', '--reassignment-json-file': 'none', '--replica-alter-log-dirs-throttle': 'none', '--throttle': 'none', '--timeout': 'none', '--topics-to-move-json-file': 'none', '--zookeeper': 'quorum' }, words: ['none'] },
  'kafka-delete-records.sh': { options: ['--help', '--version'], values: { '--bootstrap-server': 'broker', '--command-config': 'path', '--offset-json-file': 'none' }, words: ['none'] },
  'kafka-log-dirs.sh': { options: ['--describe', '--help', '--version'], values: { '--bootstrap-server': 'broker', '--broker-list': 'none', '--command-config': 'path', '--topic-list': 'topic' }, words: ['none'] },
  'kafka-dump-log.sh': { options: ['--deep-iteration', '--help', '--index-sanity-check', '--offsets-decoder', '--print-data-log', '--transaction-log-decoder', '--verify-index-only', '--version'], values: { '--files': 'none', '--key-decoder-class': 'none', '--max-message-size': 'none', '--value-decoder-class': 'none' }, words: ['none'] },
  'kafka-run-class.sh': { options: ['-daemon', '-loggc'], values: { '-name': 'none', '--broker-list': 'broker', '--topic': 'topic', '--time': ['-1', '-2'], '--partitions': 'none' }, words: [['kafka.tools.GetOffsetShell', 'kafka.tools.DumpLogSegments'], 'none'] },
  'kafka-broker-api-versions.sh': { options: ['--help', '--version'], values: { '--bootstrap-server': 'broker', '--command-config': 'path' }, words: ['none'] },
  'kafka-producer-perf-test.sh': { options: ['--print-metrics'], values: { '--topic': 'topic', '--num-records': 'none', '--payload-delimiter': 'none', '--throughput': 'none', '--producer-props': ['acks=', 'bootstrap.servers='], '--producer.config': 'path', '--transactional-id': 'none', '--transaction-duration-ms': 'none', '--record-size': 'none', '--payload-file': 'path' }, words: ['none'] },
  'kafka-consumer-perf-test.sh': { options: ['--from-latest', '--help', '--hide-header', '--print-metrics', '--show-detailed-stats', '--version'], values: { ...BROKERS, '--consumer.config': 'path', '--date-format': 'none', '--fetch-size': 'none', '--group': 'group', '--messages': 'none', '--num-fetch-threads': 'none', '--reporting-interval': 'none', '--socket-buffer-size': 'none', '--threads': 'none', '--timeout': 'none' }, words: ['none'] },
  'kafka-replica-verification.sh': { options: ['--help', '--version'], values: { '--broker-list': 'broker', '--fetch-size': 'none', '--max-wait-ms': 'none', '--report-interval-ms': 'none', '--time': 'none', '--topic-white-list': 'topic' }, words: ['none'] },
} // prettier-ignore

/** The programs that the shell knows of; more can be added in a query. */
export const COMPLETIONS: Readonly<Record<string, CompletionSpec>> = {
  ...KAFKA,
  'docker-compose': {
    options: ['--help', '--version'],
    subcommands: {
      config: { options: ['--services'], words: ['none'] },
      down: { options: ['-v', '--remove-orphans'], values: { '-t': 'none' }, words: ['none'] },
      exec: { options: ['-T'], values: { '-e': 'none', '-w': 'none' }, words: ['service', 'command', 'path'] },
      help: { words: ['none'] },
      kill: { ...services, values: { '-s': SIGNALS } },
      logs: { ...services, options: ['-f', '--follow', '-t', '--timestamps', '--no-color'], values: { '--tail': 'none' } },
      pause: services,
      ps: { ...services, options: ['-q', '-a'] },
      restart: services,
      rm: { ...services, options: ['-f', '-s', '-v'] },
      start: services,
      stop: { ...services, values: { '-t': 'none' } },
      term: services,
      unpause: services,
      up: { ...services, options: ['-d', '--detach', '--no-color', '--no-deps', '--no-recreate'] },
      version: { words: ['none'] },
    },
  },
  link: { subcommands: { cut: { words: ['host', 'host', 'none'] }, heal: { words: ['host', 'host', 'none'] }, slow: { words: ['host', 'host', 'none'] }, lossy: { words: ['host', 'host', 'none'] } } },
  disk: { subcommands: { limit: { words: ['host', ['300K', '20M', '1G', 'none'], 'none'] }, full: { words: ['host', 'none'] }, fail: { words: ['host', 'none'] }, heal: { words: ['host', 'none'] } } },
  'power-off': { words: ['host'] },
  'zk-shell': { options: ['--help', '--run-once', '--readonly', '--sync-connect'], values: { '--connect-timeout': 'none', '--run-once': 'none', '--tunnel': 'none' }, words: ['zookeeper', 'none'] },
  nc: { options: ['-v', '-z', '-n'], values: { '-q': 'none', '-w': 'none' }, words: ['host', ['2181', '9092', '2888', '3888'], 'none'] },
  cd: { words: ['dir', 'none'] },
  ls: { options: ['-l', '-a', '-A', '-t', '-r', '-R', '-h', '-1', '-S', '-d', '-F', '-p'] },
  cat: { options: ['-n', '-b', '-A', '-s'] },
  grep: { options: ['-i', '-v', '-n', '-c', '-E', '-F', '-o', '-r', '-q', '-l', '-w', '-x', '-h', '-H'], values: { '-e': 'none', '-A': 'none', '-B': 'none', '-C': 'none', '-m': 'none' }, words: ['none', 'path'] },
  head: { options: ['-q', '-v'], values: { '-n': 'none', '-c': 'none' } },
  tail: { options: ['-f', '-F', '-q', '-v'], values: { '-n': 'none', '-c': 'none' } },
  sort: { options: ['-n', '-r', '-u', '-f', '-h', '-V', '-s'], values: { '-k': 'none', '-t': 'none', '-o': 'path' } },
  uniq: { options: ['-c', '-d', '-u', '-i'] },
  wc: { options: ['-l', '-w', '-c', '-m', '-L'] },
  cut: { options: ['-s'], values: { '-d': 'none', '-f': 'none', '-c': 'none' } },
  sed: { options: ['-n', '-E', '-i'], values: { '-e': 'none' }, words: ['none', 'path'] },
  find: { options: ['-name', '-iname', '-path', '-type', '-size', '-empty', '-maxdepth', '-mindepth'], words: ['dir'] },
  mkdir: { options: ['-p', '-v'], words: ['dir'] },
  rmdir: { words: ['dir'] },
  rm: { options: ['-r', '-f', '-v'] },
  tr: { options: ['-d', '-s', '-c'], words: ['none'] },
  echo: { options: ['-n', '-e'], words: ['path'] },
  sleep: { words: ['none'] },
  seq: { words: ['none'] },
  date: { words: ['none'] },
  export: { words: ['none'] },
  type: { words: ['command'] },
  which: { words: ['command'] },
  help: { words: ['none'] },
  history: { words: ['none'] },
} // prettier-ignore
