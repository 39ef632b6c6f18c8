/** How sure an answer is, in words, and what of the text was understood and what was not. */

import type { Match, Place } from './api';
import { t } from './i18n';

export type Sureness = 'sure' | 'likely' | 'unsure';

/** From here on the ward is right but for one in ten. */
const SURE = 0.9;
/** Below, another reading is about as good, and nobody is sent to a guess. */
const LIKELY = 0.6;

/** Up to here so little of the text agrees that it counts as not found. */
const GUESS = 0.3;

/** Whether a place has little to do with the text; not where it is known which words it leaves over. */
export function isGuess({ properties }: Place): boolean {
  return (properties.confidence ?? 1) <= GUESS && !properties.match?.unmatched?.length;
}

export function surenessOf({ properties }: Place, isAmbiguous = false): Sureness {
  const confidence = properties.confidence ?? 1;
  if (confidence < LIKELY) return 'unsure';
  return confidence >= SURE && !isAmbiguous ? 'sure' : 'likely';
}

/** Whether one place may be taken, or all must be offered. */
export function isDecided(places: Place[], isAmbiguous: boolean): boolean {
  const [best] = places;
  if (!best || (isAmbiguous && places.length > 1)) return false;
  return surenessOf(best) !== 'unsure';
}

/** `Không hiểu: “phường 45”.` */
export function unmatchedSentence({ properties }: Place): string {
  const words = properties.match?.unmatched?.filter(Boolean) ?? [];
  return words.length ? t().notUnderstood(words.map((word) => `“${word}”`).join(', ')) : '';
}

/** In the order in which an address is written. */
const ROLES = ['housenumber', 'street', 'landmark', 'hamlet', 'ward', 'district', 'province'] as const satisfies (keyof Match)[];

/** `Hiểu được: Quận 3.` */
export function understoodSentence({ properties }: Place): string {
  const { match } = properties;
  const names = ROLES.map((role) => match?.[role]?.name).filter((name) => name !== undefined);
  return names.length ? t().understood(names.join(', ')) : '';
}
