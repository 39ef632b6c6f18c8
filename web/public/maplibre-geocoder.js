/**
 * This server for @maplibre/maplibre-gl-geocoder: suggestions from the first letter, the chosen one by its id.
 *
 *   import { bandosoGeocoder } from 'https://map.example.vn/maplibre-geocoder.js';
 *   map.addControl(new MaplibreGeocoder(bandosoGeocoder('https://map.example.vn'), { maplibregl, showResultsWhileTyping: true }));
 *
 * Texts go by POST, so that no address stands in a URL. No dependencies.
 */

/** @param {string} [server] where the server is; left out, where this file comes from */
export function bandosoGeocoder(server = new URL(import.meta.url).origin) {
  const base = server.replace(/\/+$/, '');

  /** Features in Carmen's form; a unit without a place is no use to a map. */
  async function ask(path, asked) {
    const body = new URLSearchParams(Object.entries(asked).filter(([, value]) => value !== undefined && value !== null));
    const answer = await fetch(`${base}/v1/${path}`, { method: 'POST', body });
    const { features, geocoding } = await answer.json();
    if (!answer.ok) throw new Error(geocoding?.errors?.[0] ?? `the geocoder answered ${answer.status}`);
    return features.filter(({ geometry }) => geometry).map(carmen);
  }

  /** What every question may have besides its text. */
  function wanted({ limit, proximity, bbox, language }) {
    const [west, south, east, north] = bbox ?? [];
    const [lon, lat] = proximity ?? [];
    return {
      size: limit,
      lang: Array.isArray(language) ? language[0] : language,
      'focus.point.lon': lon,
      'focus.point.lat': lat,
      'boundary.rect.min_lon': west,
      'boundary.rect.min_lat': south,
      'boundary.rect.max_lon': east,
      'boundary.rect.max_lat': north,
    };
  }

  return {
    async forwardGeocode(config) {
      return { type: 'FeatureCollection', features: await ask('search', { text: config.query, ...wanted(config) }) };
    },
    async reverseGeocode({ query: [lon, lat], limit, language }) {
      const asked = { 'point.lon': lon, 'point.lat': lat, include: '', ...wanted({ limit, language }) };
      return { type: 'FeatureCollection', features: await ask('reverse', asked) };
    },
    async getSuggestions(config) {
      const features = await ask('autocomplete', { text: config.query, ...wanted(config) });
      return { suggestions: features.map(({ id, place_name }) => ({ text: place_name, placeId: id })) };
    },
    async searchByPlaceId({ query }) {
      return { place: await ask('place', { ids: query }) };
    },
  };
}

function carmen(feature) {
  const { gid, name, label, layer } = feature.properties;
  const center = feature.geometry.coordinates;
  return { ...feature, id: gid, text: name, place_name: label, place_type: [layer], center };
}
