/** The page at 360 pixels, and for readers who do not see it. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { filledCard, plannedParcel, viewOf } from './places.mjs';
import { DESK, mapIsStill, openAgain, openPage, openTown, PHONE, shoot, SOON_MS } from './town.mjs';

let town;
let here;
before(async () => {
  town = await openTown();
  here = await plannedParcel(town);
});
after(() => town?.stop());

const cardHash = () => `#${viewOf(here)}&style=quy-hoach&at=${here.lat},${here.lng}`;

/** Elements that stick out of the screen sideways. */
const overflowing = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('body *')]
      .filter((element) => !element.closest('.maplibregl-canvas-container, .hidden-text, svg') && element.checkVisibility())
      .filter((element) => {
        const { left, right, width } = element.getBoundingClientRect();
        return width > 0 && (right > innerWidth + 1 || left < -1);
      })
      .map((element) => `${element.tagName}.${element.className}`),
  );

/** Buttons, links and fields smaller than a finger. */
const smallTargets = (page) =>
  page.evaluate(() =>
    [...document.querySelectorAll('button, a[href], input, summary')]
      .filter((element) => element.checkVisibility() && !element.closest('.maplibregl-ctrl-attrib'))
      .map((element) => (element.matches('label input') ? element.closest('label') : element))
      .filter((element) => {
        const { width, height } = element.getBoundingClientRect();
        return Math.round(width) < 44 || Math.round(height) < 44;
      })
      .map((element) => `${element.tagName}.${element.className} ${element.textContent}`),
  );

test('nothing sticks out at 360 pixels, with the card, the layers and the suggestions open', async () => {
  const page = await openPage(town, cardHash(), PHONE);
  await filledCard(page);
  assert.deepEqual(await overflowing(page), []);
  await page.waitForTimeout(1500);
  await shoot(page, 'phone-card');

  await page.locator('.grip').click();
  await page.waitForTimeout(400);
  assert.deepEqual(await overflowing(page), []);
  await shoot(page, 'phone-card-tall');

  await page.locator('#card-close').click();
  await page.locator('#card').waitFor({ state: 'hidden' });
  await page.locator('#layers-button').click();
  await page.locator('#layers-panel summary').click();
  assert.deepEqual(await overflowing(page), []);
  assert.deepEqual(await smallTargets(page), []);
  await shoot(page, 'phone-layers');

  await page.getByRole('combobox').click();
  await page.getByRole('combobox').pressSequentially('phuong', { delay: 20 });
  await page.getByRole('option').first().waitFor({ timeout: SOON_MS });
  assert.deepEqual(await overflowing(page), []);
  const covered = await page.getByRole('option').evaluateAll((options) =>
    options.filter((option) => {
      const { right, top, height } = option.getBoundingClientRect();
      return !option.contains(document.elementFromPoint(right - 12, top + height / 2));
    }).length,
  );
  assert.equal(covered, 0, 'no tool lies over a suggestion');
  await shoot(page, 'phone-suggestions');
  assert.deepEqual(page.faults, []);
  await page.context().close();
});

test('on the first screen the examples leave the middle of the map to a finger', async () => {
  const page = await openPage(town, '', PHONE);
  await page.locator('.examples li').nth(3).waitFor({ timeout: SOON_MS });
  await mapIsStill(page);
  const isMap = await page.evaluate(() => document.elementFromPoint(innerWidth / 2, innerHeight / 2).matches('.maplibregl-canvas'));
  assert.ok(isMap, 'the middle of the screen is map');
  assert.deepEqual(await overflowing(page), []);
  await shoot(page, 'phone-first');
  await page.context().close();
});

test('the sheet leaves half of the map free and is closed by its button or a swipe', async () => {
  const page = await openPage(town, cardHash(), PHONE);
  const card = await filledCard(page);
  assert.ok((await card.boundingBox()).height <= PHONE.height / 2);
  const grip = await page.locator('.grip').boundingBox();
  await page.mouse.move(grip.x + 100, grip.y + 10);
  await page.mouse.down();
  await page.mouse.move(grip.x + 100, grip.y + 140, { steps: 5 });
  await page.mouse.up();
  await card.waitFor({ state: 'hidden' });
  await page.context().close();
});

test('on a phone every target is large enough for a finger', async () => {
  const page = await openPage(town, '', PHONE);
  assert.deepEqual(await smallTargets(page), []);
  await shoot(page, 'phone-first-screen');
  await openAgain(page, town, cardHash());
  await filledCard(page);
  assert.deepEqual(await smallTargets(page), []);
  await page.context().close();
});

for (const [name, viewport] of [['desk', DESK], ['phone', PHONE]]) {
  test(`axe finds nothing serious on a ${name}`, async () => {
    const page = await openPage(town, '', viewport);
    const check = async (where) => {
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => globalThis.axe.run(document, { runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice'] }));
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.map(({ id, nodes }) => `${where}: ${id} ${nodes.map((node) => node.target).join(' ')}`), []);
    };
    await check('first screen');
    await page.locator('#layers-button').click();
    await page.locator('#layers-panel summary').click();
    await check('layers');
    await page.keyboard.press('Escape');
    await page.getByRole('combobox').fill('phuong');
    await page.getByRole('option').first().waitFor({ timeout: SOON_MS });
    await page.getByRole('combobox').press('ArrowDown');
    await check('suggestions');
    await openAgain(page, town, cardHash());
    await filledCard(page);
    await check('card');
    await openAgain(page, town, `#${viewOf(here, 14)}&style=thua-dat&land=${here.lat},${here.lng}`);
    await filledCard(page);
    await check('card of land');
    await page.locator('#card-close').click();
    for (const summary of ['#legend > details:not([open]) > summary', '#legend .more > summary']) {
      if (await page.locator(summary).isVisible()) await page.locator(summary).click();
    }
    await check('legend');
    await page.context().close();
  });
}

test('who asks for less motion gets none', async () => {
  const page = await openPage(town, cardHash(), DESK);
  const moving = await page.evaluate(() => document.getAnimations().length);
  assert.equal(moving, 0);
  await page.context().close();
});
