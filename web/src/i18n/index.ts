/** The page's language: `t()` gives the texts, numbers and dates follow it. */

import { en } from './en';
import { vi, type Texts } from './vi';

export type Language = 'vi' | 'en';

let language: Language = 'vi';

export function t(): Texts {
  return language === 'vi' ? vi : en;
}

export function currentLanguage(): Language {
  return language;
}

export function setLanguage(next: Language): void {
  language = next;
  document.documentElement.lang = next;
}

/** `105°45′` */
export function degreesAndMinutes(degrees: number): string {
  const minutes = Math.round(degrees * 60);
  return `${Math.floor(minutes / 60)}°${String(minutes % 60).padStart(2, '0')}′`;
}

/** `2.159,6 m²` in Vietnamese, `2,159.6 m²` in English. */
export function area(squareMetres: number): string {
  return `${number(squareMetres, 1)} m²`;
}

/** `62 %`, `30,5 %`; `share` from 0 to 1. */
export function percent(share: number): string {
  return `${number(share * 100, 1)} %`;
}

export function distance(kilometres: number): string {
  return kilometres < 1 ? `${number(kilometres * 1000, 0)} m` : `${number(kilometres, 1)} km`;
}

export function number(value: number, decimals: number): string {
  return new Intl.NumberFormat(locale(), { maximumFractionDigits: decimals }).format(value);
}

/** `12.000` for 12,345: two digits that count, small numbers as they are. */
export function roundNumber(value: number): string {
  return new Intl.NumberFormat(locale(), value < 100 ? {} : { maximumSignificantDigits: 2 }).format(value);
}

/** `21/11/2026` from `2026-11-21`, in both languages. */
export function date(iso: string): string {
  const parts = /^(\d{4})-(\d{2})-(\d{2})/.exec(iso);
  return parts ? `${parts[3]}/${parts[2]}/${parts[1]}` : iso;
}

function locale(): string {
  return language === 'vi' ? 'vi-VN' : 'en-GB';
}
