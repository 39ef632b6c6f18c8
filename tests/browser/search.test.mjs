/** What the search box makes of Enter: the best place, or a question; and the card that follows. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { example, filledCard, plannedParcel, viewOf } from './places.mjs';
import { DESK, fragment, openPage, openTown, PHONE, shoot, SOON_MS, withPageOf } from './town.mjs';

let town;
let here;
let address;
before(async () => {
  town = await openTown();
  here = await plannedParcel(town);
  address = await example(town, 'address', '117/19 Nguyễn Thị Minh Khai, xã Trường Tây, thị xã Hòa Thành');
});
after(() => town?.stop());

const withPage = (hash, use, viewport) => withPageOf(town, hash, use, viewport);

const searchField = (page) => page.getByRole('combobox');
const note = (page) => page.locator('.search-note:visible');
const cardTitle = (page) => page.locator('#card-title');

/** Types as a person does, and waits for the list. */
async function typeAndSee(page, text) {
  const answer = page.waitForResponse((found) => found.url().endsWith('/v1/autocomplete') && asked(found.request()).get('text') === text, { timeout: SOON_MS });
  await searchField(page).pressSequentially(text, { delay: 10 });
  await answer;
  await page.getByRole('option').first().waitFor({ timeout: SOON_MS });
}

const asked = (request) => new URLSearchParams(request.postData() ?? '');

/** Answers as the server does, with places of our own. */
async function answerWith(page, path, change) {
  await page.route(`**/v1/${path}*`, async (route) => {
    const response = await route.fetch();
    await route.fulfill({ response, json: change(await response.json()) });
  });
}

const found = (properties) => ({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [here.lng, here.lat] },
  properties: { gid: `bandoso:${properties.label}`, layer: 'address', name: properties.label.split(',')[0], ...properties },
});

test('Enter takes the best suggestion, though the last word is not finished', () =>
  withPage('', async (page) => {
    const [door] = address.split(',');
    await typeAndSee(page, door.slice(0, -2));
    await searchField(page).press('Enter');
    await filledCard(page);
    assert.equal(await cardTitle(page).innerText(), door);
    assert.match(await page.title(), new RegExp(`^${door} · `), 'the title names what is shown');
    await page.locator('#card-close').click();
    await page.waitForFunction((name) => !document.title.includes(name), door, { timeout: SOON_MS });
  }));

test('a word for a kind of place asks among those near the view, nearest first', () =>
  withPage(`#${viewOf(here, 16)}`, async (page) => {
    await typeAndSee(page, 'chợ');
    await searchField(page).press('Enter');
    await note(page).getByText('Bạn muốn nơi nào?').waitFor({ timeout: SOON_MS });
    const rows = await page.getByRole('option').locator('.suggestion-text > span').allInnerTexts();
    assert.ok(rows.length > 1 && rows.every((name) => name.startsWith('Chợ ')), rows.join());
    const metres = await page.getByRole('option').locator('.suggestion-away').allInnerTexts();
    const lengths = metres.map((text) => Number.parseFloat(text.replace('.', '').replace(',', '.')) * (text.endsWith('km') ? 1000 : 1));
    assert.deepEqual(lengths, [...lengths].sort((a, b) => a - b));
    assert.equal(await page.locator('#card').isVisible(), false, 'nothing was guessed');
    assert.equal(await searchField(page).getAttribute('aria-expanded'), 'true');
    await searchField(page).press('ArrowDown');
    await searchField(page).press('Enter');
    await filledCard(page);
    assert.equal(await cardTitle(page).innerText(), rows[0]);
  }));

test('Enter sends the view as typing does, and a number of many parcels asks with the nearest first', () =>
  withPage(`#${viewOf(here, 17)}`, async (page) => {
    const sent = page.waitForRequest((request) => request.url().endsWith('/v1/search'), { timeout: SOON_MS });
    const { number, unit } = here.parcel.properties;
    await searchField(page).fill(`thửa ${number}`);
    await searchField(page).press('Enter');
    const focus = asked(await sent);
    const [lat, lng] = ['lat', 'lon'].map((side) => Number(focus.get(`focus.point.${side}`)));
    assert.ok(Math.abs(lat - here.lat) < 0.01 && Math.abs(lng - here.lng) < 0.01, `asked near ${lat}, ${lng}`);
    await note(page).getByText('Bạn muốn nơi nào?').waitFor({ timeout: SOON_MS });
    assert.ok((await page.getByRole('option').count()) > 1);
    const first = await page.getByRole('option').first().innerText();
    assert.match(first, new RegExp(`^Thửa ${number}, tờ `));
    assert.match(first, /\d m$/, 'the first is metres away and not kilometres');
    assert.ok(unit === null || first.includes(unit.label.split(',')[0]), first);
    await shoot(page, 'several-parcels');
  }));

test('a row leads with the address, and says old and new in one line', () =>
  withPage('', async (page) => {
    await typeAndSee(page, address.replace(/, (Huyện|Thị xã|Thành phố|Tỉnh) .*/, ''));
    const row = page.getByRole('option').first();
    assert.equal(await row.locator('.suggestion-text > span').innerText(), address.split(',')[0]);
    assert.match(await row.locator('.suggestion-text small').innerText(), /, (Xã|Phường) .* → (Xã|Phường) /);
    await shoot(page, 'old-to-new');
  }));

for (const [device, viewport] of [['desk', DESK], ['phone', PHONE]]) {
  test(`what is not sure is said in words with what was not understood, on a ${device}`, () =>
    withPage('', async (page) => {
      const places = [
        found({ label: '12 Nguyễn Trãi, Phường Long Hoa', confidence: 0.35, match: { street: { name: 'Nguyễn Trãi', is_former: false }, unmatched: ['Paris'] } }),
        found({ label: 'Nguyễn Trãi, Phường Thanh Điền', confidence: 0.45 }),
      ];
      // Whether the server doubts the text typed here belongs to its own places, not to these.
      const answerOurs = (answer) => ({ ...answer, features: places, geocoding: { ...answer.geocoding, ambiguous: false } });
      for (const path of ['search', 'autocomplete']) await answerWith(page, path, answerOurs);
      const ask = async (confidence) => {
        places[0].properties.confidence = confidence;
        await searchField(page).fill(`12 Nguyễn Trãi, Paris ${confidence}`);
        await searchField(page).press('Enter');
      };
      await ask(0.5);
      await note(page).getByText('Không chắc, xem các khả năng.').waitFor({ timeout: SOON_MS });
      const said = await note(page).innerText();
      assert.match(said, /Không hiểu: “Paris”\./);
      assert.match(said, /Hiểu được: Nguyễn Trãi\./);
      assert.match(said, /chạm vào nơi đó trên bản đồ/);
      assert.equal(await page.getByRole('option').count(), 2, 'the candidates are listed');
      const heard = await page.locator('#search [role=status]').allInnerTexts();
      assert.match(heard.join(' '), /Không chắc[^]*2 gợi ý/, 'a screen reader hears it too');
      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => axe.run('#search'));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
      await shoot(page, `unsure-${device}`);

      await ask(0.75);
      const card = await filledCard(page);
      assert.match(await card.locator('.confidence').innerText(), /Có thể/);
      assert.match(await card.locator('.confidence').innerText(), /Không hiểu: “Paris”/);
      await shoot(page, `likely-${device}`);
      await card.getByText('Khả năng khác').click();
      await card.getByRole('button', { name: /Phường Thanh Điền/ }).click();
      await page.waitForFunction(() => document.getElementById('card-title').textContent === 'Nguyễn Trãi', null, { timeout: SOON_MS });

      await ask(0.97);
      await card.getByText('Chắc chắn').waitFor({ timeout: SOON_MS });
    }, viewport));
}

test('what is not found says what comes nearest', () =>
  withPage('', async (page) => {
    const nearest = [found({ label: 'Phường Long Hoa, Tỉnh Tây Ninh', layer: 'ward', confidence: 0.5, match: { ward: { name: 'Phường Long Hoa', is_former: false } } })];
    await answerWith(page, 'search', (answer) => ({ ...answer, features: [] }));
    await answerWith(page, 'autocomplete', (answer) => ({ ...answer, features: nearest }));
    await searchField(page).fill('đường Không Có, Long Hoa');
    await searchField(page).press('Enter');
    await page.getByRole('option').waitFor({ timeout: SOON_MS });
    assert.match(await note(page).innerText(), /Hiểu được: Phường Long Hoa\.[^]*bản đồ/);
  }));

test('while a finger is down the list stays as it is, and the row under it is taken', () =>
  withPage('', async (page) => {
    await typeAndSee(page, 'phường');
    const rows = () => page.getByRole('option').allInnerTexts();
    const seen = await rows();
    const box = await page.getByRole('option').nth(1).boundingBox();
    const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
    await page.mouse.move(x, y);
    await page.mouse.down();
    const later = page.waitForResponse((answer) => asked(answer.request()).get('text') === 'phường long hoa', { timeout: SOON_MS });
    await searchField(page).pressSequentially(' long hoa');
    await later;
    await page.waitForTimeout(300);
    assert.deepEqual(await rows(), seen, 'nothing moved');
    await page.mouse.move(x, 790);
    await page.mouse.up();
    await page.waitForFunction((first) => document.querySelector('[role=option]')?.innerText !== first, seen[0], { timeout: SOON_MS });
    assert.match((await rows())[0], /Long Hoa/, 'what came meanwhile is shown now');

    const row = page.getByRole('option').first();
    const name = (await row.locator('.suggestion-text > span').innerText()).split(' → ').at(-1).split(',')[0];
    await row.click();
    await page.locator('#card').waitFor({ timeout: SOON_MS });
    assert.equal(await cardTitle(page).innerText(), name);
  }));

test('three pasted lines are offered to the list, two are an address with a line break', () =>
  withPage('', async (page) => {
    const paste = (text) =>
      page.evaluate((pasted) => {
        const data = new DataTransfer();
        data.setData('text', pasted);
        document.activeElement.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
      }, text);
    await searchField(page).focus();
    await paste('12 Phạm Hùng\r\nphường Hiệp Tân\r\n');
    assert.equal(await page.getByRole('button', { name: 'Mở thành danh sách' }).isVisible(), false);
    await searchField(page).fill('');
    await paste('12 Phạm Hùng\nphường Long Hoa\n\nphường Thanh Điền\n');
    await page.locator('.search-offer').getByText('Bạn vừa dán 3 dòng.').waitFor();
    await shoot(page, 'pasted-lines');
    await page.getByRole('button', { name: 'Mở thành danh sách' }).click();
    assert.equal(await page.getByLabel('Danh sách', { exact: true }).inputValue(), '12 Phạm Hùng\nphường Long Hoa\n\nphường Thanh Điền\n');
    assert.equal(await searchField(page).inputValue(), '');
  }));

const door = (name, more) => ({ ...found({ label: `${name}, Phường Long Hoa`, door_code: 'DMR-TEZ-Z8G' }), properties: { ...found({ label: `${name}, Phường Long Hoa` }).properties, ...more } });
const parcelHash = () => `#${viewOf(here, 19)}&parcel=${here.parcel.properties.parcel_id}`;

for (const [device, viewport] of [['desk', DESK], ['phone', PHONE]]) {
  test(`a parcel without an address says so, and the nearest door is folded away, on a ${device}`, async () => {
    const page = await openPage(town, '', viewport);
    await answerWith(page, 'reverse', (answer) => ({ ...answer, features: [door('7 Lê Lợi', { parcel_id: 1, distance: 0.161, codes: { plus_code: 'AAAA+AA' } })] }));
    await page.goto('about:blank');
    await page.goto(`${town.url}/${parcelHash()}`);
    const card = await filledCard(page);
    await card.getByText('Thửa đất này không có địa chỉ.').waitFor();
    const nearest = card.getByText('Địa chỉ gần nhất, cách 161 m');
    assert.equal(await card.getByText('7 Lê Lợi, Phường Long Hoa').isVisible(), false, 'folded away');
    const text = await card.innerText();
    assert.ok(!text.includes('AAAA+AA'), 'the codes are those of this point');
    assert.match(text, /\b7P38[0-9A-Z]{4}\+[0-9A-Z]{2}/);
    assert.match(text, /X=\d+\.\d\d Y=\d+\.\d\d \(KTT 105°45′\)/, 'the meridian is named');
    await shoot(page, `no-address-${device}`);
    await nearest.click();
    await card.getByText('7 Lê Lợi, Phường Long Hoa').waitFor();
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });

  test(`a parcel with several addresses lists them all, on a ${device}`, async () => {
    const page = await openPage(town, '', viewport);
    const parcel_id = here.parcel.properties.parcel_id;
    const own = ['7 Lê Lợi', '7A Lê Lợi', '7B Lê Lợi'].map((name) => door(name, { parcel_id, distance: 0.01 }));
    await answerWith(page, 'reverse', (answer) => ({ ...answer, features: [...own, door('9 Lê Lợi', { parcel_id: 1, distance: 0.002 })] }));
    await page.goto('about:blank');
    await page.goto(`${town.url}/${parcelHash()}`);
    const card = await filledCard(page);
    for (const { properties } of own) await card.getByText(properties.label, { exact: true }).waitFor();
    assert.equal(await card.getByText('9 Lê Lợi, Phường Long Hoa').count(), 0, 'the neighbour is not among them');
    await card.getByText('Địa chỉ khác ở đây').scrollIntoViewIfNeeded();
    await shoot(page, `several-addresses-${device}`);
    assert.deepEqual(page.faults, []);
    await page.context().close();
  });
}

test('Back walks through the cards, and closing one leads to the map', () =>
  withPage('', async (page) => {
    const open = async (text) => {
      await searchField(page).fill(text);
      await searchField(page).press('Enter');
      const name = text.split(',')[0];
      await page.waitForFunction((wanted) => document.getElementById('card-title')?.textContent === wanted, name, { timeout: SOON_MS });
      await filledCard(page);
      await page.waitForTimeout(500);
      return name;
    };
    const first = await open(address);
    const where = fragment(page).get('map');
    const second = await open('Phường Long Hoa, Tây Ninh');
    assert.match(await page.title(), new RegExp(`^${second}`));
    await page.goBack();
    await page.waitForFunction(() => new URLSearchParams(location.hash.slice(1)).has('at'), null, { timeout: SOON_MS });
    await filledCard(page);
    await page.waitForFunction((view) => new URLSearchParams(location.hash.slice(1)).get('map') === view, where, { timeout: SOON_MS });
    assert.equal(await searchField(page).inputValue(), '', 'the field does not name another place');
    assert.ok((await page.locator('#card').innerText()).includes(first));
    await page.goForward();
    await page.waitForFunction((wanted) => document.title.startsWith(wanted), second, { timeout: SOON_MS });
    await page.locator('#card-close').click();
    await page.locator('#card').waitFor({ state: 'hidden' });
    await page.waitForFunction(() => !/at=|gid=/.test(location.hash), null, { timeout: SOON_MS });
    await page.goForward();
    await page.locator('#card').waitFor({ timeout: SOON_MS });
    await page.goBack();
    await page.locator('#card').waitFor({ state: 'hidden', timeout: SOON_MS });
  }));
