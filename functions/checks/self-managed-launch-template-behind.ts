import type { AutoScalingGroup } from '../inventory/evidence/autoscaling-groups.ts';
import type { LaunchTemplate } from '../inventory/evidence/ec2-launch-templates.ts';
import type { ClusterIdentity } from '../inventory/inventory.ts';
import { type Doubt, defineCheck } from './define-check.ts';
import type { FindingDraft } from './finding.ts';
import { templateName, type VersionInUse, versionInUse } from './launch-template-versions.ts';
import { count, someOf } from './phrases.ts';
import { aboutAutoScalingGroup, isSelfManaged } from './self-managed-groups.ts';

const launchTemplatesPage = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-templates.html';
const launchConfigurationsPage = 'https://docs.aws.amazon.com/autoscaling/ec2/userguide/launch-configurations.html';

/** Auto Scaling groups of self-managed nodes that launch, or still run, nodes of an old version of their launch template.
 *  @see https://docs.aws.amazon.com/autoscaling/ec2/APIReference/API_LaunchTemplateSpecification.html (Version) */
export const selfManagedLaunchTemplateBehind = defineCheck({
  id: 'self-managed-launch-template-behind',
  title: 'Self-managed nodes behind their template',
  scope: 'now',
  needs: ['autoscaling.groups', 'ec2.launchTemplates'],
  explanation: {
    rule:
      'Auto Scaling groups of the cluster without tag eks:nodegroup-name: a launch template in an older version than the newest is recommended to update, as is a group ' +
      'whose instances run an older one. $Latest and $Default are resolved, a version that is not given is $Default; the templates of a mixed instances policy and of its overrides count too. ' +
      'A launch configuration is recommended to leave: they are retired.',
    sources: [launchTemplatesPage, launchConfigurationsPage],
    elsewhere: 'EKS007',
  },
  documentation: launchTemplatesPage,
  run: ({ identity, groups, launchTemplates }) => {
    const selfManaged = groups.filter(isSelfManaged);
    const outcomes = selfManaged.map((group) => judge(group, launchTemplates, identity));
    return {
      findings: outcomes.flatMap(({ findings }) => findings),
      unknown: outcomes.flatMap(({ unknown }) => unknown),
      notApplicable: selfManaged.length === 0,
    };
  },
});

type Specification = NonNullable<AutoScalingGroup['LaunchTemplate']>;

interface Outcome {
  readonly findings: readonly FindingDraft[];
  readonly unknown: readonly Doubt[];
}

function judge(group: AutoScalingGroup, templates: readonly LaunchTemplate[], identity: ClusterIdentity): Outcome {
  if (group.LaunchConfigurationName) return { findings: [retired(group, group.LaunchConfigurationName, identity)], unknown: [] };
  const specifications = specificationsOf(group);
  if (specifications.length === 0)
    return {
      findings: [],
      unknown: [
        {
          evidence: 'autoscaling.groups',
          code: 'InvalidResponse',
          message: `Auto Scaling group ${group.AutoScalingGroupName} names neither a launch template nor a launch configuration`,
        },
      ],
    };
  const user = `Auto Scaling group ${group.AutoScalingGroupName}`;
  const answers = specifications.map((one) => versionInUse(referenceOf(one), templates, user));
  const inUse = answers.flatMap((answer) => ('doubt' in answer ? [] : [answer]));
  return { findings: behind(group, inUse, identity), unknown: answers.flatMap((answer) => ('doubt' in answer ? [answer.doubt] : [])) };
}

/** Every template that the group may launch from, each version once. */
function specificationsOf({ LaunchTemplate, MixedInstancesPolicy }: AutoScalingGroup): Specification[] {
  const mixed = MixedInstancesPolicy?.LaunchTemplate;
  const all = [
    LaunchTemplate,
    mixed?.LaunchTemplateSpecification,
    ...(mixed?.Overrides ?? []).map(({ LaunchTemplateSpecification }) => LaunchTemplateSpecification),
  ].filter((one) => one != null);
  return [...new Map(all.map((one) => [JSON.stringify(referenceOf(one)), one])).values()];
}

function referenceOf({ LaunchTemplateId, LaunchTemplateName, Version }: Specification) {
  return { id: LaunchTemplateId, name: LaunchTemplateName, version: Version || '$Default' };
}

function behind(group: AutoScalingGroup, inUse: readonly VersionInUse[], { region }: ClusterIdentity): FindingDraft[] {
  const old = inUse.filter(({ version, latest }) => version < latest);
  const instances = oldInstances(group, inUse);
  const name = group.AutoScalingGroupName;
  const [worst] = old;
  if (!worst && instances.length === 0) return [];
  const asked = ({ asked: text, version }: VersionInUse) => (text === String(version) ? text : `${text}, now ${version},`);
  const launches = old.map((one) => `version ${asked(one)} of launch template ${templateName(one)}, the newest is ${one.latest}`);
  const refresh = `aws autoscaling start-instance-refresh --region ${region} --auto-scaling-group-name ${name}`;
  return [
    {
      ...aboutAutoScalingGroup(group),
      severity: 'recommended',
      discriminator: 'launch-template',
      message: worst
        ? `Auto Scaling group ${name} launches ${launches.join('; ')}`
        : `${count(instances.length, 'instance')} of Auto Scaling group ${name} (${someOf(instances)}) ` +
          `${instances.length === 1 ? 'runs' : 'run'} an older version of its launch template than the newest, which it launches now`,
      facts: {
        templates: inUse.map(({ id, name: template, asked: text, version, latest }) => ({
          id,
          name: template,
          asked: text,
          version,
          latest,
        })),
        instancesBehind: instances,
      },
      remediation: worst ? `${useNewest(group, worst, region)}, then replace its nodes: ${refresh}` : `Replace its nodes: ${refresh}`,
    },
  ];
}

/** Instances that were launched from an older version than the newest of the template they name, and are to stay. */
function oldInstances(group: AutoScalingGroup, inUse: readonly VersionInUse[]): string[] {
  return (group.Instances ?? []).flatMap(({ InstanceId, LaunchTemplate, LifecycleState }) => {
    if (LifecycleState?.startsWith('Terminat')) return [];
    const template = inUse.find(({ id, name }) =>
      LaunchTemplate?.LaunchTemplateId
        ? id === LaunchTemplate.LaunchTemplateId
        : name !== null && name === LaunchTemplate?.LaunchTemplateName,
    );
    return template && Number(LaunchTemplate?.Version) < template.latest ? [InstanceId] : [];
  });
}

function useNewest(group: AutoScalingGroup, { id, name, asked, latest }: VersionInUse, region: string): string {
  if (asked === '$Default')
    return `aws ec2 modify-launch-template --region ${region} ${id ? `--launch-template-id ${id}` : `--launch-template-name ${name}`} --default-version ${latest}`;
  const groupName = group.AutoScalingGroupName;
  if (group.MixedInstancesPolicy)
    return (
      `Put version ${latest} of ${name ?? id} into its mixed instances policy (aws autoscaling update-auto-scaling-group --region ${region} ` +
      `--auto-scaling-group-name ${groupName} --mixed-instances-policy file://POLICY.json)`
    );
  const template = id ? `LaunchTemplateId=${id}` : `LaunchTemplateName=${name}`;
  return `aws autoscaling update-auto-scaling-group --region ${region} --auto-scaling-group-name ${groupName} --launch-template ${template},Version=${latest}`;
}

function retired(group: AutoScalingGroup, launchConfiguration: string, { region }: ClusterIdentity): FindingDraft {
  const name = group.AutoScalingGroupName;
  return {
    ...aboutAutoScalingGroup(group),
    severity: 'recommended',
    discriminator: 'launch-configuration',
    message: `Auto Scaling group ${name} uses launch configuration ${launchConfiguration}: launch configurations are retired`,
    facts: { launchConfiguration },
    remediation:
      `Make a launch template from it (aws autoscaling describe-launch-configurations --region ${region} --launch-configuration-names ${launchConfiguration}), then: ` +
      `aws autoscaling update-auto-scaling-group --region ${region} --auto-scaling-group-name ${name} --launch-template LaunchTemplateId=NEW_TEMPLATE_ID`,
    documentation: launchConfigurationsPage,
  };
}
