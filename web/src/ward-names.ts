/**
 * A ward is named once it is wider on the screen than its name; before, the name would cover the ward and
 * its neighbours. The tiles do not say how wide a ward is, so it is measured from the pieces that have
 * come. The style names all wards, and fades out those with the state `narrow`.
 */

import type { Map as MapLibre } from 'maplibre-gl';

import { widthPx } from './drawn';

const SOURCE = 'town';
/** The style breaks a name after seven letters' widths of 10 to 16 pixels. */
const NAME_PX = 96;

export function nameWideWards(map: MapLibre): void {
  let wasNarrow = new Set<number | string>();
  const measure = () => {
    const pieces = new Map<number | string, GeoJSON.Geometry[]>();
    for (const { id, geometry } of map.querySourceFeatures(SOURCE, { sourceLayer: 'units' })) {
      if (id !== undefined) pieces.set(id, [...(pieces.get(id) ?? []), geometry]);
    }
    const isNarrow = new Set<number | string>();
    for (const [id, parts] of pieces) if (widthPx(parts, map.getZoom()) < NAME_PX) isNarrow.add(id);
    for (const id of new Set([...wasNarrow, ...isNarrow])) {
      if (wasNarrow.has(id) === isNarrow.has(id)) continue;
      map.setFeatureState({ source: SOURCE, sourceLayer: 'units_labels', id }, { narrow: isNarrow.has(id) });
    }
    wasNarrow = isNarrow;
  };
  map.on('zoom', measure);
  map.on('sourcedata', ({ sourceId, tile }) => {
    if (sourceId === SOURCE && tile) measure();
  });
}
