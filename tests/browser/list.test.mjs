/** A pasted list, over the real server and the demo town. */

import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, test } from 'node:test';

import axe from 'axe-core';

import { example } from './places.mjs';
import { DESK, openPage, openTown, PHONE, shoot, SOON_MS } from './town.mjs';

let town;
let address;
before(async () => {
  town = await openTown();
  address = await example(town, 'address', '117/19 Nguyễn Thị Minh Khai, xã Trường Tây, thị xã Hòa Thành');
});
after(() => town?.stop());

const LIST = () => [address, 'phường Trưng Vương, thành phố Uông Bí', 'phuong thanh dien, tay ninh', 'qqqqzzzz wwwwxxxx'].join('\n');

async function withList(viewport, use) {
  const page = await openPage(town, '', viewport);
  try {
    await page.getByRole('button', { name: 'Dán danh sách' }).click();
    await use(page, page.getByRole('dialog'));
    assert.deepEqual(page.faults, [], 'the console has no errors');
    assert.deepEqual(page.strangers, [], 'no request leaves the server');
  } finally {
    await page.context().close();
  }
}

async function answered(page, dialog) {
  await dialog.getByRole('button', { name: 'Tìm tất cả' }).click();
  await page.locator('#list-download').waitFor({ timeout: SOON_MS });
}

async function saved(page) {
  const [download] = await Promise.all([page.waitForEvent('download'), page.locator('#list-download').click()]);
  return { name: download.suggestedFilename(), text: await readFile(await download.path(), 'utf8') };
}

for (const [device, viewport] of [['desk', DESK], ['phone', PHONE]]) {
  test(`a pasted list is answered in a table and saved as CSV, on a ${device}`, () =>
    withList(viewport, async (page, dialog) => {
      assert.equal(await page.evaluate(() => document.activeElement?.id), 'list-text', 'the keyboard is in the field');
      await page.waitForTimeout(300);
      await shoot(page, `list-form-${device}`);
      await dialog.getByLabel('Danh sách', { exact: true }).fill(LIST());
      await answered(page, dialog);
      const rows = dialog.getByRole('row');
      assert.equal(await rows.count(), 5, 'the names of the columns and four rows');
      assert.match(await rows.nth(1).innerText(), /Tìm thấy/);
      assert.match(await rows.nth(2).innerText(), /Nhiều nơi khớp/);
      assert.match(await rows.nth(3).innerText(), /25633/);
      assert.match(await rows.nth(4).innerText(), /Không tìm thấy/);
      assert.match(await dialog.getByRole('status').innerText(), /^4 dòng: /);
      const wide = await page.evaluate(() => [...document.querySelectorAll('dialog *')].filter((element) => !element.closest('thead') && element.checkVisibility() && element.getBoundingClientRect().right > innerWidth + 1).map((element) => element.outerHTML));
      assert.deepEqual(wide, [], 'nothing sticks out');
      await shoot(page, `list-answer-${device}`);
      const { name, text } = await saved(page);
      assert.equal(name, 'danh-sach.geocoded.csv');
      assert.ok(text.startsWith('\ufefftext,latitude,longitude,result_label,'), text.slice(0, 80));
      assert.equal(text.trimEnd().split('\r\n').length, 5);

      await page.evaluate(axe.source);
      const { violations } = await page.evaluate(() => axe.run('dialog'));
      assert.deepEqual(violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`), []);
    }));
}

test('cells copied from a spreadsheet go with their header, a file as it is', () =>
  withList(DESK, async (page, dialog) => {
    const field = dialog.getByLabel('Danh sách', { exact: true });
    await field.fill('mã\tđịa chỉ\n7\tphường Thanh Điền, Tây Ninh\n');
    await dialog.getByLabel('Dòng đầu là tên cột').waitFor();
    await answered(page, dialog);
    assert.equal(await dialog.getByRole('row').count(), 2);
    assert.match((await saved(page)).text, /^\ufeffmã\tđịa chỉ\tlatitude\t/);

    await dialog.getByRole('button', { name: 'Danh sách khác' }).click();
    assert.match(await field.inputValue(), /địa chỉ/, 'what was typed is kept');
    const table = 'id;q\n1;"phường Thanh Điền; Tây Ninh"\n2;\n';
    await page.locator('#list-file').setInputFiles({ name: 'so nha.csv', mimeType: 'text/csv', buffer: Buffer.from(table) });
    await page.locator('#list-download').waitFor({ timeout: SOON_MS });
    const rows = dialog.getByRole('row');
    assert.match(await rows.nth(1).innerText(), /25633/);
    assert.match(await rows.nth(2).innerText(), /Không tìm thấy/);
    assert.equal((await saved(page)).name, 'so nha.geocoded.csv');
  }));

test('what is no table is said, and the list can be used by keyboard alone', () =>
  withList(DESK, async (page, dialog) => {
    await page.locator('#list-file').setInputFiles({ name: 'a.xlsx', mimeType: 'text/csv', buffer: Buffer.from('PK\x03\x04 rest') });
    await dialog.getByText('CSV UTF-8').waitFor({ timeout: SOON_MS });
    page.faults.length = 0; // the browser itself reports the refused request
    await page.keyboard.press('Enter');
    await dialog.getByLabel('Danh sách', { exact: true }).waitFor();
    await page.keyboard.type('phường Thanh Điền');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    await page.locator('#list-download').waitFor({ timeout: SOON_MS });
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list-download');
    await page.keyboard.press('Escape');
    assert.equal(await dialog.count(), 0);
    assert.equal(await page.evaluate(() => document.activeElement.id), 'list-button', 'the keyboard is back at its button');
  }));

test('the answer is kept when the list is closed, by a chosen row too, and is in the language of the page', () =>
  withList(DESK, async (page, dialog) => {
    await dialog.getByLabel('Danh sách', { exact: true }).fill(LIST());
    await answered(page, dialog);
    const rows = await dialog.getByRole('row').count();
    await dialog.getByRole('row').nth(1).getByRole('button').click();
    await page.locator('#card').waitFor({ timeout: SOON_MS });
    assert.equal(await page.getByRole('dialog').count(), 0);

    await page.locator('#list-button').click();
    assert.equal(await dialog.getByRole('row').count(), rows);
    assert.equal((await saved(page)).text.trimEnd().split('\r\n').length, 5, 'the file is still there');
    await page.keyboard.press('Escape');
    await page.locator('#language').click();
    await page.locator('#list-button').click();
    assert.match(await dialog.getByRole('status').innerText(), /^4 rows: /);
    assert.equal(await dialog.getByRole('row').count(), rows);
    await dialog.getByRole('button', { name: 'Another list' }).click();
    assert.equal(await dialog.getByLabel('List', { exact: true }).inputValue(), LIST(), 'what was pasted is kept');
  }));
