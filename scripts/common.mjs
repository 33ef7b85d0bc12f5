// What the commands share: where the project is, running a program, installing what is missing. Node's built-ins only, so that it
// runs before anything is installed.
import { spawn } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

export const root = dirname(dirname(fileURLToPath(import.meta.url)))

/** Prints a progress line. */
export function say(line) {
  process.stdout.write(`${line}\n`)
}

/**
 * Runs a program in the project's root with its output on ours; resolves to its exit code, 127 when it could not be started.
 * `npm` and `npx` are found on Windows too.
 */
export function run(command, args, { env = {}, quiet = false } = {}) {
  const viaShell = process.platform === 'win32' && (command === 'npm' || command === 'npx')
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: root,
      env: { ...process.env, ...(process.stdout.isTTY ? {} : { NO_COLOR: '1' }), ...env },
      stdio: quiet ? 'ignore' : ['ignore', 'inherit', 'inherit'],
      shell: viaShell,
    })
    child.on('error', () => resolve(127))
    child.on('close', (code, signal) => resolve(signal ? 128 : (code ?? 1)))
  })
}

/** Runs the command-line program of an installed package, without npx in between. */
export function runBin(packageName, args, options, bin = packageName) {
  const folder = join(root, 'node_modules', packageName)
  const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
  const entry = typeof manifest.bin === 'string' ? manifest.bin : manifest.bin[bin]
  return run(process.execPath, [join(folder, entry), ...args], options)
}

function readPackages(path) {
  if (!existsSync(path)) return undefined
  return JSON.parse(readFileSync(path, 'utf8')).packages
}

/** The packages of the lock file that node_modules lacks or has in another version. Optional ones may be absent. */
export function missingPackages() {
  const wanted = readPackages(join(root, 'package-lock.json')) ?? {}
  const present = readPackages(join(root, 'node_modules', '.package-lock.json'))
  return Object.entries(wanted)
    .filter(([path]) => path !== '')
    .filter(([path, entry]) => {
      const have = present?.[path]
      if (have === undefined) return !(entry.optional || entry.devOptional || entry.peer)
      return have.version !== entry.version
    })
    .map(([path]) => path)
}

/** Runs `npm ci` when node_modules is absent or does not hold what the lock file names. Returns whether all is installed. */
export async function installIfMissing() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`Node ${process.versions.node} is too old: 20.19 or newer is needed.`)
    return false
  }
  const missing = missingPackages()
  if (missing.length === 0) return true
  say(`Installing ${missing.length} packages (npm ci)...`)
  const code = await run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund'])
  if (code !== 0) say(`npm ci failed with exit code ${code}.`)
  return code === 0
}
