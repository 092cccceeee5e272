import fc from 'fast-check';
import type { EvidenceChoice } from '../../functions/access/evidence-in-use.ts';

/** Every way to choose the evidence. */
export const choices: fc.Arbitrary<EvidenceChoice> = fc.record({
  kubernetes: fc.record({ pods: fc.boolean(), helmReleases: fc.boolean(), metrics: fc.boolean() }),
});

export const chosen = (kubernetes: Partial<EvidenceChoice['kubernetes']> = {}): EvidenceChoice => ({
  kubernetes: { pods: true, helmReleases: false, metrics: false, ...kubernetes },
});

export const tooling = '999999999999';
export const scanRoleArn = 'arn:aws:iam::111111111111:role/eks-greenlight-scan';
