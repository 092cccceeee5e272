import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import type { ClusterReport } from '../../../functions/analysis/cluster-report.ts';
import type { Change } from '../../../functions/fleet/change.ts';
import type { RunReport, StoredRun } from '../../../functions/fleet/run-report.ts';
import { clustersInOnePage, runHtml } from '../../../functions/report/html/run-html.ts';
import { createFinding } from '../../analysis/builders.ts';
import { createRun } from '../text/builders.ts';
import { contentOf, fleetDataIn, viewsIn } from './documents.ts';
import { bigFleet, compress, fullReport, reportOf } from './fleets.ts';

const fleet = (overrides: Partial<RunReport> = {}): RunReport => ({ ...createRun([fullReport(), reportOf('second')]), ...overrides });
const page = (run: StoredRun = fleet(), clusterPages?: boolean) =>
  runHtml(run, { compress, ...(clusterPages === undefined ? {} : { clusterPages }) });
const arn = fullReport().cluster.arn;

function changeOf(overrides: Partial<Change>): Change {
  return {
    kind: 'appeared',
    clusterArn: arn,
    finding: createFinding(),
    from: null,
    to: null,
    since: 'r',
    base: 'earlier',
    owner: null,
    ...overrides,
  };
}

describe('the report of a run', () => {
  it('shows how bad it is, what is next, what it costs', () => {
    const content = contentOf(page());
    for (const text of [
      'Upgrade readiness of 2 clusters in 1 account',
      '<span class="figure">1</span>',
      '<strong>1</strong> blocks, 2 warnings',
      '<strong>2026-12-02</strong>, in 11 days',
      '1.34: standard support ends, extended support is billed (2 clusters)',
      '<strong>0 USD</strong> a month now',
      'up to 730 USD within 12 months, if nobody upgrades',
      'standard ends 2026-12-02, in 11 days; extended ends 2027-12-02, in 376 days',
      'Complete: everything that was asked for was seen.',
      'removed-apis: of 2026-03-01, 265 days old',
    ])
      expect(content).toContain(text);
  });

  it('can run only its own script, and send nothing anywhere', () => {
    const text = page();
    const scripts = [...text.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script ?? '');
    expect(scripts).toHaveLength(1);
    const hash = createHash('sha256')
      .update(scripts[0] ?? '')
      .digest('base64');
    expect(text).toContain(
      `content="default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'"`,
    );
    expect(contentOf(text)).not.toMatch(/<(link|img|iframe|object|embed|base)\b|@import|url\(|\son\w+=/i);
  });

  it('the same run gives the same bytes', () => {
    expect(page()).toBe(page());
  });

  it('nothing that a cluster is called can become a part of the document', () => {
    const hostile = '</script><img src=x onerror=alert(1)>"\'\u202e<!--';
    const hostileOne = (name: string): ClusterReport => {
      const walk = (value: unknown, key: string): unknown => {
        if (typeof value === 'string')
          return [
            'verdict',
            'verdictWithoutSuppressions',
            'severity',
            'status',
            'source',
            'supportType',
            'code',
            'schemaVersion',
            'collectedAt',
            'analyzedAt',
            'id',
            'hops',
            'version',
            'asOf',
          ].includes(key) || /^\d{4}-/.test(value)
            ? value
            : name;
        if (Array.isArray(value)) return value.map((one) => walk(one, key));
        if (typeof value === 'object' && value !== null)
          return Object.fromEntries(Object.entries(value).map(([inner, one]) => [inner, walk(one, inner)]));
        return value;
      };
      // The shapes are the same: only texts differ.
      return { ...fullReport(), ...Object(walk(fullReport(), '')) };
    };
    const run = createRun([hostileOne(hostile), hostileOne(`${hostile}2`)], {
      targets: [{ accountId: hostile, region: hostile, status: 'failed', code: 'AccessDenied', message: hostile, reason: null }],
    });
    const text = page({
      ...run,
      changes: [changeOf({ clusterArn: hostile, finding: createFinding({ message: hostile }) })],
      runId: hostile,
      owner: hostile,
    });
    expect(text).not.toContain('<img');
    expect(text.match(/<script/g)).toHaveLength(2 + viewsOnly(text));
    expect(text.match(/<\/script/g)).toHaveLength(2 + viewsOnly(text));
    expect(contentOf(page(createRun([hostileOne(hostile)])))).not.toContain('<img');
    expect(viewsIn(text)[0]?.cluster.name).toBe(hostile);
  });

  it('has the sections of all clusters as data, in the order of the run', () => {
    const views = viewsIn(page());
    expect(views.map(({ cluster }) => cluster.name)).toEqual(['payments', 'second']);
    expect(views[0]?.findings[0]?.facts).toEqual({ nodes: ['node-1', 'node-2', 'node-3', 'node-4'] });
    expect(views[0]?.page).toBeNull();
  });

  it('a row knows its section, also of a fleet whose sections are in several blocks', () => {
    const text = page(bigFleet(60));
    const views = viewsIn(text);
    const { rows } = fleetDataIn(text);
    const blocks = new Set(rows.map(({ at }) => at?.[0]));
    expect(blocks.size).toBeGreaterThan(1);
    expect(views.map(({ cluster }) => cluster.name)).toEqual(rows.map(({ name }) => name));
    for (const block of blocks)
      expect(rows.filter(({ at }) => at?.[0] === block).map(({ at }) => at?.[1])).toEqual([
        ...rows.filter(({ at }) => at?.[0] === block).keys(),
      ]);
  });

  it('counts findings by owner, nobody last', () => {
    const { owners, complete } = fleetDataIn(page());
    expect(complete).toBe(true);
    expect(owners).toEqual([
      { owner: 'team-checkout', required: 0, recommended: 1, info: 0, rows: [0] },
      { owner: 'team-payments', required: 1, recommended: 0, info: 0, rows: [0] },
      { owner: null, required: 0, recommended: 1, info: 1, rows: [0] },
    ]);
  });

  it('has the title of every check once, and the id of one that has none', () => {
    expect(fleetDataIn(page()).titles).toContainEqual(['sample-check', 'sample-check']);
    expect(fleetDataIn(page()).titles.find(([check]) => check === 'cluster-health')).toEqual(['cluster-health', 'Cluster health']);
  });

  it('a run of one cluster has its section in the document, also for whoever has no script', () => {
    expect(contentOf(page(createRun([fullReport()])))).toContain('vpc-cni is wrong');
    expect(contentOf(page())).not.toContain('vpc-cni is wrong');
  });

  it('of one owner only, says so and offers no preview', () => {
    const text = page({ ...createRun([fullReport()]), owner: 'team-payments' });
    expect(text).toContain('Only findings of team-payments');
    expect(viewsIn(text)[0]?.preview).toBe(false);
  });

  it('of no cluster at all is a report too', () => {
    expect(contentOf(page(createRun([])))).toContain('Upgrade readiness of 0 clusters');
  });
});

const viewsOnly = (text: string) => [...text.matchAll(/id="block-\d+"/g)].length;

describe('a big fleet', () => {
  it('has its table in the document up to 200 clusters, and beyond says where else to look', () => {
    expect(clustersInOnePage).toBe(200);
    const small = contentOf(page(bigFleet(200, 1)));
    expect(small.match(/<th scope="row"><a /g)).toHaveLength(200);
    expect(small).not.toContain('Their table is made by a script');
    const big = contentOf(page(bigFleet(201, 1)));
    expect(big.match(/<th scope="row"><a /g)).toBeNull();
    expect(big).toContain('This fleet has 201 clusters. Their table is made by a script');
    expect(big).not.toContain('Everything, to print');
  });

  it('leaves facts and drain forecast to the pages of clusters from 201 on, or as told', () => {
    const long = (text: string) => viewsIn(text).filter(({ findings }) => findings.some(({ facts }) => facts !== undefined)).length;
    const pagesIn = (text: string) => new Set(viewsIn(text).map(({ page: link }) => link === null));
    expect(long(page(bigFleet(200, 1)))).toBe(200);
    expect(long(page(bigFleet(201, 1)))).toBe(0);
    expect(pagesIn(page(bigFleet(201, 1)))).toEqual(new Set([false]));
    expect(viewsIn(page(fleet(), true))[0]?.page).toBe('clusters/111111111111/eu-west-1/payments.html');
    expect(long(page(bigFleet(201, 1), false))).toBe(201);
    const [left] = viewsIn(page(createRun([fullReport(), reportOf('second')]), true));
    expect(left).toMatchObject({ evidence: {}, collection: null, preview: true });
    expect(new Set(left?.checks.map(({ status }) => status))).toEqual(new Set(['unknown']));
    expect(Object.keys(viewsIn(page())[0]?.evidence ?? {})).not.toEqual([]);
  });

  it('of which the run holds summaries links to the pages', () => {
    const { checks: _, findings: __, evidence: ___, ...rest } = fullReport();
    const run: StoredRun = { ...fleet(), clusters: [{ ...rest, counts: { required: 3, recommended: 2, info: 1 }, reportKey: 'k' }] };
    const text = page(run);
    expect(fleetDataIn(text)).toMatchObject({
      complete: false,
      owners: [],
      rows: [{ required: 3, recommended: 2, unknown: null, at: null, link: 'clusters/111111111111/eu-west-1/payments.html' }],
    });
    expect(contentOf(text)).toContain('href="clusters/111111111111/eu-west-1/payments.html"');
    expect(contentOf(text)).toContain('Clusters that are on pages of their own are not counted here.');
  });

  it('of 1,000 clusters with 60 findings each is at most 10 MB', () => {
    expect(Buffer.byteLength(page(bigFleet(1000)))).toBeLessThan(10_000_000);
  }, 120_000);
});

describe('what changed', () => {
  it('is not there in a first run, and says so when nothing did since a run that was named', () => {
    expect(contentOf(page(fleet({ changes: [changeOf({ base: null })] })))).not.toContain('What changed');
    expect(contentOf(page(fleet({ since: 'r1' })))).toContain('What changed since the run r1</h2><p>Nothing.</p>');
  });

  it('has the most urgent first, in words, with a link to the cluster', () => {
    const content = contentOf(
      page(
        fleet({
          changes: [
            changeOf({ kind: 'resolved', finding: createFinding({ message: 'was bad' }) }),
            changeOf({ from: 'suppressed', finding: createFinding({ severity: 'info', message: 'was hidden' }) }),
            changeOf({ finding: createFinding({ message: 'is bad' }) }),
            changeOf({ kind: 'worsened', from: 'info', to: 'required', finding: createFinding({ message: 'got worse' }) }),
            changeOf({ kind: 'verdict-changed', finding: null, from: 'READY', to: 'NOT_READY' }),
            changeOf({ kind: 'version-changed', finding: null, from: '1.33', to: '1.34' }),
            changeOf({
              kind: 'milestone',
              finding: null,
              to: '14',
              milestone: { end: 'standard', endDate: '2026-12-02', days: 14, daysLeft: 11 },
            }),
            changeOf({
              kind: 'vanished',
              finding: null,
              from: '2026-11-01T00:00:00Z',
              clusterArn: 'arn:aws:eks:eu-west-1:111111111111:cluster/gone',
            }),
            changeOf({
              kind: 'stale',
              finding: null,
              from: '2026-11-01T00:00:00Z',
              clusterArn: 'arn:aws:eks:eu-west-1:111111111111:cluster/mute',
            }),
            changeOf({ kind: 'discovered', finding: null, clusterArn: 'arn:aws:eks:eu-west-1:111111111111:cluster/new-one' }),
          ],
        }),
      ),
    );
    const section = content.slice(content.indexOf('id="changes"'), content.indexOf('id="support"'));
    const places = [
      'href="#/111111111111/eu-west-1/payments"',
      'Standard support ends on 2026-12-02, in 11 days',
      'NOT READY',
      'New, blocks: is bad',
      'Its suppression ended, good to know: was hidden',
      'Resolved: was bad',
      'No longer there; last seen 2026-11-01',
      'Could not be scanned for several runs',
      'Seen for the first time: new-one',
    ].map((text) => section.indexOf(text));
    expect(places).not.toContain(-1);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
    expect(section).toContain('Was info, is required: got worse');
    expect(section).toContain('Kubernetes 1.34, was 1.33');
    expect(section).not.toContain('href="#/111111111111/eu-west-1/gone"');
    expect(section).toContain('2 appeared, 1 resolved, 1 worsened'.split(', ')[0]);
  });

  it('counts what it folds', () => {
    const changes = Array.from({ length: 211 }, (_, index) =>
      changeOf({ clusterArn: `arn:aws:eks:eu-west-1:111111111111:cluster/c${index}` }),
    );
    const content = contentOf(page(fleet({ changes })));
    expect(content).toContain('<summary>201 more clusters</summary>');
    expect(content).toContain('and 11 more clusters; all of them are in run.json');
    const many = Array.from({ length: 13 }, (_, index) => changeOf({ finding: createFinding({ message: `m${index}` }) }));
    expect(contentOf(page(fleet({ changes: many })))).toContain('and 1 more');
  });
});

describe('coverage', () => {
  const failed = {
    accountId: '222222222222',
    region: '*',
    status: 'failed',
    code: 'AssumeRoleDenied',
    message: 'no such role',
    reason: null,
  } as const;
  const skipped = {
    accountId: '111111111111',
    region: 'eu-west-1',
    name: 'dev',
    status: 'skipped',
    code: null,
    message: null,
    reason: 'tag greenlight=off',
    unavailable: {},
  } as const;
  const lacking = {
    accountId: '111111111111',
    region: 'eu-west-1',
    name: 'private',
    status: 'scanned',
    code: null,
    message: null,
    reason: null,
    unavailable: { EndpointUnreachable: 21 },
  } as const;

  it('names what was not scanned and why, what to do, and what was seen in part', () => {
    const content = contentOf(page(createRun([fullReport(), reportOf('second')], { targets: [failed], clusters: [skipped, lacking] })));
    for (const text of [
      'Not complete.',
      '1 could not be scanned.',
      '222222222222 all regions',
      'AssumeRoleDenied: no such role',
      'Check that the role exists',
      '111111111111 eu-west-1 dev',
      'tag greenlight=off',
      'EndpointUnreachable 21',
      '0 of 1 pair of account and region',
    ])
      expect(content).toContain(text);
  });
});

it('suppressions that no longer hold, or hold nothing, are named', () => {
  const expired = { check: 'pdb-missing', cluster: 'dev-*', reason: 'dev', owner: 'platform', expires: '2026-11-01' };
  const content = contentOf(
    page(
      fleet({
        suppressions: {
          expired: [{ suppression: expired, findings: 3 }],
          unmatched: [{ check: 'old', reason: 'why', expires: '2027-01-01' }],
        },
      }),
    ),
  );
  expect(content).toContain('check pdb-missing, cluster dev-*');
  expect(content).toContain('expired on 2026-11-01; 3 of its findings count again');
  expect(content).toContain('dev (ask platform)');
  expect(content).toContain('matches no finding and can go; holds until 2027-01-01');
});

it('what fails most is counted by check', () => {
  const content = contentOf(page(createRun([fullReport(), reportOf('second', { findings: [createFinding({ message: 'again' })] })])));
  const section = content.slice(content.indexOf('id="checks"'));
  expect(section).toContain('4 kinds of findings across the fleet');
  expect(section).toMatch(
    /sample-check<\/code><\/span><\/td><td>Blocks<\/td><td class="number">2<\/td><td class="text">2<span class="sub">payments, second</,
  );
});
