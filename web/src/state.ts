/**
 * What the address bar holds, so that a link shows the same screen elsewhere:
 * `#map=16.5/11.25870/106.11670&style=thua-dat&off=streets&at=11.2587,106.1167&lang=en`
 */

import type { Position } from './api';
import type { Language } from './i18n';

/** What the card is about. */
export type Selection =
  | { kind: 'point'; at: Position }
  | { kind: 'parcel'; id: number }
  /** Land of one use, seen from too far for single parcels. */
  | { kind: 'patch'; at: Position }
  /** Found by name: a ward, a street. Its id alone stands in the link, nothing that was typed. */
  | { kind: 'named'; gid: string };

export function isSameSelection(a: Selection | null, b: Selection | null): boolean {
  return selectionParts(a).join() === selectionParts(b).join();
}

export interface State {
  view: { zoom: number; center: Position } | null;
  style: string;
  /** Groups of layers shown or hidden against the style's own choice. */
  on: Set<string>;
  off: Set<string>;
  /** Percent of the colours' full strength. */
  strength: number;
  selection: Selection | null;
  language: Language;
}

export const STYLES = ['dia-chi', 'thua-dat', 'quy-hoach'] as const;

export function readState(hash: string): State {
  const query = new URLSearchParams(hash.replace(/^#/, ''));
  const style = query.get('style');
  const strength = Number(query.get('strength') ?? 100);
  return {
    view: readView(query.get('map')),
    style: style && /^[a-z-]+$/.test(style) ? style : STYLES[0],
    on: readSet(query.get('on')),
    off: readSet(query.get('off')),
    strength: strength >= 0 && strength <= 100 ? strength : 100,
    selection: readSelection(query),
    language: query.get('lang') === 'en' ? 'en' : 'vi',
  };
}

export function writeState(state: State): string {
  const parts: string[] = [];
  if (state.view) {
    const { zoom, center } = state.view;
    parts.push(`map=${zoom.toFixed(2)}/${center[1].toFixed(5)}/${center[0].toFixed(5)}`);
  }
  parts.push(`style=${state.style}`);
  if (state.on.size) parts.push(`on=${[...state.on].join(',')}`);
  if (state.off.size) parts.push(`off=${[...state.off].join(',')}`);
  if (state.strength !== 100) parts.push(`strength=${state.strength}`);
  parts.push(...selectionParts(state.selection));
  if (state.language !== 'vi') parts.push(`lang=${state.language}`);
  return `#${parts.join('&')}`;
}

/** What stands in the link, and tells one selection from another. */
function selectionParts(selection: Selection | null): string[] {
  switch (selection?.kind) {
    case undefined:
      return [];
    case 'point':
    case 'patch':
      return [`${selection.kind === 'point' ? 'at' : 'land'}=${selection.at[1].toFixed(6)},${selection.at[0].toFixed(6)}`];
    case 'parcel':
      return [`parcel=${selection.id}`];
    case 'named':
      return [`gid=${encodeURIComponent(selection.gid)}`];
  }
}

function readView(text: string | null): State['view'] {
  const [zoom, lat, lng] = (text ?? '').split('/').map(Number);
  if (zoom === undefined || !(zoom >= 0 && zoom <= 24)) return null;
  const center = readPosition(lat, lng);
  return center ? { zoom, center } : null;
}

function readPosition(lat: number | undefined, lng: number | undefined): Position | null {
  if (lat === undefined || lng === undefined) return null;
  return Math.abs(lat) <= 85 && Math.abs(lng) <= 180 ? [lng, lat] : null;
}

function readSet(text: string | null): Set<string> {
  return new Set((text ?? '').split(',').filter((name) => /^[a-z_]+$/.test(name)));
}

function readSelection(query: URLSearchParams): Selection | null {
  for (const [key, kind] of [['at', 'point'], ['land', 'patch']] as const) {
    const [lat, lng] = (query.get(key) ?? '').split(',').map(Number);
    const at = query.has(key) ? readPosition(lat, lng) : null;
    if (at) return { kind, at };
  }
  const id = Number(query.get('parcel'));
  if (Number.isSafeInteger(id) && id > 0) return { kind: 'parcel', id };
  const gid = query.get('gid');
  return gid ? { kind: 'named', gid } : null;
}
