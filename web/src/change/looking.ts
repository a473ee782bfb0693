/** Looks up what lies near a pointer: one question at a time, the newest place wins. */

import type { LonLat, Near } from "../server/plans";

export type Ask = (at: LonLat, within_m: number, signal: AbortSignal) => Promise<Near | null>;

export class Looking {
  private at: LonLat | null = null;
  private within = 0;
  private stop: AbortController | null = null;
  private last: { readonly at: LonLat; readonly near: Near } | null = null;

  constructor(
    private readonly ask: Ask,
    private readonly hear: (at: LonLat, near: Near) => void,
  ) {}

  /** The pointer is here now; `hear` is told what lies there, unless it has moved on. */
  look(at: LonLat, within_m: number): void {
    this.at = at;
    this.within = within_m;
    if (!this.stop) void this.next();
  }

  /** What lies exactly here: from the last look if it was at this place, otherwise asked anew. */
  async here(at: LonLat, within_m: number): Promise<Near | null> {
    if (this.last && same(this.last.at, at)) return this.last.near;
    return this.ask(at, within_m, new AbortController().signal);
  }

  /** Nobody looks any more. */
  close(): void {
    this.at = null;
    this.stop?.abort();
    this.stop = null;
    this.last = null;
  }

  private async next(): Promise<void> {
    while (this.at) {
      const at = this.at;
      const stop = new AbortController();
      this.stop = stop;
      const near = await this.ask(at, this.within, stop.signal);
      if (this.stop !== stop) return; // closed meanwhile
      if (near) {
        this.last = { at, near };
        this.hear(at, near);
      }
      if (this.at && same(this.at, at)) this.at = null;
    }
    this.stop = null;
  }
}

function same(one: LonLat, other: LonLat): boolean {
  return one[0] === other[0] && one[1] === other[1];
}
