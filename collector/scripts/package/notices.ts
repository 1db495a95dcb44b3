import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow } from './archive.ts';

/** A part of the package that others made. */
export interface Part {
  readonly name: string;
  readonly version: string;
  /** SPDX expression; empty where it names none. */
  readonly license: string;
  /** `sha512-…` of what the registry holds. */
  readonly integrity: string;
  /** Folder with its licence texts. */
  readonly folder: string;
}

const licenceFile = /^(licen[cs]e|copying|notice|third[-_]?party)/i;

/** The texts of every licence and notice, part by part. */
export function licenceTexts(parts: readonly Part[]): string {
  const head =
    'ccmtrace is under the MIT licence (LICENSE). It comes with the parts below, under their own licences.\n';
  const sections = parts.map(({ name, version, license, folder }) => {
    const texts = licenceFiles(folder).map((file) => readFileSync(file, 'utf8').trim());
    const body =
      texts.length === 0
        ? `No licence text comes with it; it names its licence: ${license}.`
        : texts.join('\n\n');
    return `${'='.repeat(80)}\n${name} ${version} (${license || 'no SPDX name'})\n${'='.repeat(80)}\n${body}\n`;
  });
  return [head, ...sections].join('\n');
}

/** Licences and notices at the top of a package, and what is in a folder of them. */
function licenceFiles(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => licenceFile.test(name))
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      return entry.isDirectory() ? filesBelow(path).map((file) => join(path, file)) : [path];
    });
}

/** A CycloneDX 1.5 bill of materials, the same for the same contents: without serial number and time. */
export function billOfMaterials(version: string, parts: readonly Part[]): string {
  const components = parts.map(({ name, version: partVersion, license, integrity }) => ({
    type: 'library',
    'bom-ref': `${name}@${partVersion}`,
    name,
    version: partVersion,
    purl: `pkg:npm/${name.replace('@', '%40')}@${partVersion}`,
    ...(license === '' ? {} : { licenses: [{ expression: license }] }),
    ...(integrity === '' ? {} : { hashes: [{ alg: 'SHA-512', content: hexadecimal(integrity) }] }),
  }));
  const bill = {
    $schema: 'http://cyclonedx.org/schema/bom-1.5.schema.json',
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: {
        type: 'application',
        'bom-ref': `ccmtrace@${version}`,
        name: 'ccmtrace',
        version,
        licenses: [{ expression: 'MIT' }],
      },
    },
    components,
    dependencies: [
      { ref: `ccmtrace@${version}`, dependsOn: components.map((component) => component['bom-ref']) },
    ],
  };
  return `${JSON.stringify(bill, null, 2)}\n`;
}

function hexadecimal(integrity: string): string {
  return Buffer.from(integrity.replace(/^sha512-/, ''), 'base64').toString('hex');
}
