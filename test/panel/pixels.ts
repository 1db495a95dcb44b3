import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Locator } from 'playwright-core';

/** Pixels that may differ from the picture that was approved, as a share: another version of a font or of the browser moves edges. */
export const tolerance = 0.02;

const folder = join(import.meta.dirname, 'baseline');

/**
 * Share of pixels by which an element differs from the picture `name` that was approved; 1 where sizes differ. With
 * CCMTRACE_BASELINE=write the picture is approved anew: look at it before it is committed.
 */
export async function differenceFrom(name: string, element: Locator): Promise<number> {
  const actual = await element.screenshot({ animations: 'disabled' });
  const file = join(folder, `${name}.png`);
  if (process.env['CCMTRACE_BASELINE'] === 'write') {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return 0;
  }
  if (!existsSync(file))
    throw new Error(`There is no approved picture ${name}: make it with CCMTRACE_BASELINE=write.`);
  const pictures = [readFileSync(file), actual].map((bytes) => bytes.toString('base64'));
  return element.page().evaluate(async (pair) => {
    const pixels = async (base64: string) => {
      const image = new Image();
      image.src = `data:image/png;base64,${base64}`;
      await image.decode();
      const canvas = document.createElement('canvas');
      [canvas.width, canvas.height] = [image.width, image.height];
      const context = canvas.getContext('2d')!;
      context.drawImage(image, 0, 0);
      return context.getImageData(0, 0, image.width, image.height);
    };
    const [approved, drawn] = await Promise.all(pair.map(pixels));
    if (approved!.width !== drawn!.width || approved!.height !== drawn!.height) return 1;
    let different = 0;
    for (let at = 0; at < drawn!.data.length; at += 4) {
      const apart = [0, 1, 2].some(
        (channel) => Math.abs(drawn!.data[at + channel]! - approved!.data[at + channel]!) > 40,
      );
      if (apart) different += 1;
    }
    return different / (drawn!.data.length / 4);
  }, pictures);
}
