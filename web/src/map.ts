/** The map itself: MapLibre loaded after the page's own text, one style at a time, groups on and off. */

import type { LngLatBoundsLike, Map as MapLibre, Marker, StyleSpecification } from 'maplibre-gl';

import type { Box, Position } from './api';
import { h, place } from './dom';
import { areaPx2 } from './drawn';
import { drawHatch } from './hatch';
import { t } from './i18n';
import { nameWideWards } from './ward-names';

type MapLibreModule = typeof import('maplibre-gl');

/** What the page reads of a style that `src/page/styles.rs` put together. */
export interface Style extends StyleSpecification {
  metadata: {
    shows: string[];
    codes: { land_use: CodeTable; plan_zone: CodeTable };
    hatches: Record<string, string[]>;
  };
}

export type CodeTable = Record<string, { name_vi: string; name_en: string | null; colour: string | null }>;

/** Land of one use in one ward, parcels united: what the map has below `SINGLE_PARCELS_ZOOM`. */
export interface Patch {
  use: string;
  /** Name of the ward with its kind, where it is known. */
  ward: { kind: string; name: string } | null;
  /** Parcels of this use and ward in the part of the map that is in view, counted by tiles. */
  count: number;
}

/** A code on the map, and how much of the screen has its colour. */
export interface Drawn {
  code: string;
  areaPx2: number;
}

interface Options {
  center: Position;
  zoom: number;
  style: Style;
  attribution: string;
  onClick(at: Position): void;
  /** The Enter key, for the middle of the map. */
  onEnter(at: Position): void;
  onIdle(): void;
  onMove(): void;
  onFailure(): void;
}

const ZOOM_PLACE = 18;
/** From here on the tiles hold single parcels. */
export const SINGLE_PARCELS_ZOOM = 15;
/** The other pieces of a code are taken to be as large as these: reading thousands of shapes takes a second. */
const MEASURED_OF_A_CODE = 60;
const LAND_USE_LAYER = 'land-use-fill';
const PARCELS = { source: 'town', sourceLayer: 'parcels' };
const MAX_ZOOM = 20;

export class TownMap {
  private marker: Marker | null = null;
  private selectedParcel: number | null = null;

  private constructor(
    private readonly module: MapLibreModule,
    readonly map: MapLibre,
  ) {}

  /** Rejects where the browser has no WebGL. */
  static async create(options: Options): Promise<TownMap> {
    const module = await import('maplibre-gl');
    const map = new module.Map({
      container: place('map'),
      style: options.style,
      center: options.center,
      zoom: options.zoom,
      maxZoom: MAX_ZOOM,
      attributionControl: false,
      dragRotate: false,
      pitchWithRotate: false,
      // Letters outside the glyph ranges of the server are drawn by the browser.
      localIdeographFontFamily: 'sans-serif',
      locale: {
        'Map.Title': t().map,
        'NavigationControl.ZoomIn': t().zoomIn,
        'NavigationControl.ZoomOut': t().zoomOut,
        'GeolocateControl.FindMyLocation': t().locate,
        'AttributionControl.ToggleAttribution': t().attribution,
      },
    });
    map.touchZoomRotate.disableRotation();
    map.addControl(new module.AttributionControl({ compact: true, customAttribution: options.attribution }), 'bottom-right');
    map.addControl(new module.ScaleControl({ maxWidth: 110, unit: 'metric' }), 'bottom-left');
    map.addControl(new module.NavigationControl({ showCompass: false }), 'bottom-right');
    map.addControl(new module.GeolocateControl({ positionOptions: { enableHighAccuracy: true } }), 'bottom-right');

    const town = new TownMap(module, map);
    map.on('styleimagemissing', ({ id }) => {
      const picture = drawHatch(id);
      if (picture && !map.hasImage(id)) map.addImage(id, picture, { pixelRatio: 2 });
    });
    nameWideWards(map);
    map.on('click', ({ lngLat }) => options.onClick([lngLat.lng, lngLat.lat]));
    map.getCanvas().addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      // Enter would press the first button of the card that now gets the keyboard.
      event.preventDefault();
      options.onEnter(town.center());
    });
    map.on('moveend', options.onMove);
    map.on('idle', options.onIdle);
    map.on('error', (event) => {
      // Only what did not load is the reader's business; the rest goes to the console.
      if ('sourceId' in event || 'tile' in event) options.onFailure();
      else console.error(event.error);
    });
    return town;
  }

  /** Texts that MapLibre took when it was made. */
  renameControls(): void {
    this.map.getCanvas().setAttribute('aria-label', t().map);
    const names: [string, string][] = [
      ['.maplibregl-ctrl-zoom-in', t().zoomIn],
      ['.maplibregl-ctrl-zoom-out', t().zoomOut],
      ['.maplibregl-ctrl-geolocate', t().locate],
      ['.maplibregl-ctrl-attrib-button', t().attribution],
    ];
    for (const [selector, name] of names) {
      const button = this.map.getContainer().querySelector(selector);
      button?.setAttribute('aria-label', name);
      button?.setAttribute('title', name);
    }
  }

  setStyle(style: Style): void {
    this.map.setStyle(style, { diff: true });
  }

  /** Asks again for what did not load. */
  reload(style: Style): void {
    this.map.setStyle(style, { diff: false });
    const parcel = this.selectedParcel;
    this.selectedParcel = null;
    this.map.once('styledata', () => this.selectParcel(parcel));
  }

  /** Opacity of the thematic colours, `share` of the style's own. */
  setStrength(style: Style, share: number): void {
    for (const layer of style.layers) {
      const group = groupOf(layer);
      if (layer.type !== 'fill' || (group !== 'land_use' && group !== 'planning')) continue;
      const full = layer.paint?.['fill-opacity'];
      this.map.setPaintProperty(layer.id, 'fill-opacity', (typeof full === 'number' ? full : 1) * share);
    }
  }

  /** A dark outline and a glow around one parcel, or none. */
  selectParcel(id: number | null): void {
    if (id === this.selectedParcel) return;
    if (this.selectedParcel !== null) this.map.removeFeatureState({ ...PARCELS, id: this.selectedParcel });
    if (id !== null) this.map.setFeatureState({ ...PARCELS, id }, { selected: true });
    this.selectedParcel = id;
  }

  mark(at: Position | null): void {
    this.marker?.remove();
    this.marker = null;
    if (!at) return;
    const element = h('div', { class: 'pin', 'aria-hidden': 'true' });
    this.marker = new this.module.Marker({ element, anchor: 'bottom' }).setLngLat(at).addTo(this.map);
  }

  /** Shows a place in the part of the map that no card hides. */
  flyTo(at: Position, padding: Padding, zoom = ZOOM_PLACE): void {
    this.map.flyTo({ center: at, zoom: Math.max(zoom, Math.min(this.map.getZoom(), MAX_ZOOM - 1)), padding, ...motion() });
  }

  /** The view as it was. */
  show({ zoom, center }: { zoom: number; center: Position }): void {
    this.map.jumpTo({ zoom, center });
  }

  fitBox(box: Box, padding: Padding): void {
    // MapLibre keeps the room of the last flight and would add this to it.
    const has = this.map.getPadding();
    const rest = (side: keyof Padding) => Math.max(0, padding[side] - (has[side] ?? 0));
    const missing = { top: rest('top'), right: rest('right'), bottom: rest('bottom'), left: rest('left') };
    this.map.fitBounds(box as LngLatBoundsLike, { padding: missing, maxZoom: ZOOM_PLACE, ...motion() });
  }

  center(): Position {
    const { lng, lat } = this.map.getCenter();
    return [lng, lat];
  }

  /** The land at a place where it is drawn united; its tiles must have come. */
  patchAt(at: Position): Patch | null {
    const point = this.map.project(at);
    const isDrawn = this.map.getZoom() < SINGLE_PARCELS_ZOOM && this.map.getLayer(LAND_USE_LAYER);
    const patch = isDrawn && this.map.queryRenderedFeatures(point, { layers: [LAND_USE_LAYER] })[0];
    if (!patch || patch.properties.count === undefined) return null;
    const { uses, unit } = patch.properties;
    // A tile's piece counts its own parcels, so the pieces add up.
    const pieces = this.map.queryRenderedFeatures({
      layers: [LAND_USE_LAYER],
      filter: ['all', ['==', ['get', 'uses'], uses], ['==', ['get', 'unit'], unit ?? null]],
    });
    const [ward] = this.map.querySourceFeatures('town', { sourceLayer: 'units', filter: ['==', ['get', 'code'], unit ?? null] });
    return {
      use: String(uses),
      ward: ward ? { kind: String(ward.properties.kind), name: String(ward.properties.name) } : null,
      count: pieces.reduce((sum, piece) => sum + countOf(piece), 0),
    };
  }

  /** The codes seen in a layer, largest first; for the legend. */
  codesInView(layerId: string, field: string): Drawn[] {
    if (!this.map.getLayer(layerId)) return [];
    const zoom = this.map.getZoom();
    const tallies = new Map<string, { count: number; measured: number; px2: number }>();
    for (const feature of this.map.queryRenderedFeatures({ layers: [layerId], filter: ['has', field] })) {
      const code = String(feature.properties[field]).split('+')[0] ?? '';
      const tally = tallies.get(code) ?? { count: 0, measured: 0, px2: 0 };
      tallies.set(code, tally);
      tally.count += 1;
      if (tally.measured === MEASURED_OF_A_CODE) continue;
      tally.measured += 1;
      tally.px2 += areaPx2(feature.geometry, zoom);
    }
    return [...tallies]
      .map(([code, { count, measured, px2 }]) => ({ code, areaPx2: (px2 * count) / measured }))
      .sort((a, b) => b.areaPx2 - a.areaPx2);
  }
}

export interface Padding {
  top: number;
  right: number;
  bottom: number;
  left: number;
}

/** United parcels say how many they are. */
function countOf({ properties }: { properties: Record<string, unknown> }): number {
  return Number(properties.count ?? 1);
}

/** What `styles/base.json` says of a layer. */
interface LayerNotes {
  group?: string;
  /** The group that says the same and more. */
  unless?: string;
}

function notesOf(layer: { metadata?: unknown }): LayerNotes {
  return (layer.metadata as LayerNotes | undefined) ?? {};
}

export function groupOf(layer: { metadata?: unknown }): string | null {
  return notesOf(layer).group ?? null;
}

/** The style with the reader's own choice of groups. */
export function withGroups(style: Style, on: Set<string>, off: Set<string>): Style {
  const isShown = (group: string) => (on.has(group) || style.metadata.shows.includes(group)) && !off.has(group);
  const layers = style.layers.map((layer) => {
    const { group, unless } = notesOf(layer);
    if (!group) return layer;
    const isVisible = isShown(group) && !(unless && isShown(unless));
    return { ...layer, layout: { ...layer.layout, visibility: isVisible ? 'visible' : 'none' } };
  });
  return { ...style, layers: layers as Style['layers'] };
}

function motion(): { duration?: number; essential: boolean } {
  const isReduced = matchMedia('(prefers-reduced-motion: reduce)').matches;
  return isReduced ? { duration: 0, essential: true } : { essential: false };
}
