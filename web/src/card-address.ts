/** The card's address part: the addresses that are here, the codes of the point, the way there. */

import type { Place, PlaceProperties, PointCodes, Position } from './api';
import { h, icon } from './dom';
import { degreesAndMinutes, distance, t } from './i18n';
import { copyText } from './messages';

/** Where no parcel is known, a door this near is the place itself. */
const HERE_KM = 0.03;
/** Doors of one building stand at one point. */
const SAME_POINT_KM = 0.001;

export interface Around {
  at: Position;
  /** What was found near it, nearest first. */
  found: Place[];
  /** `null` where they could not be had: the rest is shown without them. */
  codes: PointCodes | null;
  /** The parcel under the point. */
  parcelId: number | null;
  /** An address that was searched for, and is at the point whatever is near. */
  chosen: Place | null;
}

export function renderAddress(around: Around): HTMLElement {
  const root = h('div', {});
  const { here, nearest } = doorsOf(around);
  const [first, ...others] = here;
  if (first) {
    root.append(door(first), ...(others.length ? [alsoHere(others)] : []));
  } else if (!around.found.length) {
    root.append(h('p', { class: 'empty' }, t().outside));
  } else {
    const none = around.parcelId !== null ? t().noAddressOfParcel : nearest ? t().noAddressHere : t().noAddress;
    root.append(h('p', { class: 'empty' }, none));
    if (nearest) root.append(h('details', { class: 'nearest' }, h('summary', {}, t().nearest(distance(nearest.distance ?? 0))), door(nearest)));
  }
  root.append(codesOf(around), links(around.at, first));
  return root;
}

/** The doors at the point: of its parcel where one is known; and the nearest of somebody else. */
export function doorsOf({ found, parcelId, chosen }: Pick<Around, 'found' | 'parcelId' | 'chosen'>): { here: PlaceProperties[]; nearest: PlaceProperties | null } {
  const doors = found.map(({ properties }) => properties).filter(({ layer }) => layer === 'address');
  const [nearest] = doors;
  const isNearest = ({ distance: km }: PlaceProperties) => Math.abs((km ?? 0) - (nearest?.distance ?? 0)) <= SAME_POINT_KM;
  // Not every source says on which parcel a door stands.
  const isHere = (door: PlaceProperties) =>
    parcelId !== null && door.parcel_id ? door.parcel_id === parcelId : (door.distance ?? 0) <= HERE_KM && isNearest(door);
  const here = doors.filter(isHere);
  if (chosen?.properties.layer !== 'address') return { here, nearest: nearest ?? null };
  const { gid } = chosen.properties;
  const known = doors.find((door) => door.gid === gid);
  return { here: [{ ...known, ...chosen.properties }, ...here.filter((door) => door.gid !== gid)], nearest: nearest ?? null };
}

/** An address in both forms with what it is called by. */
function door(address: PlaceProperties): HTMLElement {
  const { label, label_old, codes } = address;
  const doorCode = address.door_code ?? codes?.door_code;
  const nationalId = address.national_place_id ?? codes?.national_place_id;
  return h(
    'div',
    {},
    copyable(t().addressNew, label, true),
    label_old ? copyable(t().addressOld, label_old, true) : null,
    doorCode ? copyable(t().doorCode, doorCode) : null,
    nationalId ? copyable(t().nationalId, nationalId) : null,
  );
}

/** The other addresses of the same parcel or point, all of them. */
function alsoHere(others: PlaceProperties[]): HTMLElement {
  return h(
    'div',
    { class: 'also-here' },
    h('h4', {}, t().otherAddresses),
    h('ul', { class: 'zones' }, ...others.map((other) => h('li', {}, h('div', { class: 'zone-name' }, door(other))))),
  );
}

/** The codes of this very point, never of a door elsewhere. */
function codesOf({ at: [lng, lat], codes }: Around): HTMLElement {
  const vn2000 = codes?.vn2000;
  return h(
    'div',
    {},
    codes?.plus_code ? copyable(t().plusCode, codes.plus_code) : null,
    codes?.geohash ? copyable(t().geohash, codes.geohash) : null,
    // Five decimals are a metre.
    copyable(t().coordinates, `${lat.toFixed(5)}, ${lng.toFixed(5)}`),
    vn2000 ? copyable(t().vn2000, `X=${vn2000.x.toFixed(2)} Y=${vn2000.y.toFixed(2)} (KTT ${degreesAndMinutes(vn2000.central_meridian)})`, true) : null,
  );
}

function links([lng, lat]: Position, address?: PlaceProperties): HTMLElement {
  const doorPage = address?.door_code ? h('a', { class: 'plain', href: `d/${address.door_code}` }, icon('address'), t().doorPage) : null;
  return h(
    'p',
    { class: 'links' },
    doorPage,
    h('a', { class: 'plain', href: `geo:${lat.toFixed(6)},${lng.toFixed(6)}` }, icon('route'), t().directions),
    h(
      'a',
      {
        class: 'plain',
        href: `https://www.google.com/maps/search/?api=1&query=${lat.toFixed(6)}%2C${lng.toFixed(6)}`,
        target: '_blank',
        rel: 'noopener noreferrer',
      },
      t().openInMaps,
    ),
  );
}

/** A value under its name, with a button that copies it. */
export function copyable(name: string, value: string, isLong = false): HTMLElement {
  return h(
    'div',
    { class: isLong ? 'fact long' : 'fact' },
    h('span', { class: 'fact-name' }, name),
    h('span', { class: 'fact-value' }, value),
    h('button', { type: 'button', class: 'round small', 'aria-label': `${t().copy}: ${name}`, title: t().copy, onclick: () => void copyText(value, t().copied) }, icon('copy')),
  );
}

export function fact(name: string, ...value: (Node | string)[]): HTMLElement {
  return h('div', { class: 'fact' }, h('span', { class: 'fact-name' }, name), h('span', { class: 'fact-value' }, ...value));
}
