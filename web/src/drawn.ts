/**
 * How large things stand on the screen, in CSS pixels: what the legend sorts by, and whether a ward has
 * room for its name. From the tiles' own pieces, so at the screen's edge a little more is counted
 * than is seen.
 */

import type { Geometry, Position } from 'geojson';

const WORLD_PX = 512;

type Ring = Position[];

export function areaPx2(geometry: Geometry, zoom: number): number {
  const side = pxPerDegree(zoom);
  let sum = 0;
  for (const [outer, ...holes] of polygonsOf(geometry)) {
    if (!outer?.[0]) continue;
    const degrees2 = ringArea(outer) - holes.reduce((all, hole) => all + ringArea(hole), 0);
    sum += (degrees2 * side * side) / stretch(outer[0]);
  }
  return sum;
}

/** West and east of all areas of some pieces. */
export function widthPx(pieces: Geometry[], zoom: number): number {
  let [west, east] = [Infinity, -Infinity];
  for (const [lng = 0] of pieces.flatMap(polygonsOf).flatMap(([outer]) => outer ?? [])) {
    west = Math.min(west, lng);
    east = Math.max(east, lng);
  }
  return Math.max(0, east - west) * pxPerDegree(zoom);
}

function polygonsOf(geometry: Geometry): Ring[][] {
  if (geometry.type === 'Polygon') return [geometry.coordinates];
  return geometry.type === 'MultiPolygon' ? geometry.coordinates : [];
}

function ringArea(ring: Ring): number {
  const [x0 = 0, y0 = 0] = ring[0] ?? [];
  let twice = 0;
  let [ax, ay] = [0, 0];
  for (const [x = 0, y = 0] of ring) {
    const [bx, by] = [x - x0, y - y0];
    twice += ax * by - bx * ay;
    [ax, ay] = [bx, by];
  }
  return Math.abs(twice) / 2;
}

function pxPerDegree(zoom: number): number {
  return (WORLD_PX * 2 ** zoom) / 360;
}

/** Web Mercator draws a degree of latitude taller than one of longitude. */
function stretch([, lat = 0]: Position): number {
  return Math.cos((lat * Math.PI) / 180);
}
