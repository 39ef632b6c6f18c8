/** The description of the API at `/docs`: read with a keyboard, on a phone, and without asking another server. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { DESK, openTown, PHONE, shoot } from './town.mjs';

let town;
before(async () => {
  town = await openTown();
});
after(() => town?.stop());

/** The page, with everything it asks for elsewhere in `strangers`. */
async function openDocs(viewport) {
  const context = await town.browser.newContext({ viewport, locale: 'vi-VN', reducedMotion: 'reduce' });
  const page = await context.newPage();
  const strangers = [];
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== town.url) strangers.push(request.url());
  });
  await page.goto(`${town.url}/docs`);
  return Object.assign(page, { strangers });
}

const openAll = (page) =>
  page.evaluate(() => {
    for (const details of document.querySelectorAll('details')) details.open = true;
  });

test('everything opened fits a phone and a desk, and has nothing that readers cannot read', async () => {
  for (const [name, viewport] of Object.entries({ desk: DESK, phone: PHONE })) {
    const page = await openDocs(viewport);
    await shoot(page, `docs-${name}`);
    assert.ok((await page.locator('details.operation').count()) > 60);
    await openAll(page);
    const { wide, screen } = await page.evaluate(() => ({ wide: document.documentElement.scrollWidth, screen: innerWidth }));
    assert.ok(wide <= screen, `${name}: ${wide} pixels on ${screen}`);
    await page.evaluate(axe.source);
    const { violations } = await page.evaluate(() => window.axe.run());
    assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), [], name);
    assert.deepEqual(page.strangers, []);
    await page.context().close();
  }
});

test('an operation is opened and tried with the keyboard alone', async () => {
  const page = await openDocs(DESK);
  await page.locator('details:has(> #get_v1_search) > summary').focus();
  await page.keyboard.press('Enter');
  await page.keyboard.press('Tab');
  const link = page.locator('#get_v1_search .try a');
  assert.ok(await link.evaluate((element) => element === document.activeElement));
  const [answer] = await Promise.all([page.waitForResponse((response) => response.url().includes('/v1/search')), page.keyboard.press('Enter')]);
  assert.equal(answer.status(), 200);
  assert.ok((await answer.json()).features.length > 0);
});

test('a link to an operation opens it', async () => {
  const page = await openDocs(DESK);
  await page.goto(`${town.url}/docs#get_v1_parcels`);
  assert.ok(await page.locator('#get_v1_parcels').isVisible());
});
