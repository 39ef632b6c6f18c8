/** The line under the card's head that says how sure the answer is, with what else it may be. */

import type { Place } from './api';
import { unmatchedSentence } from './confidence';
import { h } from './dom';
import { t } from './i18n';
import type { Chosen } from './search';
import { linesOf } from './suggestion';

/** `null` where nothing is to be said: the person chose from the list, and every word was understood. */
export function renderConfidence({ place, sureness, others }: Chosen, open: (other: Place) => void): HTMLElement | null {
  const unmatched = unmatchedSentence(place);
  if (!sureness && !unmatched) return null;
  const rows = sureness === 'sure' ? [] : others.map((other) => row(other, () => open(other)));
  return h(
    'div',
    { class: 'confidence' },
    h('p', {}, sureness ? h('b', { class: `status ${sureness}` }, t().sureness[sureness]) : null, unmatched ? ` ${unmatched}` : null),
    rows.length ? h('details', {}, h('summary', {}, t().otherReadings), h('ul', {}, ...rows)) : null,
  );
}

function row(other: Place, open: () => void): HTMLElement {
  const { name, detail } = linesOf(other);
  return h('li', {}, h('button', { type: 'button', class: 'row', onclick: open }, h('span', {}, name, detail ? h('small', {}, detail) : null)));
}
