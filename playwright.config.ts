// Browser tests, test/browser/*.spec.ts: in the Chromium of this machine, against the built dist/ on a port of its own.
import { defineConfig } from '@playwright/test'
import { browserFlags, findBrowser } from './scripts/find-browser.mjs'
import { freePort } from './scripts/serve.mjs'

// The workers read this file too and must come to the same port and browser.
process.env.PLAYGROUND_PORT ??= String(await freePort())
process.env.CHROMIUM_PATH ??= findBrowser() ?? ''
const baseURL = `http://127.0.0.1:${process.env.PLAYGROUND_PORT}/`

export default defineConfig({
  testDir: 'test/browser',
  testMatch: '**/*.spec.ts',
  fullyParallel: false,
  workers: process.env.CI ? 1 : 2,
  forbidOnly: !!process.env.CI,
  retries: 0,
  timeout: 60_000,
  reporter: 'list',
  use: {
    baseURL,
    browserName: 'chromium',
    viewport: { width: 1280, height: 800 },
    screenshot: 'only-on-failure',
    launchOptions: {
      ...(process.env.CHROMIUM_PATH ? { executablePath: process.env.CHROMIUM_PATH } : {}),
      args: browserFlags(),
    },
  },
  webServer: {
    // Everything is served at the root and in a folder too: the page must work at any address.
    command: `node scripts/serve.mjs --port ${process.env.PLAYGROUND_PORT} --mount /any/sub/path/`,
    url: baseURL,
    reuseExistingServer: false,
    timeout: 30_000,
  },
})
