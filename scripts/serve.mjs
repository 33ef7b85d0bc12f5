// A static file server for dist/ on this machine only. Node's built-ins only.
//   node scripts/serve.mjs [--port N] [--mount /sub/path/]
// With --mount the same files are served under that path too, as a site that hosts the playground in a folder would.
import { createReadStream, existsSync, statSync } from 'node:fs'
import { createServer } from 'node:http'
import { extname, join, normalize, sep } from 'node:path'
import { pathToFileURL } from 'node:url'
import { parseArgs } from 'node:util'
import { root } from './common.mjs'

const host = '127.0.0.1'

const types = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.mjs': 'text/javascript; charset=utf-8',
  '.png': 'image/png',
  '.rec': 'text/plain; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
}

function fileFor(folder, urlPath, mount) {
  let path
  try {
    path = decodeURIComponent(urlPath)
  } catch {
    return undefined
  }
  if (path.includes('\0')) return undefined
  if (mount && path.startsWith(mount)) path = `/${path.slice(mount.length)}`
  let file = normalize(join(folder, path))
  if (file !== folder && !file.startsWith(folder + sep)) return undefined
  if (existsSync(file) && statSync(file).isDirectory()) file = join(file, 'index.html')
  return existsSync(file) && statSync(file).isFile() ? file : undefined
}

function answer(folder, mount, request, response) {
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { allow: 'GET, HEAD' }).end()
    return
  }
  const file = fileFor(folder, request.url.split(/[?#]/)[0], mount)
  if (file === undefined) {
    response.writeHead(404, { 'content-type': 'text/plain; charset=utf-8' }).end('not found\n')
    return
  }
  response.writeHead(200, {
    'content-type': types[extname(file)] ?? 'application/octet-stream',
    'content-length': statSync(file).size,
    'cache-control': 'no-cache',
  })
  if (request.method === 'HEAD') response.end()
  else createReadStream(file).pipe(response)
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve(server.address().port)
    })
  })
}

/**
 * Serves a folder. `port` 0 takes any free port; `tries` is how many ports after `port` are tried when it is taken.
 * Resolves to the server and the port it got; rejects when none was free.
 */
export async function serve({ folder = join(root, 'dist'), port = 4173, tries = 0, mount = undefined } = {}) {
  for (let attempt = 0; ; attempt++) {
    const server = createServer((request, response) => answer(normalize(folder), mount, request, response))
    try {
      return { server, port: await listen(server, port + attempt) }
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || attempt >= tries) throw error
    }
  }
}

/** A port that was free a moment ago. */
export async function freePort() {
  const { server, port } = await serve({ port: 0 })
  await new Promise((resolve) => server.close(resolve))
  return port
}

async function main() {
  const { values } = parseArgs({ options: { port: { type: 'string' }, mount: { type: 'string' } } })
  if (!existsSync(join(root, 'dist', 'index.html'))) {
    process.stderr.write('dist/ is not built: run npm run build first.\n')
    process.exit(1)
  }
  const { port } = await serve({ port: Number(values.port ?? 4173), mount: values.mount })
  process.stdout.write(`http://${host}:${port}/\n`)
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) await main()
