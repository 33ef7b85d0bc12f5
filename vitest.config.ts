// Unit tests: in Node, beside their code and under test/; the browser tests are Playwright's.
import { defineConfig } from 'vitest/config'
import { svelte } from '@sveltejs/vite-plugin-svelte'

export default defineConfig({
  plugins: [svelte()],
  test: {
    environment: 'node',
    include: ['src/**/*.test.ts', 'test/**/*.test.ts', 'scripts/**/*.test.ts'],
    exclude: ['node_modules/**', 'dist/**', 'test/browser/**'],
    // Two workers fill two cores; forks keep one file's memory out of the next one's timings.
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 20_000,
    passWithNoTests: true,
  },
})
