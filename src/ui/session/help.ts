// The list of keys, fetched when first asked for; a module of its own so that its chunk bears its name.
export { default as Help } from './Help.svelte'
