/**
 * The page from start to end: read the link, ask what the server has, show the search box at once
 * and the map as soon as it has come, then keep the address bar true.
 */

import './css/base.css';
import './css/search.css';
import './css/tools.css';
import './css/card.css';
import './css/list.css';
import 'maplibre-gl/dist/maplibre-gl.css';
import './css/map.css';

import { catalog, sentenceOf, type Box, type Catalog, type Position } from './api';
import { Card } from './card';
import { CardHistory } from './card-history';
import { place } from './dom';
import { currentLanguage, date, setLanguage, t } from './i18n';
import { LayersPanel } from './layers';
import { renderLegend } from './legend';
import { ListDialog } from './list';
import { SINGLE_PARCELS_ZOOM, TownMap, withGroups, type Padding, type Style } from './map';
import { sayFailure } from './messages';
import { SearchBox } from './search';
import { isSameSelection, readState, STYLES, writeState, type Selection } from './state';

/** The whole country, until the catalog says where the data is. */
const COUNTRY: Box = [102, 8, 110, 23.4];
const EXAMPLES = [
  { kind: 'address', text: '117/19 Nguyễn Thị Minh Khai, xã Trường Tây, thị xã Hòa Thành' },
  { kind: 'parcel', text: 'thửa 12 tờ 5 phường Hiệp Tân' },
  { kind: 'code', text: '7P387458+GJ' },
  { kind: 'coordinates', text: '11.2587, 106.1167' },
];

const NO_ROOM: Padding = { top: 0, right: 0, bottom: 0, left: 0 };

const state = readState(location.hash);
setLanguage(state.language);

let data: Catalog | null = null;
let town: TownMap | null = null;
let style: Style | null = null;
let hasTilesFailed = false;

const isShown = (group: string) =>
  ((style?.metadata.shows.includes(group) ?? false) || state.on.has(group)) && !state.off.has(group);

const card = new Card({
  root: place('card'),
  onSelection(selection) {
    const isShown = isSameSelection(state.selection, selection);
    state.selection = selection;
    if (!selection) cards.closed();
    else if (isShown) save();
    else cards.opened();
  },
  onTitle: showTitle,
  focus: middleOfView,
  onLeave: () => town?.map.getCanvas().focus({ preventScroll: true }),
  onShow({ at, box, parcel, isMoving }) {
    document.body.classList.toggle('has-card', card.isOpen());
    if (card.isOpen()) searchBox.hideExamples();
    town?.selectParcel(parcel?.properties.parcel_id ?? null);
    town?.mark(at && !box ? at : null);
    if (!isMoving) return;
    if (box) town?.fitBox(box, room());
    else if (at) town?.flyTo(at, room());
  },
});

const cards = new CardHistory({ link: () => writeState(state), onWalk: walkTo });

const searchBox = new SearchBox(place('search'), {
  examples: () => data?.examples ?? EXAMPLES,
  focus: middleOfView,
  onPlace: (chosen) => card.openChosen(chosen),
  onPoint: (at) => card.openPoint(at, true),
  onLines: (text) => list.open(text),
  onTyping: () => {
    if (isPhone() && card.isOpen()) card.close();
  },
});

const list = new ListDialog({ onPlace: (at) => card.openPoint(at, true, true) });

const panel = new LayersPanel(place('tools'), {
  styles: [...STYLES],
  style: () => state.style,
  loaded: () => style,
  isShown,
  strength: () => state.strength,
  onStyle(name) {
    state.style = name;
    state.on.clear();
    state.off.clear();
    void changeStyle();
  },
  onGroup(group, shown) {
    const isOwn = style?.metadata.shows.includes(group) ?? false;
    state.on.delete(group);
    state.off.delete(group);
    if (shown !== isOwn) (shown ? state.on : state.off).add(group);
    applyStyle();
  },
  onStrength(percent) {
    state.strength = percent;
    if (style) town?.setStrength(style, percent / 100);
    save();
  },
  onList: () => list.open(),
  onLanguage() {
    setLanguage(currentLanguage() === 'vi' ? 'en' : 'vi');
    state.language = currentLanguage();
    save();
    showTexts();
    searchBox.render();
    panel.render();
    card.refresh();
    list.render();
    town?.renameControls();
    showLegend();
  },
});

async function start(): Promise<void> {
  showTexts();
  if (state.selection) searchBox.hideExamples();
  try {
    const wantedStyle = loadStyle(state.style);
    data = await catalog();
    showTexts();
    searchBox.render();
    style = await wantedStyle;
  } catch (error) {
    sayFailure(sentenceOf(error), () => void start());
    return;
  }
  panel.render();
  await startMap(style);
}

async function startMap(first: Style): Promise<void> {
  const bounds = boundsOf(data);
  const center: Position = state.view?.center ?? [(bounds[0] + bounds[2]) / 2, (bounds[1] + bounds[3]) / 2];
  const hasView = state.view !== null;
  try {
    town = await TownMap.create({
      center,
      zoom: state.view?.zoom ?? 5,
      style: withGroups(first, state.on, state.off),
      attribution: data?.title ?? 'bandoso',
      onClick: (at) => openAt(at, false),
      onEnter: (at) => openAt(at, true),
      onMove: keepView,
      onIdle: showLegend,
      onFailure: tilesFailed,
    });
  } catch {
    sayFailure(t().errorWebgl, () => location.reload());
    return;
  }
  // For the console, and for the browser tests: what is drawn cannot be read from the elements.
  Object.assign(window, { bandoso: { map: town.map } });
  town.renameControls();
  if (!hasView) town.map.fitBounds(bounds, { duration: 0, padding: 24 });
  town.map.once('load', () => document.body.classList.add('has-map'));
  town.map.once('styledata', () => {
    if (state.strength !== 100) town?.setStrength(first, state.strength / 100);
    // Opened before the map came, or by a link.
    const { selection } = state;
    if (selection?.kind === 'patch' && hasView) town?.map.once('idle', () => openSelected(selection));
    else if (selection) openSelected(selection, !hasView || card.isOpen());
  });
}

/** What a click or Enter opens: near, the parcel and the address; far, the land of one use. */
function openAt(at: Position, isFocused: boolean): void {
  const patch = town?.patchAt(at);
  if (!patch) return card.openPoint(at, false, isFocused);
  const use = { code: patch.use, ...style?.metadata.codes.land_use[patch.use] };
  const zoomIn = () => {
    card.close();
    town?.flyTo(at, NO_ROOM, SINGLE_PARCELS_ZOOM + 1);
  };
  card.openLand(at, { patch, use, zoomIn }, isFocused);
}

function openSelected(selection: Selection, isMoving = false): void {
  if (selection.kind === 'patch' && !isMoving) openAt(selection.at, false);
  else void card.openSelection(selection, isMoving);
}

async function loadStyle(name: string): Promise<Style> {
  const response = await fetch(`styles/${name}.json`);
  if (!response.ok && name !== STYLES[0]) {
    state.style = STYLES[0];
    return loadStyle(STYLES[0]);
  }
  if (!response.ok) throw new Error(`style ${name}: ${response.status}`);
  return (await response.json()) as Style;
}

async function changeStyle(): Promise<void> {
  try {
    style = await loadStyle(state.style);
    applyStyle();
  } catch (error) {
    sayFailure(sentenceOf(error), () => void changeStyle());
  }
}

function applyStyle(): void {
  if (!style) return;
  town?.setStyle(withGroups(style, state.on, state.off));
  if (state.strength !== 100) town?.setStrength(style, state.strength / 100);
  panel.render();
  save();
}

function showLegend(): void {
  if (town && style) renderLegend(place('legend'), town, style, isShown);
}

/** Texts outside the parts that render themselves. */
function showTexts(): void {
  const { is_generated: isGenerated, title, date: day } = data ?? {};
  place('title').textContent = t().title;
  if (!card.isOpen()) showTitle(null);
  place('notice').textContent = [isGenerated ? t().generated : null, title, day ? t().dataOf(date(day)) : null].filter(Boolean).join(' · ') || '\u00a0';
  place('notice').classList.toggle('is-generated', isGenerated === true);
}

function tilesFailed(): void {
  if (hasTilesFailed) return;
  hasTilesFailed = true;
  sayFailure(t().errorTiles, () => {
    hasTilesFailed = false;
    if (style) town?.reload(withGroups(style, state.on, state.off));
  });
}

function keepView(): void {
  if (!town) return;
  state.view = { zoom: town.map.getZoom(), center: town.center() };
  save();
}

function save(): void {
  cards.save();
}

/** The tab and the browser's history name what is shown. */
function showTitle(title: string | null): void {
  document.title = title ? `${title} · ${t().title}` : t().title;
}

/** Back and forward: the card of that entry where the map was then; without one the map stays as it is. */
function walkTo(hash: string): void {
  const { selection, view } = readState(hash);
  state.selection = selection;
  if (selection) {
    if (view) town?.show(view);
    searchBox.forget();
    openSelected(selection);
  } else if (card.isOpen()) {
    card.close();
  }
  save();
}

/** Places near here come first. */
function middleOfView(): Position | null {
  return town?.center() ?? state.view?.center ?? null;
}

function isPhone(): boolean {
  return !matchMedia('(min-width: 700px)').matches;
}

/** The part of the map under the search box, and the card, is not seen. */
function room(): Padding {
  const { innerHeight, innerWidth } = window;
  if (isPhone()) return { top: 110, right: 24, bottom: Math.round(innerHeight * 0.5), left: 24 };
  return { top: 80, right: 80, bottom: 60, left: Math.min(460, innerWidth / 2) };
}

/** Where the map begins: the server knows where most is. */
function boundsOf(from: Catalog | null): Box {
  return from?.home ?? from?.layers.parcels?.bounds ?? from?.layers.units?.bounds ?? COUNTRY;
}

void start();
