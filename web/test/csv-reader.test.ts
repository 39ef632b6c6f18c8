import { describe, expect, it } from 'vitest';

import { CsvReader } from '../src/list-answer';

const TABLE = 'address;"result_status"\r\n"12; Lê ""Lợi""\r\nLong Hoa";ok\r\nHùng Vương;not-found\r\n';
const ROWS = [
  ['address', 'result_status'],
  ['12; Lê "Lợi"\r\nLong Hoa', 'ok'],
  ['Hùng Vương', 'not-found'],
];

describe('reading the answer to a list', () => {
  it('reads quoted cells with delimiters, quotes and line breaks in them', () => {
    expect(new CsvReader().read(TABLE)).toEqual(ROWS);
  });

  it('gives the same rows however the answer is cut', () => {
    for (let cut = 1; cut < TABLE.length; cut += 1) {
      const reader = new CsvReader();
      expect([...reader.read(TABLE.slice(0, cut)), ...reader.read(TABLE.slice(cut))]).toEqual(ROWS);
    }
  });
});
