// Packing a disk, fetched when somebody wants one; a module of its own so that its chunk bears its name.
export { zipDisk } from '../records/zip.ts'
