import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { kubeProxyIpvs } from '../../functions/checks/kube-proxy-ipvs.ts';
import { type EvidenceInput, unavailable } from './builders.ts';
import { type RunOptions, runCheckOn } from './run-check-on.ts';

const run = (evidence: EvidenceInput, options: RunOptions = {}) => runCheckOn(kubeProxyIpvs, evidence, options);
const withText = (text: unknown, options: RunOptions = {}) => run({ 'kubernetes.kubeProxyConfig': text }, options);

/** As EKS writes it. */
const configuration = (mode: string) => `apiVersion: kubeproxy.config.k8s.io/v1alpha1
bindAddress: 0.0.0.0
clientConnection:
  kubeconfig: /var/lib/kube-proxy/kubeconfig
clusterCIDR: ""
iptables:
  masqueradeAll: false
ipvs:
  scheduler: "rr"
kind: KubeProxyConfiguration
${mode}
`;
const ipvs = configuration('mode: "ipvs"');

describe('kube-proxy-ipvs', () => {
  it('recommends to leave ipvs from 1.35 on, with the timeline', () => {
    expect(withText(ipvs)).toEqual({
      status: 'failed',
      essential: false,
      missing: [],
      findings: [
        {
          severity: 'recommended',
          subject: { kind: 'ConfigMap', namespace: 'kube-system', name: 'kube-proxy-config' },
          hop: '1.35',
          message: 'kube-proxy runs in mode ipvs: deprecated since 1.35, off by default from 1.40, removed in 1.43 (KEP-5495)',
          facts: { mode: 'ipvs', kep: 'KEP-5495', warningFrom: '1.35', gateOffByDefault: '1.40', removedIn: '1.43' },
          remediation: expect.stringContaining(
            'aws eks update-addon --region eu-west-1 --cluster-name payments --addon-name kube-proxy --configuration-values \'{"mode":"iptables"}\'',
          ),
        },
      ],
    });
  });

  it('says nothing before 1.35', () => {
    expect(withText(ipvs, { controlPlane: '1.33', target: '1.34' })).toMatchObject({ status: 'passed', findings: [] });
    expect(withText(ipvs, { controlPlane: '1.33', target: '1.35' }).findings).toMatchObject([{ hop: '1.35' }]);
  });

  it('trap: it is not removed in 1.36', () => {
    expect(withText(ipvs, { controlPlane: '1.35' }).findings).toMatchObject([{ severity: 'recommended', hop: null }]);
    expect(withText(ipvs, { controlPlane: '1.36', target: null }).findings).toMatchObject([{ severity: 'recommended', hop: null }]);
  });

  it('requires it where it is removed', () => {
    expect(withText(ipvs, { controlPlane: '1.41', target: '1.42' }).findings).toMatchObject([{ severity: 'recommended' }]);
    expect(withText(ipvs, { controlPlane: '1.42', target: '1.43' }).findings).toMatchObject([
      { severity: 'required', hop: '1.43', message: 'kube-proxy runs in mode ipvs: Kubernetes 1.43 removed it: kube-proxy does not start' },
    ]);
    expect(withText(ipvs, { controlPlane: '1.41', target: '1.44' }).findings).toMatchObject([{ severity: 'required', hop: '1.43' }]);
    expect(withText(ipvs, { controlPlane: '1.43', target: null }).findings).toMatchObject([{ severity: 'required', hop: null }]);
  });

  it.each([
    'mode: "iptables"',
    'mode: nftables',
    'mode: ""',
    'mode: null',
    'mode:',
    '',
    'mode: userspace',
    '# mode: ipvs',
    'ipvs_mode: ipvs',
  ])('passes %s', (mode) => {
    expect(withText(configuration(mode))).toMatchObject({ status: 'passed', findings: [] });
  });

  it.each(["mode: 'ipvs'", 'mode: ipvs # for the scheduler', '"mode": "ipvs"'])('reads YAML: %s', (mode) => {
    expect(withText(configuration(mode)).findings).toHaveLength(1);
  });

  it('reads JSON, which is YAML too', () => {
    expect(withText('{"kind":"KubeProxyConfiguration","mode":"ipvs"}').findings).toHaveLength(1);
  });

  it.each([
    ['mode: [', 'it is not valid YAML'],
    ['a: b: c', 'it is not valid YAML'],
    ['mode: ipvs\n---\nmode: iptables', 'it is not valid YAML'],
    ['', 'expected a KubeProxyConfiguration with a mode'],
    ['just words', 'expected a KubeProxyConfiguration with a mode'],
    ['- mode: ipvs', 'expected a KubeProxyConfiguration with a mode'],
    ['mode: 5', 'expected a KubeProxyConfiguration with a mode'],
    ['mode: IPVS', 'mode "IPVS" is not known'],
    ['mode: ebpf', 'mode "ebpf" is not known'],
  ])('doubts %j', (text, what) => {
    expect(withText(text)).toEqual({
      status: 'unknown',
      essential: false,
      findings: [],
      missing: [
        { evidence: 'kubernetes.kubeProxyConfig', code: 'InvalidResponse', message: `ConfigMap kube-system/kube-proxy-config: ${what}` },
      ],
    });
  });

  it('does not quote what it cannot read', () => {
    expect(JSON.stringify(withText('password: [hunter2').missing)).not.toContain('hunter2');
  });

  it('does not apply without the ConfigMap, and is no pass without evidence', () => {
    expect(withText(null)).toMatchObject({ status: 'not-applicable', findings: [] });
    expect(run({ 'kubernetes.kubeProxyConfig': unavailable('Forbidden') })).toMatchObject({ status: 'unknown' });
    expect(run({})).toMatchObject({ status: 'skipped' });
    expect(withText(7)).toMatchObject({ status: 'unknown' });
    expect(withText(ipvs, { controlPlane: null })).toMatchObject({ status: 'unknown' });
    expect(withText(configuration('mode: iptables'), { controlPlane: null }).status).toBe('passed');
  });

  it('is not hidden by excludeNamespaces', () => {
    expect(withText(ipvs, { thresholds: { excludeNamespaces: ['kube-system'] } }).findings).toHaveLength(1);
  });

  it('grades by the two versions of the timeline alone', () => {
    fc.assert(
      fc.property(fc.integer({ min: 25, max: 60 }), (minor) => {
        const [finding] = withText(ipvs, { controlPlane: `1.${minor}`, target: null }).findings;
        expect(finding?.severity).toBe(minor < 35 ? undefined : minor < 43 ? 'recommended' : 'required');
      }),
    );
  });

  it('never throws, whatever the text', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const { status, missing } = withText(text);
        expect(['passed', 'failed', 'unknown']).toContain(status);
        expect(missing.every(({ message }) => !message.startsWith('unexpected data'))).toBe(true);
      }),
    );
  });
});
