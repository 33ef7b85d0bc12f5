// The inspector by mouse and keyboard: why and its proof, znodes, processes, logs.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { History, scenarioNamed, seconds, toDocument, toFragment, type Action } from '../../src/sim/index.ts'

let fragment: string | undefined
/** Fifteen seconds after the controller was killed. */
async function open(page: Page): Promise<void> {
  if (fragment === undefined) {
    // No topics: the last thing of note is the new controller.
    const { name, title, about, seed, hosts, epochMs, actions } = scenarioNamed('start')!
    const kill: Action = { at: seconds(30), terminal: 'host', kind: '$', text: 'docker-compose kill kafka2' }
    const history = new History({ name, title, about, seed, hosts, epochMs, actions: [...actions, kill] })
    history.seek(seconds(45))
    fragment = toFragment(toDocument(history))
  }
  await page.goto(`/#${fragment}`)
  await expect(page.getByRole('tab', { name: 'Why' })).toBeVisible()
}
const panel = (page: Page): Locator => page.getByRole('tabpanel', { name: /Why|Znodes|Processes|Logs/ })
const tab = (page: Page, name: string): Locator => page.getByRole('tab', { name, exact: true })

test('tells why kafka1 became controller, and proves it', async ({ page }) => {
  await open(page)
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^kafka1 became controller/)
  const steps = panel(page).locator('ol > li')
  await expect(steps.first()).toContainText('killed kafka2')
  await expect(steps.filter({ hasText: 'Silence' })).toContainText('without a word from kafka2')
  await expect(steps.last()).toContainText('kafka1 became controller')
  await panel(page).getByRole('button', { name: 'Prove it' }).click()
  await expect(panel(page)).toContainText('Proved by replay.', { timeout: 30_000 })
})

test('a step is a way to its moment; the chain stays', async ({ page }) => {
  await open(page)
  const clock = page.getByTestId('timeline-surface')
  await panel(page)
    .getByRole('button', { name: /expired session/ })
    .press('Enter')
  await expect.poll(async () => Number(await clock.getAttribute('aria-valuenow'))).toBeLessThan(38)
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^kafka1 became controller/)
  await expect(panel(page).locator('li.later')).not.toHaveCount(0)
  // Small steps unfold.
  const small = panel(page)
    .getByRole('button', { name: /steps between/ })
    .first()
  await small.click()
  await expect(small).toHaveAttribute('aria-expanded', 'true')
})

test('znodes by keyboard: the tree, data, Stat and who watches', async ({ page }) => {
  await open(page)
  await tab(page, 'Why').focus()
  await page.keyboard.press('ArrowRight')
  await expect(tab(page, 'Znodes')).toHaveAttribute('aria-selected', 'true')
  const tree = page.getByRole('tree', { name: 'Znodes' })
  await tree.getByRole('treeitem', { name: '/', exact: true }).or(tree.getByRole('treeitem').first()).first().focus()
  await tree.getByRole('treeitem', { name: /^controller ephemeral/ }).click()
  await expect(panel(page)).toContainText('"brokerid":1')
  await expect(panel(page)).toContainText('ephemeralOwner')
  await expect(panel(page)).toContainText('watched by kafka1')
  await page.keyboard.press('ArrowUp')
  await expect(panel(page).getByRole('heading', { level: 3 })).toHaveText('/kafka/controller_epoch')
  await page.keyboard.press('ArrowLeft')
  await page.keyboard.press('ArrowLeft')
  await expect(tree.getByRole('treeitem', { name: /^brokers/ })).toHaveCount(0)
  await page.keyboard.press('ArrowRight')
  await expect(tree.getByRole('treeitem', { name: /^brokers/ })).toHaveCount(1)
})

test('the tree rewinds, and a session leads to what goes with it', async ({ page }) => {
  await open(page)
  await tab(page, 'Znodes').click()
  await panel(page)
    .getByRole('treeitem', { name: /^controller ephemeral/ })
    .click()
  await page.keyboard.press('Escape')
  await panel(page).getByRole('button', { name: /^0x/ }).click()
  await expect(tab(page, 'Processes')).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page)).toContainText('Goes with it')
  await panel(page).getByRole('button', { name: '/kafka/brokers/ids/1' }).click()
  await expect(tab(page, 'Znodes')).toHaveAttribute('aria-selected', 'true')
  await page.getByTestId('timeline-surface').focus()
  await page.keyboard.press('Home')
  await expect(panel(page)).toContainText('No ZooKeeper server runs at this moment.')
})

test('processes show their statechart with the present state lit', async ({ page }) => {
  await open(page)
  await tab(page, 'Processes').click()
  await panel(page).getByLabel('Machine').selectOption('zoo2')
  const chart = panel(page).getByRole('img', { name: /^ZooKeeper peer: / })
  await expect(chart).toHaveAttribute('aria-label', /LEADING, broadcast|FOLLOWING, broadcast/)
  await expect(panel(page)).toContainText('last zxid')
  await expect(panel(page)).toContainText('every')
  await panel(page).getByLabel('Machine').selectOption('kafka2')
  await expect(panel(page)).toContainText('No process runs here.')
  await panel(page).getByText('Container: exited').click()
  await expect(panel(page).getByRole('img', { name: /^Container: exited/ })).toBeVisible()
})

test('logs are filtered, and a line leads to its moment', async ({ page }) => {
  await open(page)
  await tab(page, 'Logs').click()
  await panel(page).getByLabel('Machine').selectOption('kafka1')
  await expect(panel(page)).toContainText('INFO [KafkaServer id=1] started (kafka.server.KafkaServer)')
  await panel(page).getByRole('searchbox').fill('kafka version')
  const lines = panel(page)
    .getByRole('log')
    .getByRole('button', { name: /kafka version/i })
  await expect(lines).toHaveCount(1)
  await lines.click()
  await expect.poll(async () => Number(await page.getByTestId('timeline-surface').getAttribute('aria-valuenow'))).toBeLessThan(25)
})
