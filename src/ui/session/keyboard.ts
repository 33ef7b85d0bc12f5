// Keys of playback: which command a key means, and the list that the help shows. What has keys of its own (fields, terminals, sliders) keeps them.

export type Command =
  | 'toggle'
  | 'step-back'
  | 'step-forward'
  | 'entry-back'
  | 'entry-forward'
  | 'lesson-back'
  | 'lesson-forward'
  | 'slower'
  | 'faster'
  | 'directed'
  | 'start'
  | 'end'
  | 'fork-back'
  | 'fork-forward'
  | 'share'
  | 'zoom-in'
  | 'zoom-out'
  | 'fit'
  | 'unselect'
  | 'help'

export interface Binding {
  /** As printed in the help; the parts of a chord are joined by +. */
  readonly keys: string
  readonly does: string
  readonly command: Command
}

export const BINDINGS: readonly Binding[] = [
  { keys: 'Space', does: 'play or pause', command: 'toggle' },
  { keys: '←', does: 'back to the event before', command: 'step-back' },
  { keys: '→', does: 'on to the next event', command: 'step-forward' },
  { keys: 'Shift+←', does: 'back to the significant entry before', command: 'entry-back' },
  { keys: 'Shift+→', does: 'on to the next significant entry', command: 'entry-forward' },
  { keys: 'P', does: 'back to the step before of the scenario', command: 'lesson-back' },
  { keys: 'N', does: 'on to the next step of the scenario', command: 'lesson-forward' },
  { keys: ',', does: 'slower', command: 'slower' },
  { keys: '.', does: 'faster', command: 'faster' },
  { keys: 'D', does: 'directed play: slow around what matters, quick through quiet', command: 'directed' },
  { keys: 'Home', does: 'to the beginning', command: 'start' },
  { keys: 'End', does: 'to the end of what was shown', command: 'end' },
  { keys: '[', does: 'the fork before', command: 'fork-back' },
  { keys: ']', does: 'the next fork', command: 'fork-forward' },
  { keys: '+', does: 'a closer look at the timeline', command: 'zoom-in' },
  { keys: '−', does: 'more of the timeline', command: 'zoom-out' },
  { keys: '0', does: 'the whole run', command: 'fit' },
  { keys: 'S', does: 'share this moment', command: 'share' },
  { keys: 'Esc', does: 'select nothing', command: 'unselect' },
  { keys: '?', does: 'this help', command: 'help' },
]

/** What a key event is to `commandFor`. */
export interface Key {
  readonly key: string
  readonly shiftKey: boolean
  readonly ctrlKey: boolean
  readonly metaKey: boolean
  readonly altKey: boolean
}

const PLAIN: Readonly<Record<string, Command>> = {
  ' ': 'toggle',
  ArrowLeft: 'step-back',
  ArrowRight: 'step-forward',
  ',': 'slower',
  '.': 'faster',
  '<': 'slower',
  '>': 'faster',
  n: 'lesson-forward',
  N: 'lesson-forward',
  p: 'lesson-back',
  P: 'lesson-back',
  d: 'directed',
  D: 'directed',
  Home: 'start',
  End: 'end',
  '[': 'fork-back',
  ']': 'fork-forward',
  '+': 'zoom-in',
  '=': 'zoom-in',
  '-': 'zoom-out',
  '0': 'fit',
  s: 'share',
  S: 'share',
  Escape: 'unselect',
  '?': 'help',
}

/** The command a key means; undefined for the browser's own. */
export function commandFor(key: Key): Command | undefined {
  if (key.ctrlKey || key.metaKey || key.altKey) return undefined
  if (key.shiftKey && key.key === 'ArrowLeft') return 'entry-back'
  if (key.shiftKey && key.key === 'ArrowRight') return 'entry-forward'
  return PLAIN[key.key]
}

/** Does the thing with the focus need this key itself? Fields and terminals need all; buttons the space bar; sliders and tabs the keys that move them. */
export function ownsKey(target: EventTarget | null, key: string): boolean {
  if (typeof Element === 'undefined' || !(target instanceof Element)) return false
  if (target.closest('textarea, select, [contenteditable], [data-keys="own"], dialog')) return true
  const input = target.closest('input')
  if (input) return input.type !== 'range' || /^(Arrow|Home$|End$|Page)/.test(key)
  if (key === ' ')
    return target.closest('button, a, summary, label, [role="button"], [role="tab"], [role="menuitem"], [role="option"]') !== null
  if (/^(Arrow|Home$|End$)/.test(key))
    return target.closest('[role="tab"], [role="menu"], [role="listbox"], [role="tree"], [role="radiogroup"]') !== null
  return key === 'Escape' && target.closest('[role="menu"], [role="listbox"]') !== null
}
