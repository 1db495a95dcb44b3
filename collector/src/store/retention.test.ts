import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spaceAfterCheckpoint } from './retention.ts';

let folder: string;
let instance: DuckDBInstance;
let connection: DuckDBConnection;
let other: DuckDBConnection;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ccmtrace-checkpoint-'));
  instance = await DuckDBInstance.create(join(folder, 'a.duckdb'));
  connection = await instance.connect();
  other = await instance.connect();
  await connection.run('CREATE TABLE spans (number INTEGER)');
  await connection.run('INSERT INTO spans VALUES (1)');
  await other.run('BEGIN TRANSACTION');
  await other.run('UPDATE spans SET number = 2');
});

afterEach(async () => {
  connection.closeSync();
  other.closeSync();
  instance.closeSync();
  await rm(folder, { recursive: true, force: true });
});

describe('spaceAfterCheckpoint() while another connection writes', () => {
  it('waits until it has ended', async () => {
    const space = spaceAfterCheckpoint(connection);
    await wait(100);
    await other.run('COMMIT');
    expect((await space).usedBytes).toBeGreaterThan(0);
  });

  it('does not wait for ever', async () => {
    await expect(spaceAfterCheckpoint(connection, 50)).rejects.toThrow(/other write transactions/);
  });
});
