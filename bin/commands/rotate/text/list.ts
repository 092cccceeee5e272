import { table } from '../../../../functions/report/text/layout.ts';
import type { TextOptions } from '../../../../functions/report/text/style.ts';
import { statusOf } from '../../../../functions/rotation/decide/status.ts';
import type { ListedRotation } from '../../../../functions/rotation/list-rotations.ts';
import { instantText } from './words.ts';

interface Row {
  readonly rotation: string;
  readonly cluster: string;
  readonly groups: string;
  readonly state: string;
  readonly startedAt: string;
}

/** Rotations under way first, then the newest ones. */
export function listText(rotations: readonly ListedRotation[], now: Date, { columns }: TextOptions): string[] {
  return table(
    rotations.map((rotation) => rowOf(rotation, now)),
    [
      { title: 'ROTATION', priority: 0, text: ({ rotation }) => rotation },
      { title: 'CLUSTER', priority: 1, text: ({ cluster }) => cluster },
      { title: 'BLUE → GREEN', priority: 2, text: ({ groups }) => groups },
      { title: 'STARTED', priority: 3, text: ({ startedAt }) => startedAt },
      { title: 'STATE', priority: 0, text: ({ state }) => state },
    ],
    columns,
    (cell) => cell,
  );
}

function rowOf(rotation: ListedRotation, now: Date): Row {
  const { rotationId } = rotation;
  if ('problem' in rotation)
    return { rotation: rotationId, cluster: '', groups: '', startedAt: '', state: `unreadable: ${rotation.problem}` };
  const { cluster, blue, green, startedAt, state, phase, outcome } = statusOf(rotation.record, now);
  return {
    rotation: rotationId,
    cluster: `${cluster.accountId} ${cluster.region} ${cluster.name}`,
    groups: `${blue ?? '?'} → ${green ?? 'new'}`,
    startedAt: instantText(startedAt),
    state: outcome ? outcome.name : `${state} in ${phase}`,
  };
}
