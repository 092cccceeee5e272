import { type App, Validations } from 'aws-cdk-lib';
import { Bucket } from 'aws-cdk-lib/aws-s3';
import { AwsSolutionsChecks } from 'cdk-nag';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configuration, memberStack, toolingStack, type Variant, variantNames, variants } from './stacks.ts';
import { appWithFlags } from './synthesized.ts';

function violations(app: App): readonly string[] {
  const report = new AwsSolutionsChecks().validateScope(app);
  return report.violations.flatMap(({ ruleName, violatingResources }) =>
    violatingResources.map(({ constructPath }) => `${ruleName} ${constructPath}`),
  );
}

const acknowledged = z.record(z.string(), z.string().min(80));

/** Every acknowledgement of the app: rule, construct and reason. */
function acknowledgements(app: App) {
  return app.node
    .findAll()
    .flatMap(({ node }) =>
      node.metadata
        .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
        .flatMap(({ data }) => Object.entries(acknowledged.parse(data)).map(([rule, reason]) => ({ rule, path: node.path, reason }))),
    );
}

function appOf(variant: Variant): App {
  const app = appWithFlags();
  toolingStack(variant, { app });
  memberStack({ app, configuration: configuration(variants[variant]) });
  return app;
}

describe('cdk-nag', () => {
  it.each(variantNames)('finds nothing in the stacks of the variant %s', (variant) => {
    expect(violations(appOf(variant))).toEqual([]);
  });

  it('would find an open bucket beside it', () => {
    const app = appWithFlags();
    new Bucket(toolingStack('explicit', { app }), 'Open');
    expect(violations(app)).toContain('AwsSolutions-S10 EksGreenlight/Open/Resource');
  });

  it('is overruled for these rules only', () => {
    const rules = variantNames.flatMap((variant) => acknowledgements(appOf(variant)).map(({ rule }) => rule.replace(/\[.*/, '')));
    expect([...new Set(rules)].sort()).toEqual([
      'Annotation::AwsSolutions-IAM5',
      'Annotation::AwsSolutions-S1',
      'Annotation::AwsSolutions-SQS3',
    ]);
  });

  it('is overruled for all resources only where an API has none, and for wildcards within names elsewhere', () => {
    const everything = [...acknowledgements(appOf('organization')), ...acknowledgements(appOf('rotation'))].filter(({ rule }) =>
      rule.endsWith('[Resource::*]'),
    );
    for (const { reason } of everything) expect(reason).toMatch(/no resource at all|only reads/);
  });
});
