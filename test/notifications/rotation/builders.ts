import type { RotationNews } from '../../../functions/notifications/rotation/news.ts';

export const clusterArn = 'arn:aws:eks:eu-west-1:111111111111:cluster/payments';

/** A rotation that has ended well. */
export function createNews(overrides: Partial<RotationNews> = {}): RotationNews {
  return {
    kind: 'finished',
    id: 'rot-payments-0a1b2c-1/finished',
    at: '2026-11-21T14:00:00.000Z',
    dryRun: false,
    rotationId: 'rot-payments-0a1b2c-1',
    cluster: { accountId: '111111111111', region: 'eu-west-1', name: 'payments', arn: clusterArn },
    blue: 'workers-a',
    green: 'workers-b',
    phase: 'finish',
    outcome: 'succeeded',
    cause: 'green serves 4 nodes, and blue is a standby of 0',
    blockers: [],
    approval: null,
    reportKey: 'rotations/111111111111/eu-west-1/payments/rot-payments-0a1b2c-1/report.json',
    reportLink: 'https://example.com/report',
    consoleLink: 'https://example.com/execution',
    store: 's3://findings',
    ...overrides,
  };
}

export const approvalNews = (overrides: Partial<RotationNews> = {}) =>
  createNews({
    kind: 'approval-requested',
    id: 'rot-payments-0a1b2c-1/approval 7f3a',
    phase: 'approval',
    outcome: null,
    cause: null,
    approval: { deadline: '2026-11-22T14:00:00.000Z', nonce: '7f3a' },
    reportKey: null,
    reportLink: null,
    ...overrides,
  });

export const humanNews = (overrides: Partial<RotationNews> = {}) =>
  createNews({
    kind: 'needs-human',
    id: 'rot-payments-0a1b2c-1/needs-human',
    phase: 'r9-verify',
    outcome: 'hold-both-up',
    cause: 'pod shop/web-1 could not be moved; the revert could not do all of it: r5-drain-green: shop/db-0 is blocked',
    blockers: ['shop/db-0: budget db allows no eviction now: 1 healthy, 1 desired'],
    ...overrides,
  });
