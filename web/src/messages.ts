/** Short messages at the bottom of the screen; never an alert box. */

import { h, place } from './dom';
import { t } from './i18n';

const SHOWN_MS = 4000;

/** Says something for a moment. */
export function say(sentence: string): void {
  const message = h('p', { class: 'message' }, sentence);
  place('messages').replaceChildren(message);
  setTimeout(() => message.remove(), SHOWN_MS);
}

/** Says what failed, until it is tried again or closed. */
export function sayFailure(sentence: string, retry: () => void): void {
  const message = h(
    'p',
    { class: 'message failure' },
    h('span', {}, sentence),
    h('button', { type: 'button', onclick: () => (message.remove(), retry()) }, t().retry),
    h('button', { type: 'button', onclick: () => message.remove() }, t().close),
  );
  place('messages').replaceChildren(message);
}

/** In a card's section: the sentence and a button. */
export function failure(sentence: string, retry: () => void): HTMLElement {
  return h('div', { class: 'failed', role: 'alert' }, h('p', {}, sentence), h('button', { type: 'button', class: 'plain', onclick: retry }, t().retry));
}

/** Also where the page comes by plain http and the clipboard is closed to it. */
export async function copyText(text: string, done: string): Promise<void> {
  try {
    await navigator.clipboard.writeText(text);
    say(done);
  } catch {
    const field = h('textarea', { class: 'hidden-text', 'aria-hidden': 'true', tabindex: -1 });
    field.value = text;
    document.body.append(field);
    field.select();
    const isCopied = document.execCommand('copy');
    field.remove();
    say(isCopied ? done : t().copyFailed);
  }
}
