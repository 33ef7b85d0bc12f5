// Records on the page, by mouse and by keyboard: a partition's segments on both brokers, why one was deleted, the files they lie in, the disk as a zip, packets that carry.
import { readFileSync } from 'node:fs'
import { expect, test, type Locator, type Page } from '@playwright/test'
import { unzipSync } from 'fflate'
import { History, scenarioNamed, seconds, toDocument, toFragment, type Action } from '../../src/sim/index.ts'

const SETTINGS = '--config segment.bytes=4000 --config retention.ms=60000'
const CREATE = `./wrappers/kafka-topics.sh --zookeeper=zoo1:2181/kafka --create --topic played --partitions 1 --replication-factor 2 ${SETTINGS}`
const PRODUCE =
  './wrappers/kafka-verifiable-producer.sh --broker-list kafka1:9092 --topic played --max-messages 4000 --throughput 10 > sent.txt &'

/** The link of a cluster at a moment, with a producer that writes ten records a second. */
function link(at: number): string {
  const { name, title, about, seed, hosts, epochMs, actions } = scenarioNamed('start')!
  const more = [
    [26, CREATE],
    [32, PRODUCE],
  ].map(([second, text]): Action => ({ at: seconds(second as number), terminal: 'host', kind: '$', text: text as string }))
  const history = new History({ name, title, about, seed, hosts, epochMs, actions: [...actions, ...more] })
  history.seek(seconds(at))
  return `/#${toFragment(toDocument(history))}`
}
const stage = (page: Page): Locator => page.getByRole('group', { name: 'The cluster' })
const panel = (page: Page): Locator => page.getByRole('tabpanel', { name: /Why|Znodes|Topics|Processes|Logs|Files/ })
async function partition(page: Page): Promise<void> {
  const replica = stage(page).getByRole('button', { name: /^played-0 on kafka1: / })
  await replica.waitFor({ timeout: 60_000 })
  await replica.click()
  await expect(panel(page)).toContainText('Last records')
}

test('segments stand side by side; a deleted one says why', async ({ page }) => {
  test.setTimeout(150_000)
  await page.goto(link(350))
  await partition(page)
  const table = panel(page).getByRole('table', { name: 'Segments of the logs' })
  await expect(table.getByRole('columnheader')).toHaveCount(2)
  await expect(table.getByText('active', { exact: true })).toHaveCount(2)
  await expect(table).toContainText(/left|its time is up/)
  await panel(page).getByRole('button', { name: 'Why was this segment deleted?' }).first().click()
  await expect(page.getByRole('tab', { name: 'Why' })).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page).getByRole('heading', { level: 2 })).toHaveText(/youngest record was .* old, and retention.ms is 60 s/)
  await expect(panel(page).locator('ol > li').first()).toContainText('logs are looked at for what is old')
})

test('by keyboard: from a segment to its batches, its folder, its index, hexadecimal', async ({ page }) => {
  await page.goto(link(80))
  await partition(page)
  await panel(page)
    .getByRole('button', { name: /^0{20} 0–/ })
    .first()
    .press('Enter')
  await expect(page.getByRole('tab', { name: 'Files' })).toHaveAttribute('aria-selected', 'true')
  await expect(panel(page)).toContainText('at byte 0')
  await panel(page).locator('summary').first().press('Enter')
  await expect(
    panel(page)
      .getByText(/^\d+ valid$/)
      .first(),
  ).toBeVisible()
  await panel(page).getByRole('button', { name: 'Hex' }).press('Enter')
  await expect(panel(page)).toContainText('00000000: 0000 0000')
  await page.keyboard.press('Backspace')
  const focused = page.locator(':focus')
  await expect(focused).toHaveAttribute('data-name', '00000000000000000000.log')
  await page.keyboard.press('ArrowUp')
  await expect(focused).toHaveAttribute('data-name', '00000000000000000000.index')
  await page.keyboard.press('Home')
  await page.keyboard.press('End')
  await expect(focused).toHaveAttribute('data-name', 'leader-epoch-checkpoint')
  await page.keyboard.press('Enter')
  await expect(panel(page)).toContainText('starts at offset')
  await page.keyboard.press('Backspace')
  await expect(focused).toHaveAttribute('data-name', 'leader-epoch-checkpoint')
})

test('ZooKeeper’s files say what they mean, and a broker’s disk comes as a zip', async ({ page }) => {
  await page.goto(link(80))
  await page.getByRole('tab', { name: 'Files' }).click()
  await panel(page).getByLabel('Machine').selectOption('zoo1')
  await panel(page)
    .getByRole('button', { name: /version-2/ })
    .click()
  await panel(page)
    .getByRole('button', { name: /snapshot\./ })
    .first()
    .click()
  await expect(panel(page)).toContainText('The tree as of zxid')
  await panel(page).getByLabel('Machine').selectOption('kafka1')
  const waits = page.waitForEvent('download')
  await panel(page).getByRole('button', { name: 'Download this disk' }).click()
  const download = await waits
  expect(download.suggestedFilename()).toBe('kafka1-disk.zip')
  const files = unzipSync(new Uint8Array(readFileSync(await download.path())))
  expect(Object.keys(files)).toContain('kafka1/kafka-logs/played-0/00000000000000000000.log')
  expect(Object.values(files).filter((data) => data.length === 10_485_760).length).toBeGreaterThan(0)
  const znodes = JSON.parse(new TextDecoder().decode(files['znodes.json'])) as Record<string, string>
  expect(znodes['/kafka/brokers/topics/played']).toBeDefined()
})
