import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readEnvironment } from '../../bin/environment.ts';

const variables = [
  'NO_COLOR',
  'FORCE_COLOR',
  'TERM',
  'AWS_REGION',
  'AWS_DEFAULT_REGION',
  'USER',
  'KUBERNETES_SERVICE_HOST',
  'KUBERNETES_SERVICE_PORT',
];
const stdout = { isTTY: process.stdout.isTTY, columns: process.stdout.columns, rows: process.stdout.rows };

beforeEach(() => {
  for (const name of variables) vi.stubEnv(name, undefined);
  Object.assign(process.stdout, { isTTY: true, columns: 100 });
});
afterEach(() => {
  vi.unstubAllEnvs();
  Object.assign(process.stdout, stdout);
});

describe('colour', () => {
  it.each([
    [{}, true, true],
    [{}, false, false],
    [{ NO_COLOR: '1' }, true, false],
    [{ NO_COLOR: '' }, true, true],
    [{ TERM: 'dumb' }, true, false],
    [{ FORCE_COLOR: '1' }, false, true],
    [{ FORCE_COLOR: '0' }, true, true],
  ])('%j on a terminal %s: %s', (given, isTTY, color) => {
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    Object.assign(process.stdout, { isTTY });
    expect(readEnvironment().color).toBe(color);
  });
});

describe('the screen', () => {
  it.each([
    [{}, { isTTY: true, rows: 40 }, { rows: 40 }],
    [{}, { isTTY: true, rows: 0 }, { rows: 24 }],
    [{}, { isTTY: false, rows: 40 }, undefined],
    [{ TERM: 'dumb' }, { isTTY: true, rows: 40 }, undefined],
  ])('%j on %j is %j', (given, output, screen) => {
    for (const [name, value] of Object.entries(given)) vi.stubEnv(name, value);
    Object.assign(process.stdout, output);
    expect(readEnvironment().screen).toEqual(screen);
  });
});

describe('the rest', () => {
  it.each([
    [100, 100],
    [20, 60],
    [undefined, 120],
  ])('%s columns count as %i', (columns, used) => {
    Object.assign(process.stdout, { columns });
    expect(readEnvironment().columns).toBe(used);
  });

  it('takes the region of the SDKs, and an empty variable for none', () => {
    expect(readEnvironment().region).toBeUndefined();
    vi.stubEnv('AWS_DEFAULT_REGION', 'eu-west-1');
    vi.stubEnv('AWS_REGION', '');
    expect(readEnvironment().region).toBe('eu-west-1');
    vi.stubEnv('AWS_REGION', 'eu-central-1');
    expect(readEnvironment().region).toBe('eu-central-1');
  });

  it('knows the API server of the cluster around it in a pod only', () => {
    expect(readEnvironment().pod).toBeUndefined();
    vi.stubEnv('KUBERNETES_SERVICE_HOST', '10.100.0.1');
    expect(readEnvironment().pod).toBeUndefined();
    vi.stubEnv('KUBERNETES_SERVICE_PORT', '443');
    expect(readEnvironment().pod).toEqual({
      host: '10.100.0.1',
      port: '443',
      serviceAccountFolder: '/var/run/secrets/kubernetes.io/serviceaccount',
    });
  });
});
