/** The card's address part: new and old form, codes to copy, the way there. */

import type { Place, Position } from './api';
import { h, icon } from './dom';
import { distance, t } from './i18n';
import { copyText } from './messages';

/** Farther away than this, the nearest address is somebody else's. */
const HERE_KM = 0.03;

export function renderAddress(at: Position, found: Place[], chosen?: Place): HTMLElement {
  const nearest = found.find((place) => place.properties.layer === 'address');
  const isChosen = chosen?.properties.layer === 'address';
  const address = isChosen ? { ...nearest?.properties, ...chosen.properties } : nearest?.properties;
  const root = h('div', {});

  if (!address) {
    root.append(h('p', { class: 'empty' }, found.length ? t().noAddress : t().outside));
  } else {
    const isHere = isChosen || (address.distance ?? 0) <= HERE_KM;
    if (!isHere) root.append(h('p', { class: 'hint' }, t().nearest(distance(address.distance ?? 0))));
    root.append(copyable(t().addressNew, address.label, true));
    if (address.label_old) root.append(copyable(t().addressOld, address.label_old, true));
    const doorCode = address.door_code ?? address.codes?.door_code;
    const nationalId = address.national_place_id ?? address.codes?.national_place_id;
    if (doorCode) root.append(copyable(t().doorCode, doorCode));
    if (nationalId) root.append(copyable(t().nationalId, nationalId));
    if (isHere && address.codes?.plus_code) root.append(copyable(t().plusCode, address.codes.plus_code));
    if (isHere && address.codes?.geohash) root.append(copyable(t().geohash, address.codes.geohash));
  }
  const doorPage = address?.door_code ? h('a', { class: 'plain', href: `d/${address.door_code}` }, icon('address'), t().doorPage) : null;
  const [lng, lat] = at;
  // Five decimals are a metre.
  const point = `${lat.toFixed(5)}, ${lng.toFixed(5)}`;
  root.append(
    copyable(t().coordinates, point),
    h(
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
    ),
  );
  return root;
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
