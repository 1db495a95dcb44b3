import { chmodSync, copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/** A file as it will be in the package: modes are of two kinds, whatever the machine's are. */
export function stageFile(from: string, to: string, kind: 'file' | 'program' = 'file'): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
  chmodSync(to, kind === 'program' ? 0o755 : 0o644);
}

export function stageText(text: string, to: string, kind: 'file' | 'program' = 'file'): void {
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, text);
  chmodSync(to, kind === 'program' ? 0o755 : 0o644);
}

/** Files that a program does not read when it runs. */
const needless = /\.(map|d\.ts|d\.mts|d\.cts|tsbuildinfo)$/;

/** A folder with everything below it, without nested packages (they are staged by themselves) and type declarations. */
export function stageFolder(from: string, to: string): void {
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules') stageFolder(join(from, entry.name), join(to, entry.name));
    } else if (entry.isFile() && !needless.test(entry.name)) {
      stageFile(join(from, entry.name), join(to, entry.name));
    }
  }
}
