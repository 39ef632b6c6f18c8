/** The page on a desk, over the real server and the demo town. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { catalogOf, example, filledCard, plannedParcel, viewOf } from './places.mjs';
import { fragment, openAgain, openPage, openTown, shoot, SOON_MS, withPageOf } from './town.mjs';

let town;
let here;
before(async () => {
  town = await openTown();
  here = await plannedParcel(town);
});
after(() => town?.stop());

const withPage = (hash, use, viewport) => withPageOf(town, hash, use, viewport);

const searchField = (page) => page.getByRole('combobox');

test('the first screen shows the map, the notice and examples, and asks nobody else', () =>
  withPage('', async (page) => {
    assert.equal(await page.locator('html').getAttribute('lang'), 'vi');
    if ((await catalogOf(town)).is_generated) {
      await page.getByText('Dữ liệu mẫu, không phải thửa đất thật').waitFor();
    }
    assert.ok((await page.locator('.examples button').count()) >= 3);
    await page.waitForTimeout(1500);
    await shoot(page, 'first-screen');
  }));

test('an old address typed and Enter flies there and opens the card with both forms', () =>
  withPage('', async (page) => {
    const before = fragment(page).get('map');
    await searchField(page).fill(await example(town, 'address', '117/19 Nguyễn Thị Minh Khai, xã Trường Tây, thị xã Hòa Thành'));
    await searchField(page).press('Enter');
    const card = await filledCard(page);
    await card.getByText('Địa chỉ cũ').waitFor();
    await page.waitForFunction((old) => !location.hash.includes(`map=${old}`), before, { timeout: SOON_MS });
    assert.ok(Number(fragment(page).get('map').split('/')[0]) >= 16, 'close enough to see doors');
    await page.waitForTimeout(1500);
    await shoot(page, 'old-address');
  }));

test('suggestions come without accents, arrows move in the list and Enter takes one', () =>
  withPage('', async (page) => {
    await searchField(page).pressSequentially('phuong thanh dien', { delay: 20 });
    const options = page.getByRole('option');
    await options.first().waitFor({ timeout: SOON_MS });
    assert.ok((await options.count()) <= 7);
    assert.equal(await searchField(page).getAttribute('aria-expanded'), 'true');
    await shoot(page, 'suggestions');

    await searchField(page).press('ArrowDown');
    const active = await searchField(page).getAttribute('aria-activedescendant');
    assert.equal(await page.locator(`#${active}`).getAttribute('aria-selected'), 'true');
    await searchField(page).press('ArrowUp');
    assert.equal(await searchField(page).getAttribute('aria-activedescendant'), null, 'back in the field');
    await searchField(page).press('ArrowDown');
    const label = await options.first().locator('.suggestion-text > span').innerText();
    await searchField(page).press('Enter');
    assert.equal(await searchField(page).inputValue(), label);
    await page.locator('#card').waitFor();
    assert.equal(await page.getByRole('option').count(), 0);
  }));

test('Escape closes the suggestions, then empties the field', () =>
  withPage('', async (page) => {
    await searchField(page).pressSequentially('phuong', { delay: 20 });
    await page.getByRole('option').first().waitFor({ timeout: SOON_MS });
    await searchField(page).press('Escape');
    assert.equal(await page.getByRole('option').count(), 0);
    assert.equal(await searchField(page).inputValue(), 'phuong');
    await searchField(page).press('Escape');
    assert.equal(await searchField(page).inputValue(), '');
  }));

test('an old ward that was split asks instead of guessing', () =>
  withPage('', async (page) => {
    await searchField(page).fill('phường Trưng Vương, thành phố Uông Bí');
    await searchField(page).press('Enter');
    const answer = page.locator('.search-note, #card');
    await answer.first().waitFor({ timeout: SOON_MS });
    const text = await page.locator('main').innerText();
    assert.match(text, /Uông Bí/);
    assert.match(text, /Vàng Danh/);
    await shoot(page, 'split-ward');
  }));

test('what is typed stands in no address and in no link', () =>
  withPage('', async (page) => {
    const typed = '0912 345 678 Phạm Hùng';
    const addresses = [];
    page.on('request', (request) => addresses.push(decodeURIComponent(request.url()).replaceAll('+', ' ')));
    const answer = page.waitForResponse((found) => found.url().endsWith('/v1/search'), { timeout: SOON_MS });
    await searchField(page).fill(typed);
    await searchField(page).press('Enter');
    assert.equal((await answer).request().method(), 'POST');
    assert.ok(addresses.length > 0, 'requests were seen');
    for (const address of [...addresses, decodeURIComponent(page.url())]) {
      assert.ok(!address.includes('345 678') && !address.includes('Phạm'), address);
    }
  }));

test('nothing found is said, with what to do', () =>
  withPage('', async (page) => {
    await searchField(page).fill('qqqqzzzz wwwwxxxx');
    await searchField(page).press('Enter');
    await page.getByText('Không tìm thấy').waitFor({ timeout: SOON_MS });
    assert.match(await page.locator('.search-note').innerText(), /chạm vào bản đồ/);
  }));

test('typing what nothing is called says so before Enter, and the sentence goes with the next letter that fits', () =>
  withPage('', async (page) => {
    await searchField(page).pressSequentially('zqxjzqx', { delay: 20 });
    const said = page.getByText('Chưa có gợi ý nào');
    await said.waitFor({ timeout: SOON_MS });
    await shoot(page, 'no-suggestion');
    await searchField(page).fill('thanh điền');
    await page.getByRole('option').first().waitFor({ timeout: SOON_MS });
    assert.equal(await said.isVisible(), false);
  }));

test('text pasted with line breaks becomes one line', () =>
  withPage('', async (page) => {
    await searchField(page).focus();
    await page.evaluate(() => {
      const data = new DataTransfer();
      data.setData('text', '12 Phạm Hùng\r\nphường  Hiệp Tân\n');
      document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
    });
    assert.equal(await searchField(page).inputValue(), '12 Phạm Hùng phường Hiệp Tân');
  }));

test('a click on the map opens the card with address, parcel, uses and zones', () =>
  withPage(`#${viewOf(here, 19)}&style=quy-hoach`, async (page) => {
    const map = await page.locator('.maplibregl-canvas').boundingBox();
    await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
    const card = await filledCard(page);
    const { sheet, number, uses } = here.parcel.properties;
    assert.equal(await card.getByRole('heading', { level: 2 }).innerText(), `Thửa ${number}, tờ ${sheet}`);
    const text = await card.innerText();
    for (const use of uses) assert.ok(text.includes(use.code), `names the use ${use.code}`);
    const zone = here.plans.flatMap((plan) => plan.zones)[0];
    assert.ok(text.includes(zone.name ?? zone.code), `names the zone ${zone.name ?? zone.code}`);
    assert.match(text, /\d+(,\d)? %/);
    assert.match(text, /Chỉ để tham khảo/);
    await card.getByText('Toạ độ WGS 84').waitFor();
    await page.waitForTimeout(1500);
    await shoot(page, 'parcel-card');

    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
  }));

test('the map is used by keyboard: Enter opens the place in the middle', () =>
  withPage(`#${viewOf(here, 19)}`, async (page) => {
    await page.locator('.maplibregl-canvas').focus();
    await page.keyboard.press('Enter');
    await filledCard(page);
    assert.ok(fragment(page).get('at'));
  }));

test('a view and a single layer are switched, and the legend follows', () =>
  withPage(`#${viewOf(here, 17)}`, async (page) => {
    await page.getByRole('button', { name: 'Lớp bản đồ' }).click();
    await page.getByLabel('Thửa đất và loại đất').check();
    await page.locator('#legend').getByText('Loại đất', { exact: true }).waitFor({ timeout: SOON_MS });
    assert.equal(fragment(page).get('style'), 'thua-dat');
    assert.ok((await page.locator('#legend li').count()) > 0);
    await shoot(page, 'land-use');

    await page.locator('#layers-panel summary').click();
    await page.getByLabel('Loại đất', { exact: true }).uncheck();
    await page.locator('#legend').waitFor({ state: 'hidden', timeout: SOON_MS });
    assert.equal(fragment(page).get('off'), 'land_use');
    await shoot(page, 'layers-panel');
  }));

test('the link reopens view, style, layers, selection and language', () =>
  withPage(`#${viewOf(here, 19)}&style=thua-dat&off=streets&parcel=${here.parcel.properties.parcel_id}&lang=en`, async (page) => {
    await filledCard(page);
    const link = page.url();
    const title = await page.locator('#card-title').innerText();
    assert.match(title, /^Parcel /);
    await withPage(new URL(link).hash, async (again) => {
      await filledCard(again);
      assert.equal(await again.locator('#card-title').innerText(), title);
      await again.waitForTimeout(500);
      assert.deepEqual([...fragment(again)], [...new URLSearchParams(new URL(link).hash.slice(1))]);
      await again.locator('#layers-button').click();
      await again.locator('#layers-panel summary').click();
      assert.equal(await again.getByLabel('Streets and alleys').isChecked(), false);
    });
  }));

test('the English switch changes every text and lang', () =>
  withPage(`#${viewOf(here, 19)}&style=thua-dat&parcel=${here.parcel.properties.parcel_id}`, async (page) => {
    await filledCard(page);
    await page.locator('#language').click();
    await filledCard(page);
    assert.equal(await page.locator('html').getAttribute('lang'), 'en');
    assert.equal(await searchField(page).getAttribute('placeholder'), 'Search address, parcel, door code, coordinates…');
    const text = await page.locator('body').innerText();
    for (const vietnamese of ['Thửa đất', 'Quy hoạch\n', 'Địa chỉ hiện nay', 'Chú giải', 'Dữ liệu mẫu']) {
      assert.ok(!text.includes(vietnamese), `${vietnamese} is still there`);
    }
    await page.waitForTimeout(1000);
    await shoot(page, 'english');
  }));

test('glyphs of Vietnamese come from this server', () =>
  withPage('', async (page) => {
    const range = page.waitForResponse((answer) => /\/fonts\/.*7680-7935\.pbf$/.test(answer.url()), { timeout: SOON_MS });
    await openAgain(page, town, `#${viewOf(here, 17)}&style=dia-chi`);
    const answer = await range;
    assert.equal(answer.status(), 200);
    assert.ok((await answer.body()).length > 10_000, 'the letters are drawn');
  }));

test('both archipelagos are labelled where they are in view', () =>
  withPage('#map=5/13/111&style=dia-chi', async (page) => {
    await page.waitForTimeout(2000);
    await shoot(page, 'archipelagos');
  }));

test('a failing search is said in plain words and can be tried again', async () => {
  const page = await openPage(town);
  await page.route('**/v1/search*', (route) => route.abort());
  await searchField(page).fill('Phạm Hùng');
  await searchField(page).press('Enter');
  await page.getByText('Máy chưa nối được với máy chủ').waitFor({ timeout: SOON_MS });
  await page.unroute('**/v1/search*');
  await page.locator('.search-note').getByRole('button', { name: 'Thử lại' }).click();
  await page.getByText('Máy chưa nối được với máy chủ').waitFor({ state: 'hidden', timeout: SOON_MS });
  await page.context().close();
});

test('tiles that fail are said once, with a way to try again', async () => {
  const page = await openPage(town, `#${viewOf(here, 17)}`);
  await page.route('**/tiles/*/*/*/*', (route) => route.fulfill({ status: 500 }));
  await openAgain(page, town, `#${viewOf(here, 15)}`);
  await page.getByText('Một phần bản đồ chưa tải được.').waitFor({ timeout: SOON_MS });
  assert.equal(await page.locator('.message').count(), 1);
  await page.unroute('**/tiles/*/*/*/*');
  const tile = page.waitForResponse((answer) => /\/tiles\/.*\/15\//.test(answer.url()) && answer.ok(), { timeout: SOON_MS });
  await page.getByRole('button', { name: 'Thử lại' }).click();
  await tile;
  await page.context().close();
});

test('the page without tiles weighs at most 400 KB', () =>
  withPage('', async (page) => {
    const bytes = await page.evaluate(() =>
      performance
        .getEntriesByType('resource')
        .concat(performance.getEntriesByType('navigation'))
        .filter(({ name }) => !/\/(tiles|fonts)\//.test(name))
        .reduce((sum, { encodedBodySize }) => sum + encodedBodySize, 0),
    );
    assert.ok(bytes > 100_000 && bytes <= 400 * 1024, `${bytes} bytes`);
  }));
