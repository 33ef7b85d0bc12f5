// npm test: installs what is missing, a browser too; runs format, lint, types, unit tests, the build and the browser tests, each
// whatever the others said; ends with the line `N passed, N failed`.
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { installIfMissing, run, runBin, say } from './common.mjs'
import { findBrowser } from './find-browser.mjs'

const total = { passed: 0, failed: 0 }
const lines = []

function finish() {
  say('')
  for (const line of lines) say(line)
  say(`${total.passed} passed, ${total.failed} failed`)
  process.exitCode = total.failed > 0 ? 1 : 0
}

/** Runs one part under a heading and adds what it counted to the sum; `work` gives { passed, failed, note }. */
async function part(name, work) {
  say(`\n== ${name}`)
  const start = Date.now()
  const { passed, failed, note = '' } = await work()
  const seconds = ((Date.now() - start) / 1000).toFixed(1)
  total.passed += passed
  total.failed += failed
  lines.push(`${name}: ${passed} passed, ${failed} failed${note} (${seconds} s)`)
}

async function oneOf(exitCode) {
  return (await exitCode) === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 }
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** A file that failed to load has no tests to count: it counts as one failure. */
async function unitTests(folder) {
  const file = join(folder, 'vitest.json')
  const exitCode = await runBin('vitest', ['run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`])
  const report = readReport(file)
  if (report === undefined) return { passed: 0, failed: 1, note: ', no report' }
  const broken = report.testResults.filter(
    (suite) => suite.status === 'failed' && !suite.assertionResults.some((t) => t.status === 'failed'),
  )
  const failed = report.numFailedTests + broken.length
  const skipped = report.numPendingTests + (report.numTodoTests ?? 0)
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    note: skipped > 0 ? `, ${skipped} skipped` : '',
  }
}

async function browserTests(folder, browser) {
  if (browser === undefined) {
    say('No Chromium could be found or installed: the browser tests cannot run. Set CHROMIUM_PATH to one.')
    return { passed: 0, failed: 1, note: ', no browser' }
  }
  const file = join(folder, 'playwright.json')
  const env = { CHROMIUM_PATH: browser, PLAYWRIGHT_JSON_OUTPUT_FILE: file }
  const exitCode = await runBin('@playwright/test', ['test', '--reporter=list,json'], { env }, 'playwright')
  const stats = readReport(file)?.stats
  if (stats === undefined) return { passed: 0, failed: 1, note: ', no report' }
  const passed = stats.expected + stats.flaky
  const notes = [stats.flaky > 0 ? `, ${stats.flaky} flaky` : '', stats.skipped > 0 ? `, ${stats.skipped} skipped` : '']
  return { passed, failed: stats.unexpected === 0 && exitCode !== 0 ? 1 : stats.unexpected, note: notes.join('') }
}

async function installBrowser() {
  say('No Chromium found. Trying Playwright...')
  await run('npx', ['playwright', 'install', 'chromium'])
  const found = findBrowser()
  if (found !== undefined) return found
  if (process.getuid?.() !== 0 || !existsSync('/usr/bin/apt-get')) return undefined
  say('Trying apt-get...')
  const env = { DEBIAN_FRONTEND: 'noninteractive' }
  const wait = ['-q', '-o', 'DPkg::Lock::Timeout=300']
  await run('apt-get', [...wait, 'update'], { env })
  await run('apt-get', [...wait, 'install', '-y', '--no-install-recommends', 'chromium', 'fonts-dejavu-core'], { env })
  return findBrowser()
}

async function main() {
  say('Looking for what is missing...')
  if (!(await installIfMissing())) {
    total.failed += 1
    return finish()
  }
  const browser = findBrowser() ?? (await installBrowser())
  say(browser === undefined ? 'No Chromium.' : `Chromium: ${browser}`)
  const folder = mkdtempSync(join(tmpdir(), 'kafka-playground-test-'))
  try {
    await part('format', () => oneOf(runBin('prettier', ['--check', '--log-level', 'warn', '.'])))
    await part('lint', () => oneOf(runBin('eslint', ['.'])))
    await part('types', () => oneOf(run('npm', ['run', '--silent', 'check'])))
    await part('unit tests', () => unitTests(folder))
    await part('build', () => oneOf(run('npm', ['run', '--silent', 'build'])))
    await part('browser tests', () => browserTests(folder, browser))
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
  finish()
}

await main()
