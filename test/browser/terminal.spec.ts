// Terminals by keyboard: typing, history, completion, programs that read, pasting, and going back in time.
import { expect, test, type Locator, type Page } from '@playwright/test'
import { History, scenarioNamed, seconds, toDocument, toFragment } from '../../src/sim/index.ts'

const fragments = new Map<string, string>()
/** The link of a shipped scenario at a moment, as if all until then had been watched. */
function link(scenario: string, at: number): string {
  const key = `${scenario} ${at}`
  let fragment = fragments.get(key)
  if (fragment === undefined) {
    const history = new History(scenarioNamed(scenario)!)
    history.seek(seconds(at))
    fragments.set(key, (fragment = toFragment(toDocument(history))))
  }
  return `/#${fragment}`
}

const field = (page: Page): Locator => page.getByRole('textbox', { name: /^Command line of/ })
const log = (page: Page): Locator => page.getByRole('log', { name: /^What .* shows/ })
/** What stands in the terminal, row by row, with the line being edited. */
async function shown(page: Page): Promise<string> {
  return (await log(page).innerText()).replace(/\u200b/g, '')
}
async function open(page: Page, scenario: string, at: number): Promise<void> {
  await page.goto(link(scenario, at))
  if (
    !(await field(page)
      .isVisible()
      .catch(() => false))
  ) {
    const bar = page.getByRole('button', { name: /^Open the terminal/ })
    await Promise.race([field(page).waitFor(), bar.waitFor()])
    if (await bar.isVisible()) await bar.click()
  }
  await field(page).focus()
}
async function enter(page: Page, line: string): Promise<void> {
  await page.keyboard.type(line)
  await page.keyboard.press('Enter')
}

test('a command typed while time stands still runs until its prompt is back', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, 'echo hello "$((6 * 7))"')
  await expect(log(page)).toContainText('hello 42')
  await enter(page, 'ls nothing-here')
  await expect(log(page)).toContainText("ls: cannot access 'nothing-here': No such file or directory")
  await expect(log(page).getByText('exit 2')).toBeVisible()
})

test('the first commands of the playground: zk-shell, tree, get, exit', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, './wrappers/zk-shell zoo1')
  await expect(log(page)).toContainText('Welcome to zk-shell (1.2.5)', { timeout: 30_000 })
  await expect.poll(() => shown(page), { timeout: 30_000 }).toMatch(/\(CONNECTED \[zoo1\]\) \/>\s*$/)
  await expect(page.getByRole('tab', { name: 'zk-shell zoo1' })).toBeVisible()
  await enter(page, 'tree kafka/brokers')
  await expect.poll(() => shown(page), { timeout: 30_000 }).toMatch(/├── ids/)
  // zk-shell completes znodes.
  await page.keyboard.type('get kafka/controller_e')
  await page.keyboard.press('Tab')
  await expect(field(page)).toHaveValue(/kafka\/controller_epoch/)
  await page.keyboard.press('Enter')
  await expect.poll(() => shown(page), { timeout: 30_000 }).toMatch(/get kafka\/controller_epoch\n1\n/)
  await page.keyboard.press('Control+d')
  await expect.poll(() => shown(page), { timeout: 30_000 }).toMatch(/\$\s*$/)
  await expect(page.getByRole('tab', { name: 'host', exact: true })).toBeVisible()
})

test('history, search and the keys of a line', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, 'echo one')
  await expect(log(page)).toContainText('\none')
  await page.keyboard.press('ArrowUp')
  await expect(field(page)).toHaveValue('echo one')
  await page.keyboard.press('ArrowUp')
  await expect(field(page)).toHaveValue('docker-compose up -d kafka1 client')
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Control+a')
  await page.keyboard.press('Alt+f')
  await page.keyboard.press('Control+k')
  await page.keyboard.type(' two')
  await expect(field(page)).toHaveValue('echo two')
  await page.keyboard.press('Control+u')
  await page.keyboard.press('Control+r')
  await page.keyboard.type('zoo2')
  await expect(field(page)).toHaveValue('docker-compose up -d zoo1 zoo2 zoo3')
  await page.keyboard.press('Control+g')
  await expect(field(page)).toHaveValue('')
})

test('tab completes commands, services and paths, and lists what it may be', async ({ page }) => {
  await open(page, 'start', 30)
  await page.keyboard.type('docker-compose kil')
  await page.keyboard.press('Tab')
  await expect(field(page)).toHaveValue('docker-compose kill ')
  await page.keyboard.type('zo')
  await page.keyboard.press('Tab')
  await expect(field(page)).toHaveValue('docker-compose kill zoo')
  await page.keyboard.press('Tab')
  const list = page.getByRole('group', { name: 'Completions' })
  await expect(list.getByRole('button')).toHaveText(['zoo1', 'zoo2', 'zoo3'])
  await list.getByText('zoo3').click()
  await expect(field(page)).toHaveValue('docker-compose kill zoo3 ')
  await page.keyboard.press('Control+c')
  await expect(field(page)).toHaveValue('')
})

test('what it shows rewinds with time, and what was entered is still at hand', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, 'echo remember me')
  await expect(log(page)).toContainText('\nremember me')
  await page.keyboard.press('Escape')
  await expect(field(page)).not.toBeFocused()
  await page.getByTestId('timeline-surface').focus()
  await page.keyboard.press('Home')
  await expect(log(page)).not.toContainText('remember me')
  await expect(log(page)).not.toContainText('docker-compose up -d kafka2')
  await page.keyboard.press('End')
  await expect(log(page)).toContainText('\nremember me')
  await page.keyboard.press('Home')
  await expect(log(page)).not.toContainText('remember me')
  await field(page).focus()
  await page.keyboard.press('ArrowUp')
  await expect(field(page)).toHaveValue('echo remember me')
})

test('ctrl-c ends what runs', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, 'sleep 1000')
  await expect(page.getByRole('tab', { name: 'sleep 1000' })).toBeVisible()
  await page.keyboard.press('Control+c')
  await expect(log(page)).toContainText('^C')
  await expect(page.getByRole('tab', { name: 'host', exact: true })).toBeVisible()
  await expect(log(page).getByText('exit 130')).toBeVisible()
})

async function paste(page: Page, text: string): Promise<void> {
  await field(page).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer()
    clipboardData.setData('text/plain', pasted)
    element.dispatchEvent(new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }))
  }, text)
}

test('a pasted block runs line by line; backslash and newline go on', async ({ page }) => {
  await open(page, 'start', 30)
  await paste(page, 'echo first \\\n  line\nsleep 1; echo second\necho third\necho not yet')
  await expect(field(page)).toHaveValue('echo not yet')
  await expect
    .poll(() => shown(page), { timeout: 30_000 })
    .toMatch(/\nfirst line\n\$ sleep 1; echo second\nsecond\n\$ echo third\nthird\n\$ /)
})

test('a paste of a megabyte is refused in words, and the page goes on', async ({ page }) => {
  await open(page, 'start', 30)
  await page.keyboard.type('echo still here')
  await paste(page, 'x'.repeat(1_048_576))
  await expect(page.getByRole('alert')).toContainText('1 048 576 characters')
  await expect(field(page)).toHaveValue('echo still here')
  await paste(page, 'y\n'.repeat(524_288))
  await expect(page.getByRole('alert')).toContainText('Nothing was pasted')
  await page.keyboard.press('Enter')
  await expect(log(page)).toContainText('\nstill here')
})

test('a second terminal is a shell of its own', async ({ page }) => {
  await open(page, 'start', 30)
  await page.getByRole('button', { name: 'Open another terminal' }).click()
  await expect(page.getByRole('tab', { name: 'host2' })).toHaveAttribute('aria-selected', 'true')
  await enter(page, 'cd wrappers; pwd')
  await expect(log(page)).toContainText('/kafka-playground/wrappers')
  await page.getByRole('tab', { name: 'host', exact: true }).click()
  await expect(log(page)).not.toContainText('pwd')
  await page.getByRole('tab', { name: 'host', exact: true }).press('ArrowRight')
  await expect(log(page)).toContainText('/kafka-playground/wrappers')
})

test('a long output scrolls, and stays where one reads', async ({ page }) => {
  await open(page, 'start', 30)
  await enter(page, 'seq 1 900')
  await expect(log(page)).toContainText('\n900\n')
  const view = page.locator('[data-terminal="host"]')
  await view.hover()
  await expect
    .poll(async () => {
      await page.mouse.wheel(0, -30_000)
      return shown(page)
    })
    .toContain('docker-compose up -d kafka1')
  await page.getByRole('button', { name: '↓ to the end' }).click()
  await expect.poll(() => view.evaluate((element) => element.scrollHeight - element.scrollTop - element.clientHeight)).toBeLessThan(2)
})

test.describe('by thumb', () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true })
  test('keys that a phone does not have are in a row below the line', async ({ page }) => {
    await open(page, 'start', 30)
    await page.keyboard.type('docker-compose kil')
    const keys = page.getByRole('toolbar', { name: 'Keys' })
    await keys.getByRole('button', { name: 'tab' }).tap()
    await expect(field(page)).toHaveValue('docker-compose kill ')
    await keys.getByRole('button', { name: 'ctrl-c' }).tap()
    await expect(field(page)).toHaveValue('')
    await keys.getByRole('button', { name: 'up' }).tap()
    await expect(field(page)).toHaveValue('docker-compose up -d kafka1 client')
    const line = (await field(page).boundingBox())!
    const row = (await keys.boundingBox())!
    expect(line.y + line.height).toBeLessThanOrEqual(row.y + 1)
    expect(line.width).toBeGreaterThan(300)
  })
})
