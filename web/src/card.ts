/**
 * The card: a panel at the side on a desk, a sheet from below on a phone. It opens at once with
 * grey bars; address, parcel and planning fill in as they come, and each can fail by itself.
 */

import {
  codesAt,
  isAborted,
  parcelAt,
  parcelById,
  planningOf,
  placeById,
  reverse,
  search,
  sentenceOf,
  type Box,
  type Parcel,
  type Place,
  type Position,
} from './api';
import { renderAddress } from './card-address';
import { renderConfidence } from './card-confidence';
import { nameOf, renderParcel, renderPatch, renderPlanning, type UseName } from './card-land';
import { renderUnit } from './card-unit';
import { h, icon, skeleton } from './dom';
import { t } from './i18n';
import type { Patch } from './map';
import { copyText, failure, say } from './messages';
import type { Chosen } from './search';
import type { Selection } from './state';

interface Options {
  root: HTMLElement;
  onSelection(selection: Selection | null): void;
  /** What the card is about, in words; `null` when it is closed. */
  onTitle(title: string | null): void;
  /** Where the map looks: a name is searched near it. */
  focus(): Position | null;
  /** The card is closed and had the keyboard. */
  onLeave(): void;
  /** The map shows what the card is about. */
  onShow(what: { at?: Position; box?: Box; parcel?: Parcel | null; isMoving: boolean }): void;
}

/** A patch of the map with the names of its use. */
export interface Land {
  patch: Patch;
  use: UseName;
  zoomIn(): void;
}

/** What is known before asking. */
interface Start {
  selection: Selection;
  at?: Position;
  place?: Place;
  /** How the place was found by a text. */
  chosen?: Chosen;
  land?: Land;
  /** Whether the map flies there: not after a click, where it is in view. */
  isMoving: boolean;
  isFocused?: boolean;
}

const SWIPE_PX = 60;

export class Card {
  private request = new AbortController();
  private start: Start | null = null;
  private readonly title = h('h2', { id: 'card-title', tabindex: -1 });
  private readonly subtitle = h('p', { class: 'card-subtitle' });

  constructor(private readonly options: Options) {
    options.root.setAttribute('role', 'region');
    options.root.setAttribute('aria-labelledby', 'card-title');
    document.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.isOpen()) this.close();
    });
  }

  isOpen(): boolean {
    return !this.options.root.hidden;
  }

  /** A click on the map or coordinates. */
  openPoint(at: Position, isMoving: boolean, isFocused = false): void {
    this.open({ selection: { kind: 'point', at }, at, isMoving, isFocused });
  }

  /** A click where the map is too small for single parcels. */
  openLand(at: Position, land: Land, isFocused: boolean): void {
    this.open({ selection: { kind: 'patch', at }, at, land, isMoving: false, isFocused });
  }

  /** A search result. */
  openChosen(chosen: Chosen): void {
    const { place } = chosen;
    const { layer, gid, parcel_id } = place.properties;
    const at = place.geometry?.coordinates;
    const common = { place, chosen, ...(at ? { at } : {}), isMoving: true, isFocused: true };
    if (layer === 'parcel' && parcel_id) this.open({ ...common, selection: { kind: 'parcel', id: parcel_id } });
    else if (at && (layer === 'address' || layer === 'venue' || layer === 'code' || layer === 'coordinates')) this.open({ ...common, selection: { kind: 'point', at } });
    else this.open({ ...common, selection: { kind: 'named', gid } });
  }

  /** A place that somebody chose. */
  openPlace(place: Place): void {
    this.openChosen({ place, sureness: null, others: [] });
  }

  /** A link that was opened. */
  async openSelection(selection: Selection, isMoving: boolean): Promise<void> {
    if (selection.kind === 'point' || selection.kind === 'patch') {
      this.openPoint(selection.at, isMoving);
    } else if (selection.kind === 'parcel') {
      this.open({ selection, isMoving });
    } else {
      try {
        const place = await placeById(selection.gid);
        if (place) this.open({ selection, place, isMoving });
      } catch (error) {
        say(sentenceOf(error));
      }
    }
  }

  /** In another language, or again after a failure. */
  refresh(): void {
    if (this.start) this.open({ ...this.start, isMoving: false, isFocused: false });
  }

  close(): void {
    const { root, onSelection, onTitle, onShow, onLeave } = this.options;
    const hadFocus = root.contains(document.activeElement);
    this.request.abort();
    this.start = null;
    root.hidden = true;
    onSelection(null);
    onTitle(null);
    onShow({ isMoving: false });
    if (hadFocus) onLeave();
  }

  private open(start: Start): void {
    this.request.abort();
    this.request = new AbortController();
    this.start = start;
    const { root, onSelection } = this.options;
    const isReopened = root.hidden;
    onSelection(start.selection);

    const body = h('div', { class: 'card-body' });
    this.name(start.place?.properties.name ?? t().placeHere, '');
    root.replaceChildren(this.head(), body);
    const confidence = start.chosen && renderConfidence(start.chosen, (place) => this.openPlace(place));
    if (confidence) body.append(confidence);
    root.hidden = false;
    if (isReopened) root.classList.remove('is-tall');
    root.scrollTop = 0;
    if (start.isFocused) this.title.focus({ preventScroll: true });

    if (start.selection.kind === 'named' && start.place) this.fillUnit(body, start.place);
    else if (start.land) this.fillLand(body, start.land);
    else void this.fill(body, start);
  }

  private fillUnit(body: HTMLElement, place: Place): void {
    this.name(place.properties.name, t().kinds[place.properties.layer] ?? '');
    body.append(renderUnit(place, (label) => void this.openNamed(label)));
    const at = place.geometry?.coordinates;
    if (!at) body.append(h('p', { class: 'hint outside' }, t().outside));
    this.options.onShow({ ...(at ? { at } : {}), ...(place.bbox ? { box: place.bbox } : {}), isMoving: this.start?.isMoving ?? false });
  }

  private fillLand(body: HTMLElement, { patch, use, zoomIn }: Land): void {
    const { ward } = patch;
    this.name(nameOf(use), ward ? `${t().unitKinds[ward.kind] ?? ''} ${ward.name}`.trim() : '');
    body.append(renderPatch(patch, use, zoomIn));
    this.options.onShow({ ...(this.start?.at ? { at: this.start.at } : {}), isMoving: false });
  }

  private async openNamed(label: string): Promise<void> {
    try {
      const [place] = (await search(label, this.options.focus())).features;
      if (place) this.openPlace(place);
      else say(t().nothingFound(label));
    } catch (error) {
      say(sentenceOf(error));
    }
  }

  /** Address, parcel and planning of a point or a parcel. */
  private async fill(body: HTMLElement, start: Start): Promise<void> {
    const { signal } = this.request;
    const [address, land, plans] = [section(t().address), section(t().parcel), section(t().planning)];
    body.append(address.root, land.root, plans.root);
    const retry = () => this.refresh();

    const parcel = this.parcelOf(start, signal);
    let at = start.at;
    if (!at) {
      // A link to a parcel: its own shape says where the rest is asked for.
      const found = await parcel.catch(() => null);
      at = found ? middleOf(found) : undefined;
    }
    if (signal.aborted) return;

    const land_done = parcel
      .then(async (found) => {
        if (signal.aborted) return;
        const box = found ? boxOf(found) : undefined;
        const isBoxShown = start.selection.kind === 'parcel' && box;
        this.options.onShow({ ...(at ? { at } : {}), ...(isBoxShown ? { box } : {}), parcel: found, isMoving: start.isMoving });
        if (!found) {
          land.fill(h('p', { class: 'empty' }, t().noParcel));
          plans.root.remove();
          return;
        }
        if (start.selection.kind === 'parcel' || !start.place) this.nameParcel(found);
        land.fill(renderParcel(found));
        const { plans: list } = await planningOf(found.properties.parcel_id, signal);
        plans.fill(renderPlanning(list));
      })
      .catch((error: unknown) => {
        if (isAborted(error)) return;
        (land.isFilled() ? plans : land).fill(failure(sentenceOf(error), retry));
        if (!land.isFilled()) plans.root.remove();
      });

    if (at) {
      const where = at;
      try {
        const [{ features: found }, codes, under] = await Promise.all([
          reverse(where, signal),
          codesAt(where, signal).catch(() => null),
          parcel.catch(() => null),
        ]);
        if (signal.aborted) return;
        const parcelId = under?.properties.parcel_id ?? null;
        address.fill(renderAddress({ at: where, found, codes, parcelId, chosen: start.place ?? null }));
        this.nameAddress(found, start);
      } catch (error) {
        if (!isAborted(error)) address.fill(failure(sentenceOf(error), retry));
      }
    } else {
      address.root.remove();
    }
    await land_done;
  }

  private parcelOf(start: Start, signal: AbortSignal): Promise<Parcel | null> {
    if (start.selection.kind === 'parcel') return parcelById(start.selection.id, signal);
    return start.at ? parcelAt(start.at, signal) : Promise.resolve(null);
  }

  private nameParcel({ properties }: Parcel): void {
    this.name(t().parcelTitle(properties.number, properties.sheet), properties.unit?.label ?? this.subtitle.textContent ?? '');
  }

  private nameAddress(found: Place[], start: Start): void {
    const ward = found.find((place) => place.properties.layer === 'ward')?.properties.label ?? '';
    if (start.place && start.selection.kind === 'point') {
      this.name(start.place.properties.name, ward);
    } else if (!this.subtitle.textContent) {
      this.name(this.title.textContent ?? '', ward);
    }
  }

  private name(title: string, subtitle: string): void {
    this.title.textContent = title;
    this.subtitle.textContent = subtitle;
    this.options.onTitle(title);
  }

  private head(): HTMLElement {
    const { root } = this.options;
    const grip = h('button', { type: 'button', class: 'grip', 'aria-label': t().expand, onclick: () => root.classList.toggle('is-tall') });
    let startY = 0;
    grip.addEventListener('pointerdown', (event) => {
      startY = event.clientY;
      grip.setPointerCapture(event.pointerId);
    });
    grip.addEventListener('pointerup', (event) => {
      const moved = event.clientY - startY;
      if (Math.abs(moved) < SWIPE_PX) return;
      grip.addEventListener('click', (click) => click.stopImmediatePropagation(), { once: true, capture: true });
      if (moved < 0) root.classList.add('is-tall');
      else if (root.classList.contains('is-tall')) root.classList.remove('is-tall');
      else this.close();
    });
    return h(
      'div',
      { class: 'card-head' },
      grip,
      h('div', { class: 'card-names' }, this.title, this.subtitle),
      h('div', { class: 'card-buttons' },
        h('button', { type: 'button', class: 'round', 'aria-label': t().share, title: t().share, onclick: () => void copyText(location.href, t().shared) }, icon('share')),
        h('button', { type: 'button', class: 'round', id: 'card-close', 'aria-label': t().close, title: t().close, onclick: () => this.close() }, icon('close')),
      ),
    );
  }
}

/** A part of the card, grey until it is filled. */
function section(title: string) {
  const body = h('div', { 'aria-busy': 'true' }, skeleton(3));
  const root = h('section', {}, h('h3', {}, title), body);
  return {
    root,
    isFilled: () => !body.hasAttribute('aria-busy'),
    fill(...content: Node[]) {
      body.removeAttribute('aria-busy');
      body.replaceChildren(...content);
    },
  };
}

function boxOf(parcel: Parcel): Box {
  const box: Box = [180, 90, -180, -90];
  const visit = (part: unknown): void => {
    if (!Array.isArray(part)) return;
    const [lng, lat] = part as unknown[];
    if (typeof lng === 'number' && typeof lat === 'number') {
      box[0] = Math.min(box[0], lng);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lng);
      box[3] = Math.max(box[3], lat);
    } else {
      part.forEach(visit);
    }
  };
  visit(parcel.geometry.coordinates);
  return box;
}

function middleOf(parcel: Parcel): Position {
  const [west, south, east, north] = boxOf(parcel);
  return [(west + east) / 2, (south + north) / 2];
}
