// The build of the page: index.html and its chunks, into dist/, at addresses relative to the page itself.
import { defineConfig } from 'vite'
import { svelte } from '@sveltejs/vite-plugin-svelte'

export default defineConfig({
  base: './',
  plugins: [svelte()],
  build: {
    target: 'es2022',
    outDir: 'dist',
    manifest: true,
    // Fonts and images stay files, so that what a first load fetches can be counted.
    assetsInlineLimit: 2048,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      input: { page: 'index.html' },
    },
  },
})
