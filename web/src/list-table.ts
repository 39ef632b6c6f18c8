/** The rows of an answered list: what was typed, the address of today, the one before, and how it was found. */

import { h } from './dom';
import { t } from './i18n';
import type { ListRow } from './list-answer';

/** More rows are in the file, and would only make the page slow. */
export const SHOWN_ROWS = 200;

export class ListTable {
  readonly element: HTMLElement;
  private readonly body = h('tbody', {});
  private count = 0;

  constructor(private readonly onPlace: (row: ListRow) => void) {
    const names = [t().listRow, t().listTyped, t().addressNew, t().addressOld, t().listWardCode, t().listStatus];
    // on a phone rows are drawn as blocks, which would take their roles from them
    const head = h('tr', { role: 'row' }, ...names.map((name) => h('th', { scope: 'col', role: 'columnheader' }, name)));
    this.element = h(
      'div',
      { class: 'list-table', role: 'region', tabindex: 0, 'aria-label': t().listAnswer },
      h('table', { role: 'table' }, h('thead', { role: 'rowgroup' }, head), this.body),
    );
    this.body.setAttribute('role', 'rowgroup');
  }

  /** Appends rows as far as they are shown. */
  add(rows: ListRow[]): void {
    for (const row of rows) {
      this.count += 1;
      if (this.count <= SHOWN_ROWS) this.body.append(this.row(row, this.count));
    }
  }

  private row(row: ListRow, number: number): HTMLElement {
    const cell = (name: string, text: string | Node, className = '') =>
      h('td', { role: 'cell', class: text === '' ? 'is-empty' : className, 'data-name': name }, text);
    const { at } = row;
    const label = row.label && at ? h('button', { type: 'button', class: 'link', onclick: () => this.onPlace(row) }, row.label) : row.label;
    return h(
      'tr',
      { role: 'row' },
      h('th', { scope: 'row', role: 'rowheader' }, String(number)),
      cell(t().listTyped, row.typed),
      cell(t().addressNew, label),
      cell(t().addressOld, row.labelOld === row.label ? '' : row.labelOld, 'old'),
      cell(t().listWardCode, row.wardCode, 'code'),
      cell(t().listStatus, h('span', { class: `status ${row.status}` }, t().listStatuses[row.status] ?? row.status)),
    );
  }
}
