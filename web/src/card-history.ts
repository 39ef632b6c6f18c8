/**
 * Back and forward walk through the cards: each is an entry of the browser's history, on top of the
 * map's own. Closing a card leads back to the map, however many were opened since.
 */

/** What an entry keeps: how many cards were opened since the map. */
interface Entry {
  cards: number;
}

interface Options {
  /** What the address bar holds, `#…`. */
  link(): string;
  /** Somebody went to another entry, with this in the address bar. */
  onWalk(hash: string): void;
}

export class CardHistory {
  private isClosing = false;

  constructor(private readonly options: Options) {
    if (!isEntry(history.state)) history.replaceState({ cards: 0 } satisfies Entry, '');
    addEventListener('popstate', ({ state }) => this.follow(state));
  }

  /** Makes the address bar true. */
  save(): void {
    // Or the card that is being left would lose its link.
    if (!this.isClosing) history.replaceState(history.state, '', this.options.link());
  }

  /** Another card was opened. */
  opened(): void {
    history.pushState({ cards: this.depth() + 1 } satisfies Entry, '', this.options.link());
  }

  closed(): void {
    const depth = this.depth();
    if (!depth) return this.save();
    this.isClosing = true;
    history.go(-depth);
  }

  private follow(entry: unknown): void {
    // A link pasted into the address bar of the open page.
    if (!isEntry(entry)) return location.reload();
    const wasClosing = this.isClosing;
    this.isClosing = false;
    if (wasClosing) this.save();
    else this.options.onWalk(location.hash);
  }

  private depth(): number {
    return isEntry(history.state) ? history.state.cards : 0;
  }
}

function isEntry(state: unknown): state is Entry {
  return typeof state === 'object' && state !== null && 'cards' in state && typeof state.cards === 'number';
}
