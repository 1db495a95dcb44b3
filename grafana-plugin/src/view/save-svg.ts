/** A drawing as a file of its own; it uses attributes only, so nothing is lost outside the page. */
export function svgText(svg: SVGSVGElement): string {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(svg)}\n`;
}

/** The same as pixels, `scale` of them to a CSS pixel. Rejects where the browser cannot draw it. */
export async function svgToPng(svg: SVGSVGElement, scale: number): Promise<Blob> {
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(svg))}`;
  await image.decode();
  const canvas = document.createElement('canvas');
  canvas.width = Math.ceil(svg.width.baseVal.value * scale);
  canvas.height = Math.ceil(svg.height.baseVal.value * scale);
  const context = canvas.getContext('2d');
  if (context === null) throw new Error('The picture could not be drawn: this browser gives no canvas.');
  context.drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((resolve, reject) => {
    canvas.toBlob((blob) => {
      if (blob === null)
        reject(new Error('The picture could not be drawn: it is too large for this browser.'));
      else resolve(blob);
    }, 'image/png');
  });
}
