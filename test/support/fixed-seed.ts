// One seed for all properties, so that a run of the tests can be had again. FAST_CHECK_SEED=N asks for another, `random` for any.

import fc from 'fast-check'

const asked = process.env['FAST_CHECK_SEED'] ?? '20191122'
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) })
