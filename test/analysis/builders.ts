import { findingId } from '../../functions/analysis/finding-id.ts';
import { type CheckDefinition, defineCheck } from '../../functions/checks/define-check.ts';
import type { Finding, FindingDraft } from '../../functions/checks/finding.ts';
import { type Configuration, configurationSchema } from '../../functions/config/schema.ts';
import type { EvidenceKey } from '../../functions/inventory/evidence/list.ts';
import type { Inventory } from '../../functions/inventory/inventory.ts';
import { createCluster, createClusterVersion, createInventory, type EvidenceInput } from '../checks/builders.ts';

/** A check that passes, unless `run` says more. */
export function createCheck<const N extends EvidenceKey = never, const C extends EvidenceKey = never, const U extends EvidenceKey = never>(
  overrides: Partial<CheckDefinition<N, C, U>> = {},
) {
  return defineCheck<N, C, U>({
    id: 'sample-check',
    title: 'A sample',
    scope: 'now',
    needs: [],
    explanation: { rule: 'a rule', sources: ['https://example.com/rule'] },
    documentation: 'https://example.com/check',
    run: () => [],
    ...overrides,
  });
}

export function createDraft(overrides: Partial<FindingDraft> = {}): FindingDraft {
  return {
    severity: 'required',
    subject: { kind: 'Addon', name: 'vpc-cni' },
    message: 'vpc-cni is wrong',
    facts: {},
    remediation: 'aws eks update-addon --addon-name vpc-cni',
    ...overrides,
  };
}

export function createFinding(overrides: Partial<Finding> = {}): Finding {
  const finding: Finding = {
    id: '',
    check: 'sample-check',
    severity: 'required',
    subject: { kind: 'Addon', namespace: null, name: 'vpc-cni', arn: null },
    discriminator: null,
    hop: null,
    message: 'vpc-cni is wrong',
    facts: {},
    remediation: 'aws eks update-addon --addon-name vpc-cni',
    documentation: 'https://example.com/check',
    owner: null,
    ...overrides,
  };
  return { ...finding, id: overrides.id ?? findingId({ clusterArn: 'arn', ...finding }) };
}

/** The defaults, with what a greenlight.yaml says beyond them. */
export function createConfiguration(overrides: Readonly<Record<string, unknown>> = {}): Configuration {
  return configurationSchema.parse({ accounts: { explicit: [{ id: '111111111111', name: 'shop' }] }, ...overrides });
}

/** Another cluster of the same shape. */
export function inventoryOf(
  cluster: { readonly accountId?: string; readonly region?: string; readonly name: string },
  overrides: Partial<Inventory> = {},
): Inventory {
  const { accountId = '111111111111', region = 'eu-west-1', name } = cluster;
  const arn = `arn:aws:eks:${region}:${accountId}:cluster/${name}`;
  return {
    ...createDescribedInventory({ 'eks.cluster': createCluster({ name, arn }) }),
    cluster: { accountId, region, name, arn },
    ...overrides,
  };
}

/** What is offered: 1.33 to 1.36. */
export const offered = ['1.33', '1.34', '1.35', '1.36'].map((clusterVersion) =>
  createClusterVersion({
    clusterVersion,
    ...(clusterVersion === '1.33' && {
      endOfStandardSupportDate: '2026-07-29T00:00:00Z',
      endOfExtendedSupportDate: '2027-07-29T00:00:00Z',
      versionStatus: 'EXTENDED_SUPPORT',
    }),
  }),
);

/** A described cluster on 1.34 in a region whose catalogue was read. */
export function createDescribedInventory(evidence: EvidenceInput = {}) {
  return createInventory({ 'eks.cluster': createCluster(), 'eks.clusterVersions': offered, ...evidence });
}
