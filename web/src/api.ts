/** What the server answers, and one way to ask it. All keys that may be missing are optional. */

import { t } from './i18n';

export type Position = [lng: number, lat: number];
export type Box = [west: number, south: number, east: number, north: number];

export interface Catalog {
  layers: Record<string, { title: string; minzoom: number; maxzoom: number; bounds?: Box }>;
  styles?: string[];
  title?: string | null;
  is_generated?: boolean;
  date?: string;
  /** Where the map begins. */
  home?: Box;
  examples?: { kind: string; text: string }[];
}

export type PlaceKind = 'address' | 'street' | 'venue' | 'ward' | 'former_ward' | 'former_district' | 'province' | 'parcel' | 'code' | 'coordinates';

/** A part of the text: the thing it was taken for. */
interface Part {
  name: string;
  is_former: boolean;
}

/** What each part of the text was taken for, and the words that were taken for nothing. */
export interface Match {
  housenumber?: Part;
  street?: Part;
  landmark?: Part;
  hamlet?: Part;
  ward?: Part;
  district?: Part;
  province?: Part;
  unmatched?: string[];
}

export interface PlaceProperties {
  gid: string;
  layer: PlaceKind;
  name: string;
  label: string;
  label_old?: string | null;
  ward_code?: string | null;
  distance?: number | null;
  door_code?: string | null;
  postalcode?: string | null;
  national_place_id?: string | null;
  codes?: { plus_code?: string | null; geohash?: string | null; door_code?: string | null; national_place_id?: string | null } | null;
  /** How likely the ward is right, from 0 to 1. */
  confidence?: number | null;
  /** The old unit by whose name this one was found. */
  via_former?: string | null;
  match?: Match;
  parcel_id?: number | null;
  successors?: { code: string; label: string; extent: string }[] | null;
}

export interface Place {
  /** None for a unit known by name only, outside the data. */
  geometry: { type: 'Point'; coordinates: Position } | null;
  bbox?: Box;
  properties: PlaceProperties;
}

export interface Places {
  geocoding?: { ambiguous?: boolean };
  features: Place[];
}

/** What follows from where a point is. */
export interface PointCodes {
  plus_code?: string | null;
  geohash?: string | null;
  /** X is the northing, as in Vietnamese practice. */
  vn2000?: { central_meridian: number; x: number; y: number } | null;
}

interface UnitName {
  code: string;
  label: string;
}

export interface Parcel {
  id: number;
  geometry: { type: string; coordinates: unknown };
  properties: {
    parcel_id: number;
    sheet: string;
    number: string;
    survey_unit?: UnitName | null;
    unit?: UnitName | null;
    uses: { code: string; name_vi?: string | null; name_en?: string | null; colour?: string | null; area_m2?: number | null }[];
    registered_area_m2?: number | null;
    measured_area_m2?: number | null;
    official_id?: string | null;
  };
}

export interface PlanZone {
  code: string;
  name?: string | null;
  name_en?: string | null;
  colour?: string | null;
  area_m2: number;
  share: number;
  legal_area_m2?: number | null;
}

export interface Plan {
  id: number;
  kind?: string;
  name: string;
  number?: string | null;
  date?: string | null;
  scale?: number | null;
  status?: string | null;
  authority?: string | null;
  covers: 'full' | 'partial' | 'none' | 'no_data';
  zones: PlanZone[];
}

const TIMEOUT_MS = 15_000;

/** A failed request, with a sentence for the reader. */
export class ApiError extends Error {
  constructor(
    readonly sentence: string,
    readonly status: number,
  ) {
    super(sentence);
  }
}

/** Paths are relative to the page, which may stand under a part of a host. Asks by GET, or by POST with what must stand in no address: a proxy logs addresses, not bodies. */
async function ask<T>(path: string, signal?: AbortSignal, body?: URLSearchParams): Promise<T> {
  const timeout = AbortSignal.timeout(TIMEOUT_MS);
  let response: Response;
  try {
    response = await fetch(path, {
      method: body ? 'POST' : 'GET',
      body,
      signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
      headers: { accept: 'application/json' },
    });
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiError(timeout.aborted ? t().errorSlow : t().errorOffline, 0);
  }
  if (!response.ok) {
    throw new ApiError(response.status >= 500 ? t().errorServer : t().errorRequest, response.status);
  }
  return (await response.json()) as T;
}

/** Whether an error only says that nobody waits for the answer any more. */
export function isAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError';
}

export function sentenceOf(error: unknown): string {
  return error instanceof ApiError ? error.sentence : t().errorServer;
}

export const catalog = () => ask<Catalog>('catalog');

/** As many rows as a list of suggestions may have. */
const LIST_SIZE = '7';

/** A text with where the map looks: what is near comes first. */
function textNear(text: string, focus: Position | null): URLSearchParams {
  const query = new URLSearchParams({ text, size: LIST_SIZE });
  if (focus) {
    query.set('focus.point.lat', focus[1].toFixed(4));
    query.set('focus.point.lon', focus[0].toFixed(4));
  }
  return query;
}

/** The last word of the text may be unfinished. */
export const autocomplete = (text: string, focus: Position | null, signal?: AbortSignal) =>
  ask<Places>('v1/autocomplete', signal, textNear(text, focus));

export const search = (text: string, focus: Position | null, signal?: AbortSignal) =>
  ask<Places>('v1/search', signal, textNear(text, focus));

/** The place with this id, if it is still there. */
export async function placeById(gid: string, signal?: AbortSignal): Promise<Place | null> {
  const ids = gid.replace(/^bandoso:/, '');
  const found = await ask<Places>('v1/place', signal, new URLSearchParams({ ids }));
  return found.features[0] ?? null;
}

/** Doors asked for around a point: a parcel may have many, and all of its own come first. */
const DOORS = 40;

export const reverse = ([lng, lat]: Position, signal: AbortSignal) =>
  ask<Places>(`v1/reverse?point.lat=${lat.toFixed(7)}&point.lon=${lng.toFixed(7)}&prefer=parcel&size=${DOORS}`, signal);

export const codesAt = ([lng, lat]: Position, signal: AbortSignal) =>
  ask<PointCodes>(`v1/codes?lat=${lat.toFixed(7)}&lon=${lng.toFixed(7)}`, signal);

export async function parcelAt([lng, lat]: Position, signal: AbortSignal): Promise<Parcel | null> {
  const found = await ask<{ features: Parcel[] }>(`v1/parcels?lat=${lat.toFixed(7)}&lon=${lng.toFixed(7)}`, signal);
  return found.features[0] ?? null;
}

export async function parcelById(id: number, signal: AbortSignal): Promise<Parcel | null> {
  try {
    return await ask<Parcel>(`v1/parcels/${id}`, signal);
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return null;
    throw error;
  }
}

export const planningOf = (parcelId: number, signal: AbortSignal) =>
  ask<{ plans: Plan[] }>(`v1/parcels/${parcelId}/planning`, signal);
