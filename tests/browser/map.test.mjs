/** What is drawn on the canvas, and the card of land that is seen united. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { filledCard, plannedParcel, viewOf } from './places.mjs';
import { fragment, mapIsStill, openAgain, openPage, openTown, PHONE, shoot, SOON_MS } from './town.mjs';

let town;
let here;
before(async () => {
  town = await openTown();
  here = await plannedParcel(town);
});
after(() => town?.stop());

async function withMap(zoom, use, { rest = '', viewport } = {}) {
  const page = await openPage(town, `#${viewOf(here, zoom)}&style=thua-dat${rest}`, viewport);
  try {
    await mapIsStill(page);
    await use(page);
    assert.deepEqual(page.faults, [], 'the console has no errors');
    assert.deepEqual(page.strangers, [], 'no request leaves the server');
  } finally {
    await page.context().close();
  }
}

/** Properties and ids of what a layer of the style draws. */
const drawnIn = (page, layer) =>
  page.evaluate((id) => bandoso.map.queryRenderedFeatures({ layers: [id] }).map(({ id, properties }) => ({ id, ...properties })), layer);

/** How many pixels of the canvas have each colour; alike colours count together. */
const pixelsOf = (page, colours) =>
  page.evaluate(
    (wanted) =>
      new Promise((resolve) => {
        bandoso.map.once('render', () => {
          const { width, height } = bandoso.map.getCanvas();
          const context = new OffscreenCanvas(width, height).getContext('2d');
          context.drawImage(bandoso.map.getCanvas(), 0, 0);
          const { data } = context.getImageData(0, 0, width, height);
          const counts = wanted.map(() => 0);
          for (let at = 0; at < data.length; at += 4) {
            wanted.forEach((colour, i) => {
              if (colour.every((part, channel) => Math.abs(part - data[at + channel]) <= 4)) counts[i] += 1;
            });
          }
          resolve(counts);
        });
        bandoso.map.triggerRepaint();
      }),
    colours,
  );

/** A colour of land as the style lays it over the ward. */
const onWard = (colour) => {
  const [strength, ward] = [0.85, [0xf8, 0xf8, 0xf6]];
  return colour.match(/\d+/g).slice(0, 3).map((part, i) => Number(part) * strength + ward[i] * (1 - strength));
};

const chipColours = (page) =>
  page.locator('#legend .legend-body > ul .chip').evaluateAll((chips) => chips.map((chip) => getComputedStyle(chip).backgroundColor));

test('at zoom 10 the land has the official colours that the legend names', () =>
  withMap(10, async (page) => {
    const [most, second] = await chipColours(page);
    for (const count of await pixelsOf(page, [most, second].map(onWard))) assert.ok(count >= 20, `${count} pixels`);
    await shoot(page, 'town-z10');
  }));

test('where land is a spot the legend is short, and the rest opens and closes by keyboard', () =>
  withMap(10, async (page) => {
    const rows = page.locator('#legend li:visible');
    const short = await rows.count();
    assert.ok(short >= 2 && short <= 8, `${short} rows`);
    const more = page.locator('#legend .more summary');
    assert.match(await more.innerText(), /và \d+ loại khác/);
    await more.focus();
    await page.keyboard.press('Enter');
    assert.ok((await rows.count()) > 8, 'all uses in view');
    await shoot(page, 'legend-opened');
    await page.keyboard.press('Enter');
    assert.equal(await rows.count(), short);
  }));

test('where no colour can be told from others the legend names none, and says so', () =>
  withMap(6, async (page) => {
    assert.equal(await page.locator('#legend li:visible').count(), 0);
    await page.locator('#legend').getByText(/^\d+ loại, ở đây nhỏ quá chưa rõ màu$/).waitFor({ timeout: SOON_MS });
  }));

test('a ward is named once it is wider than its name', () =>
  withMap(11, async (page) => {
    const named = () =>
      page.evaluate(() =>
        bandoso.map
          .queryRenderedFeatures({ layers: ['unit-label'] })
          .filter(({ id }) => !bandoso.map.getFeatureState({ source: 'town', sourceLayer: 'units_labels', id }).narrow)
          .map(({ properties }) => properties.name),
      );
    assert.deepEqual(await named(), []);
    await openAgain(page, town, `#${viewOf(here, 15)}&style=thua-dat`);
    await mapIsStill(page);
    assert.ok((await named()).length > 0);
  }));

test('at zoom 17 a parcel on the border of two tiles has its number once', () =>
  withMap(17, async (page) => {
    const numbers = await drawnIn(page, 'parcel-number');
    const ids = numbers.map(({ id }) => id);
    assert.equal(new Set(ids).size, ids.length, 'no parcel is numbered twice');
    const onBorders = await page.evaluate(() => {
      const spans = new Map();
      const column = (lng) => Math.floor(((lng + 180) / 360) * 2 ** 17);
      for (const { id, geometry } of bandoso.map.querySourceFeatures('town', { sourceLayer: 'parcels' })) {
        for (const [lng] of geometry.coordinates.flat(geometry.type === 'Polygon' ? 1 : 2)) {
          spans.set(id, (spans.get(id) ?? new Set()).add(column(lng)));
        }
      }
      return [...spans].filter(([, columns]) => columns.size > 1).map(([id]) => id);
    });
    assert.ok(onBorders.some((id) => ids.includes(id)), 'one of them lies on a border');
  }));

test('at zoom 17 street names stand, parcels have numbers, roads have none', () =>
  withMap(17, async (page) => {
    const streets = new Set((await drawnIn(page, 'street-label')).map(({ name }) => name));
    assert.ok(streets.size >= 3, `names ${[...streets]}`);
    const numbers = await drawnIn(page, 'parcel-number');
    assert.ok(numbers.length >= 50, `${numbers.length} numbers`);
    assert.deepEqual(numbers.filter(({ uses }) => uses.startsWith('DGT')), []);
    assert.deepEqual(await drawnIn(page, 'land-use-label'), [], 'no code stands without its number');
    await shoot(page, 'parcels-z17');
  }));

test('codes stand alone where the reader takes the numbers away', () =>
  withMap(18, async (page) => {
    assert.equal((await drawnIn(page, 'parcel-number')).length, 0);
    assert.ok((await drawnIn(page, 'land-use-label')).length > 10);
  }, { rest: '&off=parcel_numbers' }));

/** The card of land, and that it says what it is. */
async function landCard(page) {
  const card = await filledCard(page);
  await card.getByText(/^Khoảng [\d.]+ thửa đất loại này/).waitFor({ timeout: SOON_MS });
  assert.match(await card.locator('.card-subtitle').innerText(), /^(Phường|Xã|Đặc khu) /);
  return card;
}

async function clickMiddle(page) {
  const map = await page.locator('.maplibregl-canvas').boundingBox();
  await page.mouse.click(map.x + map.width / 2, map.y + map.height / 2);
}

test('a click on united land opens its card, its link opens it again, and Back closes it', () =>
  withMap(14, async (page) => {
    await clickMiddle(page);
    const card = await landCard(page);
    const title = await card.getByRole('heading', { level: 2 }).innerText();
    assert.ok(fragment(page).get('land'));
    await shoot(page, 'land-card');

    const { hash } = new URL(page.url());
    await openAgain(page, town, hash);
    assert.equal(await (await landCard(page)).getByRole('heading', { level: 2 }).innerText(), title);
    await page.locator('#language').click();
    await page.locator('#card').getByText(/^About [\d,]+ parcels/).waitFor();
    await page.locator('#language').click();
    await page.locator('#card-close').click();
    await card.waitFor({ state: 'hidden' });

    await clickMiddle(page);
    await landCard(page);
    await page.goBack();
    await card.waitFor({ state: 'hidden' });
    assert.equal(fragment(page).get('land'), null);
    await page.goForward();
    await landCard(page);
    assert.ok(fragment(page).get('land'));
    await page.locator('#card-close').click();
    await card.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => !location.hash.includes('land='));
  }));

test('Enter opens the land in the middle and gives the card the keyboard; Escape gives it back', () =>
  withMap(14, async (page) => {
    await page.locator('.maplibregl-canvas').focus();
    await page.keyboard.press('Enter');
    const card = await landCard(page);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'card-title');
    await page.keyboard.press('Escape');
    await card.waitFor({ state: 'hidden' });
    assert.ok(await page.evaluate(() => document.activeElement.matches('.maplibregl-canvas')));
  }));

test('on a phone the card of land leads to the single parcels', () =>
  withMap(14, async (page) => {
    await clickMiddle(page);
    const card = await landCard(page);
    await shoot(page, 'phone-land-card');
    await card.getByRole('button', { name: 'Phóng to để xem từng thửa' }).click();
    await card.waitFor({ state: 'hidden' });
    await page.waitForFunction(() => bandoso.map.getZoom() >= 16, null, { timeout: SOON_MS });
    await mapIsStill(page);
    await clickMiddle(page);
    await filledCard(page);
    assert.ok(fragment(page).get('at'), 'the card is of one parcel now');
  }, { viewport: PHONE }));
