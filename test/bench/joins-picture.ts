import { bins, type Reliability } from './joins-score.ts';

const size = 420;
const margin = 56;
const enough = 30;

/** Stated confidence against the share that was right, as an SVG: the nearer to the diagonal the better. */
export function reliabilityPicture(
  lines: readonly { readonly name: string; readonly colour: string; readonly reliability: Reliability }[],
): string {
  const x = (share: number): string => (margin + share * size).toFixed(1);
  const y = (share: number): string => (margin + (1 - share) * size).toFixed(1);
  const parts: string[] = [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${size + 2 * margin + 150}" height="${size + 2 * margin}" font-family="sans-serif" font-size="13">`,
    '<rect width="100%" height="100%" fill="white"/>',
    `<text x="${margin}" y="26" font-size="16">Joins: stated confidence against the share that was right</text>`,
    `<rect x="${margin}" y="${margin}" width="${size}" height="${size}" fill="none" stroke="#999"/>`,
    `<line x1="${x(0)}" y1="${y(0)}" x2="${x(1)}" y2="${y(1)}" stroke="#bbb" stroke-dasharray="5 4"/>`,
  ];
  for (let tick = 0; tick <= 10; tick += 2) {
    const share = tick / 10;
    parts.push(`<text x="${x(share)}" y="${margin + size + 20}" text-anchor="middle">${share}</text>`);
    parts.push(`<text x="${margin - 8}" y="${Number(y(share)) + 4}" text-anchor="end">${share}</text>`);
  }
  parts.push(
    `<text x="${margin + size / 2}" y="${margin + size + 42}" text-anchor="middle">stated (a dot grows with the number of joins)</text>`,
  );
  const middle = margin + size / 2;
  parts.push(
    `<text x="16" y="${middle}" text-anchor="middle" transform="rotate(-90 16 ${middle})">share that was right</text>`,
  );
  lines.forEach(({ name, colour, reliability }, at) => {
    const points: string[] = [];
    for (let bin = 0; bin < bins; bin++) {
      const count = reliability.count[bin] ?? 0;
      if (count < enough) continue;
      const stated = (reliability.stated[bin] ?? 0) / count;
      const right = (reliability.right[bin] ?? 0) / count;
      points.push(`${x(stated)},${y(right)}`);
      const radius = Math.min(9, 2 + Math.log10(count)).toFixed(1);
      parts.push(
        `<circle cx="${x(stated)}" cy="${y(right)}" r="${radius}" fill="${colour}" fill-opacity="0.6"><title>${name}: ${count} joins state ${stated.toFixed(3)}, ${right.toFixed(3)} right</title></circle>`,
      );
    }
    parts.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${colour}" stroke-width="1.5"/>`);
    const top = margin + 20 + 22 * at;
    parts.push(`<rect x="${margin + size + 16}" y="${top - 10}" width="12" height="12" fill="${colour}"/>`);
    parts.push(`<text x="${margin + size + 34}" y="${top}">${name}</text>`);
  });
  return `${parts.join('\n')}\n</svg>\n`;
}
