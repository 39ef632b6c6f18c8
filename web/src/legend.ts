/** The legend: only what is in view, each with its colour, pattern, code and name. */

import { h } from './dom';
import { hatchImage } from './hatch';
import { currentLanguage, t } from './i18n';
import { SINGLE_PARCELS_ZOOM, type CodeTable, type Drawn, type Style, type TownMap } from './map';

/** Listed at most; the rest opens by itself. */
const MAX_ROWS = 8;
/** A colour that covers less of the screen than this cannot be told from others: 8 by 8 pixels. */
const SEEN_PX2 = 64;

/** A small square in the official colour, or one that says there is none. */
export function chip(colour: string | null | undefined, hatch?: string | null): HTMLElement {
  const square = h('span', { class: colour ? 'chip' : 'chip unknown', 'aria-hidden': 'true' });
  if (colour) square.style.backgroundColor = colour;
  const image = hatch ? hatchImage(hatch) : null;
  if (image) square.style.backgroundImage = image;
  return square;
}

let lastSaid = '';

/** Draws the legend anew where it says something else than before: who reads it keeps their place. */
export function renderLegend(root: HTMLElement, town: TownMap, style: Style, isShown: (group: string) => boolean): void {
  const { codes } = style.metadata;
  const parts: Part[] = [];
  if (isShown('land_use')) {
    const hint = town.map.getZoom() < SINGLE_PARCELS_ZOOM ? t().legendZoomIn : null;
    parts.push({ title: t().legendLandUse, hint, table: codes.land_use, ...shortened(town.codesInView('land-use-fill', 'uses')) });
  }
  if (isShown('planning')) {
    const table = { ...codes.land_use, ...codes.plan_zone };
    parts.push({ title: t().legendPlanning, hint: null, table, ...shortened(town.codesInView('plan-zone-fill', 'code')) });
  }
  const said = parts.filter(({ listed, more }) => listed.length || more.length);
  const now = JSON.stringify([currentLanguage(), said.map(({ title, hint, listed, more }) => [title, hint, listed, more])]);
  if (lastSaid === now) return;
  lastSaid = now;
  root.hidden = said.length === 0;
  const isOpen = root.querySelector('details')?.open ?? matchMedia('(min-width: 900px)').matches;
  const focusable = () => [...root.querySelectorAll<HTMLElement>('summary, .legend-body')];
  const focused = focusable().findIndex((element) => element === document.activeElement);
  const openParts = new Set([...root.querySelectorAll<HTMLDetailsElement>('details.more[open]')].map(({ dataset }) => dataset.part));
  root.replaceChildren(
    h(
      'details',
      { open: isOpen },
      h('summary', {}, t().legend),
      h(
        'div',
        { class: 'legend-body', tabindex: 0, role: 'region', 'aria-label': t().legend },
        ...said.flatMap((part) => renderPart(part, style.metadata.hatches, openParts.has(part.title))),
      ),
    ),
  );
  focusable()[focused]?.focus({ preventScroll: true });
}

/** One kind of colours on the map. */
interface Part {
  title: string;
  hint: string | null;
  table: CodeTable;
  /** Codes by the area drawn, largest first. */
  listed: string[];
  /** What is hard to see. */
  more: string[];
}

function shortened(drawn: Drawn[]): Pick<Part, 'listed' | 'more'> {
  const codes = drawn.map(({ code }) => code);
  const seen = drawn.filter(({ areaPx2 }) => areaPx2 >= SEEN_PX2).length;
  // A line that hides one row is no shorter than the row.
  const length = seen === codes.length && seen === MAX_ROWS + 1 ? seen : Math.min(seen, MAX_ROWS);
  return { listed: codes.slice(0, length), more: codes.slice(length) };
}

function renderPart({ title, hint, table, listed, more }: Part, hatches: Style['metadata']['hatches'], isOpen: boolean): HTMLElement[] {
  const list = (codes: string[]) => h('ul', {}, ...codes.map((code) => renderRow(code, table[code], hatches)));
  const parts: HTMLElement[] = [h('h3', {}, title)];
  if (listed.length) parts.push(list(listed));
  if (more.length) {
    const count = listed.length ? t().legendMore(more.length) : t().legendTooSmall(more.length);
    parts.push(h('details', { class: 'more', open: isOpen, 'data-part': title }, h('summary', {}, count), list(more)));
  }
  if (hint) parts.push(h('p', {}, hint));
  return parts;
}

function renderRow(code: string, row: CodeTable[string] | undefined, hatches: Style['metadata']['hatches']): HTMLElement {
  const hatch = Object.keys(hatches).find((name) => hatches[name]?.includes(code)) ?? null;
  const name = (currentLanguage() === 'en' ? row?.name_en : null) ?? row?.name_vi ?? '';
  const text = row?.colour ? name : `${name} (${t().noColour})`;
  const hasShortCode = code.length <= 4;
  return h('li', {}, chip(row?.colour, hatch), hasShortCode && h('b', {}, code), h('span', {}, text || code));
}
