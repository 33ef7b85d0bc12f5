// The file browser, fetched when its tab is opened; a module of its own so that its chunk bears its name.
export { default as Files } from '../records/Files.svelte'
