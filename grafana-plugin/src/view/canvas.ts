/** Sizes a canvas for the screen's density, clears it and gives its context in CSS pixels; undefined where there is none. */
export function beginPaint(
  canvas: HTMLCanvasElement,
  width: number,
  height: number,
): CanvasRenderingContext2D | undefined {
  const density = globalThis.devicePixelRatio || 1;
  const wide = Math.max(1, Math.round(width * density));
  const high = Math.max(1, Math.round(height * density));
  if (canvas.width !== wide) canvas.width = wide;
  if (canvas.height !== high) canvas.height = high;
  const context = canvas.getContext('2d');
  if (context === null) return undefined;
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

/** A colour as the canvas itself understands it, as red, green and blue from 0 to 255. */
function channels(context: CanvasRenderingContext2D, colour: string): [number, number, number] {
  context.fillStyle = '#808080';
  context.fillStyle = colour;
  const text = context.fillStyle;
  const numbers = text.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(text.slice(at, at + 2), 16))
    : (text.match(/[\d.]+/g) ?? []).map(Number);
  return [numbers[0] ?? 128, numbers[1] ?? 128, numbers[2] ?? 128];
}

/** Black or white, whichever is read better on a colour that is painted over another with an opacity. */
export function inkOn(
  context: CanvasRenderingContext2D,
  colour: string,
  under: string,
  opacity: number,
): string {
  const below = channels(context, under);
  const [red, green, blue] = channels(context, colour).map((over, k) => {
    const value = (over * opacity + below[k]! * (1 - opacity)) / 255;
    return value <= 0.03928 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue! > 0.179 ? '#000000' : '#ffffff';
}
