/** The tiles of the demo town as the decoder of map clients reads them, judged by nothing of the server's own. */

import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';

import { VectorTile } from '@mapbox/vector-tile';
import Pbf from 'pbf';

import { openTown } from './town.mjs';

const LAYERS = 'units,parcels,plans,plan_zones';
/** Of the tiles of a zoom that have something, so many are read. */
const TILES_A_ZOOM = 60;
const LAST_ZOOM = 18;

let town;
before(async () => {
  town = await openTown();
});
after(() => town?.stop());

async function tileAt([z, x, y]) {
  const answer = await fetch(`${town.url}/tiles/${LAYERS}/${z}/${x}/${y}`);
  assert.ok(answer.status === 200 || answer.status === 204, `${z}/${x}/${y}: ${answer.status}`);
  return answer.status === 200 ? new VectorTile(new Pbf(await answer.arrayBuffer())) : undefined;
}

const cross = (a, b, c) => (b.x - a.x) * (c.y - a.y) - (b.y - a.y) * (c.x - a.x);
const isSame = (a, b) => a.x === b.x && a.y === b.y;
const isBetween = (a, b, p) =>
  cross(a, b, p) === 0 && Math.min(a.x, b.x) <= p.x && p.x <= Math.max(a.x, b.x) && Math.min(a.y, b.y) <= p.y && p.y <= Math.max(a.y, b.y);

/** Positive for an exterior (MVT 2.1, 4.3.4.4). */
const twiceArea = (ring) => ring.slice(1).reduce((sum, b, i) => sum + ring[i].x * b.y - b.x * ring[i].y, 0);

/** What is wrong with the rings of a polygon or several; nothing where all is right. */
function faultOf(rings) {
  if (!rings.length || twiceArea(rings[0]) <= 0) return 'the first ring is no exterior';
  const edges = [];
  for (const [number, ring] of rings.entries()) {
    if (ring.length < 4 || !isSame(ring[0], ring.at(-1))) return `ring ${number} is not closed`;
    if (twiceArea(ring) === 0) return `ring ${number} has no area`;
    for (let i = 1; i < ring.length; i++) edges.push({ a: ring[i - 1], b: ring[i], number, i, last: ring.length - 1 });
  }
  edges.forEach((edge) => (edge.left = Math.min(edge.a.x, edge.b.x)));
  edges.sort((s, t) => s.left - t.left);
  for (const [k, s] of edges.entries()) {
    if (isSame(s.a, s.b)) return `ring ${s.number} stands still`;
    const right = Math.max(s.a.x, s.b.x);
    for (let n = k + 1; n < edges.length && edges[n].left <= right; n++) {
      const fault = meeting(s, edges[n]);
      if (fault) return fault;
    }
  }
}

function meeting(s, t) {
  const [ab, ba, cd, dc] = [cross(s.a, s.b, t.a), cross(s.a, s.b, t.b), cross(t.a, t.b, s.a), cross(t.a, t.b, s.b)];
  if (ab * ba < 0 && cd * dc < 0) return `rings ${s.number} and ${t.number} cross`;
  if (s.number !== t.number) return;
  const gap = Math.abs(s.i - t.i);
  const isNext = gap === 1 || gap === s.last - 1;
  const touches = [isBetween(s.a, s.b, t.a), isBetween(s.a, s.b, t.b), isBetween(t.a, t.b, s.a), isBetween(t.a, t.b, s.b)].filter(Boolean).length;
  // neighbours share their corner, which both see
  if (touches > (isNext ? 2 : 0)) return `ring ${s.number} touches itself`;
}

test('every polygon of the demo town is closed, wound and simple for another decoder', async () => {
  let row = [[0, 0, 0]];
  const read = { tiles: 0, polygons: 0 };
  const faults = [];
  for (let zoom = 0; zoom <= LAST_ZOOM; zoom++) {
    const full = [];
    for (const at of row.slice(0, TILES_A_ZOOM * 2)) {
      const tile = full.length < TILES_A_ZOOM && (await tileAt(at));
      if (!tile) continue;
      full.push(at);
      read.tiles += 1;
      for (const [name, layer] of Object.entries(tile.layers)) {
        assert.equal(layer.version, 2);
        for (let i = 0; i < layer.length; i++) {
          const feature = layer.feature(i);
          assert.equal(feature.type, 3, `${name} ${at}: an area is an area`);
          read.polygons += 1;
          const fault = faultOf(feature.loadGeometry());
          if (fault) faults.push(`${name} ${feature.id} in ${at}: ${fault}`);
        }
      }
    }
    // every third, so that the sample is not one corner of the town
    const below = full.flatMap(([z, x, y]) => [[z + 1, 2 * x, 2 * y], [z + 1, 2 * x + 1, 2 * y], [z + 1, 2 * x, 2 * y + 1], [z + 1, 2 * x + 1, 2 * y + 1]]);
    row = below.length > TILES_A_ZOOM * 2 ? [0, 1, 2].flatMap((start) => below.filter((_, i) => i % 3 === start)) : below;
  }
  assert.deepEqual(faults.slice(0, 10), []);
  assert.ok(read.polygons > 10_000, `only ${read.polygons} polygons in ${read.tiles} tiles`);
});
