import { describe, expect, it } from 'vitest';

import { readState, writeState, type State } from '../src/state';

const STATE: State = {
  view: { zoom: 16.5, center: [106.1167, 11.2587] },
  style: 'thua-dat',
  on: new Set(['alleys']),
  off: new Set(['streets', 'addresses']),
  strength: 40,
  selection: { kind: 'point', at: [106.1167, 11.2587] },
  language: 'en',
};

describe('the state in the address bar', () => {
  it('is read as it was written', () => {
    expect(readState(writeState(STATE))).toEqual(STATE);
  });

  it('keeps every kind of selection', () => {
    const selections: State['selection'][] = [
      null,
      { kind: 'parcel', id: 2 ** 53 - 1 },
      { kind: 'patch', at: [106.1, 11.25] },
      { kind: 'named', gid: 'bandoso:street:12' },
    ];
    for (const selection of selections) {
      expect(readState(writeState({ ...STATE, selection })).selection).toEqual(selection);
    }
  });

  it('falls back on a plain map where a link was damaged', () => {
    for (const hash of ['', '#', '#map=99/1/1', '#map=a/b/c', '#map=10/100/500', '#at=1', '#parcel=-1', '#parcel=1e300', '#style=../x']) {
      const { view, selection, style } = readState(hash);
      expect([view, selection, style]).toEqual([null, null, 'dia-chi']);
    }
  });
});
