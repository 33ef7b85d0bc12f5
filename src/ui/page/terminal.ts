// The terminals, loaded when first opened; a module of its own so that its chunk bears its name.
export { default as Dock } from '../terminal/Dock.svelte'
