/** The card's parcel part, and what plans say about the parcel. */

import type { Parcel, Plan, PlanZone } from './api';
import { copyable, fact } from './card-address';
import { h, icon } from './dom';
import { area, currentLanguage, date, number, percent, roundNumber, t } from './i18n';
import { chip } from './legend';
import type { Patch } from './map';

/** A code with its names, from an answer or from the style's table. */
export interface UseName {
  code: string;
  name?: string | null;
  name_vi?: string | null;
  name_en?: string | null;
  colour?: string | null;
}

export function renderParcel({ properties }: Parcel): HTMLElement {
  const { sheet, number: parcelNumber, uses, registered_area_m2, measured_area_m2, survey_unit, official_id } = properties;
  const root = h(
    'div',
    {},
    h(
      'div',
      { class: 'facts' },
      fact(t().sheet, h('b', {}, sheet)),
      fact(t().number, h('b', {}, parcelNumber)),
      fact(t().registeredArea, registered_area_m2 ? area(registered_area_m2) : t().notRegistered),
      ...(measured_area_m2 ? [fact(t().measuredArea, area(measured_area_m2))] : []),
    ),
    h('h4', {}, t().uses),
    h(
      'ul',
      { class: 'zones' },
      ...uses.map((use) =>
        h(
          'li',
          {},
          chip(use.colour),
          h('span', { class: 'zone-name' }, h('b', {}, use.code), ' ', nameOf(use)),
          use.area_m2 ? h('span', { class: 'zone-area' }, area(use.area_m2)) : null,
        ),
      ),
    ),
  );
  if (survey_unit) root.append(fact(t().surveyUnit, survey_unit.label));
  if (official_id) root.append(copyable(t().officialId, official_id));
  return root;
}

/** Land of one use, seen from far: its name, how many parcels, and the way to them. */
export function renderPatch(patch: Patch, use: UseName, zoomIn: () => void): HTMLElement {
  return h(
    'section',
    {},
    h('ul', { class: 'zones' }, h('li', {}, chip(use.colour), h('span', { class: 'zone-name' }, h('b', {}, patch.use), ' ', nameOf(use)))),
    h('p', { class: 'hint' }, t().parcelsInView(roundNumber(patch.count))),
    h('button', { type: 'button', class: 'plain', onclick: zoomIn }, icon('search'), t().zoomToParcels),
  );
}

/** "No data" and "no restriction" are different answers, and look different. */
export function renderPlanning(plans: Plan[]): HTMLElement {
  if (!plans.length) return notice('no-data', t().noPlanData, t().noPlanDataHelp);
  return h(
    'div',
    {},
    ...plans.map(renderPlan),
    h('p', { class: 'hint' }, t().disclaimer),
    h('button', { type: 'button', class: 'plain', onclick: () => print() }, icon('print'), t().print),
  );
}

function renderPlan(plan: Plan): HTMLElement {
  const root = h('article', { class: 'plan' }, h('h4', {}, plan.name), h('p', { class: 'hint' }, describe(plan)));
  if (plan.covers === 'no_data') {
    root.append(notice('no-data', t().noPlanData, t().noPlanDataFor));
  } else if (!plan.zones.length) {
    root.append(notice('no-zones', t().noZones, t().noZonesHelp));
  } else {
    if (plan.covers === 'partial') root.append(h('p', { class: 'hint' }, t().partlyCovered));
    root.append(bar(plan.zones), h('ul', { class: 'zones' }, ...plan.zones.map(zoneRow)));
  }
  return root;
}

function describe(plan: Plan): string {
  const parts = [
    plan.kind ? t().planKinds[plan.kind] : null,
    plan.number ? `${t().planNumber} ${plan.number}${plan.date ? ` ${t().planDate} ${date(plan.date)}` : ''}` : null,
    plan.authority,
    plan.scale ? `${t().planScale} 1/${number(plan.scale, 0)}` : null,
    plan.status ? t().planStatus[plan.status] : null,
  ];
  return parts.filter(Boolean).join(' · ');
}

/** One bar: the parcel, cut in the shares of its zones. */
function bar(zones: PlanZone[]): HTMLElement {
  const told = zones.map((zone) => `${nameOf(zone)} ${percent(zone.share)}`).join(', ');
  const root = h('div', { class: 'bar', role: 'img', 'aria-label': `${t().shareOfParcel}: ${told}` });
  for (const zone of zones) {
    const part = h('span', { class: zone.colour ? '' : 'unknown' });
    part.style.flexGrow = String(zone.share);
    if (zone.colour) part.style.backgroundColor = zone.colour;
    root.append(part);
  }
  const rest = 1 - zones.reduce((sum, zone) => sum + zone.share, 0);
  if (rest > 0.001) {
    const part = h('span', { class: 'uncovered', title: t().uncovered });
    part.style.flexGrow = String(rest);
    root.append(part);
  }
  return root;
}

function zoneRow(zone: PlanZone): HTMLElement {
  const isShort = zone.code.length <= 4;
  return h(
    'li',
    {},
    chip(zone.colour),
    h(
      'span',
      { class: 'zone-name' },
      isShort && h('b', {}, zone.code),
      isShort && ' ',
      nameOf(zone),
      zone.legal_area_m2 ? h('small', {}, t().legalArea(area(zone.legal_area_m2))) : null,
    ),
    h('span', { class: 'zone-area' }, h('b', {}, percent(zone.share)), h('small', {}, area(zone.area_m2))),
  );
}

function notice(kind: 'no-data' | 'no-zones', title: string, help: string): HTMLElement {
  return h('div', { class: `notice-box ${kind}` }, h('b', {}, title), h('p', {}, help));
}

export function nameOf(row: UseName): string {
  const vietnamese = row.name_vi ?? row.name ?? row.code;
  return currentLanguage() === 'en' ? (row.name_en ?? vietnamese) : vietnamese;
}
