/**
 * The one search box: a combobox after the ARIA pattern. Suggestions come while typing; Enter
 * without a chosen one searches; where several places match, it asks instead of guessing.
 */

import { autocomplete, isAborted, search, sentenceOf, type Place, type Position } from './api';
import { h, icon } from './dom';
import { oneLine } from './folding';
import { t } from './i18n';
import { failure, say } from './messages';
import { GROUP_ORDER, groupOfPlace, suggestionRow } from './suggestion';

interface Options {
  examples(): { kind: string; text: string }[];
  /** Places near here come first. */
  focus(): Position | null;
  onPlace(place: Place): void;
  onPoint(at: Position): void;
  /** Typing began: the card gives way on a small screen. */
  onTyping(): void;
}

const DEBOUNCE_MS = 120;
/** Below this confidence the answer is only a part of what was asked. */
const SURE = 0.8;

export class SearchBox {
  private readonly input: HTMLInputElement;
  private readonly clearButton: HTMLButtonElement;
  private readonly submit: HTMLButtonElement;
  private readonly list = h('div', { id: 'suggestions', class: 'suggestions', role: 'listbox', hidden: true });
  private readonly note = h('div', { class: 'search-note', hidden: true });
  private readonly examples = h('div', { class: 'examples' });
  private readonly count = h('p', { class: 'hidden-text', role: 'status' });
  private places: Place[] = [];
  private active = -1;
  private timer = 0;
  private request = new AbortController();

  constructor(
    root: HTMLElement,
    private readonly options: Options,
  ) {
    this.input = h('input', {
      id: 'search-input',
      type: 'text',
      role: 'combobox',
      autocomplete: 'off',
      autocapitalize: 'off',
      spellcheck: 'false',
      enterkeyhint: 'search',
      'aria-autocomplete': 'list',
      'aria-expanded': 'false',
      'aria-controls': 'suggestions',
      oninput: () => this.typed(),
      onpaste: (event: ClipboardEvent) => this.pasted(event),
      onkeydown: (event: KeyboardEvent) => this.pressed(event),
      onfocus: () => this.places.length && this.input.value && this.open(),
    });
    this.clearButton = h('button', { type: 'button', class: 'in-field', hidden: true, onclick: () => this.clear() }, icon('close'));
    this.submit = h('button', { type: 'submit', class: 'in-field' }, icon('search'));
    const form = h('form', { role: 'search', onsubmit: (event: Event) => (event.preventDefault(), void this.enter()) }, this.input, this.clearButton, this.submit);
    root.append(form, this.note, this.list, this.examples, this.count);
    root.addEventListener('focusout', (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.close();
    });
    // Or the field would lose its focus, and with it the list, before the click arrives.
    this.list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.render();
  }

  /** Texts, after a change of language or when the examples have come. */
  render(): void {
    this.input.placeholder = t().searchPlaceholder;
    this.input.setAttribute('aria-label', t().searchPlaceholder);
    this.clearButton.setAttribute('aria-label', t().clear);
    this.submit.setAttribute('aria-label', t().search);
    this.list.setAttribute('aria-label', t().suggestions);
    this.examples.replaceChildren(
      h('p', { id: 'examples-title' }, t().examples),
      h(
        'ul',
        { 'aria-labelledby': 'examples-title' },
        ...this.options.examples().map(({ kind, text }) =>
          h(
            'li',
            {},
            h('button', { type: 'button', onclick: () => void this.searchFor(text) }, h('small', {}, t().exampleKinds[kind] ?? kind), h('span', {}, text)),
          ),
        ),
      ),
    );
    if (!this.list.hidden) this.showPlaces();
  }

  /** As if it had been typed and Enter pressed. */
  async searchFor(text: string): Promise<void> {
    this.input.value = text;
    await this.enter();
  }

  show(text: string): void {
    this.input.value = text;
    this.settle();
  }

  hideExamples(): void {
    this.examples.hidden = true;
  }

  private typed(): void {
    this.options.onTyping();
    this.settleButtons();
    this.note.hidden = true;
    window.clearTimeout(this.timer);
    const text = oneLine(this.input.value);
    if (!text) {
      this.request.abort();
      this.places = [];
      this.close();
      return;
    }
    this.timer = window.setTimeout(() => void this.suggest(text), DEBOUNCE_MS);
  }

  private pasted(event: ClipboardEvent): void {
    const text = event.clipboardData?.getData('text') ?? '';
    if (!/[\r\n\t]/.test(text)) return;
    event.preventDefault();
    const { selectionStart, selectionEnd } = this.input;
    this.input.setRangeText(oneLine(text), selectionStart ?? 0, selectionEnd ?? 0, 'end');
    this.typed();
  }

  private async suggest(text: string): Promise<void> {
    this.request.abort();
    this.request = new AbortController();
    try {
      const found = await autocomplete(text, this.options.focus(), this.request.signal);
      this.places = inGroups(found.features);
      this.active = -1;
      this.showPlaces();
      // a list that stays away looks broken
      if (!this.places.length) this.say(h('p', {}, t().nothingYet));
    } catch (error) {
      // A suggestion that fails is no news: Enter will say what is wrong.
      if (!isAborted(error)) this.close();
    }
  }

  private async enter(): Promise<void> {
    const chosen = this.places[this.active];
    if (chosen && !this.list.hidden) {
      this.choose(chosen);
      return;
    }
    const text = oneLine(this.input.value);
    if (!text) return;
    window.clearTimeout(this.timer);
    this.request.abort();
    this.close();
    this.settleButtons();
    const point = readCoordinates(text);
    if (point) {
      this.settle();
      this.options.onPoint(point);
      return;
    }
    this.request = new AbortController();
    this.submit.classList.add('is-busy');
    try {
      const found = await search(text, this.request.signal);
      const [first] = found.features;
      if (!first) {
        this.say(h('p', {}, t().nothingFound(text)), h('p', {}, t().nothingFoundHelp));
      } else if (found.geocoding?.ambiguous && found.features.length > 1) {
        this.places = inGroups(found.features.slice(0, 7));
        this.say(h('p', {}, t().choose));
        this.active = -1;
        this.showPlaces();
      } else {
        this.choose(first);
        if ((first.properties.confidence ?? 1) < SURE) say(t().partlyFound(first.properties.label));
      }
    } catch (error) {
      if (!isAborted(error)) this.say(failure(sentenceOf(error), () => void this.enter()));
    } finally {
      this.submit.classList.remove('is-busy');
    }
  }

  private choose(place: Place): void {
    this.input.value = place.properties.label;
    this.settle();
    this.options.onPlace(place);
  }

  /** The field holds the answer: lists and examples make room for the map. */
  private settle(): void {
    this.request.abort();
    window.clearTimeout(this.timer);
    this.places = [];
    this.close();
    this.note.hidden = true;
    this.examples.hidden = true;
    this.settleButtons();
  }

  private clear(): void {
    this.input.value = '';
    this.typed();
    this.examples.hidden = false;
    this.input.focus();
  }

  private settleButtons(): void {
    this.clearButton.hidden = !this.input.value;
    if (this.input.value) this.examples.hidden = true;
  }

  private say(...what: HTMLElement[]): void {
    this.note.replaceChildren(...what);
    this.note.hidden = false;
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    const last = this.places.length - 1;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (last < 0) return;
      event.preventDefault();
      this.open();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      const next = this.active + step;
      this.activate(next > last ? -1 : next < -1 ? last : next);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      if (this.list.hidden) this.clear();
      else this.close();
    }
  }

  private activate(index: number): void {
    this.active = index;
    this.list.querySelectorAll('[role=option]').forEach((row, at) => {
      row.setAttribute('aria-selected', String(at === index));
      if (at === index) row.scrollIntoView({ block: 'nearest' });
    });
    if (index < 0) this.input.removeAttribute('aria-activedescendant');
    else this.input.setAttribute('aria-activedescendant', `suggestion-${index}`);
  }

  private showPlaces(): void {
    this.count.textContent = t().suggestionCount(this.places.length);
    const groups = GROUP_ORDER.map((group) => {
      const rows = this.places
        .map((place, index) => ({ place, index }))
        .filter(({ place }) => groupOfPlace(place) === group)
        .map(({ place, index }) => suggestionRow(place, index, this.input.value, () => this.choose(place)));
      if (!rows.length) return null;
      const title = `suggestions-${group}`;
      return h('div', { role: 'group', 'aria-labelledby': title }, h('p', { id: title, class: 'group-title', role: 'presentation' }, t().groups[group]), ...rows);
    });
    this.list.replaceChildren(...groups.filter((group) => group !== null));
    if (this.places.length) this.open();
    else this.close();
    this.activate(this.active);
  }

  private open(): void {
    this.list.hidden = false;
    this.input.setAttribute('aria-expanded', 'true');
  }

  private close(): void {
    this.list.hidden = true;
    this.active = -1;
    this.input.setAttribute('aria-expanded', 'false');
    this.input.removeAttribute('aria-activedescendant');
  }
}

/** In the order of the groups, each group in the server's order. */
function inGroups(places: Place[]): Place[] {
  return GROUP_ORDER.flatMap((group) => places.filter((place) => groupOfPlace(place) === group));
}

/** `11.2587, 106.1167` or `11,2587 106,1167`, as maps and phones copy them. */
function readCoordinates(text: string): Position | null {
  const parts = /^(-?\d{1,2}[.,]\d+)\s*[,; ]\s*(-?\d{1,3}[.,]\d+)$/.exec(text);
  if (!parts) return null;
  const [lat, lng] = [parts[1], parts[2]].map((part) => Number(part?.replace(',', '.')));
  if (lat === undefined || lng === undefined || Math.abs(lat) > 85 || Math.abs(lng) > 180) return null;
  return [lng, lat];
}
