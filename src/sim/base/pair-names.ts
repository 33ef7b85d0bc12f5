// Names that are made of two words, put together once: most events look something up by one, and a text that is new must be hashed before it can be.

/** Gives `(a, b)` the name that `make` makes of them. The words are few: names of hosts, of streams. */
export function pairNames(make: (a: string, b: string) => string): (a: string, b: string) => string {
  const names = new Map<string, Map<string, string>>()
  return (a, b) => {
    let known = names.get(a)
    if (known === undefined) names.set(a, (known = new Map<string, string>()))
    let name = known.get(b)
    if (name === undefined) known.set(b, (name = make(a, b)))
    return name
  }
}
