// Programs written as linear code: a generator whose whole state in the World is plain data, the answers it has been given so far.
//
// A script asks by `yield` and goes on with the answer; whoever drives it (a process's handler) performs what was asked and brings the answer, possibly many events
// later. Nothing of the generator itself is kept in the World: on each answer it is run again from its beginning over the answers recorded, up to its next question.
// What it prints or does on the way through its past has been done already and is not done again.
//
//     const greet: Script<{ name: string }, Ask, string, Do, number> = function* (io, args) {
//       io.print('What is the weather?\n')
//       const weather = yield { ask: 'line' }
//       io.print(`Hello ${args.name}, it is ${weather}.\n`)
//       return 0
//     }
//     const state = newScript<{ name: string }, Ask, string>({ name: 'you' })   // in the process's state
//     let step = begin(greet, state, perform)                                   // { kind: 'ask', ask } or { kind: 'done', result }
//     step = answer(greet, state, 'fair', perform)                              // when the line has come
//
// Rules for a script:
// - It is a function of its arguments and answers alone: no clock, no randomness, no state of the process. Whatever it wants to know it asks for, and the driver may
//   answer at once. So the second run over the same answers takes the same way.
// - Questions, answers, arguments and what it does are plain data, and fresh: never a piece of the process's state, never changed after they were given.
// - Helpers are generators called by `yield*`. An answer may be an error: the helper throws, the script catches.
// - It is bounded, or it forgets: `return io.restart(args)` begins it anew with other arguments and no past. A loop without end restarts itself each time round.
//
// Cost. Replaying n answers at each of n answers would be quadratic. So the generator that stopped at the last question is kept outside the World, in a WeakMap under the
// very List of answers that it has taken. Whoever comes with that same List has a generator that took exactly these answers, in this order: going on with it equals a
// replay. It is taken out when it goes on. A World that is older, forked or loaded from elsewhere has another List (or finds its entry gone) and replays once.

import { List } from '../../base/index.ts'

/** What a script may do besides asking. */
export interface Io<Do, Args = unknown> {
  print(text: string): void
  printError(text: string): void
  /** Something else that only the driver can do; plain data. */
  act(what: Do): void
  /** To be returned: the script begins anew with these arguments, its past forgotten. */
  restart(args: Args): Restart<Args>
}

export class Restart<Args> {
  constructor(readonly args: Args) {}
}

/** A script: asks `Ask`, is answered `Answer`, ends with `Result`. */
export type Script<Args, Ask, Answer, Do = never, Result = number> = (
  io: Io<Do, Args>,
  args: Args,
) => Generator<Ask, Result | Restart<Args>, Answer>

/** What the driver does for a script while it runs. */
export interface Perform<Do> {
  print(text: string): void
  printError?(text: string): void
  act?(what: Do): void
}

/** Thrown into a script at its question by `interrupt`. */
export class Interrupted extends Error {
  constructor(readonly reason: unknown) {
    super('interrupted')
  }
}

type Entry<Answer> = { readonly answer: Answer } | { readonly interrupt: unknown }

/** A script's state in the World: its arguments and its answers. Both Lists, so that neither is ever a draft. */
export interface ScriptState<Args, Ask, Answer> {
  /** One item. */
  args: List<Args>
  past: List<Entry<Answer>>
  /** What it waits for: one item, none before it has begun or after its end. */
  asked: List<Ask>
}

export type Step<Ask, Result> = { readonly kind: 'ask'; readonly ask: Ask } | { readonly kind: 'done'; readonly result: Result }

/** A script about to begin. */
export const newScript = <Args, Ask, Answer>(args: Args): ScriptState<Args, Ask, Answer> => ({
  args: List.of([args]),
  past: List.of<Entry<Answer>>([]),
  asked: List.empty(),
})

/** What a script waits for; undefined when it does not. */
export const asked = <Args, Ask, Answer>(state: ScriptState<Args, Ask, Answer>): Ask | undefined => state.asked.at(0)

interface Live {
  readonly generator: Generator<unknown, unknown, unknown>
  /** Whether what it does now is new. */
  readonly gate: { perform: Perform<never> | undefined }
}
const live = new WeakMap<object, Live>()

/** How often a script may start over within one event before that counts as a defect. */
const RESTARTS = 10_000

function make<Args, Ask, Answer, Do, Result>(script: Script<Args, Ask, Answer, Do, Result>, state: ScriptState<Args, Ask, Answer>): Live {
  const gate: Live['gate'] = { perform: undefined }
  const io: Io<Do, Args> = {
    print: (text) => gate.perform?.print(text),
    printError: (text) => gate.perform?.printError?.(text),
    act: (what) => gate.perform?.act?.(what as never),
    restart: (args) => new Restart(args),
  }
  return { generator: script(io, state.args.at(0)!), gate }
}

const feed = <Answer>({ generator }: Live, entry: Entry<Answer>): IteratorResult<unknown, unknown> =>
  'answer' in entry ? generator.next(entry.answer) : generator.throw(new Interrupted(entry.interrupt))

/** The generator as it stood when it asked what is asked now. */
function recall<Args, Ask, Answer, Do, Result>(script: Script<Args, Ask, Answer, Do, Result>, state: ScriptState<Args, Ask, Answer>): Live {
  const kept = live.get(state.past)
  if (kept) {
    live.delete(state.past)
    return kept
  }
  const made = make(script, state)
  made.generator.next()
  for (const entry of state.past) feed(made, entry)
  return made
}

function advance<Args, Ask, Answer, Do, Result>(
  script: Script<Args, Ask, Answer, Do, Result>,
  state: ScriptState<Args, Ask, Answer>,
  perform: Perform<Do>,
  entry: Entry<Answer> | undefined,
): Step<Ask, Result> {
  let run = entry === undefined ? make(script, state) : recall(script, state)
  run.gate.perform = perform as Perform<never>
  let step: IteratorResult<unknown, unknown>
  try {
    step = entry === undefined ? run.generator.next() : feed(run, entry)
    // An empty List of answers is one and the same for all: a fresh one is made for each, so that it can stand for this script alone.
    state.past = entry === undefined ? freshList() : state.past.push(Object.freeze(entry))
    for (let i = 0; step.done && step.value instanceof Restart; i++) {
      if (i >= RESTARTS) throw new Error('a script restarts without end')
      state.args = List.of([(step.value as Restart<Args>).args])
      state.past = freshList()
      run = make(script, state)
      run.gate.perform = perform as Perform<never>
      step = run.generator.next()
    }
  } finally {
    run.gate.perform = undefined
  }
  if (step.done) {
    state.asked = List.empty()
    return { kind: 'done', result: step.value as Result }
  }
  state.asked = List.of([step.value as Ask])
  live.set(state.past, run)
  return { kind: 'ask', ask: step.value as Ask }
}

/** An empty list that is no other script's. */
const freshList = <T>(): List<T> =>
  List.empty<T>()
    .push(undefined as T)
    .truncate(0)

/** Runs a script from its beginning to its first question, or its end. */
export const begin = <Args, Ask, Answer, Do, Result>(
  script: Script<Args, Ask, Answer, Do, Result>,
  state: ScriptState<Args, Ask, Answer>,
  perform: Perform<Do>,
): Step<Ask, Result> => advance(script, state, perform, undefined)

/** Answers what was asked: the script runs on to its next question, or its end. `given` is plain data. */
export const answer = <Args, Ask, Answer, Do, Result>(
  script: Script<Args, Ask, Answer, Do, Result>,
  state: ScriptState<Args, Ask, Answer>,
  given: Answer,
  perform: Perform<Do>,
): Step<Ask, Result> => advance(script, state, perform, { answer: given })

/** Throws `Interrupted(reason)` where the script waits (Ctrl-C, a change of connection); one that does not catch it ends by throwing it on to the caller. */
export const interrupt = <Args, Ask, Answer, Do, Result>(
  script: Script<Args, Ask, Answer, Do, Result>,
  state: ScriptState<Args, Ask, Answer>,
  reason: unknown,
  perform: Perform<Do>,
): Step<Ask, Result> => advance(script, state, perform, { interrupt: reason })
