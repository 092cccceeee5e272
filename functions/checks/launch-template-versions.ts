import type { LaunchTemplate } from '../inventory/evidence/ec2-launch-templates.ts';
import type { Doubt } from './define-check.ts';

/** How a group names a launch template: by id or name, and a version. */
interface TemplateReference {
  readonly id?: string | null;
  readonly name?: string | null;
  /** A number, `$Latest` or `$Default`. */
  readonly version: string;
}

/** A version of a template that is in use, and the newest there is. */
export interface VersionInUse {
  readonly id: string | null;
  readonly name: string | null;
  /** As the group says it: `3`, `$Default`. */
  readonly asked: string;
  readonly version: number;
  readonly latest: number;
}

/** The number behind a reference, and the newest number of its template; or why that cannot be said.
 *  @param user who uses it, inside a sentence: `node group web` */
export function versionInUse(
  reference: TemplateReference,
  templates: readonly LaunchTemplate[],
  user: string,
): VersionInUse | { readonly doubt: Doubt } {
  const named = reference.name || reference.id;
  const template = reference.id
    ? templates.find(({ LaunchTemplateId }) => LaunchTemplateId === reference.id)
    : templates.find(({ LaunchTemplateName }) => LaunchTemplateName && LaunchTemplateName === reference.name);
  if (!template) return doubt('NotFound', `EC2 does not know launch template ${named || 'without id and name'}, which ${user} uses`);
  const latest = template.LatestVersionNumber;
  if (latest == null) return doubt('InvalidResponse', `EC2 gives no latest version of launch template ${named}, which ${user} uses`);
  const version = numberOf(reference.version, latest, template.DefaultVersionNumber);
  if (version === undefined)
    return doubt(
      'InvalidResponse',
      `${user} uses version ${reference.version} of launch template ${named}: expected a number that EC2 knows`,
    );
  return {
    id: template.LaunchTemplateId ?? null,
    name: template.LaunchTemplateName ?? null,
    asked: reference.version,
    version,
    latest,
  };
}

/** The template in a sentence: its name, else its id. */
export function templateName({ name, id }: Pick<VersionInUse, 'name' | 'id'>): string {
  return name ?? id ?? 'without a name';
}

function numberOf(version: string, latest: number, standard: number | null | undefined): number | undefined {
  if (version === '$Latest') return latest;
  if (version === '$Default') return standard ?? undefined;
  return /^[1-9]\d{0,8}$/.test(version) ? Number(version) : undefined;
}

function doubt(code: Doubt['code'], message: string): { readonly doubt: Doubt } {
  return { doubt: { evidence: 'ec2.launchTemplates', code, message } };
}
