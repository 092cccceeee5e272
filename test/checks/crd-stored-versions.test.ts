import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crdStoredVersions } from '../../functions/checks/crd-stored-versions.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { createService, createCustomResourceDefinition as definition } from './builders-removed-apis.ts';
import { runCheckOn } from './run-check-on.ts';

const run = (definitions: unknown, evidence: EvidenceInput = {}) =>
  runCheckOn(crdStoredVersions, { 'kubernetes.customResourceDefinitions': definitions, 'kubernetes.services': [], ...evidence });

const retired = [
  { name: 'v1', served: true, storage: true },
  { name: 'v1beta1', served: false, storage: false },
];
const webhook = (service: object | null) => ({ strategy: 'Webhook', webhook: { clientConfig: { service } } });

describe('crd-stored-versions', () => {
  it('passes where every stored version is served', () => {
    expect(run([definition()])).toMatchObject({ status: 'passed', essential: false, findings: [] });
  });

  it('recommends to write objects again before a version that they are stored in is forgotten', () => {
    expect(run([definition({ versions: retired })])).toMatchObject({
      status: 'failed',
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'CustomResourceDefinition', name: 'widgets.example.com' },
          discriminator: 'stored-version-not-served',
          message:
            'Objects of widgets.example.com may be stored as v1beta1, which is not served: they cannot be read in that version any more',
          facts: { storedVersions: ['v1beta1', 'v1'], servedVersions: ['v1'], notServed: ['v1beta1'], storageVersion: 'v1' },
          remediation:
            'Write all objects again, which stores them as v1: kubectl get widgets.example.com --all-namespaces -o json | kubectl replace -f -; ' +
            `then take what is not served out of the list: kubectl patch crd widgets.example.com --subresource=status --type=merge -p '{"status":{"storedVersions":["v1"]}}'`,
          labels: { team: 'widgets' },
        },
      ],
    });
  });

  it('passes when the version that is not served is not stored either', () => {
    expect(run([definition({ versions: retired, storedVersions: ['v1'] })])).toMatchObject({ status: 'passed' });
  });

  it('finds a stored version that the definition does not even name', () => {
    expect(run([definition({ storedVersions: ['v1alpha1', 'v1'] })]).findings).toMatchObject([{ facts: { notServed: ['v1alpha1'] } }]);
  });

  describe('with a webhook that converts', () => {
    const conversion = webhook({ namespace: 'infra', name: 'converter' });

    it('passes when its Service is there', () => {
      expect(run([definition({ conversion })], { 'kubernetes.services': [createService('infra', 'converter')] })).toMatchObject({
        status: 'passed',
      });
    });

    it.each([
      ['no Service', []],
      ['one in another namespace', [createService('shop', 'converter')]],
      ['one of another name', [createService('infra', 'other')]],
    ])('recommends to bring it back with %s', (_, services) => {
      expect(run([definition({ conversion })], { 'kubernetes.services': services }).findings).toMatchObject([
        {
          severity: 'recommended',
          discriminator: 'conversion-webhook-missing',
          message:
            'widgets.example.com converts its objects by a webhook of Service infra/converter, which does not exist: objects stored in another version cannot be read',
          facts: { service: { namespace: 'infra', name: 'converter' }, strategy: 'Webhook' },
          remediation: expect.stringContaining('kubectl get service converter -n infra'),
        },
      ]);
    });

    it('leaves alone one outside of the cluster, and one that does not convert', () => {
      expect(run([definition({ conversion: webhook(null) })])).toMatchObject({ status: 'passed' });
      expect(run([definition({ conversion: { ...conversion, strategy: 'None' } })])).toMatchObject({ status: 'passed' });
    });

    it('is no pass without Services, and stored versions are judged all the same', () => {
      const services = { 'kubernetes.services': unavailable('Forbidden') };
      expect(run([definition({ conversion })], services)).toMatchObject({
        status: 'unknown',
        findings: [],
        missing: [{ evidence: 'kubernetes.services', code: 'Forbidden' }],
      });
      expect(run([definition({ versions: retired })], services)).toMatchObject({
        status: 'unknown',
        findings: [{ discriminator: 'stored-version-not-served' }],
      });
    });

    it('says both things of one definition', () => {
      expect(run([definition({ versions: retired, conversion })]).findings).toHaveLength(2);
    });
  });

  it('does not apply where there is no definition', () => {
    expect(run([])).toMatchObject({ status: 'not-applicable' });
  });

  it('is unknown without definitions, skipped when nobody asked, unknown where one is odd', () => {
    expect(run(unavailable('Forbidden'))).toMatchObject({ status: 'unknown' });
    expect(runCheckOn(crdStoredVersions, {})).toMatchObject({ status: 'skipped' });
    expect(run([{ metadata: {} }])).toMatchObject({ status: 'unknown', missing: [{ code: 'InvalidResponse' }] });
    for (const [odd, problem] of [
      [definition({ storedVersions: null }), 'it says no storedVersions'],
      [definition({ spec: null }), 'it says no versions'],
      [definition({ conversion: { strategy: 'Webhook' } }), 'its conversion names no webhook'],
    ] as const)
      expect(run([odd])).toMatchObject({
        status: 'unknown',
        missing: [{ message: `CustomResourceDefinition widgets.example.com: ${problem}` }],
      });
  });

  it('finds exactly the stored versions that are not served', () => {
    const names = fc.uniqueArray(fc.constantFrom('v1', 'v2', 'v1beta1', 'v1beta2', 'v1alpha1'));
    fc.assert(
      fc.property(names, names, (served, stored) => {
        const versions = served.map((name, index) => ({ name, served: true, storage: index === 0 }));
        const missing = stored.filter((name) => !served.includes(name));
        const { findings } = run([definition({ versions, storedVersions: stored })]);
        expect(findings.map(({ facts }) => facts.notServed)).toEqual(missing.length === 0 ? [] : [missing]);
      }),
    );
  });
});
