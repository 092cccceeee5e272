import { count, hanging, harmless } from '../../../../functions/report/text/layout.ts';
import { paint, type TextOptions } from '../../../../functions/report/text/style.ts';
import type { RotationPlan } from '../../../../functions/rotation/decide/plan.ts';
import type { Problem } from '../../../../functions/rotation/record.ts';
import { durationText, someOf } from './words.ts';

const podsNamed = 6;
const batchesShown = 40;
const heldUpShown = 40;

type Group = NonNullable<RotationPlan['blue']>;

/** What a rotation would do, for whoever decides whether it may. */
export function planText(plan: RotationPlan, options: TextOptions): string[] {
  return [
    ...groupLines(plan, options),
    ...durationLines(plan, options),
    ...headroomLines(plan, options),
    ...batchLines(plan, options),
    ...section(
      'Pods that would wait or block',
      plan.heldUp.slice(0, heldUpShown).map(({ pod, node, verdict, message }) => `${verdict}: ${pod} on ${node}: ${message}`),
      options,
      plan.heldUpCount - Math.min(heldUpShown, plan.heldUp.length),
    ),
    ...section('It would change', plan.changes, options),
    ...section('And put back at the end', plan.restores, options),
  ];
}

function groupLines({ blue, green }: RotationPlan, options: TextOptions): string[] {
  const row = (label: string, text: string) => hanging(`${label.padEnd(7)}`, text, options.columns);
  return [
    ...row('Blue', blue ? `${blue.name}: ${groupText(blue)}` : 'could not be read'),
    ...row(
      'Green',
      green
        ? `${green.name}: ${green.created ? 'made from blue, ' : ''}${groupText(green)}, ${green.instanceTypes.join(' ')}`
        : 'could not be read',
    ),
  ];
}

function groupText({ kind, version, releaseVersion, min, desired, max, zones }: Group): string {
  const release = releaseVersion ?? version;
  const what = kind === 'managed' ? 'managed node group' : 'Auto Scaling group';
  return `${what}${release === null ? '' : ` of ${release}`}, min ${min}, desired ${desired}, max ${max}, ${zones.join(' ')}`;
}

function durationLines({ duration }: RotationPlan, options: TextOptions): string[] {
  const { min, expected, max } = duration.total;
  const text = (minutes: number) => durationText(minutes * 60_000);
  const phases = duration.phases.filter((phase) => phase.expected > 0).map((phase) => `${phase.phase} ${text(phase.expected)}`);
  return [
    '',
    ...hanging('', `Takes about ${text(expected)}: at best ${text(min)}, and by its deadlines at most ${text(max)}`, options.columns),
    ...hanging('  ', phases.join(', '), options.columns),
  ];
}

function headroomLines({ nodes, quota, addresses }: RotationPlan, options: TextOptions): string[] {
  const vcpus = quota ? `vCPUs: ${quota.needed} of ${quota.free} that the quota of ${quota.limit} leaves` : 'vCPUs: the quota is not known';
  const zones = addresses.map(({ zone, needed, free }) => `${zone} ${needed} of ${free}`);
  return [
    '',
    ...hanging(
      '',
      `Nodes: ${nodes.size} serve, ${nodes.toLaunch} are launched, up to ${nodes.headroom} more where a zone is short`,
      options.columns,
    ),
    ...hanging('', vcpus, options.columns),
    ...(zones.length === 0 ? [] : hanging('', `Addresses that are needed, of those free: ${zones.join(', ')}`, options.columns)),
  ];
}

function batchLines({ batches }: RotationPlan, options: TextOptions): string[] {
  if (batches.length === 0) return [];
  const shown = batches.slice(0, batchesShown);
  const width = String(shown.length).length;
  return [
    '',
    paint(options, 'bold', `${batches.length} ${batches.length === 1 ? 'batch' : 'batches'}, in this order`),
    ...shown.flatMap(({ nodes, evictions }, index) => [
      ...hanging(`  ${String(index + 1).padStart(width)}. `, nodes.join(', '), options.columns),
      ...evictions.flatMap((row) => hanging(`  ${' '.repeat(width)}  - `, evictionText(row), options.columns)),
    ]),
    ...(batches.length > shown.length ? [`  and ${batches.length - shown.length} more`] : []),
  ];
}

function evictionText({ tier, owner, count: number, pods }: RotationPlan['batches'][number]['evictions'][number]): string {
  const when = tier === 1 ? '' : 'last: ';
  const how = owner === null ? 'many at a time' : `one after the other, of ${owner}`;
  const rest = number - Math.min(pods.length, podsNamed);
  const names = rest > 0 ? `${pods.slice(0, podsNamed).join(', ')} and ${rest} more` : someOf(pods, podsNamed);
  return `${when}${count(number, 'pod')} ${how}: ${names}`;
}

function section(title: string, texts: readonly string[], options: TextOptions, more = 0): string[] {
  if (texts.length === 0) return [];
  return [
    '',
    paint(options, 'bold', title),
    ...texts.flatMap((text) => hanging('  - ', text, options.columns)),
    ...(more > 0 ? [`  and ${more} more`] : []),
  ];
}

const looks: Readonly<Record<Problem['severity'], { readonly sign: string; readonly format: 'red' | 'yellow' | 'blue' }>> = {
  block: { sign: '✗', format: 'red' },
  warn: { sign: '!', format: 'yellow' },
  info: { sign: '·', format: 'blue' },
};
const order: readonly Problem['severity'][] = ['block', 'warn', 'info'];

/** What the preflight found, what blocks first. */
export function problemsText(problems: readonly Problem[], options: TextOptions): string[] {
  const sorted = order.flatMap((severity) => problems.filter((problem) => problem.severity === severity));
  if (sorted.length === 0) return [];
  return [
    paint(options, 'bold', 'Found by the preflight'),
    ...sorted.flatMap(({ id, severity, object, message, remedy, waived }) => {
      const { sign, format } = looks[severity];
      const [first = '', ...rest] = hanging(`  ${sign} `, `${object}: ${message} (${id}${waived ? ', waived' : ''})`, options.columns);
      return [paint(options, format, harmless(first)), ...rest, ...(remedy === null ? [] : hanging('      ', remedy, options.columns))];
    }),
    '',
  ];
}
