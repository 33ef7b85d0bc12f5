// What the simulation may not touch: time, chance, the machine, the locale, and arithmetic that engines round differently. The same
// run must give the same bytes in Node and in every browser.

const globalNames = {
  time: ['Date', 'performance', 'setTimeout', 'setInterval', 'setImmediate', 'queueMicrotask', 'requestAnimationFrame'],
  'the page': ['window', 'document', 'navigator', 'location', 'localStorage', 'sessionStorage', 'indexedDB', 'fetch', 'Worker', 'self'],
  'the machine': ['process', 'console', 'crypto', 'globalThis', 'Buffer', 'require'],
  'waiting (the engine never awaits)': ['Promise'],
  'the locale': ['Intl'],
  'the garbage collector': ['WeakRef', 'FinalizationRegistry'],
}

const roundedDifferently =
  'acos acosh asin asinh atan atan2 atanh cbrt cos cosh exp expm1 hypot log log10 log1p log2 pow sin sinh tan tanh'.split(' ')

const restrictedSyntax = {
  ':function[async=true]': 'The engine never awaits: no async functions.',
  'TSTypeReference > Identifier[name="Date"]': 'The simulation knows nothing of time but its own.',
  AwaitExpression: 'The engine never awaits.',
  'ForOfStatement[await=true]': 'The engine never awaits.',
  'MemberExpression[property.name=/^toLocale/]': 'The locale differs from browser to browser.',
  'MemberExpression[property.name="localeCompare"]': 'The locale differs from browser to browser: compare with < and >.',
  'BinaryExpression[operator="**"]:not([left.type="Literal"][right.type="Literal"])':
    'Engines round powers differently: multiply or shift.',
  'AssignmentExpression[operator="**="]': 'Engines round powers differently: multiply or shift.',
  'MemberExpression[object.name="Math"][computed=true]': 'Name the function of Math.',
}

const noWaiting = {
  ImportExpression: 'The engine never awaits: only src/sim/index.ts may load a chunk.',
  'TSTypeReference > Identifier[name=/^(Promise|PromiseLike)$/]': 'The engine never awaits: only src/sim/index.ts may load a chunk.',
}

const asOptions = (table) => Object.entries(table).map(([selector, message]) => ({ selector, message }))

const rules = {
  'no-restricted-globals': [
    'error',
    ...Object.entries(globalNames).flatMap(([what, names]) =>
      names.map((name) => ({ name, message: `The simulation knows nothing of ${what}.` })),
    ),
  ],
  'no-restricted-properties': [
    'error',
    { object: 'Math', property: 'random', message: 'Chance comes from the seed in the World.' },
    ...roundedDifferently.map((property) => ({ object: 'Math', property, message: 'Engines round it differently: use integers.' })),
  ],
  'no-restricted-syntax': ['error', ...asOptions(restrictedSyntax), ...asOptions(noWaiting)],
}

/** ESLint configurations for the simulation without its tests. */
export default [
  { files: ['src/sim/**/*.ts'], ignores: ['src/sim/**/*.test.ts'], rules },
  { files: ['src/sim/index.ts'], rules: { 'no-restricted-syntax': ['error', ...asOptions(restrictedSyntax)] } },
]
