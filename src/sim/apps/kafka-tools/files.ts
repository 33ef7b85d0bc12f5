// Settings that tools are told: files that they read, and how they fail when they cannot; `a=b` on the command line.
import { fail } from '../../kafka/client/index.ts'

interface Reader {
  read(path: string): string | undefined
}
/** The whole of a file; fails as Java's `Files.newInputStream` does when there is none. */
export const readFile = (files: Reader, path: string): string => files.read(path) ?? fail('java.nio.file.NoSuchFileException', path)

/** A properties file, by key; `#` and `!` begin comments. */
export function loadProperties(files: Reader, path: string): Readonly<Record<string, string>> {
  const properties: Record<string, string> = {}
  for (const line of readFile(files, path).split(/\r?\n/)) {
    const text = line.trimStart()
    if (text === '' || text.startsWith('#') || text.startsWith('!')) continue
    const match = /^(.*?)(?:\s*[=:]\s*|\s+|$)(.*)$/.exec(text)!
    properties[match[1]!] = match[2]!
  }
  return properties
}

/** `a=b` by name (CommandLineUtils.parseKeyValueArgs). */
export function keyValues(words: readonly string[]): Record<string, string> {
  const out: Record<string, string> = {}
  for (const word of words.filter((w) => w !== '')) {
    const equals = word.indexOf('=')
    if (equals < 0) out[word] = ''
    else out[word.slice(0, equals)] = word.slice(equals + 1)
  }
  return out
}
