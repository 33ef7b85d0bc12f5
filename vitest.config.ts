// Unit tests: in Node, beside their code and under test/; the browser tests are Playwright's.
import { defineConfig } from 'vitest/config'
import { svelte } from '@sveltejs/vite-plugin-svelte'

export default defineConfig({
  // Runes in *.svelte.ts work here ($state, $derived), but effects do not run: what needs them is tested in the browser.
  plugins: [svelte()],
  test: {
    environment: 'node',
    setupFiles: ['test/support/fixed-seed.ts'],
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.js'],
    exclude: ['node_modules/**', 'dist/**', 'test/browser/**'],
    // Two workers fill two cores; threads start quicker than processes.
    pool: 'threads',
    maxWorkers: 2,
    testTimeout: 20_000,
    passWithNoTests: true,
  },
})
