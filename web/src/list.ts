/**
 * "Dán danh sách": a list of addresses, pasted or as a file, answered in one go and saved as CSV.
 * A native dialog: the browser keeps the keyboard in it and Escape closes it.
 */

import { isAborted, sentenceOf, type Position } from './api';
import { h, icon } from './dom';
import { linesOfText } from './folding';
import { number, t } from './i18n';
import { askForList, type ListRow } from './list-answer';
import { ListTable, SHOWN_ROWS } from './list-table';

interface Options {
  /** A row of the answer was chosen. */
  onPlace(at: Position): void;
}

type Counts = Record<ListRow['status'], number>;

/** A list that was sent, and what has come of it. */
interface Sending {
  /** What was pasted; empty where a file was sent. */
  text: string;
  /** Of the file that is saved. */
  name: string;
  /** How many rows are expected, where that is known. */
  expected: number | null;
  rows: ListRow[];
  counts: Counts;
  /** The whole answer, once it has come. */
  file: string | null;
  /** Why it has not come whole. */
  failure: string | null;
}

export class ListDialog {
  private readonly dialog = h('dialog', { id: 'list', class: 'list', 'aria-labelledby': 'list-title' });
  private request = new AbortController();
  /** Kept while the dialog is closed. */
  private sending: Sending | null = null;
  private table: ListTable | null = null;

  constructor(private readonly options: Options) {
    // Escape is the dialog's own and not the card's behind it.
    this.dialog.addEventListener('keydown', (event) => event.key === 'Escape' && event.stopPropagation());
    document.body.append(this.dialog);
  }

  /** With what was pasted elsewhere, or as it was when it was closed. */
  open(text?: string): void {
    if (text !== undefined || !this.dialog.hasChildNodes()) this.showForm(text ?? '');
    this.dialog.showModal();
  }

  /** In another language. */
  render(): void {
    if (this.sending) this.showAnswer(this.sending);
    else if (this.dialog.hasChildNodes()) this.showForm(this.dialog.querySelector('textarea')?.value ?? '');
  }

  private showForm(text: string): void {
    this.request.abort();
    if (this.sending?.file) URL.revokeObjectURL(this.sending.file);
    this.sending = null;
    const field = h('textarea', { id: 'list-text', rows: 8, autofocus: true, spellcheck: 'false', placeholder: t().listPlaceholder });
    field.value = text;
    const header = h('input', { type: 'checkbox', id: 'list-header', checked: true });
    const headerLabel = h('label', { class: 'list-check', hidden: true }, header, h('span', {}, t().listHasHeader));
    field.addEventListener('input', () => (headerLabel.hidden = !isTable(field.value)));
    const go = () => {
      if (field.value.trim()) void this.ask(bodyOf(field.value, header.checked), field.value);
      else field.focus();
    };
    const file = h('input', { type: 'file', id: 'list-file', class: 'hidden-text', accept: '.csv,.tsv,.txt,text/csv,text/plain' });
    file.addEventListener('change', () => file.files?.[0] && this.askFile(file.files[0]));
    const drop = h('label', { class: 'list-drop', for: 'list-file' }, icon('file'), h('span', {}, t().listFile));
    this.takeDrops(drop);
    this.dialog.replaceChildren(
      this.head(),
      h('p', { class: 'hint' }, t().listHint),
      h('label', { for: 'list-text', class: 'list-label' }, t().listLabel),
      field,
      headerLabel,
      h('div', { class: 'list-actions' }, h('button', { type: 'button', class: 'plain primary', onclick: go }, t().listGo), file, drop),
    );
  }

  private head(): HTMLElement {
    return h(
      'div',
      { class: 'list-head' },
      h('h2', { id: 'list-title', tabindex: -1 }, t().listTitle),
      h('button', { type: 'button', class: 'round', 'aria-label': t().close, title: t().close, onclick: () => this.dialog.close() }, icon('close')),
    );
  }

  private takeDrops(target: HTMLElement): void {
    const over = (isOver: boolean) => (event: DragEvent) => {
      event.preventDefault();
      target.classList.toggle('is-over', isOver);
    };
    target.addEventListener('dragover', over(true));
    target.addEventListener('dragleave', over(false));
    target.addEventListener('drop', (event) => {
      over(false)(event);
      const file = event.dataTransfer?.files[0];
      if (file) this.askFile(file);
    });
  }

  private askFile(file: File): void {
    const kind = /\.txt$/i.test(file.name) ? 'text/plain' : 'text/csv';
    void this.ask({ body: file, kind, rows: null }, '', file.name);
  }

  private async ask({ body, kind, rows: expected }: Sent, text: string, name = 'danh-sach.csv'): Promise<void> {
    this.request.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    const counts: Counts = { ok: 0, part: 0, ambiguous: 0, 'not-found': 0, error: 0, skipped: 0 };
    const sending: Sending = { text, name, expected, rows: [], counts, file: null, failure: null };
    this.sending = sending;
    this.showAnswer(sending);
    try {
      const file = await askForList(body, kind, (answered) => this.take(sending, answered), signal);
      sending.file = URL.createObjectURL(file);
    } catch (error) {
      if (isAborted(error)) return;
      sending.failure = error instanceof TypeError ? t().listCutOff : sentenceOf(error);
    }
    this.showProgress(sending);
    this.dialog.querySelector<HTMLElement>('.list-actions .plain')?.focus();
  }

  private take(sending: Sending, answered: ListRow[]): void {
    for (const row of answered) {
      sending.counts[row.status] += 1;
      // the table shows no more, and the file has all
      if (sending.rows.length < SHOWN_ROWS) sending.rows.push(row);
    }
    this.table?.add(answered);
    this.showProgress(sending);
  }

  /** What has come, and what can be done with it. */
  private showAnswer(sending: Sending): void {
    const table = new ListTable(({ at }) => {
      if (!at) return;
      this.dialog.close();
      this.options.onPlace(at);
    });
    this.table = table;
    table.add(sending.rows);
    const progress = h('progress', { id: 'list-progress', 'aria-label': t().listProgress, max: sending.expected ?? undefined, value: sending.expected ? 0 : undefined });
    const said = h('p', { class: 'list-said', role: 'status' });
    this.dialog.replaceChildren(this.head(), said, progress, h('div', { class: 'list-actions' }), table.element);
    this.showProgress(sending);
  }

  /** How far it is; in the elements that are there, or no screen reader would hear of it. */
  private showProgress(sending: Sending): void {
    const { text, expected, counts, file, failure } = sending;
    const isRunning = !file && !failure;
    const progress = this.dialog.querySelector('progress');
    if (progress && expected) progress.value = Math.min(expected, sum(counts));
    if (progress) progress.hidden = !isRunning;
    const said = this.dialog.querySelector('.list-said');
    const sentence = isRunning ? t().listRunning : (failure ?? summary(counts));
    if (said && said.textContent !== sentence) said.textContent = sentence;
    const actions = this.dialog.querySelector('.list-actions');
    if (isRunning && actions?.hasChildNodes()) return;
    actions?.replaceChildren(...(file ? [this.download(file, sending.name)] : []), isRunning ? this.stop(text) : this.again(text));
  }

  private download(file: string, name: string): HTMLElement {
    const saved = `${name.replace(/\.[^.]*$/, '')}.geocoded.csv`;
    return h('a', { class: 'plain primary', id: 'list-download', href: file, download: saved }, icon('download'), h('span', {}, t().listDownload));
  }

  private stop(text: string): HTMLElement {
    return h('button', { type: 'button', class: 'plain', onclick: () => this.showForm(text) }, t().listStop);
  }

  private again(text: string): HTMLElement {
    return h('button', { type: 'button', class: 'plain', onclick: () => (this.showForm(text), this.dialog.querySelector('textarea')?.focus()) }, t().listAgain);
  }
}

interface Sent {
  body: Blob;
  kind: 'text/csv' | 'text/plain';
  rows: number | null;
}

/** Cells copied from a spreadsheet stand between tabs. */
function isTable(text: string): boolean {
  return text.trimEnd().includes('\t');
}

/** A list goes as lines; a table with its header, or with one made for it. */
function bodyOf(text: string, hasHeader: boolean): Sent {
  const lines = linesOfText(text);
  if (!isTable(text)) return { body: new Blob([text]), kind: 'text/plain', rows: lines.length };
  const width = Math.max(...lines.map((line) => line.split('\t').length));
  const header = Array.from({ length: width }, (_, at) => t().listColumn(at + 1)).join('\t');
  const body = new Blob(hasHeader ? [text] : [`${header}\n`, text]);
  return { body, kind: 'text/csv', rows: lines.length - Number(hasHeader) };
}

function sum(counts: Counts): number {
  return Object.values(counts).reduce((all, count) => all + count, 0);
}

/** `120 dòng: 117 tìm thấy, 3 không tìm thấy.` */
function summary(counts: Counts): string {
  const all = sum(counts);
  const parts = Object.entries(counts)
    .filter(([, count]) => count > 0)
    .map(([status, count]) => `${number(count, 0)} ${(t().listStatuses[status] ?? status).toLowerCase()}`);
  const said = t().listDone(number(all, 0), parts.join(', '));
  return all > SHOWN_ROWS ? `${said} ${t().listShown(number(SHOWN_ROWS, 0))}` : said;
}
