import { describe, expect, it } from 'vitest';

import { cutAtMatches, fold, oneLine } from '../src/folding';

describe('folding', () => {
  it('gives one plain letter for each letter, so that positions stay', () => {
    expect(fold('Đường Hồ Xuân Hương')).toBe('duong ho xuan huong');
    for (const text of ['Nguyễn Thị Minh Khai', 'ĐƯỜNG 30/4', 'Thị xã Hòa Thành'.normalize('NFD')]) {
      expect(fold(text)).toHaveLength(text.normalize('NFC').length);
    }
  });

  it('makes one line of what was pasted', () => {
    expect(oneLine('  12\tHùng Vương\n\nLong Hoa ')).toBe('12 Hùng Vương Long Hoa');
  });

  it('marks what was typed at the beginnings of words, without accents', () => {
    expect(cutAtMatches('154/34 Hồ Xuân Hương', 'ho xuan')).toEqual(['154/34 ', 'Hồ Xuân', ' Hương']);
    expect(cutAtMatches('Phường Long Hoa', 'xyz')).toEqual(['Phường Long Hoa']);
  });

  it('loses no letter of the text, whatever is typed', () => {
    for (const typed of ['', ' ', 'a', 'hoa', 'long hoa', 'LONG', '()[]', '12']) {
      expect(cutAtMatches('12 Lê Lợi, Phường Long Hoa', typed).join('')).toBe('12 Lê Lợi, Phường Long Hoa');
    }
  });
});
