/**
 * The one search box: a combobox after the ARIA pattern. Suggestions come while typing. Enter takes
 * the chosen one, else the best; where several places match or none for sure, it asks by the list.
 */

import { autocomplete, isAborted, search, sentenceOf, type Place, type Places, type Position } from './api';
import { isDecided, isGuess, surenessOf, understoodSentence, unmatchedSentence, type Sureness } from './confidence';
import { h, icon } from './dom';
import { linesOfText, oneLine } from './folding';
import { t } from './i18n';
import { failure } from './messages';
import { SuggestionList } from './suggestion-list';

/** A place somebody searched for, and what else the text may have meant. */
export interface Chosen {
  place: Place;
  /** `null` where the person chose, who knows. */
  sureness: Sureness | null;
  others: Place[];
}

interface Options {
  examples(): { kind: string; text: string }[];
  /** Where the map looks: places near it come first. */
  focus(): Position | null;
  onPlace(chosen: Chosen): void;
  onPoint(at: Position): void;
  /** Several lines were pasted, and shall be answered as a list. */
  onLines(text: string): void;
  /** Typing began: the card gives way on a small screen. */
  onTyping(): void;
}

/** An answer with the text it is for. */
interface Answered {
  text: string;
  places: Place[];
  isAmbiguous: boolean;
}

const DEBOUNCE_MS = 120;
/** So many pasted lines are more than one address. */
const LIST_LINES = 3;

export class SearchBox {
  private readonly input: HTMLInputElement;
  private readonly clearButton: HTMLButtonElement;
  private readonly submit: HTMLButtonElement;
  private readonly list: SuggestionList;
  /** Empty where nothing is to be said; it stays in the page, or no screen reader would hear it speak. */
  private readonly note = h('div', { class: 'search-note', role: 'status' });
  private readonly offer = h('div', { class: 'search-offer', hidden: true });
  private readonly examples = h('div', { class: 'examples' });
  private readonly said = h('p', { class: 'hidden-text', role: 'status' });
  private suggested: Answered | null = null;
  private timer = 0;
  private request = new AbortController();

  constructor(
    root: HTMLElement,
    private readonly options: Options,
  ) {
    this.list = new SuggestionList({
      onChoose: (place) => this.choose({ place, sureness: null, others: [] }),
      onChange: () => this.tellState(),
    });
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
      onfocus: () => this.input.value && this.list.open(),
    });
    this.clearButton = h('button', { type: 'button', class: 'in-field', hidden: true, onclick: () => this.clear() }, icon('close'));
    this.submit = h('button', { type: 'submit', class: 'in-field' }, icon('search'));
    const form = h('form', { role: 'search', onsubmit: (event: Event) => (event.preventDefault(), void this.enter()) }, this.input, this.clearButton, this.submit);
    root.append(form, this.note, this.offer, this.list.element, this.examples, this.said);
    root.addEventListener('focusout', (event) => {
      if (!root.contains(event.relatedTarget as Node | null)) this.list.close();
    });
    this.render();
  }

  /** Texts, after a change of language or when the examples have come. */
  render(): void {
    this.input.placeholder = t().searchPlaceholder;
    this.input.setAttribute('aria-label', t().searchPlaceholder);
    this.clearButton.setAttribute('aria-label', t().clear);
    this.submit.setAttribute('aria-label', t().search);
    this.list.render();
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
  }

  /** As if it had been typed and Enter pressed. */
  async searchFor(text: string): Promise<void> {
    this.input.value = text;
    await this.enter();
  }

  hideExamples(): void {
    this.examples.hidden = true;
  }

  /** Another card is shown than the one that was searched for. */
  forget(): void {
    this.input.value = '';
    this.settle();
  }

  private typed(): void {
    this.options.onTyping();
    this.settleButtons();
    this.note.replaceChildren();
    this.offer.hidden = true;
    window.clearTimeout(this.timer);
    const text = oneLine(this.input.value);
    if (!text) {
      this.request.abort();
      this.suggested = null;
      this.list.clear();
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
    const { length } = linesOfText(text);
    if (length < LIST_LINES) return;
    const take = () => {
      this.clear();
      this.options.onLines(text);
    };
    this.offer.replaceChildren(h('p', {}, t().manyLines(length)), h('button', { type: 'button', class: 'plain', onclick: take }, icon('list'), t().manyLinesGo));
    this.offer.hidden = false;
    this.said.textContent = t().manyLines(length);
  }

  private async suggest(text: string): Promise<void> {
    const signal = this.newRequest();
    try {
      const { places } = (this.suggested = answered(text, await autocomplete(text, this.options.focus(), signal)));
      this.list.show(places, text);
      this.said.textContent = t().suggestionCount(places.length);
      // a list that stays away looks broken
      if (!places.length) this.say(t().nothingYet);
    } catch (error) {
      // A suggestion that fails is no news: Enter will say what is wrong.
      if (!isAborted(error)) this.list.clear();
    }
  }

  private async enter(): Promise<void> {
    if (this.list.active) return this.choose({ place: this.list.active, sureness: null, others: [] });
    const text = oneLine(this.input.value);
    if (!text) return;
    window.clearTimeout(this.timer);
    const signal = this.newRequest();
    this.settleButtons();
    const point = readCoordinates(text);
    if (point) {
      this.settle();
      this.options.onPoint(point);
      return;
    }
    this.submit.classList.add('is-busy');
    try {
      this.take(await this.answerTo(text, signal));
    } catch (error) {
      this.list.close();
      if (isAborted(error)) return;
      this.note.replaceChildren(failure(sentenceOf(error), () => void this.enter()));
    } finally {
      this.submit.classList.remove('is-busy');
    }
  }

  /** What Enter goes by: the list that is shown, where it decides; else the text read as finished. */
  private async answerTo(text: string, signal: AbortSignal): Promise<Answered> {
    const focus = this.options.focus();
    const shown = this.suggested?.text === text && this.suggested.places.length ? this.suggested : null;
    if (shown && isDecided(shown.places, shown.isAmbiguous)) return shown;
    const found = answered(text, await search(text, focus, signal));
    // Of the places that are shown it may be decided now which is meant; another would be a surprise.
    const [first] = found.places;
    const isShown = shown?.places.some(({ properties }) => properties.gid === first?.properties.gid);
    if (shown && !(isShown && isDecided(found.places, found.isAmbiguous))) return shown;
    if (found.places.length) return found;
    // The last word may have been cut.
    return answered(text, await autocomplete(text, focus, signal));
  }

  /** Opens the place, or asks which is meant. */
  private take({ text, places, isAmbiguous }: Answered): void {
    const [best, ...others] = places;
    // beside a likely place stand the others that may be meant, however little is left for them
    const readings = places.every(isGuess) ? [] : places;
    if (best && isDecided(places, isAmbiguous)) {
      this.choose({ place: best, sureness: surenessOf(best, isAmbiguous), others });
    } else if (readings[0]) {
      this.ask(readings[0], readings, text);
    } else {
      this.suggested = null;
      this.list.clear();
      this.say(t().nothingFound(text), t().nothingFoundHelp);
    }
  }

  /** Several places, or none for sure: what was understood, what was not, and the list. */
  private ask(best: Place, readings: Place[], text: string): void {
    this.suggested = null;
    this.list.show(readings, text);
    const isUnsure = surenessOf(best) === 'unsure';
    const sentences = isUnsure
      ? [t().unsure, unmatchedSentence(best), understoodSentence(best), t().orTapMap]
      : [t().choose, unmatchedSentence(best)];
    this.say(...sentences.filter(Boolean));
    this.said.textContent = t().suggestionCount(readings.length);
    this.input.focus();
  }

  private choose(chosen: Chosen): void {
    this.input.value = chosen.place.properties.label;
    this.settle();
    this.options.onPlace(chosen);
  }

  /** The field holds the answer: lists and examples make room for the map. */
  private settle(): void {
    this.request.abort();
    window.clearTimeout(this.timer);
    this.suggested = null;
    this.list.clear();
    this.note.replaceChildren();
    this.offer.hidden = true;
    this.examples.hidden = true;
    this.settleButtons();
  }

  private clear(): void {
    this.input.value = '';
    this.typed();
    this.examples.hidden = false;
    this.input.focus();
  }

  private newRequest(): AbortSignal {
    this.request.abort();
    this.request = new AbortController();
    return this.request.signal;
  }

  private settleButtons(): void {
    this.clearButton.hidden = !this.input.value;
    if (this.input.value) this.examples.hidden = true;
  }

  private say(...sentences: string[]): void {
    this.note.replaceChildren(...sentences.map((sentence) => h('p', {}, sentence)));
  }

  private pressed(event: KeyboardEvent): void {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      if (!this.list.count) return;
      event.preventDefault();
      this.list.step(event.key === 'ArrowDown' ? 1 : -1);
    } else if (event.key === 'Escape') {
      event.stopPropagation();
      // What is still on its way would open it again.
      this.request.abort();
      window.clearTimeout(this.timer);
      if (this.list.isOpen) this.list.close();
      else this.clear();
    }
  }

  /** What a screen reader is told of the list. */
  private tellState(): void {
    this.input.setAttribute('aria-expanded', String(this.list.isOpen));
    const { activeId } = this.list;
    if (activeId) this.input.setAttribute('aria-activedescendant', activeId);
    else this.input.removeAttribute('aria-activedescendant');
  }
}

function answered(text: string, { features, geocoding }: Places): Answered {
  return { text, places: features, isAmbiguous: geocoding?.ambiguous ?? false };
}

/** `11.2587, 106.1167` or `11,2587 106,1167`, as maps and phones copy them. */
function readCoordinates(text: string): Position | null {
  const parts = /^(-?\d{1,2}[.,]\d+)\s*[,; ]\s*(-?\d{1,3}[.,]\d+)$/.exec(text);
  if (!parts) return null;
  const [lat, lng] = [parts[1], parts[2]].map((part) => Number(part?.replace(',', '.')));
  if (lat === undefined || lng === undefined || Math.abs(lat) > 85 || Math.abs(lng) > 180) return null;
  return [lng, lat];
}
