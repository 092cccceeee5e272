import type { EvidenceKey } from '../inventory/evidence/list.ts';
import { parseImageReference } from '../workloads/image-reference.ts';
import type { Doubt } from './define-check.ts';
import type { FindingDraft } from './finding.ts';

type Labels = Readonly<Record<string, string>>;

/** A Deployment or DaemonSet as far as its images are read here. */
interface ImageObject {
  readonly metadata: { readonly name: string; readonly namespace?: string | null; readonly labels?: Labels | null };
  readonly spec?: {
    readonly replicas?: number | null;
    readonly template?: {
      readonly spec?: { readonly containers?: readonly { readonly name: string; readonly image?: string | null }[] | null } | null;
    } | null;
  } | null;
}

/** A Deployment or DaemonSet that runs the image that was looked for. */
export interface FoundController {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly namespace: string;
  readonly name: string;
  readonly labels: Labels;
  readonly container: string;
  readonly image: string;
  /** The tag; null where there is only a digest, or nothing. */
  readonly tag: string | null;
}

/** What a path inside a registry says; a mirror may put its own folders before the path. */
type ImagePath = (path: string) => boolean;

/** The last components of a path, in any registry and below any folder: `karpenter/controller`. */
export function endsWithPath(...endings: readonly string[]): ImagePath {
  return (path) => endings.some((ending) => path === ending || path.endsWith(`/${ending}`));
}

/** Deployments, then DaemonSets, that run such an image in one of their containers. A Deployment that is scaled to 0 runs nothing. */
export function controllersWithImage(
  { deployments = [], daemonSets = [] }: { readonly deployments?: readonly ImageObject[]; readonly daemonSets?: readonly ImageObject[] },
  isWanted: ImagePath,
): FoundController[] {
  return [
    ...deployments.filter(({ spec }) => spec?.replicas !== 0).flatMap((object) => found('Deployment', object, isWanted)),
    ...daemonSets.flatMap((object) => found('DaemonSet', object, isWanted)),
  ];
}

function found(kind: FoundController['kind'], { metadata, spec }: ImageObject, isWanted: ImagePath): FoundController[] {
  for (const { name: container, image } of spec?.template?.spec?.containers ?? []) {
    if (!image) continue;
    const reference = parseImageReference(image);
    if (!isWanted(reference?.repository ?? roughPath(image))) continue;
    const { name, namespace, labels } = metadata;
    return [{ kind, namespace: namespace ?? 'default', name, labels: labels ?? {}, container, image, tag: reference?.tag ?? null }];
  }
  return [];
}

/** Of an image that no runtime would accept: enough to know what was meant, so that it is doubted and not overlooked. */
function roughPath(image: string): string {
  return image
    .replace(/@.*$/, '')
    .replace(/:[^/]*$/, '')
    .toLowerCase();
}

/** `Deployment karpenter/karpenter` */
export function nameOfController({ kind, namespace, name }: FoundController): string {
  return `${kind} ${namespace}/${name}`;
}

export function aboutController({ kind, namespace, name, labels }: FoundController): Pick<FindingDraft, 'subject' | 'labels'> {
  return { subject: { kind, namespace, name }, labels };
}

/** A tag such as `latest`, a fork's own numbering, or only a digest. */
export function unreadableVersion(controller: FoundController, evidence: EvidenceKey): Doubt {
  const message = `${nameOfController(controller)} runs ${controller.image}, whose version cannot be read`;
  return { evidence, code: 'InvalidResponse', message };
}
