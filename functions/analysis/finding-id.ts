import { createHash } from 'node:crypto';

/** Stable between runs: SHA-256 over what a finding is about, never over how it is worded. */
export function findingId(of: {
  readonly clusterArn: string;
  readonly check: string;
  readonly subject: { readonly kind: string; readonly namespace: string | null; readonly name: string };
  readonly discriminator: string | null;
}): string {
  const parts = [of.clusterArn, of.check, of.subject.kind, of.subject.namespace ?? '', of.subject.name, of.discriminator ?? ''];
  return createHash('sha256').update(parts.join('\n')).digest('hex').slice(0, 16);
}
