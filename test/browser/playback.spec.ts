// Playback by mouse and by keyboard: play, rates, steps, scrubbing, forks, sharing, and what is refused.
import { expect, test, type Locator, type Page } from '@playwright/test'

/** Seconds on the clock, with the microseconds beside it. */
async function now(page: Page): Promise<number> {
  const value = await surface(page).getAttribute('aria-valuenow')
  return Number(value)
}
const surface = (page: Page): Locator => page.getByTestId('timeline-surface')

async function open(page: Page, scenario: RegExp): Promise<void> {
  await page.goto('/')
  await page.getByRole('button', { name: 'Scenarios' }).click()
  await page.getByRole('button', { name: scenario }).click()
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
}

/** Where a moment lies on the surface, found from two that are known: the playhead's before and after a click. */
async function pixels(page: Page): Promise<(second: number) => number> {
  const box = (await surface(page).boundingBox())!
  await page.keyboard.press('Home')
  await expect.poll(() => now(page)).toBe(0)
  const at = async (x: number): Promise<number> => {
    await page.mouse.click(box.x + x, box.y + 14)
    // What was never shown is simulated first, over as many frames as the machine needs.
    let last = -1
    await expect
      .poll(
        async () => {
          const before = last
          last = await now(page)
          return last === before
        },
        { intervals: [250] },
      )
      .toBe(true)
    return last
  }
  const [x0, x1] = [box.width * 0.3, box.width * 0.6]
  const [t0, t1] = [await at(x0), await at(x1)]
  return (second) => box.x + x0 + ((second - t0) / (t1 - t0)) * (x1 - x0)
}

async function drag(page: Page, from: number, to: number): Promise<void> {
  const box = (await surface(page).boundingBox())!
  const y = box.y + 14
  await page.mouse.move(from, y)
  await page.mouse.down()
  for (let i = 1; i <= 10; i++) await page.mouse.move(from + ((to - from) * i) / 10, y)
  await page.mouse.up()
}

test('plays, pauses, steps and jumps by keys', async ({ page }) => {
  await open(page, /Start it up/)
  const paused = await now(page)
  await page.waitForTimeout(300)
  expect(await now(page)).toBe(paused)

  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Pause', exact: true })).toBeVisible()
  await expect.poll(() => now(page)).toBeGreaterThan(paused + 0.2)
  await page.keyboard.press('Space')

  const before = await now(page)
  await page.keyboard.press('ArrowRight')
  const next = await now(page)
  expect(next).toBeGreaterThan(before)
  await page.keyboard.press('ArrowRight')
  expect(await now(page)).toBeGreaterThan(next)
  await page.keyboard.press('ArrowLeft')
  expect(await now(page)).toBe(next)

  // From entry to entry into what was never shown: the election is found.
  await page.keyboard.press('Home')
  for (let i = 0; i < 30 && !(await surface(page).getAttribute('aria-valuetext'))!.includes('became controller'); i++) {
    const from = await now(page)
    await page.keyboard.press('Shift+ArrowRight')
    await expect.poll(() => now(page)).toBeGreaterThan(from)
  }
  expect(await surface(page).getAttribute('aria-valuetext')).toContain('kafka2 became controller, epoch 1')
  const elected = await now(page)
  await page.keyboard.press('Shift+ArrowLeft')
  expect(await now(page)).toBeLessThan(elected)
  await page.keyboard.press('End')
  expect(await now(page)).toBe(elected)
})

test('runs from a thousandth to a thousand times, and says what it reaches', async ({ page }) => {
  await open(page, /Start it up/)
  const rate = page.getByRole('slider', { name: 'Rate of play' })
  for (let i = 0; i < 12; i++) await page.keyboard.press(',')
  await expect(rate).toHaveAttribute('aria-valuetext', /^0.001 /)
  const before = await now(page)
  await page.keyboard.press('Space')
  await page.waitForTimeout(400)
  await page.keyboard.press('Space')
  const slow = (await now(page)) - before
  expect(slow).toBeGreaterThan(0)
  expect(slow).toBeLessThan(0.01)

  for (let i = 0; i < 25; i++) await page.keyboard.press('.')
  await expect(rate).toHaveAttribute('aria-valuetext', /^1000 /)
  const from = await now(page)
  await page.keyboard.press('Space')
  // The page answers while it runs as fast as it can.
  await expect.poll(() => now(page), { timeout: 20_000 }).toBeGreaterThan(from + 60)
  await page.keyboard.press('Space')
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
  const stopped = await now(page)
  await page.waitForTimeout(200)
  expect(await now(page)).toBe(stopped)
})

test('directed play hurries through quiet and slows before what matters', async ({ page }) => {
  await open(page, /Kill the controller/)
  const x = await pixels(page)
  await drag(page, x(10), x(32))
  await page.keyboard.press('d')
  await expect(page.getByRole('button', { name: /^directed/ })).toHaveAttribute('aria-pressed', 'true')
  await page.keyboard.press('Space')
  const paces: number[] = []
  for (let last = await now(page), i = 0; i < 200 && (await now(page)) < 36.02; i++) {
    await page.waitForTimeout(50)
    const at = await now(page)
    paces.push((at - last) / 0.05)
    last = at
  }
  expect(Math.max(...paces)).toBeGreaterThan(1)
  expect(Math.min(...paces.slice(-5))).toBeLessThan(0.6)
})

test('is dragged to any moment, exactly, and acting in the past makes a fork', async ({ page }) => {
  await open(page, /Kill the controller/)
  const x = await pixels(page)
  await drag(page, x(5), x(45))
  await expect.poll(() => now(page)).toBeGreaterThan(43)
  await expect(surface(page)).toHaveAttribute('aria-valuetext', /kafka|zoo/)
  // To the same moment from both sides.
  await page.mouse.click(x(20), (await surface(page).boundingBox())!.y + 14)
  const first = await surface(page).getAttribute('aria-valuetext')
  await drag(page, x(20), x(40))
  await drag(page, x(40), x(20))
  expect(await surface(page).getAttribute('aria-valuetext')).toBe(first)
  const sharedHere = await share(page)

  // Before the kill: stop it instead. The first future stays.
  await drag(page, x(20), x(29))
  const moment = await now(page)
  const line = page.getByRole('textbox', { name: /Command line of host/ })
  await line.focus()
  await page.keyboard.type('docker-compose term kafka2\n')
  await expect(page.locator('[data-fork]')).toHaveCount(2)
  // Time ran until the prompt was back, then stood.
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible({ timeout: 30_000 })
  expect(await now(page)).toBeGreaterThan(moment)
  await surface(page).focus()
  await page.keyboard.press('[')
  await expect(page.locator('.tracks')).toContainText('A · docker-compose kill kafka2')
  await page.getByRole('button', { name: /Fork A of 2/ }).click()
  await page.getByRole('button', { name: /^B · docker-compose term kafka2/ }).click()
  await expect(page.getByRole('button', { name: /Fork B of 2/ })).toBeVisible()

  // A link is that very moment, in another page too.
  await page.goto('about:blank')
  await page.goto(sharedHere)
  expect(await surface(page).getAttribute('aria-valuetext')).toBe(first)
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toBeVisible()
})

/** Shares the moment; gives the link from the address bar. */
async function share(page: Page): Promise<string> {
  await page.keyboard.press('s')
  await expect.poll(() => page.url()).toContain('#run=')
  return page.url()
}

test('a click on a mark goes there and says what it is', async ({ page }) => {
  await open(page, /Kill the controller/)
  const x = await pixels(page)
  await drag(page, x(5), x(45))
  const mark = page.locator('[data-code="session.expired"]')
  await expect(mark).toHaveCount(1)
  const box = (await mark.boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2)
  await expect(page.getByRole('tooltip')).toContainText('expired session')
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2)
  await expect.poll(async () => Math.abs((await now(page)) - 36)).toBeLessThan(0.5)
})

test('the wheel looks closer, and looks elsewhere', async ({ page }) => {
  await open(page, /Start it up/)
  const labels = () => page.locator('.axis text').allTextContents()
  const before = await labels()
  const box = (await surface(page).boundingBox())!
  await page.mouse.move(box.x + box.width / 2, box.y + 40)
  await page.mouse.wheel(0, -600)
  await expect.poll(labels).not.toEqual(before)
  const closer = await labels()
  await page.mouse.wheel(400, 0)
  await expect.poll(labels).not.toEqual(closer)
  await page.keyboard.press('0')
  await expect.poll(labels).toContain('00:02')
  await expect(page.locator('[data-fork]')).toHaveCount(1)
})

test('on a phone the playhead stands still and the tape is drawn along', async ({ browser }) => {
  const page = await browser.newPage({ viewport: { width: 390, height: 844 } })
  await open(page, /Kill the controller/)
  const head = page.locator('.plot .head')
  const before = (await head.boundingBox())!
  const box = (await surface(page).boundingBox())!
  const second = box.width / 62
  const from = await now(page)
  await drag(page, box.x + box.width - 20, box.x + 20)
  await expect.poll(() => now(page)).toBeGreaterThan(from + (box.width - 60) / second)
  await drag(page, box.x + 50, box.x + 150)
  const back = await now(page)
  expect(back).toBeGreaterThan(from)
  expect(back).toBeLessThan(from + (box.width - 60) / second)
  const after = (await head.boundingBox())!
  expect(Math.abs(after.x - before.x)).toBeLessThan(2)
  await page.close()
})

test('help lists the keys', async ({ page }) => {
  await open(page, /Start it up/)
  await page.keyboard.press('?')
  const help = page.getByRole('dialog')
  await expect(help).toContainText('back to the event before')
  await page.keyboard.press('Escape')
  await expect(help).toBeHidden()
})

test.describe('a link that cannot be opened', () => {
  const cases: readonly (readonly [string, string, RegExp])[] = [
    ['damaged', '#run=AAAA', /damaged|cut off/],
    ['of foreign letters', '#run=%%%', /character 1/],
    ['far too long', `#run=${'A'.repeat(3000)}`, /damaged|cut off/],
  ]
  for (const [name, hash, reason] of cases) {
    test(`${name} is refused with a reason; the page works`, async ({ page }) => {
      await page.goto('/' + hash)
      const notice = page.getByRole('alert')
      await expect(notice).toContainText('could not be opened')
      await expect(notice).toContainText(reason)
      await notice.getByRole('button', { name: 'Dismiss' }).click()
      await expect(notice).toBeHidden()
      for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowRight')
      await expect.poll(() => now(page)).toBeGreaterThan(0)
    })
  }
})

test('a seek while dragging answers within a frame', async ({ page }) => {
  await open(page, /Kill the controller/)
  const x = await pixels(page)
  await drag(page, x(5), x(55))
  const times = await page.evaluate(async () => {
    const node = document.querySelector('[data-testid="timeline-surface"]')!
    const box = node.getBoundingClientRect()
    const send = (type: string, px: number): boolean =>
      node.dispatchEvent(
        new PointerEvent(type, {
          pointerId: 1,
          pointerType: 'mouse',
          button: 0,
          clientX: box.left + px,
          clientY: box.top + 14,
          bubbles: true,
        }),
      )
    const frame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve))
    Element.prototype.setPointerCapture = () => undefined
    send('pointerdown', 100)
    const taken: number[] = []
    for (let i = 0; i < 200; i++) {
      // Back and forth over the known run, with leaps.
      send('pointermove', 60 + ((i * 7919) % Math.floor(box.width * 0.7)))
      const began = performance.now()
      await frame()
      taken.push(performance.now() - began)
    }
    send('pointerup', 100)
    return taken.sort((a, b) => a - b)
  })
  test.info().annotations.push({ type: 'frames', description: `p50 ${times[100]!.toFixed(1)} ms, p99 ${times[198]!.toFixed(1)} ms` })
  // How long frames take is told, not judged: that they all come is what must hold (a page that hangs runs into the time limit).
  expect(times).toHaveLength(200)
})
