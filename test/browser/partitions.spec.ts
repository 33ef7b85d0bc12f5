// Partitions on the page, by mouse and by keyboard: the playground's topic is made in the terminal, a broker is killed by a click, leaders move, and one asks why.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { History, scenarioNamed, seconds, toDocument, toFragment, type Action } from '../../src/sim/index.ts'

const CREATE = './wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic playground --partitions 4 --replication-factor 2'

/** The link of a cluster at a moment, after some more commands. */
function link(at: number, ...lines: readonly (readonly [second: number, text: string])[]): string {
  const { name, title, about, seed, hosts, epochMs, actions } = scenarioNamed('start')!
  const more = lines.map(([second, text]): Action => ({ at: seconds(second), terminal: 'host', kind: '$', text }))
  const history = new History({ name, title, about, seed, hosts, epochMs, actions: [...actions, ...more] })
  history.seek(seconds(at))
  return `/#${toFragment(toDocument(history))}`
}

const stage = (page: Page): Locator => page.getByRole('group', { name: 'The cluster' })
const replica = (page: Page, name: RegExp): Locator => stage(page).getByRole('button', { name })
const panel = (page: Page): Locator => page.getByRole('tabpanel', { name: /Why|Znodes|Topics|Processes|Logs/ })
const now = async (page: Page): Promise<number> => Number(await page.getByTestId('timeline-surface').getAttribute('aria-valuenow'))

async function terminal(page: Page): Promise<Locator> {
  const field = page.getByRole('textbox', { name: /^Command line of/ })
  const bar = page.getByRole('button', { name: /^Open the terminal/ })
  await field.or(bar).first().waitFor()
  if (await bar.isVisible()) await bar.click()
  return field
}

async function play(page: Page): Promise<void> {
  const button = page.getByRole('button', { name: 'Play', exact: true })
  if (await button.isVisible()) await button.click()
}

test('a topic is made, its leaders move when a broker is killed, and a partition tells why', async ({ page }) => {
  await page.goto(link(24))
  const field = await terminal(page)
  await field.focus()
  await page.keyboard.type(CREATE)
  await page.keyboard.press('Enter')
  await expect(replica(page, /^playground-\d on kafka1: /)).toHaveCount(4, { timeout: 30_000 })
  // The tool wrote znodes; time stands still again, and no broker was told yet.
  await play(page)
  await expect(replica(page, /^playground-\d on kafka1: leader/)).toHaveCount(2, { timeout: 30_000 })
  await expect(replica(page, /^playground-\d on kafka2: in sync/)).toHaveCount(2)

  await page.locator('[data-act="docker-compose kill kafka2"]').click()
  await expect(replica(page, /^playground-\d on kafka2: not running/)).toHaveCount(4, { timeout: 30_000 })
  await expect(stage(page)).toContainText('2 without a leader')
  await play(page)
  await expect(replica(page, /^playground-\d on kafka1: leader, under-replicated/)).toHaveCount(4, { timeout: 40_000 })
  await expect(stage(page)).toContainText('4 under-replicated')
  await page.getByRole('button', { name: 'Pause', exact: true }).click()

  // One of those that moved.
  await replica(page, /on kafka1: leader.*leader epoch 2/)
    .first()
    .click()
  await expect(page.getByRole('tab', { name: 'Topics' })).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page)).toContainText('Who knows what')
  await expect(panel(page)).toContainText('"leader":1,"version":1,"leader_epoch":2,"isr":[1]')
  await expect(panel(page).getByRole('img', { name: /^Partition: OnlinePartition/ })).toBeVisible()
  const elected = panel(page).getByRole('button', { name: /^Leader none → 1, epoch 2/ })
  const moment = await now(page)
  await elected.click()
  await expect.poll(() => now(page)).toBeLessThan(moment)
  await panel(page)
    .getByRole('button', { name: /^Why: Leader none → 1/ })
    .click()
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^playground-\d: leader 1, leader epoch 2/)
  await expect(panel(page).locator('ol > li').filter({ hasText: 'You killed kafka2' })).toHaveCount(1)
  await panel(page)
    .getByRole('button', { name: /^All about playground-/ })
    .click()
  await expect(panel(page)).toContainText('Who knows what')
})

test('by keyboard: from card to replica, its history, its replica’s machine, why', async ({ page }) => {
  await page.goto(link(55, [26, CREATE], [34, 'docker-compose kill kafka2']))
  const first = replica(page, /^playground-0 on kafka1: /)
  await first.waitFor()
  await stage(page).locator('[data-key="host:kafka1"]').focus()
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(':focus')).toHaveAttribute('aria-label', /^playground-\d on kafka1: leader, under-replicated/)
  const name = /^playground-\d/.exec((await page.locator(':focus').getAttribute('aria-label'))!)![0]
  await page.keyboard.press('Enter')
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(name)
  // No menu: it opens at once, and the focus stays where it was.
  await expect(page.locator(':focus')).toHaveAttribute('aria-label', new RegExp(`^${name} on kafka1`))
  await page.keyboard.press('ArrowUp')
  await page.keyboard.press('ArrowDown')
  await expect(page.locator(':focus')).toHaveAttribute('data-key', /^partition:playground-/)

  const machine = panel(page).getByRole('button', { name: /^broker 2: OfflineReplica/ })
  await machine.focus()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByRole('img', { name: /^Replica on broker 2: OfflineReplica/ })).toBeVisible()
  await panel(page).getByRole('button', { name: 'Why?', exact: true }).focus()
  await page.keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page).getByRole('heading', { level: 2 })).toContainText(name)

  await page.getByRole('tab', { name: 'Topics' }).click()
  await expect(panel(page).getByRole('button', { name: /^playground-\d$/ })).toHaveCount(4)
  await panel(page).getByRole('button', { name: 'playground-3' }).press('Enter')
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText('playground-3')
})

test('a leader that is cut off is shown to go by old news', async ({ page }) => {
  const cut = 'link cut kafka2 zoo1; link cut kafka2 zoo2; link cut kafka2 zoo3; link cut kafka1 kafka2'
  await page.goto(link(55, [26, CREATE], [34, cut]))
  const old = replica(page, /^playground-\d on kafka2: leader.*goes by leader epoch 0, which is old/)
  await expect(old).toHaveCount(2)
  await old.first().click()
  const row = panel(page).getByRole('row', { name: /^kafka2 replica, leads/ })
  await expect(row.locator('.differs')).toHaveCount(3)
  await expect(
    panel(page)
      .getByRole('row', { name: /^kafka1 tells clients/ })
      .locator('.differs'),
  ).toHaveCount(0)
})

test('very many partitions: their topic leads to a list that is filtered', async ({ page }) => {
  const many = CREATE.replace('playground', 'orders').replace('--partitions 4', '--partitions 60')
  await page.goto(link(40, [26, CREATE], [29, many]))
  const orders = stage(page).getByRole('button', { name: /^topic orders on kafka1: 60 of 60 partitions/ })
  await orders.focus()
  await page.keyboard.press('Enter')
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText('orders')
  await panel(page).getByRole('searchbox').fill('orders-47')
  await panel(page).getByRole('button', { name: 'orders-47' }).click()
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText('orders-47')
  // A click on a tick means the partition that stands there.
  const box = (await orders.locator('path').first().boundingBox())!
  await page.mouse.click(box.x + 2, box.y + 4)
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/^orders-\d+$/)
})

test('what a replica says stays on its row, also when it goes by an old epoch', async ({ page }) => {
  const { name, title, about, seed, hosts, epochMs, actions } = scenarioNamed('kill-the-controller')!
  const history = new History({ name, title, about, seed, hosts, epochMs, actions })
  history.seek(seconds(36.212))
  await page.goto(`/#${toFragment(toDocument(history))}`)
  await expect(
    stage(page)
      .getByText(/^epoch 0, old$/)
      .first(),
  ).toBeVisible()
  const outside = await stage(page).evaluate((svg) =>
    [...svg.querySelectorAll('[data-key^="partition:"]')].flatMap((mark) => {
      const row = mark.querySelector('.reach')!.getBoundingClientRect()
      const beyond = (text: SVGTextElement): boolean => text.getBoundingClientRect().right > row.right + 1
      return [...mark.querySelectorAll('text')].filter(beyond).map((text) => text.textContent)
    }),
  )
  expect(outside).toEqual([])
})
