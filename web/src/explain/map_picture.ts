/** The map as it is shown, as a picture: with its legend beside it, and below whom to credit. */

/** A line of a legend. colour: of its swatch; null for a heading or a note. */
export type LegendLine = { readonly colour: string | null; readonly text: string; readonly bold: boolean };

export type Frame = {
  readonly title: string;
  readonly legend: readonly LegendLine[];
  readonly credits: string;
  readonly bar: { readonly text: string; readonly width: number } | null; // the bar that tells the scale
  readonly paper: string;
  readonly ink: string;
};

const SIDE = 280; // width of the legend, in pixels of the page; so are the others
const PAD = 12;
const LINE = 20;
const FONT = "system-ui, 'Noto Sans', 'DejaVu Sans', sans-serif";

/** What the legends over the map say, in order: read off the page, so that whatever is shown there is told. */
export function legendLines(corner: ParentNode): LegendLine[] {
  const lines: LegendLine[] = [];
  for (const part of corner.querySelectorAll<HTMLElement>("h3, li")) {
    const swatch = part.querySelector<HTMLElement>(".swatch, i");
    const text = [...part.childNodes]
      .filter((node) => node !== swatch)
      .map((node) => node.textContent?.trim() ?? "")
      .filter(Boolean)
      .join(" · ");
    const colour = swatch?.style.backgroundColor || swatch?.style.background || null;
    if (text) lines.push({ colour, text, bold: part.tagName === "H3" });
  }
  return lines;
}

/** Words in lines of at most this width; a word that is wider stands alone. */
export function wrapped(text: string, width: number, measure: (text: string) => number): string[] {
  const lines: string[] = [];
  for (const word of text.split(/\s+/).filter(Boolean)) {
    const last = lines.at(-1);
    const longer = last === undefined ? word : `${last} ${word}`;
    if (last !== undefined && measure(longer) <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

/** Map, title, legend and credits on one canvas. scale: pixels of the canvas for one of the page. */
export function framed(map: HTMLCanvasElement, frame: Frame, scale: number): HTMLCanvasElement {
  const sheet = document.createElement("canvas");
  const [wide, tall] = [map.width / scale, map.height / scale];
  const [head, foot] = [38, 30];
  sheet.width = Math.round((wide + SIDE) * scale);
  sheet.height = Math.round((head + tall + foot) * scale);
  const pen = sheet.getContext("2d");
  if (!pen) return sheet;
  pen.scale(scale, scale);
  pen.fillStyle = frame.paper;
  pen.fillRect(0, 0, wide + SIDE, head + tall + foot);
  pen.drawImage(map, 0, head, wide, tall);
  const write = (text: string, x: number, y: number, font: string) => {
    pen.font = `${font} ${FONT}`;
    pen.fillStyle = frame.ink;
    pen.fillText(text, x, y);
  };
  write(frame.title, PAD, 25, "bold 17px");
  let y = head + LINE;
  for (const line of frame.legend) {
    const [font, left] = [line.bold ? "bold 14px" : "13px", wide + PAD + (line.colour ? 34 : 0)];
    pen.font = `${font} ${FONT}`;
    if (line.colour) {
      pen.fillStyle = line.colour;
      pen.fillRect(wide + PAD, y - 12, 26, 15);
    }
    for (const part of wrapped(line.text, wide + SIDE - PAD - left, (text) => pen.measureText(text).width)) {
      write(part, left, y, font);
      y += LINE;
    }
    y += 4;
  }
  write(frame.credits, PAD, head + tall + 20, "12px");
  if (frame.bar) {
    const [left, bottom] = [wide - PAD - frame.bar.width, head + tall - PAD];
    pen.fillStyle = frame.paper;
    pen.fillRect(left - 4, bottom - 22, frame.bar.width + 8, 28);
    write(frame.bar.text, left, bottom - 6, "12px");
    pen.fillRect(left, bottom, frame.bar.width, 2);
  }
  return sheet;
}

/** Hand a canvas to the browser as a file. */
export function saveCanvas(canvas: HTMLCanvasElement, name: string): Promise<void> {
  return new Promise((done) => {
    canvas.toBlob((blob) => {
      if (blob) {
        const link = document.createElement("a");
        link.href = URL.createObjectURL(blob);
        link.download = name;
        link.click();
        setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
      }
      done();
    }, "image/png");
  });
}
