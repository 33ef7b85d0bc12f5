// `docker` itself: the playground is driven by docker-compose; this says so.

import type { ProcessKind } from '../../kernel/index.ts'

const SAME: ReadonlySet<string> = new Set(['exec', 'kill', 'logs', 'pause', 'ps', 'restart', 'start', 'stop', 'unpause'])

export const dockerKind: ProcessKind<object> = {
  name: 'docker',
  init: () => ({}),
  handle(ctx, _state, input) {
    if (input.type !== 'start') return
    const verb = ctx.argv[1] ?? ''
    ctx.printError(`docker: not modelled here; use docker-compose${SAME.has(verb) ? ` ${verb}` : ''}\n`)
    ctx.exit(1)
  },
}
