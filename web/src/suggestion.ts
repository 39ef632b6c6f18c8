/** One row of the suggestion list: an icon, the name with what was typed in bold, old → new. */

import type { Place } from './api';
import { h, icon, type IconName } from './dom';
import { cutAtMatches } from './folding';
import { distance, t } from './i18n';

type Group = 'address' | 'venue' | 'street' | 'unit' | 'parcel' | 'code';

const ICON_OF: Record<Group, IconName> = { address: 'address', venue: 'address', street: 'street', unit: 'area', parcel: 'parcel', code: 'code' };

export function groupOfPlace({ properties }: Place): Group {
  switch (properties.layer) {
    case 'ward':
    case 'former_ward':
    case 'former_district':
    case 'province':
      return 'unit';
    case 'coordinates':
      return 'code';
    default:
      return properties.layer in ICON_OF ? properties.layer : 'address';
  }
}

/** In groups, and these in the order of their best places: the first row is the server's first. */
export function inGroups(places: Place[]): Place[] {
  const groups = [...new Set(places.map(groupOfPlace))];
  return groups.flatMap((group) => places.filter((place) => groupOfPlace(place) === group));
}

export function suggestionRow(place: Place, index: number, typed: string, choose: () => void): HTMLElement {
  const { name, detail } = linesOf(place);
  const away = distanceOf(place);
  return h(
    'div',
    { id: `suggestion-${index}`, class: 'suggestion', role: 'option', 'aria-selected': 'false', onclick: choose },
    icon(ICON_OF[groupOfPlace(place)]),
    h('span', { class: 'suggestion-text' }, h('span', {}, ...marked(name, typed)), detail ? h('small', {}, ...marked(detail, typed)) : null),
    away ? h('small', { class: 'suggestion-away' }, away) : null,
  );
}

/**
 * The address leads, where it lies stands below: `154/34 Hồ Xuân Hương`, then
 * `Phường Hiệp Tân, Thị xã Hòa Thành → Phường Thanh Điền, Tỉnh Tây Ninh`. A unit is one line.
 */
export function linesOf(place: Place): { name: string; detail: string } {
  const { layer, name, label, label_old, successors, via_former, postalcode, match } = place.properties;
  if (layer === 'former_ward' && successors?.length) {
    const [only] = successors;
    if (only && successors.length === 1) return { name: oldToNew(label, only.label), detail: '' };
    return { name: label, detail: `→ ${successors.map((unit) => `${unit.label} (${t().extent[unit.extent] ?? unit.extent})`).join(' · ')}` };
  }
  if (groupOfPlace(place) === 'unit') {
    const old = via_former ?? label_old;
    // Five digits are a ward's code or a postal code: both are listed, and this one says which it is.
    return { name: oldToNew(old, label), detail: layer === 'ward' && postalcode ? `${t().postalCode}: ${postalcode}` : '' };
  }
  const where = oldToNew(label_old ? behind(name, label_old) : via_former, behind(name, label));
  // Under a name it bears no longer, or one of several: or nobody sees why it is in the list.
  const because = match?.street?.is_former
    ? `${t().formerName}: ${match.street.name}`
    : match?.landmark && match.landmark.name !== name
      ? `${t().alsoCalled}: ${match.landmark.name}`
      : '';
  return { name, detail: [because, where].filter(Boolean).join(' · ') };
}

/** What a label says behind the name. */
function behind(name: string, label: string): string {
  return label.startsWith(`${name}, `) ? label.slice(name.length + 2) : label === name ? '' : label;
}

/** `Phường Hiệp Tân, Thị xã Hòa Thành → Phường Thanh Điền, Tỉnh Tây Ninh`: what both say is said once. */
export function oldToNew(old: string | null | undefined, today: string): string {
  if (!old || old === today) return today;
  const [before, after] = [old.split(', '), today.split(', ')];
  while (before.length > 1 && after.length > 1 && before[0] === after[0]) after.shift();
  if (before.length > 1 && after.length > 1 && before.at(-1) === after.at(-1)) before.pop();
  return `${before.join(', ')} → ${after.join(', ')}`;
}

/** Of things there are many of, such as markets, how far away this one is. */
function distanceOf({ properties }: Place): string {
  const isOneOfMany = properties.layer === 'venue' || properties.layer === 'parcel';
  return isOneOfMany && typeof properties.distance === 'number' ? distance(properties.distance) : '';
}

function marked(text: string, typed: string): Node[] {
  return cutAtMatches(text, typed).map((piece, at) => (at % 2 ? h('b', {}, piece) : document.createTextNode(piece)));
}
