/**
 * Clients people have on their pages, unchanged, on a page of another origin: Leaflet's Photon, Nominatim and
 * Pelias, MapLibre's documented example for Nominatim, and our adapter for MapLibre's control.
 */

import assert from 'node:assert/strict';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { fileURLToPath } from 'node:url';

import { example } from './places.mjs';
import { openTown, SOON_MS } from './town.mjs';

const packages = path.join(path.dirname(fileURLToPath(import.meta.url)), 'node_modules');

let town;
let page;
/** The address all of them must find. */
let wanted;

before(async () => {
  town = await openTown();
  const text = await example(town, 'address');
  const answer = await (await fetch(`${town.url}/v1/search?${new URLSearchParams({ text })}`)).json();
  const [lng, lat] = answer.features[0].geometry.coordinates;
  wanted = { text, lng, lat, ...answer.features[0].properties };
  page = await town.browser.newPage();
  await page.setContent('<!doctype html><div id="map" style="width:600px;height:400px"></div><div id="box"></div>');
  await page.addScriptTag({ path: path.join(packages, 'leaflet/dist/leaflet.js') });
  await page.addScriptTag({ path: path.join(packages, 'leaflet-control-geocoder/dist/Control.Geocoder.js') });
  await page.addScriptTag({ path: path.join(packages, '@maplibre/maplibre-gl-geocoder/dist/maplibre-gl-geocoder.js') });
});
after(() => town?.stop());

const isHere = ({ lat, lng }) => {
  assert.ok(Math.abs(lat - wanted.lat) < 1e-6 && Math.abs(lng - wanted.lng) < 1e-6, `${lat}, ${lng} is not ${wanted.lat}, ${wanted.lng}`);
};

/** Searches and looks around with one of Leaflet's classes; at a fractional zoom, as on a map. */
const withLeaflet = (name, options) =>
  page.evaluate(
    async ([name, options, { text, lat, lng }]) => {
      const geocoder = new L.Control.Geocoder[name](options);
      const map = { getCenter: () => ({ lat, lng }), getZoom: () => 15.37 };
      const plain = (results) => results.map(({ name, html, center, bbox }) => ({ name, html, center: { ...center }, box: bbox.toBBoxString() }));
      return {
        found: plain(await geocoder.geocode(text, { map })),
        none: plain(await geocoder.geocode('zzzqqqxxx', { map })),
        there: plain(await geocoder.reverse({ lat, lng }, 256 * 2 ** 18)),
        nowhere: plain(await geocoder.reverse({ lat: 0.001, lng: 0.001 }, 256 * 2 ** 18)),
      };
    },
    [name, options, wanted],
  );

test('Leaflet finds an address with its Photon class', async () => {
  const options = { serviceUrl: `${town.url}/photon/api/`, reverseUrl: `${town.url}/photon/reverse/` };
  const { found, none, there, nowhere } = await withLeaflet('Photon', options);
  isHere(found[0].center);
  isHere(there[0].center);
  for (const { name } of [found[0], there[0]]) {
    assert.ok(name.includes(wanted.street) && name.includes(wanted.locality), name);
  }
  assert.deepEqual([none, nowhere], [[], []]);
});

test('Leaflet finds an address with its Nominatim class and writes it out', async () => {
  const { found, none, there, nowhere } = await withLeaflet('Nominatim', { serviceUrl: `${town.url}/nominatim/` });
  isHere(found[0].center);
  isHere(there[0].center);
  for (const { name, html } of [found[0], there[0]]) {
    assert.ok(name.startsWith(`${wanted.housenumber}, ${wanted.street}, `), name);
    assert.ok(html.includes(wanted.street) && html.includes(wanted.housenumber) && html.includes(wanted.region), html);
  }
  assert.deepEqual([none, nowhere], [[], []]);
});

test('Leaflet finds an address with its Pelias class', async () => {
  const { found, none, there, nowhere } = await withLeaflet('Pelias', { serviceUrl: `${town.url}/v1` });
  isHere(found[0].center);
  isHere(there[0].center);
  assert.equal(found[0].name, wanted.label);
  assert.deepEqual([none, nowhere], [[], []]);
});

test("MapLibre's example for Nominatim works, with a text nobody encoded", async () => {
  const features = await page.evaluate(
    async ([server, query]) => {
      // as documented, but for the server's name
      const features = [];
      const request = `${server}/search?q=${query}&format=geojson&polygon_geojson=1&addressdetails=1`;
      const response = await fetch(request);
      const geojson = await response.json();
      for (const feature of geojson.features) {
        const center = [feature.bbox[0] + (feature.bbox[2] - feature.bbox[0]) / 2, feature.bbox[1] + (feature.bbox[3] - feature.bbox[1]) / 2];
        features.push({ place_name: feature.properties.display_name, center });
      }
      return features;
    },
    [`${town.url}/nominatim`, wanted.text],
  );
  const [lng, lat] = features[0].center;
  isHere({ lat, lng });
  assert.ok(features[0].place_name.startsWith(`${wanted.housenumber}, ${wanted.street}`), features[0].place_name);
});

test("our adapter suggests in MapLibre's control and places what is chosen", async () => {
  await page.evaluate(
    async ([server]) => {
      const { bandosoGeocoder } = await import(`${server}/maplibre-geocoder.js`);
      window.control = new MaplibreGeocoder(bandosoGeocoder(), { marker: false, flyTo: false, showResultsWhileTyping: true, debounceSearch: 0 });
      window.control.addTo('#box');
      window.control.on('results', (results) => {
        if (results.place) window.chosen = results.place;
      });
    },
    [town.url],
  );
  await page.locator('#box input').pressSequentially(`${wanted.housenumber} ${wanted.street}, ${wanted.locality}`);
  const suggestion = page.locator('#box .suggestions li', { hasText: wanted.label }).first();
  await suggestion.waitFor({ timeout: SOON_MS });
  await suggestion.click();
  await page.waitForFunction(() => window.chosen, null, { timeout: SOON_MS });
  const [place] = await page.evaluate(() => window.chosen);
  const [lng, lat] = place.center;
  isHere({ lat, lng });
  assert.equal(place.place_name, wanted.label);
});

test('our adapter looks around a point', async () => {
  const { features } = await page.evaluate(
    async ([server, at]) => {
      const { bandosoGeocoder } = await import(`${server}/maplibre-geocoder.js`);
      return bandosoGeocoder(`${server}/`).reverseGeocode({ query: at, limit: 1 });
    },
    [town.url, [wanted.lng, wanted.lat]],
  );
  assert.equal(features[0].place_name, wanted.label);
});
