/** Places in the demo town to try things on, asked from the server itself. */

import { SOON_MS } from './town.mjs';

async function ask(town, path) {
  const answer = await fetch(town.url + path);
  if (!answer.ok) throw new Error(`${path} answered ${answer.status}`);
  return answer.json();
}

export const catalogOf = (town) => ask(town, '/catalog');

/** The example of a kind that the first screen offers. */
export async function example(town, kind, otherwise) {
  const { examples } = await catalogOf(town);
  return examples?.find((one) => one.kind === kind)?.text ?? otherwise;
}

/** A point inside a parcel that a plan puts zones on: the first found on a grid over the town. */
export async function plannedParcel(town) {
  const { layers } = await catalogOf(town);
  const [west, south, east, north] = (layers.plan_zones ?? layers.parcels).bounds;
  const steps = 24;
  for (let i = 1; i < steps * steps; i += 1) {
    // Spread over the whole box from the start, not row by row.
    const at = (i * 151) % (steps * steps);
    const lng = west + ((east - west) * ((at % steps) + 0.5)) / steps;
    const lat = south + ((north - south) * (Math.floor(at / steps) + 0.5)) / steps;
    const [parcel] = (await ask(town, `/v1/parcels?lat=${lat}&lon=${lng}`)).features;
    if (!parcel) continue;
    const { plans } = await ask(town, `/v1/parcels/${parcel.properties.parcel_id}/planning`);
    if (plans.some((plan) => plan.zones.length)) return { lat, lng, parcel, plans };
  }
  throw new Error('The demo town has no parcel with a planned zone.');
}

export const viewOf = ({ lat, lng }, zoom = 18) => `map=${zoom}/${lat.toFixed(6)}/${lng.toFixed(6)}`;

/** The card, once all its parts have come. */
export async function filledCard(page) {
  const card = page.locator('#card');
  await card.waitFor({ timeout: SOON_MS });
  await page.waitForFunction(() => !document.querySelector('#card [aria-busy]'), null, { timeout: SOON_MS });
  return card;
}
