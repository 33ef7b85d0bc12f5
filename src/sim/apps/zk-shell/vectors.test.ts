import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { ProcessKind } from '../../kernel/index.ts'
import { Bench } from '../../zookeeper/client/testing.ts'
import { parseAcl } from './acl.ts'
import { findOutliers, validHosts } from './commands/session.ts'
import { urlParts } from './commands/copy.ts'
import { fromTemplate, keyValue, MissingKey, setKey, validateKeys } from './keys.ts'
import { zkShellKind } from './kind.ts'
import { matchedLength } from './py/difflib.ts'
import { dumps, loads, strPy } from './py/json.ts'

interface Case {
  name: string
  commands: string[]
  match: string
  expected: unknown
  precondition?: string
  precondition_extra?: string
  note?: string
}
const vectors = JSON.parse(readFileSync(new URL('./vectors.json', import.meta.url), 'utf8')) as {
  cases: Case[]
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- tables of their own shapes
  util: Record<string, any[]>
}

const HOSTS = 'zoo1:2181'
const PROMPT = /\((CONNECTED|CONNECTING|DISCONNECTED)[^)]*\) \S*> /g

/** What the commands of a case print, prompts taken out, in a shell that connects synchronously. */
function run(test: Case): string {
  const bench = new Bench(zkShellKind as ProcessKind<never>)
  bench.tree.put('/tests', '', '0')
  if (test.name.startsWith('test_mntr') || test.name.startsWith('test_cons') || test.name.startsWith('test_dump'))
    bench.tree.whitelist.push('mntr', 'cons', 'dump')
  const hosts = test.precondition?.startsWith('started without hosts') ? [] : ['zoo1']
  bench.start(['zk-shell', ...hosts, '--sync-connect']).run(1000)
  let out = ''
  for (const command of test.commands) {
    const said = bench.say(
      command.replaceAll('<hosts>', HOSTS).replaceAll('<endpoint>', HOSTS).replaceAll('<server address>', HOSTS),
      12_000,
    )
    out += said.replace(PROMPT, '')
  }
  return out
}

// What the fake server or Python 2 would have to do, and what is said to be so only in other versions.
const SKIP = new Set([
  'test_get_compressed',
  'test_get_lz4_compressed',
  'test_mntr',
  'test_mntr_with_match',
  'test_cons',
  'test_dump',
  'test_ephemeral_endpoint',
  'test_reconfig_bad',
])

describe("zk-shell's own tests", () => {
  for (const test of vectors.cases) {
    if (SKIP.has(test.name)) continue
    it(test.name, () => {
      const out = run(test)
      // The measured time goes to standard output, which the upstream tests do not look at.
      const seen = out.replace(/^(Copy|Mirror)ing took .* secs\n/gm, '')
      if (test.match === 'exact') expect(seen).toBe(test.expected)
      else if (test.match === 'contains') expect(seen).toContain(String(test.expected).replaceAll('<hosts>', HOSTS))
      else if (test.match === 'contains_all') for (const part of test.expected as string[]) expect(seen).toContain(part)
      else if (test.match === 'startswith') expect(seen.startsWith(test.expected as string)).toBe(true)
      else if (test.match === 'line_count') {
        const { lines, contains } = test.expected as { lines: number; contains: string }
        expect(seen.split('\n').filter((line) => line !== '')).toHaveLength(lines)
        expect(seen).toContain(contains)
      } else if (test.match === 'json_equal') expect(JSON.parse(seen)).toEqual(test.expected)
      else throw new Error(`no way to match ${test.match}`)
    })
  }
})

describe('helpers of zk-shell', () => {
  const { util } = vectors
  it('knows lists of hosts', () => {
    for (const hosts of util['valid_hosts']!) expect(validHosts(hosts), hosts).toBe(true)
    for (const hosts of util['invalid_hosts']!) expect(validHosts(hosts), hosts).toBe(false)
  })
  it('finds outliers', () => {
    for (const { values, delta, result } of util['find_outliers']!)
      expect([...findOutliers(values, delta)].sort((a, b) => a - b)).toEqual(result)
  })
  it('reads ACLs', () => {
    for (const { text, perms, scheme, id } of util['acl']!) expect(parseAcl(text)).toEqual({ perms, scheme, id })
  })
  it('splits URLs', () => {
    for (const { url, path } of util['copy_urls']!) expect(urlParts(url).path).toBe(path)
  })
  it('follows keys through JSON', () => {
    const py = (value: unknown) => loads(JSON.stringify(value))!
    for (const { obj, keys, result } of util['keys_value']!) expect(strPy(keyValue(py(obj), keys))).toBe(result)
    for (const { template, result } of util['keys_from_template']!) expect(fromTemplate(template)).toEqual(result)
    for (const { keys, ok } of util['keys_validate']!) {
      if (ok) expect(() => validateKeys(keys)).not.toThrow()
      else expect(() => validateKeys(keys)).toThrow()
    }
    for (const one of util['keys_set']! as unknown as {
      obj: unknown
      keys: string
      value: unknown
      fill?: unknown
      result?: unknown
      error?: string
    }[]) {
      const value = py(one.obj)
      const set = () => setKey(value, one.keys, py(one.value), one.fill === undefined ? undefined : py(one.fill))
      if (one.error) expect(set).toThrow(MissingKey)
      else {
        set()
        expect(JSON.parse(dumps(value))).toEqual(one.result)
      }
    }
  })
  it('matches commands', () => {
    for (const { words, query, threshold, matches } of util['command_match']! as unknown as {
      words: string[]
      query: string
      threshold: number
      matches: string[]
    }[]) {
      expect(words.filter((word) => matchedLength(word, query) / query.length >= threshold)).toEqual(matches)
    }
  })
})
