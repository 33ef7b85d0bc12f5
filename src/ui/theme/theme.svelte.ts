// Light or dark: the reader's choice, kept in the browser where it may be kept, else what the system prefers. The choice is no part of a run and of no URL.

export type ThemeChoice = 'auto' | 'light' | 'dark'

const KEY = 'kafka-playground.theme'

/** A value kept between visits, or undefined where the browser keeps nothing (private windows, sandboxed frames). */
export function recall(key: string): string | undefined {
  try {
    return localStorage.getItem(key) ?? undefined
  } catch {
    return undefined
  }
}

export function remember(key: string, value: string): void {
  try {
    localStorage.setItem(key, value)
  } catch {
    // Nothing is kept then; the choice holds for this visit.
  }
}

const isChoice = (value: string | undefined): value is ThemeChoice => value === 'auto' || value === 'light' || value === 'dark'

export class Theme {
  choice: ThemeChoice = $state('auto')
  #systemDark: boolean = $state(false)
  readonly dark: boolean = $derived(this.choice === 'auto' ? this.#systemDark : this.choice === 'dark')

  constructor() {
    const kept = recall(KEY)
    if (isChoice(kept)) this.choice = kept
    const query = matchMedia('(prefers-color-scheme: dark)')
    this.#systemDark = query.matches
    query.addEventListener('change', (event) => (this.#systemDark = event.matches))
  }

  /** From "as the system" to the other, to the same, and back; remembered. */
  cycle(): void {
    const same = this.#systemDark ? 'dark' : 'light'
    const other = this.#systemDark ? 'light' : 'dark'
    this.choice = this.choice === 'auto' ? other : this.choice === other ? same : 'auto'
    remember(KEY, this.choice)
  }

  /** Puts the theme on the document. Call inside an effect. */
  apply(): void {
    document.documentElement.dataset.theme = this.dark ? 'dark' : 'light'
  }
}
