// Machines: processes, disks, streams, terminals, and the container verbs.
export { MachineEngine, SIGNAL_NUMBER, type Image } from './machine.ts'
export { spawn, endProcess, signalProcess, defer } from './processes.ts'
export { requestContainer, handleHostEvent, containerMachine } from './containers.ts'
export { makePipe, writeTo } from './streams.ts'
export { writeLog } from './logs.ts'
export {
  openTerminal,
  typeCommand,
  typeLine,
  typeControl,
  setForeground,
  terminalOf,
  showInTerminal,
  DOCKER_HOST,
  PLAYGROUND_FOLDER,
} from './terminals.ts'
export {
  resolvePath,
  byteLength,
  statFile,
  diskOf,
  disksOf,
  putFile,
  writeFile,
  appendFile,
  loseUnsynced,
  readBytes,
  syncFile,
  touchFile,
  writeBytes,
  writeRecords,
  makeDirectory,
  removeFile,
  renameFile,
  listDirectory,
} from './files.ts'
export { changeDisk } from './disk-space.ts'
