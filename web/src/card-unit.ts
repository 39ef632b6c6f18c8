/** The card of something found by name that is larger than a parcel: a ward, a street, a province. */

import type { Place } from './api';
import { copyable } from './card-address';
import { h } from './dom';
import { t } from './i18n';

export function renderUnit({ properties }: Place, open: (label: string) => void): HTMLElement {
  const { label, label_old, layer, successors } = properties;
  const root = h('section', {}, copyable(t().kinds[layer] ?? t().address, label, true));
  if (label_old && label_old !== label) root.append(copyable(t().addressOld, label_old, true));
  // Found by its old name, the new unit is its own successor.
  const others = successors?.filter((unit) => unit.label !== label) ?? [];
  if (others.length) {
    root.append(
      h('h3', {}, others.length > 1 ? t().becameParts : t().became),
      h(
        'ul',
        { class: 'successors' },
        ...others.map((unit) =>
          h(
            'li',
            {},
            h('button', { type: 'button', class: 'row', onclick: () => open(unit.label) }, h('span', {}, unit.label), h('small', {}, t().extent[unit.extent] ?? unit.extent)),
          ),
        ),
      ),
    );
  }
  return root;
}
