/**
 * The answer to a list, read while it comes: `POST /v1/batch` sends the rows back as CSV, in their
 * order, with our columns behind. The text is kept as it came, for the file to save.
 */

import { ApiError } from './api';
import { t } from './i18n';

/** Columns the server adds behind those that came, in their order. */
const COLUMNS = [
  'latitude',
  'longitude',
  'result_label',
  'result_label_old',
  'result_score',
  'result_score_next',
  'result_type',
  'result_id',
  'result_housenumber',
  'result_street',
  'result_ward',
  'result_ward_code',
  'result_province',
  'result_match',
  'result_ambiguous',
  'result_unmatched',
  'result_truncated',
  'result_status',
] as const;

export interface ListRow {
  typed: string;
  label: string;
  labelOld: string;
  wardCode: string;
  status: 'ok' | 'part' | 'ambiguous' | 'not-found' | 'error' | 'skipped';
  at: [lng: number, lat: number] | null;
}

/** Below this score, or where only the street or ward was found, the answer is a part of what was asked. */
const SURE = 0.8;

/** Sends a list; `onRows` hears of every piece of the answer. Gives the whole answer as a file. */
export async function askForList(
  body: Blob,
  kind: 'text/csv' | 'text/plain',
  onRows: (rows: ListRow[]) => void,
  signal: AbortSignal,
): Promise<Blob> {
  let response: Response;
  try {
    response = await fetch('v1/batch?with_bom=1', { method: 'POST', body, headers: { 'content-type': kind }, signal });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiError(t().errorOffline, 0);
  }
  if (!response.ok || !response.body) throw new ApiError(response.status >= 500 ? t().errorServer : t().listRefused, response.status);
  const pieces: Uint8Array<ArrayBuffer>[] = [];
  const letters = new TextDecoder();
  const table = new CsvReader();
  const rows = new Rows();
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (value) pieces.push(value);
    onRows(rows.take(table.read(letters.decode(value, { stream: !done }))));
    if (done) return new Blob(pieces, { type: 'text/csv;charset=utf-8' });
  }
}

/** Names of the columns first, then rows. */
class Rows {
  private names: string[] | null = null;

  take(lines: string[][]): ListRow[] {
    if (!this.names) this.names = lines.shift() ?? null;
    const came = (this.names?.length ?? COLUMNS.length) - COLUMNS.length;
    return lines.map((line) => {
      const cell = (column: (typeof COLUMNS)[number]) => line[came + COLUMNS.indexOf(column)] ?? '';
      const isSure = Number(cell('result_score')) >= SURE && cell('result_match') === 'exact';
      const found = cell('result_ambiguous') === 'true' ? 'ambiguous' : isSure ? 'ok' : 'part';
      const [lat, lng] = [cell('latitude'), cell('longitude')];
      return {
        typed: line.slice(0, came).filter(Boolean).join(', '),
        label: cell('result_label'),
        labelOld: cell('result_label_old'),
        wardCode: cell('result_ward_code'),
        status: cell('result_status') === 'ok' ? found : ((cell('result_status') || 'error') as ListRow['status']),
        at: lat && lng ? [Number(lng), Number(lat)] : null,
      };
    });
  }
}

/** Reads CSV as this server writes it, in pieces; the header's last line break tells the delimiter. */
export class CsvReader {
  private rest = '';
  private delimiter: string | null = null;

  /** The rows that are whole by now. */
  read(piece: string): string[][] {
    this.rest += piece;
    this.delimiter ??= /(.)"?result_status"?\r\n/.exec(this.rest)?.[1] ?? null;
    if (!this.delimiter) return [];
    const rows: string[][] = [];
    let row: string[] = [];
    let start = 0;
    let at = 0;
    let isQuoted = false;
    for (; at < this.rest.length; at += 1) {
      const letter = this.rest[at];
      if (letter === '"') isQuoted = !isQuoted;
      else if (!isQuoted && (letter === this.delimiter || letter === '\n')) {
        row.push(cell(this.rest.slice(start, at)));
        start = at + 1;
        if (letter === '\n') {
          rows.push(row);
          row = [];
          this.rest = this.rest.slice(start);
          start = 0;
          at = -1;
        }
      }
    }
    return rows;
  }
}

function cell(raw: string): string {
  const text = raw.replace(/\r$/, '');
  return text.startsWith('"') ? text.slice(1, -1).replaceAll('""', '"') : text;
}
