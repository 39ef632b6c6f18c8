import { describe, expect, it } from 'vitest';

import { areaPx2, widthPx } from '../src/drawn';

const square = (side: number, hole = 0): GeoJSON.Polygon => {
  const ring = (s: number) => [[0, 0], [s, 0], [s, s], [0, s], [0, 0]];
  return { type: 'Polygon', coordinates: hole ? [ring(side), ring(hole)] : [ring(side)] };
};

describe('how large things stand on the screen', () => {
  it('takes holes away and doubles every side with every zoom', () => {
    const [whole, holed] = [areaPx2(square(0.02), 14), areaPx2(square(0.02, 0.01), 14)];
    expect(holed / whole).toBeCloseTo(0.75, 6);
    expect(areaPx2(square(0.02), 15) / whole).toBeCloseTo(4, 6);
    expect(widthPx([square(0.02)], 15) / widthPx([square(0.02)], 14)).toBeCloseTo(2, 6);
  });

  it('measures an area in several pieces from its west end to its east end', () => {
    const east: GeoJSON.Polygon = { type: 'Polygon', coordinates: [[[1, 0], [1.5, 0], [1.5, 1], [1, 0]]] };
    expect(widthPx([square(0.5), east], 0)).toBeCloseTo((512 / 360) * 1.5, 9);
    expect(widthPx([], 10)).toBe(0);
  });
});
