// Scenarios by their menu, by their address, by mouse and by keyboard; a scenario's steps; and what a first load fetches for all that.
import { execFileSync } from 'node:child_process'
import { expect, test, type Page } from '@playwright/test'
import { scenarioGroups, scenarios } from '../../src/sim/index.ts'

const lesson = (page: Page) => page.getByRole('region', { name: 'Lesson' })
const now = async (page: Page): Promise<number> => Number(await page.getByTestId('timeline-surface').getAttribute('aria-valuenow'))

test('the menu has all scenarios in their groups, and arrow keys walk through them', async ({ page }) => {
  await page.goto('/')
  await page.getByRole('button', { name: 'Scenarios' }).click()
  for (const group of scenarioGroups) {
    const section = page.getByRole('region', { name: group.title })
    for (const { title } of group.scenarios) await expect(section.getByText(title, { exact: true })).toBeVisible()
  }
  const card = (title: string) => page.locator('.choice', { has: page.getByText(title, { exact: true }) })
  await expect(card('Start it up')).toBeFocused()
  await page.keyboard.press('ArrowRight')
  await expect(card('Brokers and ZooKeeper')).toBeFocused()
  await page.keyboard.press('ArrowDown')
  await expect(card('Kill the controller')).toBeFocused()
  await page.keyboard.press('End')
  await expect(card(scenarios.at(-1)!.title)).toBeFocused()
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('Enter')
  await expect(page.getByRole('button', { name: 'Scenarios' })).toContainText('Both at once')
  expect(page.url()).toContain('#scenario=both-at-once')
  await page.getByRole('button', { name: 'Scenarios' }).click()
  await page.keyboard.press('Escape')
  await expect(page.getByRole('button', { name: 'Scenarios' })).toBeFocused()
})

test('a scenario has an address, with a seed; a wrong one is told', async ({ page }) => {
  await page.goto('/#scenario=terminate&seed=9')
  await expect(page.getByRole('button', { name: 'Scenarios' })).toContainText('Let it leave in good order')
  await expect(page.getByText('seed 9', { exact: true })).toBeVisible()
  await expect.poll(() => now(page), { timeout: 20_000 }).toBeGreaterThan(26)
  await page.evaluate(() => (location.hash = '#scenario=pause'))
  await expect(page.getByRole('button', { name: 'Scenarios' })).toContainText('Pause it')
  await page.evaluate(() => (location.hash = '#scenario=nowhere'))
  await expect(page.getByRole('alert')).toContainText('"nowhere" is not one of')
  await expect(page.getByRole('button', { name: 'Scenarios' })).toContainText('Pause it')
})

test('steps are walked through by buttons, by keys and from the list; what is to try is done', async ({ page }) => {
  await page.goto('/#scenario=kill-the-controller')
  await expect.poll(() => now(page), { timeout: 20_000 }).toBeGreaterThan(26.9)
  await page.getByRole('button', { name: 'Pause', exact: true }).click()
  const next = lesson(page).getByRole('button', { name: 'The next step' })
  await next.click()
  await expect(lesson(page)).toContainText('SIGKILL: gone between two messages')
  await page.keyboard.press('n')
  await expect(lesson(page)).toContainText('Six seconds without a ping')
  await page.keyboard.press('p')
  await expect(lesson(page)).toContainText('SIGKILL: gone between two messages')
  const killed = await now(page)

  await lesson(page).getByTitle('All steps, and what to try').click()
  const list = page.getByRole('group', { name: 'Steps of Kill the controller' })
  await list.getByRole('button', { name: /Then it elects/ }).click()
  await expect.poll(() => now(page)).toBeGreaterThan(killed + 4)
  await expect(page.getByRole('region', { name: 'Inspector' })).toContainText('playground-0: leader 1, leader epoch 2')

  await lesson(page).getByTitle('All steps, and what to try').click()
  await page.keyboard.press('Escape')
  await expect(list).toHaveCount(0)
  await lesson(page).getByTitle('All steps, and what to try').click()
  await list.getByRole('button', { name: /Bring it back/ }).click()
  await expect(page.getByRole('region', { name: 'Terminals' })).toContainText('docker-compose up -d kafka2', { timeout: 20_000 })

  await lesson(page).getByRole('button', { name: 'Hide the steps' }).click()
  await expect(lesson(page)).toHaveCount(0)
  await page.getByRole('button', { name: 'Scenarios' }).click()
  await page.getByRole('button', { name: 'Show the steps of this one' }).click()
  await expect(lesson(page)).toBeVisible()
})

test('a first load fetches what the size command says', async ({ page, baseURL }) => {
  const fetched = new Set<string>()
  page.on('request', (request) => {
    const path = request.url().slice(baseURL!.length)
    if (request.url().startsWith(baseURL!)) fetched.add(path === '' ? 'index.html' : path)
  })
  await page.goto('/')
  await expect(page.getByRole('textbox', { name: /Command line of host/ })).toBeVisible()
  await expect(page.getByRole('tab', { name: 'Why' })).toBeVisible()
  await page.waitForLoadState('networkidle')
  const told = execFileSync(process.execPath, ['scripts/size.mjs'], { encoding: 'utf8' })
  const files = [...told.matchAll(/^ {2}(\S+\.\S+) [\d.]+ kB gz$/gm)].map((match) => match[1]!)
  // Fonts come when a letter needs them, the icon when a window wants one.
  const code = (names: Iterable<string>) => [...names].filter((name) => /\.(js|css|html)$/.test(name)).sort()
  expect(code(fetched)).toEqual(code(files))
})
