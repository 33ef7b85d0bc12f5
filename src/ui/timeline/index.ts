// The timeline: the page's bottom region.
export { default as Timeline } from './Timeline.svelte'
export { firstOwnAction, forkLabel, forkName, sharedActions } from './tracks.ts'
export { clock } from './scale.ts'
export { default as ForkChooser } from './ForkChooser.svelte'
