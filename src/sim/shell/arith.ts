// The arithmetic of $(( )): 64-bit integers in bash, whole numbers here as far as a double holds them. Variables are read and set by name.

export interface ArithEnv {
  get(name: string): string | undefined
  set(name: string, value: string): void
}

/** What bash would print after `bash: `. */
export class ArithError extends Error {}

const OPERATORS = [
  '<<=',
  '>>=',
  '**',
  '++',
  '--',
  '<<',
  '>>',
  '<=',
  '>=',
  '==',
  '!=',
  '&&',
  '||',
  '+=',
  '-=',
  '*=',
  '/=',
  '%=',
  '&=',
  '^=',
  '|=',
  ...'+-*/%<>=!~&|^?:(),',
]
const PRECEDENCE: Readonly<Record<string, number>> = {
  '||': 1, '&&': 2, '|': 3, '^': 4, '&': 5, '==': 6, '!=': 6, '<': 7, '>': 7, '<=': 7, '>=': 7, '<<': 8, '>>': 8, '+': 9, '-': 9, '*': 10, '/': 10, '%': 10, '**': 11,
} // prettier-ignore

type Value = { readonly n: number; readonly name?: string }

class Evaluator {
  private readonly tokens: string[] = []
  private i = 0
  private depth = 0
  /** Evaluating a branch that does not count: nothing is assigned. */
  private skipping = 0

  constructor(
    private readonly text: string,
    private readonly env: ArithEnv,
    private readonly nesting: number,
  ) {
    let rest = text.trim()
    while (rest) {
      const word = /^(?:0[xX][0-9a-fA-F]+|[0-9]+(?:#[0-9a-zA-Z]+)?|[A-Za-z_][A-Za-z0-9_]*)/.exec(rest)?.[0]
      const token = word ?? OPERATORS.find((o) => rest.startsWith(o))
      if (token === undefined) throw this.error('syntax error: invalid arithmetic operator', rest)
      this.tokens.push(token)
      rest = rest.slice(token.length).trimStart()
    }
  }
  private error(what: string, token = this.tokens.slice(this.i).join(' ')): ArithError {
    return new ArithError(`${this.text}: ${what} (error token is "${token}")`)
  }
  whole(): number {
    if (this.tokens.length === 0) return 0
    const v = this.comma()
    if (this.i < this.tokens.length) throw this.error('syntax error in expression')
    return v.n
  }
  private eat(token: string): boolean {
    if (this.tokens[this.i] !== token) return false
    this.i++
    return true
  }
  private comma(): Value {
    let v = this.assignment()
    while (this.eat(',')) v = this.assignment()
    return v
  }
  private assign(name: string, n: number): Value {
    if (this.skipping === 0) this.env.set(name, String(n))
    return { n }
  }
  private assignment(): Value {
    if (++this.depth > 200) throw this.error('expression recursion level exceeded')
    const name = this.tokens[this.i] ?? ''
    const op = this.tokens[this.i + 1] ?? ''
    let v: Value
    if (/^[A-Za-z_]/.test(name) && /^(?:[-+*/%&^|]|<<|>>)?=$/.test(op)) {
      this.i += 2
      const right = this.assignment().n
      v = this.assign(name, op === '=' ? right : this.binary(op.slice(0, -1), this.read(name), right))
    } else v = this.conditional()
    this.depth--
    return v
  }
  private conditional(): Value {
    const cond = this.operators(1)
    if (!this.eat('?')) return cond
    const yes = this.maybe(cond.n !== 0, () => this.assignment())
    if (!this.eat(':')) throw this.error("`:' expected for conditional expression")
    const no = this.maybe(cond.n === 0, () => this.assignment())
    return cond.n !== 0 ? yes : no
  }
  private maybe(counts: boolean, f: () => Value): Value {
    if (!counts) this.skipping++
    const v = f()
    if (!counts) this.skipping--
    return v
  }
  private operators(min: number): Value {
    let left = this.unary()
    for (;;) {
      const op = this.tokens[this.i] ?? ''
      const level = Object.hasOwn(PRECEDENCE, op) ? PRECEDENCE[op]! : 0
      if (level < min || level === 0) return left
      this.i++
      const right = this.maybe(op === '&&' ? left.n !== 0 : op === '||' ? left.n === 0 : true, () =>
        this.operators(op === '**' ? level : level + 1),
      )
      left = { n: this.binary(op, left.n, right.n) }
    }
  }
  private binary(op: string, a: number, b: number): number {
    switch (op) {
      case '+': return whole(a + b)
      case '-': return whole(a - b)
      case '*': return whole(a * b)
      case '/':
      case '%':
        if (b === 0) {
          if (this.skipping > 0) return 0
          throw this.error('division by 0', this.tokens.slice(this.i - 1).join(' '))
        }
        return whole(op === '/' ? Math.trunc(a / b) : a % b)
      case '**': {
        if (b < 0) throw this.error('exponent less than 0')
        let n = 1
        for (let i = 0; i < Math.min(b, 1024); i++) n = whole(n * a)
        return n
      }
      case '<<': return whole(Number(BigInt.asIntN(64, BigInt(a) << BigInt(b & 63))))
      case '>>': return whole(Number(BigInt(a) >> BigInt(b & 63)))
      case '&': return whole(Number(BigInt.asIntN(64, BigInt(a) & BigInt(b))))
      case '|': return whole(Number(BigInt.asIntN(64, BigInt(a) | BigInt(b))))
      case '^': return whole(Number(BigInt.asIntN(64, BigInt(a) ^ BigInt(b))))
      case '==': return a === b ? 1 : 0
      case '!=': return a !== b ? 1 : 0
      case '<': return a < b ? 1 : 0
      case '>': return a > b ? 1 : 0
      case '<=': return a <= b ? 1 : 0
      case '>=': return a >= b ? 1 : 0
      case '&&': return a !== 0 && b !== 0 ? 1 : 0
      case '||': return a !== 0 || b !== 0 ? 1 : 0
      default: throw this.error('syntax error: operand expected')
    }
  } // prettier-ignore
  private unary(): Value {
    if (++this.depth > 200) throw this.error('expression recursion level exceeded')
    let v: Value
    if (this.eat('!')) v = { n: this.unary().n === 0 ? 1 : 0 }
    else if (this.eat('-')) v = { n: whole(-this.unary().n) }
    else if (this.eat('+')) v = { n: this.unary().n }
    else if (this.eat('~')) v = { n: -this.unary().n - 1 }
    else if (this.tokens[this.i] === '++' || this.tokens[this.i] === '--') {
      const step = this.tokens[this.i++] === '++' ? 1 : -1
      const name = this.tokens[this.i++] ?? ''
      if (!/^[A-Za-z_]/.test(name)) throw this.error('syntax error: operand expected')
      v = this.assign(name, whole(this.read(name) + step))
    } else v = this.primary()
    this.depth--
    return v
  }
  private primary(): Value {
    if (this.eat('(')) {
      const v = this.comma()
      if (!this.eat(')')) throw this.error("missing `)'")
      return { n: v.n }
    }
    const token = this.tokens[this.i]
    if (token === undefined || !/^[A-Za-z0-9_]/.test(token)) throw this.error('syntax error: operand expected')
    this.i++
    if (token[0]! >= '0' && token[0]! <= '9') return { n: this.number(token) }
    const n = this.read(token)
    if (this.tokens[this.i] === '++' || this.tokens[this.i] === '--') {
      this.assign(token, whole(n + (this.tokens[this.i++] === '++' ? 1 : -1)))
      return { n }
    }
    return { n, name: token }
  }
  private number(token: string): number {
    if (/^0[xX]/.test(token)) return whole(parseInt(token.slice(2), 16))
    if (/^0[0-9]/.test(token)) {
      if (/[89]/.test(token)) throw new ArithError(`${token}: value too great for base (error token is "${token}")`)
      return whole(parseInt(token, 8))
    }
    const [base, digits] = token.split('#')
    return digits === undefined ? whole(Number(token)) : whole(parseInt(digits, Number(base)) || 0)
  }
  /** A variable's value is itself an expression. */
  private read(name: string): number {
    const text = this.env.get(name)
    if (text === undefined || text.trim() === '') return 0
    if (/^-?[0-9]{1,15}$/.test(text) && !/^-?0[0-9]/.test(text)) return Number(text)
    if (this.nesting > 20) throw this.error('expression recursion level exceeded')
    return evaluate(text, this.env, this.nesting + 1)
  }
}

/** Past 2^53 bash would go on to 2^63 and wrap; here the nearest whole number stands. */
const whole = (n: number): number => (Number.isFinite(n) ? Math.trunc(n) + 0 : 0)

/** The value of an expression; throws ArithError with bash's wording. */
export function evaluate(text: string, env: ArithEnv, nesting = 0): number {
  return new Evaluator(text, env, nesting).whole()
}
