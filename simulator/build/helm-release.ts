import { gzipSync } from 'node:zlib';

interface HelmReleaseInput {
  readonly namespace: string;
  readonly name: string;
  readonly revision: number;
  readonly chart: { readonly name: string; readonly version: string; readonly appVersion: string };
  /** YAML documents. */
  readonly manifest: string;
}

/** The Secret in which Helm keeps the deployed revision of a release: base64 of Kubernetes around base64 of Helm around gzip around JSON.
 *  @see https://helm.sh/docs/topics/advanced/#storage-backends */
export function createHelmRelease({ namespace, name, revision, chart, manifest }: HelmReleaseInput) {
  const release = { name, namespace, version: revision, info: { status: 'deployed' }, chart: { metadata: chart }, manifest };
  return {
    metadata: {
      name: `sh.helm.release.v1.${name}.v${revision}`,
      namespace,
      labels: { name, owner: 'helm', status: 'deployed', version: String(revision) },
    },
    type: 'helm.sh/release.v1',
    data: { release: base64(base64(stored(JSON.stringify(release)))) },
  };
}

/** Not compressed: the bytes of a compressed stream depend on the processor, those of the demo should not. */
function stored(text: string): Buffer {
  return gzipSync(text, { level: 0 });
}

function base64(content: Buffer | string): string {
  return Buffer.from(content).toString('base64');
}
