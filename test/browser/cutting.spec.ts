// Wires cut and mended by hand: a stroke across them, a line from machine to machine, a click on the cut; by mouse and by touch.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { History, scenarioNamed, seconds, toDocument, toFragment } from '../../src/sim/index.ts'

/** The page at a moment at which all runs, standing still. */
async function open(page: Page): Promise<void> {
  const history = new History(scenarioNamed('start')!)
  history.seek(seconds(25))
  await page.goto(`/#${toFragment(toDocument(history))}`)
  await expect(machine(page, 'kafka2')).toBeVisible()
}
const machine = (page: Page, name: string): Locator => page.locator(`[data-key="host:${name}"]`)
const cuts = (page: Page): Locator => page.locator('.wire .mend')
/** The command line last done in the terminal. */
const lines = (page: Page): Locator => page.getByRole('log').or(page.locator('.dock'))

async function middle(thing: Locator): Promise<{ x: number; y: number }> {
  const box = (await thing.boundingBox())!
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 }
}

/** A stroke by mouse, in small steps; `look` is called before it ends. */
async function stroke(page: Page, from: { x: number; y: number }, to: { x: number; y: number }, look?: () => Promise<void>): Promise<void> {
  await page.mouse.move(from.x, from.y)
  await page.mouse.down()
  for (let i = 1; i <= 12; i++) await page.mouse.move(from.x + ((to.x - from.x) * i) / 12, from.y + ((to.y - from.y) * i) / 12)
  await look?.()
  await page.mouse.up()
}

/** Ends of a stroke across the wire between the brokers. */
async function betweenBrokers(page: Page): Promise<[{ x: number; y: number }, { x: number; y: number }]> {
  const [one, other] = await Promise.all(['kafka1', 'kafka2'].map(async (name) => (await machine(page, name).boundingBox())!))
  const x = (one!.x + one!.width + other!.x) / 2
  return [
    { x, y: one!.y + 8 },
    { x, y: one!.y + one!.height - 4 },
  ]
}

test('a stroke across a wire cuts it, another one mends it', async ({ page }) => {
  await open(page)
  const [from, to] = await betweenBrokers(page)
  await stroke(page, from, to, async () => {
    await expect(page.locator('.cutter.cut')).toContainText('cut kafka1 – kafka2')
  })
  await expect(cuts(page)).toHaveCount(1)
  await expect(lines(page).first()).toContainText('link cut kafka1 kafka2')
  await expect(page.getByRole('button', { name: /kafka1 – kafka2, cut/ })).toBeVisible()
  // Nothing was selected or opened by the way.
  await expect(page.getByRole('menu')).toHaveCount(0)

  await stroke(page, from, to, async () => {
    await expect(page.locator('.cutter.heal')).toContainText('heal kafka1 – kafka2')
  })
  await expect(cuts(page)).toHaveCount(0)
  await expect(lines(page).first()).toContainText('link heal kafka1 kafka2')
})

test('Escape lets a stroke go; a stroke across nothing does nothing; a short press is a click', async ({ page }) => {
  await open(page)
  const [from, to] = await betweenBrokers(page)
  await stroke(page, from, to, async () => {
    await page.keyboard.press('Escape')
    await expect(page.locator('.cutter')).toHaveCount(0)
  })
  await expect(cuts(page)).toHaveCount(0)
  const empty = (await machine(page, 'kafka1').boundingBox())!
  await stroke(page, { x: empty.x - 60, y: empty.y + 30 }, { x: empty.x - 20, y: empty.y + 50 })
  await expect(cuts(page)).toHaveCount(0)
  await page.mouse.click(empty.x + 40, empty.y + 14)
  await expect(page.getByRole('menu')).toBeVisible()
})

test('drawn from machine to machine, a link is cut; a click on the cut mends it', async ({ page }) => {
  await open(page)
  const from = await middle(machine(page, 'zoo1'))
  const broker = (await machine(page, 'kafka2').boundingBox())!
  await stroke(page, from, { x: broker.x + 60, y: broker.y + 16 }, async () => {
    await expect(page.locator('.cutter.cut')).toContainText('cut kafka2 – zoo1')
  })
  await expect(cuts(page)).toHaveCount(1)
  await expect(lines(page).first()).toContainText('link cut kafka2 zoo1')
  const cross = await middle(cuts(page).locator('.gap'))
  await page.mouse.click(cross.x, cross.y)
  await expect(cuts(page)).toHaveCount(0)
  await expect(lines(page).first()).toContainText('link heal kafka2 zoo1')
})

test('by keyboard: the wire’s menu does the same', async ({ page }) => {
  await open(page)
  await page.getByRole('button', { name: /connection to Kafka, kafka1 – kafka2/ }).focus()
  await page.keyboard.press('Enter')
  await page.getByRole('menuitem', { name: /^Cut/ }).press('Enter')
  await expect(cuts(page)).toHaveCount(1)
  await page.getByRole('button', { name: /kafka1 – kafka2, cut/ }).focus()
  await page.keyboard.press('Enter')
  await page.keyboard.press('Enter')
  await expect(cuts(page)).toHaveCount(0)
})

test.describe('by touch', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  test('a finger across a wire cuts it', async ({ page }) => {
    await open(page)
    const [from, to] = await betweenBrokers(page)
    const client = await page.context().newCDPSession(page)
    const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x = 0, y = 0) =>
      client.send('Input.dispatchTouchEvent', { type, touchPoints: type === 'touchEnd' ? [] : [{ x, y }] })
    await touch('touchStart', from.x, from.y)
    for (let i = 1; i <= 10; i++) await touch('touchMove', from.x + ((to.x - from.x) * i) / 10, from.y + ((to.y - from.y) * i) / 10)
    await touch('touchEnd')
    await expect(cuts(page)).not.toHaveCount(0)
  })
})
