/**
 * Patterns laid over colours, drawn when the map first asks for one: many codes share a colour and
 * some readers do not see colours, so the pattern and the code's letters tell them apart.
 */

const SIZE = 16;
const INK = 'rgba(40, 48, 60, 0.38)';

type Draw = (pen: CanvasRenderingContext2D) => void;

function stroke(pen: CanvasRenderingContext2D, ...lines: [number, number, number, number][]): void {
  pen.beginPath();
  for (const [x1, y1, x2, y2] of lines) {
    pen.moveTo(x1, y1);
    pen.lineTo(x2, y2);
  }
  pen.stroke();
}

/** By the names in `styles/hatches.json`. */
const PATTERNS: Record<string, Draw> = {
  'hatch-crops': (pen) => stroke(pen, [2, 4.5, 7, 4.5], [10, 12.5, 15, 12.5]),
  'hatch-trees': (pen) => {
    for (const [x, y] of [[4, 4], [12, 12]] as const) {
      pen.beginPath();
      pen.arc(x, y, 1.7, 0, 2 * Math.PI);
      pen.stroke();
    }
  },
  'hatch-water': (pen) => {
    for (const y of [4, 12]) {
      pen.beginPath();
      pen.moveTo(0, y);
      pen.quadraticCurveTo(4, y - 3, 8, y);
      pen.quadraticCurveTo(12, y + 3, 16, y);
      pen.stroke();
    }
  },
  'hatch-works': (pen) => stroke(pen, [-1, 17, 17, -1], [-1, 1, 1, -1], [15, 17, 17, 15]),
  'hatch-graves': (pen) => stroke(pen, [4, 2, 4, 8], [2, 4, 6, 4], [12, 10, 12, 16], [10, 12, 14, 12]),
};

/** The picture of a pattern at twice its size, for sharp screens. */
export function drawHatch(name: string): ImageData | null {
  const draw = PATTERNS[name];
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * 2;
  const pen = canvas.getContext('2d');
  if (!draw || !pen) return null;
  pen.scale(2, 2);
  pen.strokeStyle = INK;
  pen.lineWidth = 1;
  draw(pen);
  return pen.getImageData(0, 0, canvas.width, canvas.height);
}

/** The same for the legend, as a CSS image. */
export function hatchImage(name: string): string | null {
  const picture = drawHatch(name);
  if (!picture) return null;
  const canvas = document.createElement('canvas');
  canvas.width = canvas.height = SIZE * 2;
  canvas.getContext('2d')?.putImageData(picture, 0, 0);
  return `url(${canvas.toDataURL()})`;
}
