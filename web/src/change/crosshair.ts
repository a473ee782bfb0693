/** A pointer for the keyboard: a cross over the map that the arrow keys move; near an edge the map moves with it. */

import type { CityMap } from "../map/city_map";
import type { LonLat } from "../server/plans";

const STEP = 24; // pixels a key moves it
const FINE = 3; // with shift
const EDGE = 48; // pixels from an edge at which the map moves instead

export type CrossEars = {
  readonly moved: (at: LonLat) => void;
  readonly shown: (shown: boolean) => void;
};

const ARROWS: Readonly<Record<string, readonly [number, number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

export class Crosshair {
  private readonly cross: HTMLElement;
  private readonly canvas: HTMLCanvasElement;
  private place: { x: number; y: number } | null = null;

  constructor(
    private readonly city: CityMap,
    private readonly ears: CrossEars,
  ) {
    this.canvas = city.map.getCanvas();
    this.cross = document.createElement("div");
    this.cross.className = "crosshair";
    this.cross.hidden = true;
    this.cross.setAttribute("aria-hidden", "true");
    city.map.getContainer().append(this.cross);
    city.map.keyboard.disable(); // the arrow keys are ours for as long as something is drawn
    this.canvas.addEventListener("keydown", this.key);
    this.canvas.addEventListener("blur", this.hide);
    city.map.on("mousemove", this.hide);
    city.map.on("moveend", this.tell);
  }

  /** Where it points; null while the keyboard is not used. */
  get at(): LonLat | null {
    if (!this.place) return null;
    const { lng, lat } = this.city.map.unproject([this.place.x, this.place.y]);
    return [lng, lat];
  }

  /** Show it, at a place or in the middle, and give the map the keyboard. */
  show(at?: LonLat): void {
    if (at) this.city.map.jumpTo({ center: [...at] });
    const { clientWidth, clientHeight } = this.canvas;
    this.place = { x: clientWidth / 2, y: clientHeight / 2 };
    this.canvas.focus({ preventScroll: true });
    this.draw();
    this.tell();
  }

  close(): void {
    this.canvas.removeEventListener("keydown", this.key);
    this.canvas.removeEventListener("blur", this.hide);
    this.city.map.off("mousemove", this.hide);
    this.city.map.off("moveend", this.tell);
    this.city.map.keyboard.enable();
    this.cross.remove();
  }

  private readonly hide = (): void => {
    if (!this.place) return;
    this.place = null;
    this.cross.hidden = true;
    this.ears.shown(false);
  };

  private readonly tell = (): void => {
    const at = this.at;
    if (at) this.ears.moved(at);
  };

  private readonly key = (event: KeyboardEvent): void => {
    const arrow = ARROWS[event.key];
    if (arrow && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault();
      if (!this.place) {
        this.show();
        return;
      }
      const step = event.shiftKey ? FINE : STEP;
      this.move(arrow[0] * step, arrow[1] * step);
    } else if (event.key === "+" || event.key === "=" || event.key === "-") {
      event.preventDefault();
      const around = this.at ?? undefined;
      const zoom = this.city.map.getZoom() + (event.key === "-" ? -1 : 1);
      this.city.map.easeTo({ zoom, ...(around ? { around: [...around] } : {}), duration: 0 });
    }
  };

  private move(dx: number, dy: number): void {
    if (!this.place) return;
    const { clientWidth, clientHeight } = this.canvas;
    const x = this.place.x + dx;
    const y = this.place.y + dy;
    const outside = x < EDGE || y < EDGE || x > clientWidth - EDGE || y > clientHeight - EDGE;
    if (outside) this.city.map.panBy([dx * 6, dy * 6], { duration: 0 });
    this.place = outside ? { x: x - dx * 6, y: y - dy * 6 } : { x, y };
    this.draw();
    this.tell();
  }

  private draw(): void {
    if (!this.place) return;
    this.cross.hidden = false;
    this.cross.style.translate = `${this.place.x}px ${this.place.y}px`;
    this.ears.shown(true);
  }
}
