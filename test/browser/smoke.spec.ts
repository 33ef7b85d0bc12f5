// The page opens, wherever it is served, without a word of complaint and without asking any other host for anything.
import { expect, test } from '@playwright/test'

for (const path of ['/', '/any/sub/path/']) {
  test(`opens at ${path}`, async ({ page, baseURL }) => {
    const complaints: string[] = []
    const elsewhere: string[] = []
    page.on('console', (message) => {
      if (message.type() === 'error' || message.type() === 'warning') complaints.push(message.text())
    })
    page.on('pageerror', (error) => complaints.push(String(error)))
    page.on('requestfailed', (request) => complaints.push(`failed: ${request.url()}`))
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url())
      if (protocol.startsWith('http') && origin !== new URL(baseURL!).origin) elsewhere.push(request.url())
    })
    const response = await page.goto(path)
    expect(response?.status()).toBe(200)
    await expect(page).toHaveTitle(/Kafka Playground/)
    await expect(page.locator('#app')).not.toBeEmpty()
    await page.waitForLoadState('networkidle')
    expect(complaints).toEqual([])
    expect(elsewhere).toEqual([])
  })
}
