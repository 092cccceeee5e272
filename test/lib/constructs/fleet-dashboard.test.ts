import { describe, expect, it } from 'vitest';
import { runMetrics } from '../../../functions/handlers/scan/run-metrics.ts';
import { createReport, createRun } from '../../report/text/builders.ts';
import { toolingStack } from '../stacks.ts';
import { reference, synthesized } from '../synthesized.ts';

const { ofType, one, outputs } = synthesized(toolingStack());
const dashboard = one('AWS::CloudWatch::Dashboard');
const body = JSON.stringify(dashboard.properties.DashboardBody).replaceAll('\\"', '"').replaceAll('\\\\"', '"');

/** A run in which everything that has a metric happened. */
const report = createReport();
const run = createRun([{ ...report, collection: { durationMs: 4100, requests: { eks: 14 }, bytes: {} } }], {
  targets: [{ accountId: '111111111111', region: '*', status: 'failed', code: 'AssumeRoleDenied', message: 'denied', reason: null }],
});

describe('the dashboard', () => {
  it('shows every metric that a run publishes, and none that it does not', () => {
    const published = runMetrics(run).map(({ name }) => name);
    const shown = [...body.matchAll(/MetricName=\\?"(\w+)\\?"|"EksGreenlight","(\w+)"/g)].map(([, searched, named]) => searched ?? named);
    expect([...new Set(shown)].sort()).toEqual([...new Set(published)].sort());
  });

  it.each(
    runMetrics(run)
      .filter(({ dimensions }) => dimensions)
      .map(({ name, dimensions }) => [name, Object.keys(dimensions ?? {}).join()] as const),
  )('searches %s in the dimension %s', (name, dimension) => {
    expect(body.replaceAll('\\', '')).toContain(
      `SEARCH('{EksGreenlight,service,${dimension}} MetricName="${name}" service="eks-greenlight"'`,
    );
  });

  it('names every alarm and every function of the scan', () => {
    const functions = ofType('AWS::Lambda::Function').filter(({ logicalId }) => !logicalId.startsWith('PublishedConfiguration'));
    for (const { logicalId } of [...ofType('AWS::CloudWatch::Alarm'), ...functions]) expect(body).toContain(logicalId);
  });

  it('is where the output says', () => {
    expect(outputs.DashboardUrl).toEqual({
      'Fn::Join': [
        '',
        ['https://', expect.anything(), '/cloudwatch/home?region=', { Ref: 'AWS::Region' }, '#dashboards/dashboard/', reference(dashboard)],
      ],
    });
  });
});
