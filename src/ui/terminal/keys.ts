// Names for keys, as the line editor knows them: `a`, `left`, `ctrl-a`, `alt-b`.

interface KeyLike {
  readonly key: string
  readonly code?: string
  readonly ctrlKey: boolean
  readonly altKey: boolean
  readonly metaKey: boolean
  readonly shiftKey: boolean
}

const NAMES: Readonly<Record<string, string>> = {
  Enter: 'enter',
  Tab: 'tab',
  Backspace: 'backspace',
  Delete: 'delete',
  Escape: 'escape',
  ArrowLeft: 'left',
  ArrowRight: 'right',
  ArrowUp: 'up',
  ArrowDown: 'down',
  Home: 'home',
  End: 'end',
}

/** The name of a key pressed, undefined when it is none that a line editor could want. On a Mac, Option makes other letters: the key's place is named then. */
export function keyName(event: KeyLike): string | undefined {
  if (event.metaKey) return undefined
  const plain = NAMES[event.key] ?? ([...event.key].length === 1 ? event.key : undefined)
  if (event.altKey && !event.ctrlKey) {
    const place = /^Key([A-Z])$/.exec(event.code ?? '')?.[1]?.toLowerCase() ?? (event.code === 'Period' ? '.' : plain)
    return place === undefined ? undefined : `alt-${place}`
  }
  if (plain === undefined) return undefined
  // AltGr is ctrl and alt at once, and types a letter.
  if (event.ctrlKey && event.altKey) return plain
  if (event.ctrlKey) return `ctrl-${plain.toLowerCase()}`
  return plain
}
