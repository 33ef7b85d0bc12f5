// npm start: installs what is missing, builds, serves the playground on localhost and says where.
//   npm start -- [--port N] [--open]
import { spawn } from 'node:child_process'
import { parseArgs } from 'node:util'
import { installIfMissing, run, say } from './common.mjs'
import { serve } from './serve.mjs'

const portsToTry = 50

function open(address) {
  const opener = { darwin: ['open'], win32: ['cmd', '/c', 'start', ''] }[process.platform] ?? ['xdg-open']
  const child = spawn(opener[0], [...opener.slice(1), address], { stdio: 'ignore', detached: true })
  child.on('error', () => say('No program to open the page with was found.'))
  child.unref()
}

function readOptions() {
  try {
    const { values } = parseArgs({ options: { port: { type: 'string' }, open: { type: 'boolean', default: false } } })
    const port = values.port === undefined ? 4173 : Number(values.port)
    if (!Number.isInteger(port) || port < 0 || port > 65535) throw new Error(`--port wants a number from 0 to 65535, not '${values.port}'`)
    return { port, open: values.open, portIsAsked: values.port !== undefined }
  } catch (error) {
    say(`${error.message}\nusage: npm start -- [--port N] [--open]`)
    process.exit(2)
  }
}

const options = readOptions()
if (!(await installIfMissing())) process.exit(1)
say('Building...')
if ((await run('npm', ['run', '--silent', 'build', '--', '--logLevel', 'warn'])) !== 0) {
  say('The build failed.')
  process.exit(1)
}
try {
  const { port } = await serve({ port: options.port, tries: options.portIsAsked ? 0 : portsToTry })
  const address = `http://localhost:${port}/`
  say(`Kafka Playground is at ${address} (Ctrl-C stops it)`)
  if (options.open) open(address)
} catch (error) {
  say(error.code === 'EADDRINUSE' ? `Port ${options.port} is taken.` : String(error))
  process.exit(1)
}
for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, () => process.exit(0))
