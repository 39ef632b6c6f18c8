/** The layers button: three ready views first, single layers behind "Chi tiết"; the list and the language. */

import { h, icon } from './dom';
import { currentLanguage, t } from './i18n';
import type { Style } from './map';

interface Options {
  styles: string[];
  style(): string;
  /** `null` while the first style is loading. */
  loaded(): Style | null;
  isShown(group: string): boolean;
  strength(): number;
  onStyle(name: string): void;
  onGroup(group: string, isShown: boolean): void;
  onStrength(percent: number): void;
  onLanguage(): void;
  onList(): void;
}

const GROUPS = ['units', 'streets', 'addresses', 'landmarks', 'parcels', 'parcel_numbers', 'land_use', 'planning'];

export class LayersPanel {
  private isOpen = false;
  private areDetailsOpen = false;

  constructor(
    private readonly root: HTMLElement,
    private readonly options: Options,
  ) {
    document.addEventListener('pointerdown', (event) => {
      if (this.isOpen && !root.contains(event.target as Node)) this.toggle(false);
    });
    root.addEventListener('keydown', (event) => {
      if (event.key === 'Escape' && this.isOpen) {
        event.stopPropagation();
        this.toggle(false);
        this.button()?.focus();
      }
    });
    this.render();
  }

  render(): void {
    const focused = document.activeElement instanceof HTMLElement && this.root.contains(document.activeElement)
      ? document.activeElement.id
      : '';
    this.root.replaceChildren(
      h(
        'button',
        { type: 'button', id: 'language', class: 'tool', lang: currentLanguage() === 'vi' ? 'en' : 'vi', onclick: this.options.onLanguage, 'aria-label': t().otherLanguage, title: t().otherLanguage },
        t().otherLanguageCode,
      ),
      h(
        'button',
        { type: 'button', id: 'list-button', class: 'tool', 'aria-haspopup': 'dialog', 'aria-label': t().listTitle, title: t().listTitle, onclick: this.options.onList },
        icon('list'),
      ),
      h(
        'button',
        {
          type: 'button',
          id: 'layers-button',
          class: 'tool',
          'aria-label': t().layers,
          title: t().layers,
          'aria-expanded': String(this.isOpen),
          'aria-controls': 'layers-panel',
          onclick: () => this.toggle(!this.isOpen),
        },
        icon('layers'),
      ),
      this.panel(),
    );
    if (focused) document.getElementById(focused)?.focus();
  }

  private button(): HTMLElement | null {
    return document.getElementById('layers-button');
  }

  private toggle(isOpen: boolean): void {
    this.isOpen = isOpen;
    this.render();
  }

  private panel(): HTMLElement {
    const panel = h('div', { id: 'layers-panel', class: 'panel', role: 'group', 'aria-label': t().layers, hidden: !this.isOpen });
    panel.append(
      h('h2', {}, t().layers),
      ...this.options.styles.map((name) => this.view(name)),
      h(
        'details',
        { open: this.areDetailsOpen, ontoggle: (event: Event) => (this.areDetailsOpen = (event.target as HTMLDetailsElement).open) },
        h('summary', {}, t().details),
        ...GROUPS.map((group) => this.group(group)),
        this.strength(),
      ),
      h('a', { id: 'docs-link', href: 'docs' }, t().apiDocs),
    );
    return panel;
  }

  private view(name: string): HTMLElement {
    const input = h('input', {
      type: 'radio',
      name: 'view',
      id: `view-${name}`,
      checked: this.options.style() === name,
      onchange: () => this.options.onStyle(name),
    });
    return h(
      'label',
      { class: 'view' },
      input,
      h('span', {}, h('b', {}, t().styles[name] ?? name), h('small', {}, t().styleHints[name] ?? '')),
    );
  }

  private group(group: string): HTMLElement {
    const input = h('input', {
      type: 'checkbox',
      id: `group-${group}`,
      checked: this.options.isShown(group),
      disabled: !this.options.loaded(),
      onchange: (event: Event) => this.options.onGroup(group, (event.target as HTMLInputElement).checked),
    });
    return h('label', { class: 'group' }, input, h('span', {}, t().groupNames[group] ?? group));
  }

  private strength(): HTMLElement {
    return h(
      'label',
      { class: 'strength' },
      h('span', {}, t().colourStrength),
      h('input', {
        type: 'range',
        id: 'strength',
        min: 0,
        max: 100,
        step: 5,
        value: this.options.strength(),
        oninput: (event: Event) => this.options.onStrength(Number((event.target as HTMLInputElement).value)),
      }),
    );
  }
}
