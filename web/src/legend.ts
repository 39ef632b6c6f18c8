/** The legend: only what is in view, each with its colour, pattern, code and name. */

import { h } from './dom';
import { hatchImage } from './hatch';
import { currentLanguage, t } from './i18n';
import { SINGLE_PARCELS_ZOOM, type CodeTable, type Style, type TownMap } from './map';

/** More rows than this are counted instead of listed. */
const MAX_ROWS = 12;

/** A small square in the official colour, or one that says there is none. */
export function chip(colour: string | null | undefined, hatch?: string | null): HTMLElement {
  const square = h('span', { class: colour ? 'chip' : 'chip unknown', 'aria-hidden': 'true' });
  if (colour) square.style.backgroundColor = colour;
  const image = hatch ? hatchImage(hatch) : null;
  if (image) square.style.backgroundImage = image;
  return square;
}

export function renderLegend(root: HTMLElement, town: TownMap, style: Style, isShown: (group: string) => boolean): void {
  const { codes, hatches } = style.metadata;
  const hatchOf = (code: string) => Object.keys(hatches).find((name) => hatches[name]?.includes(code)) ?? null;
  const sections: HTMLElement[] = [];
  const isFar = town.map.getZoom() < SINGLE_PARCELS_ZOOM;

  const section = (title: string, seen: string[], tables: CodeTable) => {
    if (!seen.length) return;
    const rows = seen.slice(0, MAX_ROWS).map((code) => {
      const row = tables[code];
      const name = (currentLanguage() === 'en' ? row?.name_en : null) ?? row?.name_vi ?? '';
      const title = row?.colour ? name : `${name} (${t().noColour})`;
      const hasShortCode = code.length <= 4;
      return h(
        'li',
        {},
        chip(row?.colour, hatchOf(code)),
        hasShortCode && h('b', {}, code),
        h('span', {}, title || code),
      );
    });
    const more = seen.length - MAX_ROWS;
    sections.push(h('h3', {}, title), h('ul', {}, ...rows), ...(more > 0 ? [h('p', {}, t().legendMore(more))] : []));
  };
  if (isShown('land_use')) {
    section(t().legendLandUse, town.codesInView('land-use-fill', 'uses'), codes.land_use);
    if (isFar) sections.push(h('p', {}, t().legendZoomIn));
  }
  if (isShown('planning')) {
    section(t().legendPlanning, town.codesInView('plan-zone-fill', 'code'), { ...codes.land_use, ...codes.plan_zone });
  }

  const wasOpen = root.querySelector('details')?.open ?? matchMedia('(min-width: 900px)').matches;
  const isEmpty = sections.length === 0;
  root.hidden = isEmpty;
  if (isEmpty) return;
  root.replaceChildren(
    h('details', { open: wasOpen }, h('summary', {}, t().legend), h('div', { class: 'legend-body', tabindex: 0, role: 'region', 'aria-label': t().legend }, ...sections)),
  );
}
