import { type App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ToolingStack } from '../../lib/tooling-stack.ts';
import { appWithFlags } from './synthesized.ts';

function violations(app: App): readonly string[] {
  const report = new AwsSolutionsChecks().validateScope(app);
  return report.violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

const acknowledged = z.record(z.string(), z.string().min(80));

/** Every acknowledgement of the app: construct, rule and reason. */
function acknowledgements(app: App): readonly string[] {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.keys(acknowledged.parse(data)).map((rule) => `${rule} ${node.path}`)),
    );
}

describe('cdk-nag', () => {
  it('finds nothing in the tooling stack', () => {
    const app = appWithFlags();
    new ToolingStack(app, 'EksGreenlight');
    expect(violations(app)).toEqual([]);
  });

  it('would find an open bucket beside it', () => {
    const app = appWithFlags();
    new Bucket(new ToolingStack(app, 'EksGreenlight'), 'Open');
    expect(violations(app)).toContain('AwsSolutions-S10 EksGreenlight/Open/Resource');
  });

  it('is overruled only here, each time with a reason', () => {
    const app = appWithFlags();
    new ToolingStack(app, 'EksGreenlight');
    expect(acknowledgements(app)).toEqual(['Annotation::AwsSolutions-S1 EksGreenlight/FindingsStore/Bucket']);
  });
});
