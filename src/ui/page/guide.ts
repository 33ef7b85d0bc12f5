// What is what, fetched when first asked for; a module of its own so that its chunk bears its name.
export { default as Guide } from './Guide.svelte'
