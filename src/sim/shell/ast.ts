// The shape of a parsed shell program: nodes in one flat array, so that the machine's stack can name a node by its number and hold nothing but plain data.

/** A piece of a word. `quoted` pieces are neither split into fields nor matched as globs. */
export type Part =
  /** Literal text outside quotes: globs, tildes and braces count here. */
  | { readonly t: 'lit'; readonly s: string }
  /** Literal text that was quoted; an empty one keeps an empty word alive. */
  | { readonly t: 'quo'; readonly s: string }
  | { readonly t: 'var'; readonly name: string; readonly quoted: boolean; readonly op: ParamOp | undefined }
  /** `$(...)`: the commands as they were written. */
  | { readonly t: 'cmd'; readonly source: string; readonly quoted: boolean }
  | { readonly t: 'arith'; readonly expr: Word; readonly quoted: boolean }
  /** `${...}` that nobody can expand: reported when the command runs. */
  | { readonly t: 'bad'; readonly text: string }

/** `${name OP word}`; `length` is `${#name}`, `slice` is `${name:from:count}`, `replace` has the replacement in `word2`. */
export interface ParamOp {
  readonly op:
    | '-'
    | ':-'
    | '='
    | ':='
    | '+'
    | ':+'
    | '?'
    | ':?'
    | '#'
    | '##'
    | '%'
    | '%%'
    | '/'
    | '//'
    | '/#'
    | '/%'
    | 'length'
    | 'slice'
    | '^'
    | '^^'
    | ','
    | ',,'
  readonly word: Word
  readonly word2: Word | undefined
}

export type Word = readonly Part[]

export interface Assign {
  readonly name: string
  readonly value: Word
  /** `name+=value` */
  readonly append: boolean
}

export interface Redir {
  /** The descriptor named before the operator; -1 for the operator's own. */
  readonly fd: number
  /** `<<` has its body in `word`; `&>` is output and errors together. */
  readonly op: '<' | '>' | '>>' | '>|' | '<&' | '>&' | '&>' | '&>>' | '<<' | '<<<'
  readonly word: Word
}

export type Node =
  | {
      readonly k: 'simple'
      readonly assigns: readonly Assign[]
      readonly words: readonly Word[]
      readonly redirs: readonly Redir[]
      readonly line: number
    }
  | { readonly k: 'pipe'; readonly items: readonly number[]; readonly negate: boolean; readonly time: boolean }
  | { readonly k: 'andor'; readonly items: readonly { readonly op: '' | '&&' | '||'; readonly node: number }[] }
  | { readonly k: 'list'; readonly items: readonly { readonly node: number; readonly background: boolean }[] }
  | { readonly k: 'group'; readonly body: number; readonly redirs: readonly Redir[] }
  | { readonly k: 'sub'; readonly body: number; readonly redirs: readonly Redir[] }
  | {
      readonly k: 'if'
      readonly arms: readonly { readonly cond: number; readonly body: number }[]
      readonly otherwise: number | undefined
      readonly redirs: readonly Redir[]
    }
  | { readonly k: 'while'; readonly until: boolean; readonly cond: number; readonly body: number; readonly redirs: readonly Redir[] }
  /** `words` undefined: over the positional parameters. */
  | {
      readonly k: 'for'
      readonly name: string
      readonly words: readonly Word[] | undefined
      readonly body: number
      readonly redirs: readonly Redir[]
    }
  | {
      readonly k: 'case'
      readonly word: Word
      readonly arms: readonly { readonly patterns: readonly Word[]; readonly body: number }[]
      readonly redirs: readonly Redir[]
    }
  /** `body` is the compound command; a function is kept as its printed text. */
  | { readonly k: 'func'; readonly name: string; readonly body: number }
  /** `[[ ... ]]`, words and operators in order. */
  | { readonly k: 'cond'; readonly words: readonly Word[]; readonly redirs: readonly Redir[]; readonly line: number }
  | { readonly k: 'arith'; readonly expr: Word; readonly redirs: readonly Redir[]; readonly line: number }

export interface SyntaxError {
  /** As bash words it, without `bash: ` before it. */
  readonly message: string
  /** 1-based line of the source. */
  readonly line: number
  /** More text could still make it whole: an interactive shell asks for the next line. */
  readonly incomplete: boolean
}

export interface Program {
  readonly nodes: readonly Node[]
  /** Complete commands in order, each a `list` node and its 1-based line. Those before an error are here too: they run. */
  readonly commands: readonly { readonly node: number; readonly line: number }[]
  readonly error: SyntaxError | undefined
  /** Where the command with the error begins; the source's length without one. */
  readonly end: number
}
