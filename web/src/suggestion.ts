/** One row of the suggestion list: an icon, the name with what was typed in bold, old → new. */

import type { Place } from './api';
import { h, icon, type IconName } from './dom';
import { cutAtMatches } from './folding';
import { t } from './i18n';

export const GROUP_ORDER = ['address', 'street', 'unit', 'parcel', 'code'] as const;
export type Group = (typeof GROUP_ORDER)[number];

const ICON_OF: Record<Group, IconName> = { address: 'address', street: 'street', unit: 'area', parcel: 'parcel', code: 'code' };

export function groupOfPlace({ properties }: Place): Group {
  switch (properties.layer) {
    case 'ward':
    case 'former_ward':
    case 'former_district':
    case 'province':
      return 'unit';
    case 'coordinates':
      return 'code';
    case 'venue':
      return 'address';
    default:
      return properties.layer in ICON_OF ? properties.layer : 'address';
  }
}

export function suggestionRow(place: Place, index: number, typed: string, choose: () => void): HTMLElement {
  const { name, detail } = linesOf(place);
  return h(
    'div',
    { id: `suggestion-${index}`, class: 'suggestion', role: 'option', 'aria-selected': 'false', onclick: choose },
    icon(ICON_OF[groupOfPlace(place)]),
    h('span', { class: 'suggestion-text' }, h('span', {}, ...marked(name, typed)), detail ? h('small', {}, ...marked(detail, typed)) : null),
  );
}

/** `Phường Hiệp Tân, TX. Hòa Thành → Phường Thanh Điền`; an address shows its old form below. */
function linesOf({ properties }: Place): { name: string; detail: string } {
  const { layer, name, label, label_old, successors, via_former, postalcode, match } = properties;
  if (via_former && via_former !== label) return { name: via_former, detail: `→ ${label}` };
  if (layer === 'former_ward' && successors?.length) {
    const isSplit = successors.length > 1;
    const became = successors.map((unit) => `${unit.label}${isSplit ? ` (${t().extent[unit.extent] ?? unit.extent})` : ''}`);
    return { name: label, detail: `→ ${became.join(' · ')}` };
  }
  // Under a name it bears no longer, or one of several: or nobody sees why it is in the list.
  if (match?.street?.is_former) return { name: label, detail: `${t().formerName}: ${match.street.name}` };
  if (match?.landmark && match.landmark.name !== name) return { name: label, detail: `${t().alsoCalled}: ${match.landmark.name}` };
  // Five digits are a ward's code or a postal code: both are listed, and this one says which it is.
  if (layer === 'ward' && postalcode) return { name: label, detail: `${t().postalCode}: ${postalcode}` };
  return { name: label, detail: label_old && label_old !== label ? `${t().addressOld}: ${label_old}` : '' };
}

function marked(text: string, typed: string): Node[] {
  return cutAtMatches(text, typed).map((piece, at) => (at % 2 ? h('b', {}, piece) : document.createTextNode(piece)));
}
