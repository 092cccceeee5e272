import { describe, expect, it } from 'vitest';
import { takeLease } from '../../functions/rotation/lease.ts';
import { noticeOf } from '../../functions/rotation/notices.ts';
import { rotationNotices } from '../../functions/wiring/rotation-notices.ts';
import { memoryStore } from '../../simulator/memory-store.ts';
import { fakePorts } from '../notifications/fake-ports.ts';
import { createRotationRecord } from '../rotation/records.ts';

const clock = () => new Date('2026-11-21T14:00:00Z');
const execution = 'arn:aws:states:eu-central-1:999999999999:execution:node-rotation:rot-payments-1';

function notices() {
  const { store } = memoryStore();
  const { ports, delivered } = fakePorts();
  const tell = rotationNotices({ ports, store, clock, bucket: 'findings', region: 'eu-central-1' });
  return { store, delivered, tell };
}

describe('notices of rotations', () => {
  it('link to the execution that is at it, and carry the command with the bucket', async () => {
    const { store, delivered, tell } = notices();
    const approval = { state: 'pending' as const, deadline: '2026-11-22T14:00:00Z', nonce: '7f3a', by: null, at: null };
    const record = createRotationRecord({ phase: 'approval', approval });
    await takeLease({ store, cluster: record.cluster, clock, randomId: () => 'w' }, record.rotationId, execution);
    await tell(noticeOf(record, 'approval-requested', 'approval 7f3a', clock()));
    expect(delivered.chat[0]).toContain('greenlight rotate approve rot-payments-1 --nonce 7f3a --store s3://findings');
    expect(delivered.chat[0]).toContain(
      `https://console.aws.amazon.com/states/home?region=eu-central-1#/v2/executions/details/${execution}`,
    );
  });

  it('link to record and report where no execution holds the lease', async () => {
    const { delivered, tell } = notices();
    const outcome = { name: 'reverted' as const, cause: 'pod shop/web-1 is stuck', at: '2026-11-21T14:00:00Z' };
    const notice = noticeOf(createRotationRecord({ outcome }), 'finished', 'finished', clock());
    await tell({ ...notice, reportKey: 'rotations/r/report.json' });
    expect(JSON.parse(delivered.events[0] ?? '').detail).toMatchObject({
      outcome: 'reverted',
      reportKey: 'rotations/r/report.json',
      reportLink: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/s3\/object\/findings\?.*report\.json/),
      consoleLink: expect.stringMatching(/^https:\/\/console\.aws\.amazon\.com\/s3\/object\/findings\?.*record\.json/),
    });
  });
});
