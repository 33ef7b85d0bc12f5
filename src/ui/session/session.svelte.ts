// A page's session: a run, its playback, what is selected, and what a person does to it.

import { CLICKS, DocumentError, lessonOf, scenarios, type Lesson, type Scenario, type TraceEntry } from '../../sim/index.ts'
import type { Selection } from '../scene/index.ts'
import { isRunFragment, isScenarioFragment, scenarioOfFragment } from './address.ts'
import { Playback, TOO_SLOW } from './playback.svelte.ts'
import { Steps, type FoundStep } from './steps.ts'

/** What keys ask of the timeline's window and of the share button. */
export type PageRequest = 'share' | 'zoom-in' | 'zoom-out' | 'fit'

export class Session extends Playback {
  selection: Selection | undefined = $state.raw(undefined)
  /** Terminals opened by the reader, in order, whether or not anything was typed yet. */
  openTerminals: readonly string[] = $state.raw(['host'])
  helpOpen: boolean = $state(false)
  /** What the scenario teaches; undefined for one that was not shipped. */
  readonly lesson: Lesson | undefined = $derived(lessonOf(this.scenario))
  lessonShown: boolean = $state(true)
  /** The latest request from the keyboard to a region of the page; `count` tells one from the next. */
  asked: { readonly what: PageRequest; readonly count: number } | undefined = $state.raw(undefined)

  /** The terminals there are: those of the World and those opened here. Clicks have theirs only once one was needed. */
  readonly terminals: readonly string[] = $derived(
    this.openTerminals.concat(Object.keys(this.world.terminals).filter((name) => !this.openTerminals.includes(name))),
  )

  /** A session from an address's fragment (with or without `#`), or from the first scenario where there is none or it cannot be opened: then `notice` says where and why. */
  static fromFragment(fragment: string): Session {
    const session = new Session(scenarios[0]!)
    session.openAddress(fragment)
    return session
  }
  /** Opens the run or the scenario that a fragment names; one that names neither changes nothing. */
  openAddress(fragment: string): void {
    if (isRunFragment(fragment)) this.openFragment(fragment)
    else if (isScenarioFragment(fragment)) {
      try {
        const { scenario, seed } = scenarioOfFragment(fragment)
        this.openLesson(scenario, seed)
      } catch (error) {
        if (!(error instanceof DocumentError)) throw error
        this.notice = { kind: 'error', title: 'This link could not be opened', place: error.place, reason: error.reason }
      }
    }
  }
  /** Starts over with a scenario, and comes in where its lesson does. */
  openLesson(scenario: Scenario, seed = scenario.seed): void {
    this.openScenario(scenario, seed)
    this.lessonShown = true
    this.seek(this.lesson?.opensAt ?? 0)
  }

  #steps = new Steps()
  /** The steps of the lesson that are known to come or to have been, in order. */
  get steps(): readonly FoundStep[] {
    return this.lesson ? this.#steps.of(this.current, this.lesson) : []
  }
  /** How many steps are reached at the present moment. */
  get stepsReached(): number {
    return this.steps.filter((step) => step.at <= this.now).length
  }
  /** To a step of the lesson, and selects what it tells of. It may have to be found first. */
  goToStep(index: number): void {
    const lesson = this.lesson
    if (!lesson?.steps[index]) return
    this.hunt(() => {
      const found = this.#steps.of(this.history.current, lesson)[index]
      if (found?.entry) this.jump(found.entry)
      else if (found) this.seek(found.at)
      return found !== undefined
    }, 'This step does not come')
  }
  /** To the next step (`1`), or to the one before the present one (`-1`). */
  jumpStep(direction: 1 | -1): void {
    const reached = this.stepsReached
    if (direction === 1) this.goToStep(reached)
    else if (reached > 1) this.goToStep(reached - 2)
    else this.seek(this.lesson?.opensAt ?? 0)
  }

  protected override onOpened(): void {
    super.onOpened()
    this.selection = undefined
    this.openTerminals = ['host']
    this.#steps = new Steps()
  }

  /** To the entry's moment, and selects it. */
  jump(entry: TraceEntry): void {
    this.seek(entry.at)
    this.select({ kind: 'trace', id: entry.id })
  }

  protected override meet(entry: TraceEntry): void {
    this.jump(entry)
  }
  /** Asks a region of the page for something that only it can do; see `asked`. */
  request(what: PageRequest): void {
    this.asked = { what, count: (this.asked?.count ?? 0) + 1 }
  }

  select(selection: Selection | undefined): void {
    this.selection = selection
  }

  /** Does a command line, as a click does: in the terminal `host` when that is at its prompt, else unseen. */
  act(commandLine: string): void {
    const host = this.world.terminals.host
    const idle = host === undefined || (host.foreground === 0 && host.waiting.length === 0)
    if (idle) this.#do('host', '$', commandLine)
    else this.#do(CLICKS, '!', commandLine)
  }
  /** A line entered in a terminal: a command when its shell is at the prompt, else input for what runs there. */
  type(terminal: string, line: string): void {
    const seen = this.world.terminals[terminal]
    this.#do(terminal, seen === undefined || seen.foreground === 0 ? '$' : '>', line)
  }
  control(terminal: string, key: 'C' | 'D'): void {
    this.#do(terminal, '^', key)
  }
  /** Opens a terminal and gives its name; the shell itself starts with the first line, so that looking at one makes no fork. */
  openTerminal(name?: string): string {
    let chosen = name
    for (let i = 2; chosen === undefined; i++) if (!this.terminals.includes(`host${i}`)) chosen = `host${i}`
    if (!this.openTerminals.includes(chosen)) this.openTerminals = [...this.openTerminals, chosen]
    return chosen
  }

  #do(terminal: string, kind: '$' | '>' | '^' | '!', text: string): void {
    const slow = !this.playing || this.pace < TOO_SLOW
    this.stopRunning()
    try {
      this.history.act({ terminal, kind, text })
    } catch (error) {
      this.notice = { kind: 'error', title: 'That cannot be done', place: '', reason: (error as Error).message }
      return
    }
    this.show()
    if (slow || this.directed) this.catchUp = { terminal, since: this.now, action: this.world.acted - 1 }
    this.wake()
  }
}
