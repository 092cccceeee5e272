import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { evidenceReader } from '../../functions/analysis/evidence-reader.ts';
import { runCheck, type VersionsSeen } from '../../functions/analysis/run-check.ts';
import type { Check, CheckOutcome } from '../../functions/checks/define-check.ts';
import { type FindingDraft, severities } from '../../functions/checks/finding.ts';
import { supportCalendar } from '../../functions/versions/calendar.ts';
import { formatVersion } from '../../functions/versions/kubernetes-version.ts';
import { supportOf } from '../../functions/versions/support.ts';
import { createInventory, type EvidenceInput, unavailable } from '../checks/builders.ts';
import { createCheck, createConfiguration, createDraft } from './builders.ts';

const minor = (number: number) => ({ major: 1, minor: number });
const known: VersionsSeen = { controlPlane: minor(34), hops: [minor(35)] };
const newest: VersionsSeen = { controlPlane: minor(36), hops: [] };
const versionMissing = (code: 'AccessDenied' | 'NotRequested'): VersionsSeen => ({
  missing: { evidence: 'eks.cluster', code, message: 'eks.cluster was not read' },
});

function run(check: Check, evidence: EvidenceInput = {}, versions: VersionsSeen = known, excludeNamespaces: string[] = []) {
  const inventory = createInventory(evidence);
  const now = new Date('2026-11-21T06:00:04Z');
  const calendar = supportCalendar(undefined, now);
  const configuration = createConfiguration({ thresholds: { excludeNamespaces } });
  return runCheck(check, evidenceReader(inventory, []), versions, {
    identity: inventory.cluster,
    support: supportOf(undefined, calendar, now, null),
    calendar,
    now,
    configuration,
  });
}

/** The answer of a check that finds nothing and takes note of what it saw. */
function recorded(list: unknown[], value: unknown): [] {
  list.push(value);
  return [];
}

const codesOf = ({ missing }: ReturnType<typeof run>) => missing.map(({ evidence, code }) => `${evidence} ${code}`);

const states = {
  collected: [],
  forbidden: unavailable('Forbidden'),
  notRequested: unavailable('NotRequested'),
  invalid: [{ nodegroupName: 7 }],
} as const;
type State = keyof typeof states;

describe('status by needs', () => {
  it.each<[State, boolean, string, boolean]>([
    ['collected', true, 'passed', true],
    ['collected', false, 'passed', false],
    ['forbidden', true, 'unknown', true],
    ['forbidden', false, 'unknown', false],
    ['invalid', true, 'unknown', true],
    ['invalid', false, 'unknown', false],
    ['notRequested', true, 'unknown', true],
    ['notRequested', false, 'skipped', false],
  ])('%s, essential %s: %s', (state, essential, status, isEssential) => {
    const check = createCheck({ essential, needs: ['eks.nodegroups'] });
    expect(run(check, { 'eks.nodegroups': states[state] })).toMatchObject({ status, essential: isEssential, drafts: [] });
  });

  it('counts a key that is not in the inventory as not requested', () => {
    expect(run(createCheck({ needs: ['eks.nodegroups'] }))).toMatchObject({ status: 'skipped' });
    expect(run(createCheck({ needs: ['eks.nodegroups'], essential: true }))).toMatchObject({ status: 'unknown' });
  });

  it('is unknown when one piece was left out on request and another could not be read', () => {
    const check = createCheck({ needs: ['eks.nodegroups', 'eks.addons'], essential: true });
    const result = run(check, { 'eks.nodegroups': unavailable('NotRequested'), 'eks.addons': unavailable('Forbidden') });
    expect(result).toMatchObject({ status: 'unknown', essential: true });
    expect(codesOf(result)).toEqual(['eks.nodegroups NotRequested', 'eks.addons Forbidden']);
  });

  it.each(['needs', 'completedBy'] as const)('is essential by %s only while nothing that may be left out was left out', (list) => {
    const check = createCheck({ [list]: ['kubernetes.pods', 'eks.nodegroups'], essential: true });
    const nodegroups = { 'eks.nodegroups': states.collected };
    expect(run(check, nodegroups)).toMatchObject({ status: 'skipped', essential: false });
    expect(run(check, { ...nodegroups, 'kubernetes.pods': unavailable('Forbidden') })).toMatchObject({
      status: 'unknown',
      essential: true,
    });
    expect(run(check, { 'kubernetes.pods': { status: 'collected', data: [] } })).toMatchObject({ status: 'unknown', essential: true });
  });

  it('does not run without what it needs, and says the path of what does not fit', () => {
    const result = run(
      createCheck({
        needs: ['eks.nodegroups'],
        run: () => {
          throw new Error('must not run');
        },
      }),
      { 'eks.nodegroups': states.invalid },
    );
    expect(result.missing).toMatchObject([
      {
        evidence: 'eks.nodegroups',
        code: 'InvalidResponse',
        message: expect.stringMatching(/^evidence\.eks\.nodegroups\.data\[0\]\.nodegroupName: /),
      },
    ]);
  });
});

describe('status by completedBy', () => {
  it.each<[State, boolean, boolean, string]>([
    ['collected', true, false, 'passed'],
    ['collected', true, true, 'failed'],
    ['forbidden', true, false, 'unknown'],
    ['forbidden', true, true, 'unknown'],
    ['forbidden', false, true, 'unknown'],
    ['invalid', false, false, 'unknown'],
    ['notRequested', true, false, 'unknown'],
    ['notRequested', true, true, 'failed'],
    ['notRequested', false, false, 'skipped'],
    ['notRequested', false, true, 'failed'],
  ])('%s, essential %s, findings %s: %s', (state, essential, finds, status) => {
    const check = createCheck({ essential, completedBy: ['eks.nodegroups'], run: () => (finds ? [createDraft()] : []) });
    const result = run(check, { 'eks.nodegroups': states[state] });
    expect(result.status).toBe(status);
    expect(result.drafts).toHaveLength(finds ? 1 : 0);
    expect(result.missing).toHaveLength(state === 'collected' ? 0 : 1);
  });
});

describe('status by uses', () => {
  it.each<[State, boolean, string]>([
    ['forbidden', false, 'passed'],
    ['forbidden', true, 'failed'],
    ['notRequested', false, 'passed'],
    ['invalid', true, 'failed'],
  ])('%s, findings %s: %s, with what was not seen', (state, finds, status) => {
    const check = createCheck({ essential: true, uses: ['eks.nodegroups'], run: () => (finds ? [createDraft()] : []) });
    const result = run(check, { 'eks.nodegroups': states[state] });
    expect(result.status).toBe(status);
    expect(result.missing).toHaveLength(1);
  });

  it('is given undefined for what is not there and the data of what is', () => {
    const seen: unknown[] = [];
    const check = createCheck({
      uses: ['eks.nodegroups', 'eks.addons'],
      run: ({ nodegroups, addons }) => {
        seen.push(nodegroups, addons);
        return [];
      },
    });
    run(check, { 'eks.nodegroups': unavailable('Forbidden'), 'eks.addons': [{ addonName: 'vpc-cni', unlisted: 1 }] });
    expect(seen).toEqual([undefined, [{ addonName: 'vpc-cni' }]]);
  });
});

describe('status by outcome', () => {
  const outcome = (result: CheckOutcome, overrides: Parameters<typeof createCheck>[0] = {}) =>
    createCheck({ ...overrides, run: () => result });

  it('is not-applicable where the subject does not exist, unless there are findings', () => {
    expect(run(outcome({ findings: [], notApplicable: true })).status).toBe('not-applicable');
    expect(run(outcome({ findings: [createDraft()], notApplicable: true })).status).toBe('failed');
  });

  it('is unknown for evidence that is not good enough, findings kept', () => {
    const unknown = [{ evidence: 'eks.insights', code: 'NotYetAvailable', message: 'no insight yet' }] as const;
    expect(run(outcome({ findings: [], unknown }, { essential: true }))).toMatchObject({ status: 'unknown', drafts: [], essential: true });
    expect(run(outcome({ findings: [createDraft()], unknown }))).toMatchObject({ status: 'unknown', drafts: [createDraft()] });
    expect(codesOf(run(outcome({ findings: [], unknown })))).toEqual(['eks.insights NotYetAvailable']);
  });

  it('is unknown when the check throws, with the message, whatever was thrown', () => {
    const throwing = (thrown: unknown) =>
      createCheck({
        needs: ['eks.addons'],
        run: () => {
          throw thrown;
        },
      });
    const evidence = { 'eks.addons': [] };
    expect(run(throwing(new TypeError('x is undefined')), evidence)).toMatchObject({
      status: 'unknown',
      missing: [{ evidence: 'eks.addons', code: 'InvalidResponse', message: 'unexpected data: x is undefined' }],
    });
    expect(run(throwing('a word'), evidence).missing).toMatchObject([{ message: 'unexpected data: a word' }]);
    expect(run(throwing(null), evidence)).toMatchObject({ status: 'unknown' });
  });
});

describe('scope and versions', () => {
  const upgrade = createCheck({ scope: 'upgrade', needs: ['eks.addons'], run: () => [createDraft()] });
  const addons = { 'eks.addons': [] };

  it('leaves upgrade checks out where there is nothing newer, even when their evidence is missing', () => {
    expect(run(upgrade, addons, newest)).toMatchObject({ status: 'not-applicable', drafts: [], missing: [] });
    expect(run(upgrade, { 'eks.addons': unavailable('Forbidden') }, newest).status).toBe('not-applicable');
    expect(run(upgrade, addons).status).toBe('failed');
  });

  it('runs checks of scope now with target null there', () => {
    const targets: unknown[] = [];
    run(createCheck({ run: ({ target }) => recorded(targets, target) }), {}, newest);
    expect(targets).toEqual([null]);
  });

  it('cannot tell whether there is an upgrade without the version', () => {
    const result = run(upgrade, { 'eks.addons': unavailable('Forbidden') }, versionMissing('AccessDenied'));
    expect(result.status).toBe('unknown');
    expect(codesOf(result)).toEqual(['eks.cluster AccessDenied', 'eks.addons Forbidden']);
  });

  it.each(['controlPlane', 'target'] as const)('is unknown when a check reads %s and nobody knows it', (property) => {
    const check = createCheck({ needs: ['eks.addons'], run: (context) => (context[property] ? [createDraft()] : []) });
    const result = run(check, addons, versionMissing('AccessDenied'));
    expect(result).toMatchObject({ status: 'unknown', drafts: [] });
    expect(codesOf(result)).toEqual(['eks.cluster AccessDenied']);
  });

  it('does not need the version for a check that does not read it', () => {
    expect(run(createCheck({ needs: ['eks.addons'], run: () => [createDraft()] }), addons, versionMissing('AccessDenied')).status).toBe(
      'failed',
    );
  });

  it('skips what needs a version that was not asked for, unless essential', () => {
    const reads = { needs: ['eks.addons'], run: ({ controlPlane }: { controlPlane: unknown }) => (controlPlane ? [] : []) } as const;
    const missing = versionMissing('NotRequested');
    expect(run(createCheck(reads), addons, missing).status).toBe('skipped');
    expect(run(createCheck({ ...reads, essential: true }), addons, missing).status).toBe('unknown');
    expect(run(createCheck({ ...reads, scope: 'upgrade' }), addons, missing).status).toBe('skipped');
    expect(run(createCheck({ ...reads, scope: 'upgrade', essential: true }), addons, missing).status).toBe('unknown');
  });

  it('names a piece of evidence once, also when it is missing in two ways', () => {
    const check = createCheck({ scope: 'upgrade', needs: ['eks.cluster'], uses: ['eks.cluster'] });
    const result = run(check, { 'eks.cluster': unavailable('AccessDenied') }, versionMissing('AccessDenied'));
    expect(codesOf(result)).toEqual(['eks.cluster AccessDenied']);
  });
});

describe('hops', () => {
  const far: VersionsSeen = { controlPlane: minor(33), hops: [minor(34), minor(35), minor(36)] };
  const seenBy = (overrides: Parameters<typeof createCheck>[0]) => {
    const targets: unknown[] = [];
    run(createCheck({ ...overrides, run: ({ target }) => recorded(targets, target) }), {}, far);
    return targets;
  };
  const atHop = (of: Partial<Record<number, Partial<FindingDraft>>>) =>
    createCheck({
      scope: 'upgrade',
      run: ({ target }) => {
        const draft = target && of[target.minor];
        return draft ? [createDraft({ hop: formatVersion(target), ...draft })] : [];
      },
    });

  it('judges scope now against the next hop and scope upgrade against each, unless told otherwise', () => {
    expect(seenBy({ scope: 'now' })).toEqual([minor(34)]);
    expect(seenBy({ scope: 'upgrade' })).toEqual([minor(34), minor(35), minor(36)]);
    expect(seenBy({ scope: 'now', against: 'each-hop' })).toEqual([minor(34), minor(35), minor(36)]);
    expect(seenBy({ scope: 'upgrade', against: 'next-hop' })).toEqual([minor(34)]);
  });

  it('keeps the most severe of one subject, and among equals the first hop', () => {
    const worse = atHop({ 34: { severity: 'recommended' }, 35: { severity: 'required' }, 36: { severity: 'required' } });
    expect(run(worse, {}, far).drafts).toEqual([createDraft({ severity: 'required', hop: '1.35' })]);
    const same = atHop({ 35: { severity: 'info' }, 36: { severity: 'info' } });
    expect(run(same, {}, far).drafts).toEqual([createDraft({ severity: 'info', hop: '1.35' })]);
  });

  it.each([
    [{ discriminator: 'other' }],
    [{ subject: { kind: 'Pod', name: 'vpc-cni' } }],
    [{ subject: { kind: 'Addon', name: 'coredns' } }],
    [{ subject: { kind: 'Addon', name: 'vpc-cni', namespace: 'kube-system' } }],
  ])('keeps what differs in %j', (difference) => {
    expect(run(atHop({ 34: {}, 35: difference }), {}, far).drafts).toHaveLength(2);
  });

  it('keeps the findings of the other hops when one hop throws', () => {
    const check = createCheck({
      scope: 'upgrade',
      needs: ['eks.addons'],
      run: ({ target }) => {
        if (target?.minor === 35) throw new Error('no table for 1.35');
        return [createDraft({ subject: { kind: 'Addon', name: `addon-${target?.minor}` } })];
      },
    });
    const result = run(check, { 'eks.addons': [] }, far);
    expect(result.status).toBe('unknown');
    expect(result.drafts.map(({ subject }) => subject.name)).toEqual(['addon-34', 'addon-36']);
    expect(codesOf(result)).toEqual(['eks.addons InvalidResponse']);
  });

  it('says once what is missing in every hop, and is not applicable only if no hop is', () => {
    const stale = createCheck({
      scope: 'upgrade',
      run: () => ({ findings: [], unknown: [{ evidence: 'eks.insights', code: 'NotYetAvailable', message: 'no insight yet' }] }),
    });
    expect(codesOf(run(stale, {}, far))).toEqual(['eks.insights NotYetAvailable']);
    const sometimes = createCheck({ scope: 'upgrade', run: ({ target }) => ({ findings: [], notApplicable: target?.minor !== 36 }) });
    expect(run(sometimes, {}, far).status).toBe('passed');
  });
});

describe('excluded namespaces', () => {
  const inNamespace = (namespace: string | null, overrides: Parameters<typeof createCheck>[0] = {}) =>
    createCheck({ ...overrides, run: () => [createDraft({ subject: { kind: 'Deployment', namespace, name: 'cart' } })] });

  it.each([
    ['shop', ['shop'], 'passed'],
    ['shop', ['kube-*', 'sh*'], 'passed'],
    ['shop', ['kube-*'], 'failed'],
    [null, ['*'], 'failed'],
  ])('namespace %s, excluded %j: %s', (namespace, excluded, status) => {
    expect(run(inNamespace(namespace), {}, known, excluded)).toMatchObject({ status, drafts: status === 'passed' ? [] : [{}] });
  });

  it('do not hide what the cluster itself runs on', () => {
    expect(run(inNamespace('kube-system', { platform: true }), {}, known, ['kube-system']).status).toBe('failed');
  });
});

describe('whatever is missing', () => {
  it('never passes a check without all it needs for a pass', () => {
    const state = fc.constantFrom<State>('collected', 'forbidden', 'notRequested', 'invalid');
    const drafts = fc.array(
      fc.constantFrom(...severities).map((severity) => createDraft({ severity })),
      { maxLength: 1 },
    );
    fc.assert(
      fc.property(state, state, fc.boolean(), drafts, (needed, completing, essential, findings) => {
        const check = createCheck({ essential, needs: ['eks.nodegroups'], completedBy: ['eks.addons'], run: () => findings });
        const result = run(check, {
          'eks.nodegroups': states[needed],
          'eks.addons': completing === 'invalid' ? [{ addonName: 7 }] : states[completing],
        });
        expect(result.status === 'passed').toBe(needed === 'collected' && completing === 'collected' && findings.length === 0);
        if (result.essential) expect(result.status).not.toBe('skipped');
      }),
    );
  });
});
