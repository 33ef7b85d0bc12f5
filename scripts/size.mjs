// npm run --silent size: what the build weighs, gzipped, from dist/ and Vite's manifest; builds first when dist/ is missing.
// A kB is 1000 bytes, rounded up. `page` is index.html with the scripts and styles it needs to draw anything; a chunk's figure is what it adds
// to the page's. What a first load fetches is more: the inspector is on show at once, the terminal where the window has room for it.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { installIfMissing, root, run, say } from './common.mjs'

const dist = join(root, 'dist')

function readManifest() {
  const folder = join(dist, '.vite')
  if (!existsSync(folder)) return {}
  const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
  return Object.assign({}, ...files.map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8'))))
}

/** The files of a manifest entry and of all it imports statically. */
function filesOf(manifest, key, found = { code: new Set(), assets: new Set() }) {
  const entry = manifest[key]
  if (entry === undefined || found.code.has(entry.file)) return found
  found.code.add(entry.file)
  for (const file of entry.css ?? []) found.code.add(file)
  for (const file of entry.assets ?? []) found.assets.add(file)
  for (const next of entry.imports ?? []) filesOf(manifest, next, found)
  return found
}

const bytesOf = (file) => readFileSync(join(dist, file))
const gzipped = (file) => gzipSync(bytesOf(file)).length
const sum = (files) => [...files].reduce((total, file) => total + gzipped(file), 0)
const inKb = (bytes) => Math.ceil(bytes / 1000)

/** Prints a figure; `files` undefined says that the build has no such part. */
function line(name, files) {
  say(files === undefined ? `${name}: not built` : `${name}: ${inKb(sum(files))} kB gz`)
}

function pageOf(manifest) {
  const found = filesOf(manifest, 'index.html')
  return { code: new Set(['index.html', ...found.code]), assets: found.assets }
}

/** The script a host page includes, with what it imports statically. */
function embedOf(manifest) {
  const key = Object.keys(manifest).find((name) => manifest[name].isEntry && manifest[name].file === 'kafka-playground.js')
  if (key !== undefined) return filesOf(manifest, key).code
  return existsSync(join(dist, 'kafka-playground.js')) ? new Set(['kafka-playground.js']) : undefined
}

/** The chunks loaded on demand whose name has the word, without what the page has loaded already. */
function chunkOf(manifest, word, loaded) {
  const named = Object.keys(manifest).filter(
    (key) => manifest[key].isDynamicEntry && (manifest[key].name ?? key).toLowerCase().includes(word),
  )
  if (named.length === 0) return undefined
  const files = named.flatMap((key) => [...filesOf(manifest, key).code])
  return new Set(files.filter((file) => !loaded.has(file)))
}

/** Files that index.html names itself, such as the icon. */
function namedByHtml(code) {
  const html = bytesOf('index.html').toString()
  return [...html.matchAll(/(?:href|src)="\.\/([^"]+)"/g)].map((match) => match[1]).filter((file) => !code.has(file))
}

/** Of a font face's files a browser fetches a woff2 when there is one. */
function fetchedAssets(assets) {
  return [...assets].filter((file) => !file.endsWith('.woff'))
}

function main() {
  const manifest = readManifest()
  const page = pageOf(manifest)
  const global = 'kafka-playground.global.js'
  line('page', page.code)
  line('embed', embedOf(manifest))
  const inspector = chunkOf(manifest, 'inspector', page.code) ?? new Set()
  const terminal = chunkOf(manifest, 'terminal', page.code)
  line('inspector', inspector)
  line('terminal', terminal)
  line('tools', chunkOf(manifest, 'tools', page.code))
  line('global', existsSync(join(dist, global)) ? [global] : undefined)
  say('a first load fetches:')
  const named = namedByHtml(page.code).filter((file) => !inspector.has(file))
  const files = [...page.code, ...inspector, ...named, ...fetchedAssets(page.assets)].filter((file) => existsSync(join(dist, file)))
  for (const file of files) say(`  ${file} ${(gzipped(file) / 1000).toFixed(1)} kB gz`)
  say(`  ${files.length} files, ${(sum(files) / 1000).toFixed(1)} kB gz`)
  if (terminal === undefined) return
  say('and where the terminal is open from the start, in a window wide enough for columns and 680 pixels high:')
  for (const file of terminal) say(`  ${file} ${(gzipped(file) / 1000).toFixed(1)} kB gz`)
  say(`  ${files.length + terminal.size} files, ${(sum([...files, ...terminal]) / 1000).toFixed(1)} kB gz`)
}

if (!existsSync(join(dist, 'index.html'))) {
  const built = (await installIfMissing()) && (await run('npm', ['run', '--silent', 'build'], { quiet: true })) === 0
  if (!built) {
    process.stderr.write('The build failed: run npm run build to see why.\n')
    process.exit(1)
  }
}
main()
