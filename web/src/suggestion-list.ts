/**
 * The list under the search box: options in groups, one of them active. While a finger or a mouse
 * button is down on it nothing in it changes: what comes meanwhile is shown when it is lifted.
 */

import type { Place } from './api';
import { h } from './dom';
import { t } from './i18n';
import { groupOfPlace, inGroups, suggestionRow } from './suggestion';

/** A tap's click comes this soon after the finger is lifted, and must find the row it was on. */
const CLICK_AFTER_MS = 350;

interface Options {
  onChoose(place: Place): void;
  /** The list was opened or closed, or another row is active. */
  onChange(): void;
}

export class SuggestionList {
  readonly element = h('div', { id: 'suggestions', class: 'suggestions', role: 'listbox', hidden: true });
  /** In the order of the rows. */
  private places: Place[] = [];
  private typed = '';
  private at = -1;
  private isHeld = false;
  private held: (() => void) | null = null;

  constructor(private readonly options: Options) {
    this.element.addEventListener('pointerdown', (event) => {
      // Or the field would lose its focus, and with it the list, before the click arrives.
      event.preventDefault();
      this.isHeld = true;
    });
    // A finger that scrolls ends its pointer, and is lifted later.
    addEventListener('pointercancel', ({ pointerType }) => pointerType !== 'touch' && this.letGo());
    addEventListener('pointerup', () => this.letGo());
    addEventListener('touchend', () => this.letGo());
    addEventListener('touchcancel', () => this.letGo());
  }

  get isOpen(): boolean {
    return !this.element.hidden;
  }

  get count(): number {
    return this.places.length;
  }

  /** The row the arrow keys stand on. */
  get active(): Place | null {
    return (this.isOpen && this.places[this.at]) || null;
  }

  get activeId(): string | null {
    return this.active ? `suggestion-${this.at}` : null;
  }

  /** Shows places, best first; none closes the list. */
  show(places: Place[], typed: string): void {
    this.whenFree(() => {
      this.places = inGroups(places);
      this.typed = typed;
      this.at = -1;
      this.render();
      this.setOpen(this.places.length > 0);
    });
  }

  /** In another language. */
  render(): void {
    this.element.setAttribute('aria-label', t().suggestions);
    const groups = [...new Set(this.places.map(groupOfPlace))].map((group) => {
      const title = `suggestions-${group}`;
      const rows = this.places.flatMap((place, index) =>
        groupOfPlace(place) === group ? [suggestionRow(place, index, this.typed, () => this.options.onChoose(place))] : [],
      );
      return h('div', { role: 'group', 'aria-labelledby': title }, h('p', { id: title, class: 'group-title', role: 'presentation' }, t().groups[group]), ...rows);
    });
    this.element.replaceChildren(...groups);
  }

  open(): void {
    if (this.places.length) this.setOpen(true);
  }

  close(): void {
    this.at = -1;
    this.markActive();
    this.setOpen(false);
  }

  /** Closes it and forgets what it held. */
  clear(): void {
    this.held = null;
    this.places = [];
    this.close();
  }

  /** One row down or up; before the first and behind the last stands the field. */
  step(by: 1 | -1): void {
    this.open();
    const last = this.places.length - 1;
    const next = this.at + by;
    this.at = next > last ? -1 : next < -1 ? last : next;
    this.markActive();
    this.options.onChange();
  }

  private setOpen(isOpen: boolean): void {
    this.element.hidden = !isOpen;
    this.options.onChange();
  }

  private markActive(): void {
    this.element.querySelectorAll('[role=option]').forEach((row, index) => {
      row.setAttribute('aria-selected', String(index === this.at));
      if (index === this.at) row.scrollIntoView({ block: 'nearest' });
    });
  }

  private whenFree(change: () => void): void {
    if (this.isHeld && this.isOpen) this.held = change;
    else change();
  }

  private letGo(): void {
    if (!this.isHeld) return;
    setTimeout(() => {
      this.isHeld = false;
      this.held?.();
      this.held = null;
    }, CLICK_AFTER_MS);
  }
}
