// What Kafka's tools share: their command lines, how they fail, and what they are as processes.
export { checkAvailable, OptionError, parseOptions, usage, type Options, type OptionSpec } from './joptsimple.ts'
export { checkInvalid, checkRequired, optionsInThread, UncaughtError, UsageError } from './errors.ts'
export { partitionSet, readAllPartitions, readAssignments, type Replicas } from './assignments.ts'
export { jsonArray, jsonField, jsonInt, jsonLong, jsonObject, jsonString, parseJson } from './json.ts'
export { keyValues, loadProperties, readFile } from './files.ts'
export {
  beginCommand,
  closeTool,
  exitTool,
  failWith,
  openToolAdmin,
  openToolZooKeeper,
  printHelp,
  printRefusal,
  printTrace,
  printUncaught,
  throwableText,
  toolKind,
  type Throwable,
  type ToolState,
  type ToolTask,
} from './tool.ts'
export { ArgumentError, argumentsOnce, errorText, helpText, parseArguments, type Arguments, type Parser } from './argparse.ts'
export {
  endProducerTool,
  openProducer,
  printToolFailure,
  producerToolKind,
  readLine,
  stopMain,
  type ProducerToolState,
} from './producer-tool.ts'
export { newThrottler, pause, RECORD_AFTER_RECORD, type Throttler } from './throttle.ts'
export { consumerToolKind, exitConsumerTool, openConsumer, type ConsumerToolState } from './consumer-tool.ts'
