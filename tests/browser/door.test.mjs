/** The page of a door: on a desk, on a phone, and without JavaScript. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { example } from './places.mjs';
import { DESK, openPage, openTown, PHONE, shoot, SOON_MS } from './town.mjs';

let town;
let door;
before(async () => {
  town = await openTown();
  const text = await example(town, 'old_address', '154/34 Hồ Xuân Hương, phường Hiệp Tân, thị xã Hòa Thành, Tây Ninh');
  const answer = await fetch(`${town.url}/v1/search?text=${encodeURIComponent(text)}`);
  door = (await answer.json()).features[0].properties;
});
after(() => town?.stop());

for (const [name, viewport] of [['desk', DESK], ['phone', PHONE]]) {
  test(`a door shows its address, its codes, its place and its plate on a ${name}`, async () => {
    const page = await openPage(town, `d/${door.door_code}`, viewport);
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    for (const text of [door.label, door.label_old, door.codes.plus_code]) {
      await page.getByText(text, { exact: true }).first().waitFor();
    }
    const isWide = await page.evaluate(() => document.documentElement.scrollWidth > document.documentElement.clientWidth);
    assert.equal(isWide, false, 'nothing reaches beyond the screen');
    const small = await page.locator('a, button').evaluateAll((all) => all.filter((one) => one.offsetHeight > 0 && one.offsetHeight < 44).map((one) => one.outerHTML));
    assert.deepEqual(small.filter((one) => !one.includes('maplibregl')), [], 'fingers hit every link');
    await page.locator('.plate').evaluate((picture) => picture.complete || new Promise((done) => picture.addEventListener('load', done)));
    assert.ok(await page.locator('.plate').evaluate((picture) => picture.naturalWidth > 0));
    await page.getByRole('button', { name: 'Chép: Mã địa chỉ số' }).click();
    await page.getByText('Đã chép').waitFor({ timeout: SOON_MS });
    assert.equal(await page.evaluate(() => navigator.clipboard.readText()), door.door_code);
    await shoot(page, `door-${name}`);
    assert.deepEqual(page.faults, [], 'the console has no errors');
    assert.deepEqual(page.strangers, [], 'no request leaves the server');
    await page.context().close();
  });
}

test('without JavaScript everything but the map and the copy buttons is there', async () => {
  const context = await town.browser.newContext({ javaScriptEnabled: false, viewport: PHONE });
  const page = await context.newPage();
  await page.goto(`${town.url}/d/${door.door_code.toLowerCase()}`);
  assert.equal(new URL(page.url()).pathname, `/d/${door.door_code}`);
  await page.getByText(door.label, { exact: true }).first().waitFor();
  assert.equal(await page.locator('button.copy:visible').count(), 0);
  assert.equal(await page.locator('#map').isVisible(), false);
  assert.match(await page.getByRole('link', { name: 'Chỉ đường' }).getAttribute('href'), /^geo:11\./);
  await context.close();
});

test('a mistyped code is refused and the right one offered', async () => {
  const context = await town.browser.newContext({ viewport: PHONE });
  const page = await context.newPage();
  const slip = door.door_code.slice(0, -1) + (door.door_code.endsWith('A') ? 'B' : 'A');
  const answer = await page.goto(`${town.url}/d/${slip}`);
  assert.equal(answer.status(), 404);
  await shoot(page, 'door-mistyped');
  await page.getByRole('link', { name: door.door_code }).click();
  await page.getByText(door.label, { exact: true }).first().waitFor();
  await context.close();
});
