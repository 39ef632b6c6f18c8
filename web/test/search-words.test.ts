import { describe, expect, it } from 'vitest';

import type { Place, PlaceProperties } from '../src/api';
import { doorsOf } from '../src/card-address';
import { isDecided, isGuess, surenessOf, understoodSentence, unmatchedSentence } from '../src/confidence';
import { degreesAndMinutes } from '../src/i18n';
import { inGroups, linesOf, oldToNew } from '../src/suggestion';

const place = (properties: Partial<PlaceProperties>): Place => ({
  geometry: { type: 'Point', coordinates: [106.1, 11.2] },
  properties: { gid: `bandoso:${properties.name}`, layer: 'address', name: '', label: '', ...properties },
});

describe('how sure an answer is', () => {
  it('is said by the confidence, and never surely of one among several', () => {
    const of = (confidence: number, isAmbiguous = false) => surenessOf(place({ confidence }), isAmbiguous);
    expect([of(1), of(0.9), of(0.89), of(0.6), of(0.59), of(1, true)]).toEqual(['sure', 'sure', 'likely', 'likely', 'unsure', 'likely']);
  });

  it('sends nobody to one of several places, or to an unsure one', () => {
    const [sure, unsure] = [place({ confidence: 1 }), place({ confidence: 0.5 })];
    expect(isDecided([sure, unsure], false)).toBe(true);
    expect(isDecided([sure, sure], true)).toBe(false);
    expect(isDecided([unsure], false)).toBe(false);
    expect(isDecided([], false)).toBe(false);
  });

  it('offers no place that has little to do with the text, unless it is known which words are left over', () => {
    expect([0.31, 0.3, 0].map((confidence) => isGuess(place({ confidence })))).toEqual([false, true, true]);
    expect(isGuess(place({ confidence: 0.2, match: { unmatched: ['Paris'] } }))).toBe(false);
  });

  it('names what was understood in the order of an address, and what was not', () => {
    const part = (name: string) => ({ name, is_former: false });
    const found = place({ match: { ward: part('Phường Long Hoa'), street: part('Nguyễn Trãi'), unmatched: ['Paris', 'phường 45'] } });
    expect(understoodSentence(found)).toBe('Hiểu được: Nguyễn Trãi, Phường Long Hoa.');
    expect(unmatchedSentence(found)).toBe('Không hiểu: “Paris”, “phường 45”.');
    expect(unmatchedSentence(place({}))).toBe('');
  });
});

describe('a row of the list', () => {
  it('leads with the address and has old and new in one line', () => {
    const door = place({
      name: '154/34 Hồ Xuân Hương',
      label: '154/34 Hồ Xuân Hương, Khu phố 3, Phường Thanh Điền, Tỉnh Tây Ninh',
      label_old: '154/34 Hồ Xuân Hương, Khu phố 3, Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh',
      via_former: 'Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh',
    });
    expect(linesOf(door)).toEqual({
      name: '154/34 Hồ Xuân Hương',
      detail: 'Khu phố 3, Phường Hiệp Tân, Thị xã Hòa Thành → Phường Thanh Điền, Tỉnh Tây Ninh',
    });
  });

  it('says of a unit in one line what it was and is', () => {
    const ward = place({ layer: 'ward', name: 'Phường Thanh Điền', label: 'Phường Thanh Điền, Tỉnh Tây Ninh', via_former: 'Phường Hiệp Tân, Thị xã Hòa Thành, Tỉnh Tây Ninh' });
    expect(linesOf(ward).name).toBe('Phường Hiệp Tân, Thị xã Hòa Thành → Phường Thanh Điền, Tỉnh Tây Ninh');
    expect(oldToNew(null, 'Phường Long Hoa')).toBe('Phường Long Hoa');
    expect(oldToNew('Phường Long Hoa', 'Phường Long Hoa')).toBe('Phường Long Hoa');
  });

  it('stands first where the server has it first', () => {
    const [street, door, other] = [place({ layer: 'street', name: 'a' }), place({ name: 'b' }), place({ layer: 'street', name: 'c' })];
    expect(inGroups([street, door, other]).map(({ properties }) => properties.name)).toEqual(['a', 'c', 'b']);
  });
});

describe('the addresses of a place', () => {
  const [own, second, near] = [
    place({ name: '12', parcel_id: 7, distance: 0.004 }),
    place({ name: '12A', parcel_id: 7, distance: 0.012 }),
    place({ name: '14', parcel_id: 8, distance: 0.002 }),
  ];
  const names = (around: Parameters<typeof doorsOf>[0]) => doorsOf(around).here.map(({ name }) => name);

  it('are all of its parcel, and none of the neighbour', () => {
    expect(names({ found: [own, second, near], parcelId: 7, chosen: null })).toEqual(['12', '12A']);
    expect(doorsOf({ found: [near], parcelId: 9, chosen: null })).toMatchObject({ here: [], nearest: { name: '14' } });
  });

  it('begin with the one that was searched for', () => {
    expect(names({ found: [own, second], parcelId: 7, chosen: second })).toEqual(['12A', '12']);
  });

  it('are those at one point where no parcel is known', () => {
    const at = (name: string, distance: number) => place({ name, distance });
    expect(names({ found: [at('1', 0.01), at('1A', 0.0105), at('3', 0.02)], parcelId: null, chosen: null })).toEqual(['1', '1A']);
    expect(names({ found: [at('1', 0.161)], parcelId: null, chosen: null })).toEqual([]);
  });
});

it('a meridian is said in degrees and minutes', () => {
  expect([105.75, 106, 107.5, 104.5].map(degreesAndMinutes)).toEqual(['105°45′', '106°00′', '107°30′', '104°30′']);
});
