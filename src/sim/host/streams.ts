// Where output goes and input comes from: terminals, pipes, files, consoles.

import { plus, us } from '../base/index.ts'
import type { Fd, Input, Pid, Pipe, Proc } from '../kernel/index.ts'
import { consoleText } from './logs.ts'
import { appendFile } from './files.ts'
import type { MachineEngine } from './machine.ts'
import { signalProcess } from './processes.ts'
import { showInTerminal } from './terminals.ts'

export function makePipe(engine: MachineEngine): Fd {
  const world = engine.world
  const id = world.nextConn++
  world.pipes[id] = engine.slices.fresh<Pipe>({ id, reader: 0, writers: [] })
  return { kind: 'pipe', pipe: id }
}

/** Registers a new process with the pipes it holds. */
export function addWriter(engine: MachineEngine, pid: Pid, stdin: Fd, stdout: Fd, stderr: Fd): void {
  if (stdin.kind === 'pipe') {
    const pipe = engine.slices.pipe(stdin.pipe)
    if (pipe) pipe.reader = pid
  }
  for (const fd of [stdout, stderr]) {
    if (fd.kind !== 'pipe') continue
    const pipe = engine.slices.pipe(fd.pipe)
    if (pipe && !pipe.writers.includes(pid)) pipe.writers.push(pid)
  }
}

/** Takes a process that ended off its pipes; a reader whose last writer went gets the end of its input. */
export function dropProcess(engine: MachineEngine, proc: Proc): void {
  for (const fd of [proc.stdout, proc.stderr]) {
    if (fd.kind === 'pipe') closeWriter(engine, fd.pipe, proc.pid)
  }
  if (proc.stdin.kind === 'pipe') {
    const pipe = engine.slices.pipe(proc.stdin.pipe)
    if (pipe?.reader === proc.pid) {
      pipe.reader = -1
      if (pipe.writers.length === 0) delete engine.world.pipes[pipe.id]
    }
  }
}

function closeWriter(engine: MachineEngine, id: number, pid: Pid): void {
  const pipe = engine.slices.pipe(id)
  if (!pipe || !pipe.writers.includes(pid)) return
  pipe.writers = pipe.writers.filter((w) => w !== pid)
  if (pipe.writers.length > 0) return
  if (pipe.reader > 0) engine.schedule({ to: 'process', pid: pipe.reader }, { type: 'eof' } satisfies Input, plus(engine.world.now, us(20)))
  delete engine.world.pipes[id]
}

/** Writes text to a descriptor on behalf of a process. */
export function writeTo(engine: MachineEngine, pid: Pid, fd: Fd, text: string): void {
  if (text === '') return
  const proc = engine.world.processes[pid]
  switch (fd.kind) {
    case 'terminal':
      showInTerminal(engine, fd.terminal, 'output', text)
      return
    case 'console':
      if (proc) consoleText(engine, proc.host, text)
      return
    case 'file':
      if (proc) appendFile(engine, proc.host, fd.path, text)
      return
    case 'pipe': {
      const pipe = engine.world.pipes[fd.pipe]
      if (pipe && pipe.reader > 0) {
        engine.schedule({ to: 'process', pid: pipe.reader }, { type: 'input', text } satisfies Input, plus(engine.world.now, us(20)))
      } else if (pipe?.reader === -1) signalProcess(engine, pid, 'PIPE')
      return
    }
    case 'null':
      return
  }
}
