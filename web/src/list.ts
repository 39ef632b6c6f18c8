/**
 * "Dán danh sách": a list of addresses, pasted or as a file, answered in one go and saved as CSV.
 * A native dialog: the browser keeps the keyboard in it and Escape closes it.
 */

import { isAborted, sentenceOf, type Position } from './api';
import { h, icon } from './dom';
import { number, t } from './i18n';
import { askForList, type ListRow } from './list-answer';
import { ListTable, SHOWN_ROWS } from './list-table';

interface Options {
  /** A row of the answer was chosen. */
  onPlace(at: Position): void;
}

type Counts = Record<ListRow['status'], number>;

export class ListDialog {
  private readonly dialog = h('dialog', { id: 'list', class: 'list', 'aria-labelledby': 'list-title' });
  private request = new AbortController();

  constructor(private readonly options: Options) {
    this.dialog.addEventListener('close', () => this.request.abort());
    // Escape is the dialog's own and not the card's behind it.
    this.dialog.addEventListener('keydown', (event) => event.key === 'Escape' && event.stopPropagation());
    document.body.append(this.dialog);
  }

  open(): void {
    this.showForm('');
    this.dialog.showModal();
  }

  private showForm(text: string): void {
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

  /** `rows`: how many are expected, where that is known. */
  private async ask({ body, kind, rows }: Sent, text: string, name = 'danh-sach.csv'): Promise<void> {
    this.request.abort();
    this.request = new AbortController();
    const { signal } = this.request;
    const progress = h('progress', { id: 'list-progress', 'aria-label': t().listProgress, max: rows ?? undefined, value: rows ? 0 : undefined });
    const said = h('p', { class: 'list-said', role: 'status' }, t().listRunning);
    const stop = h('button', { type: 'button', class: 'plain', onclick: () => (this.request.abort(), this.showForm(text)) }, t().listStop);
    const table = new ListTable(({ at }) => {
      if (!at) return;
      this.dialog.close();
      this.options.onPlace(at);
    });
    const actions = h('div', { class: 'list-actions' }, stop);
    this.dialog.replaceChildren(this.head(), said, progress, actions, table.element);
    const counts: Counts = { ok: 0, part: 0, ambiguous: 0, 'not-found': 0, error: 0, skipped: 0 };
    try {
      const file = await askForList(body, kind, (answered) => {
        table.add(answered);
        for (const { status } of answered) counts[status] += 1;
        if (rows) progress.value = Math.min(rows, sum(counts));
      }, signal);
      progress.hidden = true;
      said.textContent = summary(counts);
      actions.replaceChildren(this.download(file, name), this.again(text));
    } catch (error) {
      if (isAborted(error)) return;
      progress.hidden = true;
      said.textContent = error instanceof TypeError ? t().listCutOff : sentenceOf(error);
      actions.replaceChildren(this.again(text));
    }
    this.dialog.querySelector<HTMLElement>('.list-actions .plain')?.focus();
  }

  private download(file: Blob, name: string): HTMLElement {
    const url = URL.createObjectURL(file);
    this.dialog.addEventListener('close', () => URL.revokeObjectURL(url), { once: true });
    const saved = `${name.replace(/\.[^.]*$/, '')}.geocoded.csv`;
    return h('a', { class: 'plain primary', id: 'list-download', href: url, download: saved }, icon('download'), h('span', {}, t().listDownload));
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
  const lines = text.split(/\r\n|\r|\n/).filter((line) => line.trim());
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
