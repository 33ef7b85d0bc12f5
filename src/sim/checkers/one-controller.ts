// A controller epoch belongs to one broker: it is given out once, in the transaction that makes `/controller`, and only its owner speaks in its name.

import type { Checker, Scene } from './checker.ts'

interface Office {
  readonly broker: number
  /** Where `/controller` was made. */
  readonly path: string
}

/** `{"version":1,"brokerid":2,…}`. */
const brokerIn = (data: string | null): number | undefined => {
  const id = /"brokerid":(\d+)/.exec(data ?? '')?.[1]
  return id === undefined ? undefined : Number(id)
}

export function oneController({ history, report }: Scene): Checker {
  const offices = new Map<number, Office>()
  let lastEpoch = 0
  return {
    name: 'one controller an epoch',
    onApplied(_server, txn) {
      // Once for each transaction: by the server that brings it into the history.
      if (txn.body.op !== 'multi' || txn.zxid !== history.tip || txn.body.txns.some((one) => one.op === 'error')) return
      const made = txn.body.txns.find((one) => one.op === 'create' && one.path.endsWith('/controller'))
      const epoch = txn.body.txns.find((one) => one.op === 'setData' && one.path.endsWith('/controller_epoch'))
      if (made?.op !== 'create' || epoch?.op !== 'setData') return
      const broker = brokerIn(made.data)
      const number = Number(epoch.data)
      if (broker === undefined) return
      const known = offices.get(number)
      if (known && known.broker !== broker) report(`broker ${broker} takes controller epoch ${number}, which broker ${known.broker} had`)
      else if (!known && number <= lastEpoch) report(`broker ${broker} takes controller epoch ${number} after ${lastEpoch}`)
      lastEpoch = Math.max(lastEpoch, number)
      offices.set(number, { broker, path: made.path })
    },
    onBrokerRequest(request, host) {
      const body = request.body as { readonly controllerId?: number; readonly controllerEpoch?: number }
      if (body.controllerEpoch === undefined || body.controllerId === undefined) return
      const office = offices.get(body.controllerEpoch)
      if (!office) report(`${host} gets ${request.kind} of controller epoch ${body.controllerEpoch}, which nobody took`)
      else if (office.broker !== body.controllerId) {
        report(
          `${host} gets ${request.kind} of broker ${body.controllerId} in controller epoch ${body.controllerEpoch}, which is broker ${office.broker}'s`,
        )
      }
    },
  }
}
