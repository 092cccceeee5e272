/** A rotation that is not at its end. */
export interface OpenRotation {
  readonly rotationId: string;
  readonly accountId: string;
  readonly region: string;
  readonly startedAt: string;
  /** It has passed its hold, and is at work. */
  readonly begun: boolean;
}

/** Why a rotation must wait for others: as many as may run at the same time are at work, or were asked for before it, in its region, its
 *  account, or all of the fleet. Of those that begin at once the first by start and id go, so that no two count each other out. */
export function crowded(ours: Omit<OpenRotation, 'begun'>, others: readonly OpenRotation[], most: number): string | undefined {
  const ahead = others.filter((other) => other.rotationId !== ours.rotationId && (other.begun || isBefore(other, ours)));
  const inAccount = ahead.filter(({ accountId }) => accountId === ours.accountId);
  const inRegion = inAccount.filter(({ region }) => region === ours.region);
  const full = [
    { where: `account ${ours.accountId}, region ${ours.region}`, those: inRegion },
    { where: `account ${ours.accountId}`, those: inAccount },
    { where: 'the fleet', those: ahead },
  ].find(({ those }) => those.length >= most);
  if (!full) return undefined;
  const ids = full.those.map(({ rotationId }) => rotationId).sort();
  return `${ids.length} other rotations in ${full.where} go first, and ${most} may run at the same time: ${ids.slice(0, named).join(', ')}`;
}

/** Rotations that the sentence names. */
const named = 5;

type Rank = Pick<OpenRotation, 'startedAt' | 'rotationId'>;

function isBefore(a: Rank, b: Rank): boolean {
  return a.startedAt === b.startedAt ? a.rotationId < b.rotationId : a.startedAt < b.startedAt;
}
