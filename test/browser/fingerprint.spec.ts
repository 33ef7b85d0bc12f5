import { expect, test } from '@playwright/test'
import { seconds } from '../../src/sim/base/index.ts'
import { History, toDocument, toFragment } from '../../src/sim/history/index.ts'
import { scenarioNamed } from '../../src/sim/scenarios/index.ts'

/** A run with a kill, a shell and a fork, played in Node up to after the failover; the link carries the fingerprint it ended in. */
function played() {
  const history = new History(scenarioNamed('start')!)
  history.seek(seconds(24))
  history.act({ terminal: 'host', kind: '$', text: './wrappers/zk-shell zoo1 --run-once "create /seen x"' })
  history.seek(seconds(31))
  history.act({ terminal: 'clicks', kind: '!', text: 'docker-compose kill kafka2' })
  history.seek(seconds(45))
  history.seek(seconds(28))
  history.act({ terminal: 'clicks', kind: '!', text: 'docker-compose pause kafka2' })
  history.seek(seconds(44))
  return toDocument(history)
}

// The page plays the same log for itself and says so when it ends in another state.
const OTHER = /ends in another state/

test('a run ends in the same fingerprint in Node and in the browser', async ({ page }) => {
  await page.goto('/#' + toFragment(played()))
  await expect(page.getByText('00:44.000').first()).toBeVisible()
  await expect(page.getByText(OTHER)).toHaveCount(0)
})

test('another fingerprint is told', async ({ page }) => {
  await page.goto('/#' + toFragment({ ...played(), fingerprint: '0123456789abcdef' }))
  await expect(page.getByText(OTHER)).toBeVisible()
})
