// The inspector, fetched beside the page's first script; a module of its own so that its chunk bears its name.
export { default as Inspector } from '../inspector/Inspector.svelte'
