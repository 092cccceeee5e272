import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type ImageReference, parseImageReference } from '../../functions/workloads/image-reference.ts';

const sha256 = `sha256:${'0123456789abcdef'.repeat(4)}`;
const sha384 = `sha384:${'e'.repeat(96)}`;
const sha512 = `sha512:${'f'.repeat(128)}`;
const reference = (parts: Partial<ImageReference>): ImageReference => ({
  registry: null,
  repository: '',
  tag: null,
  digest: null,
  ...parts,
});

describe('parseImageReference', () => {
  it.each<[string, Partial<ImageReference>]>([
    // What EKS, Kubernetes projects and Docker Hub write.
    ['nginx', { repository: 'nginx' }],
    ['nginx:1.2', { repository: 'nginx', tag: '1.2' }],
    ['bitnami/nginx:1.2', { repository: 'bitnami/nginx', tag: '1.2' }],
    ['docker.io/library/nginx', { registry: 'docker.io', repository: 'library/nginx' }],
    ['index.docker.io/nginx:1', { registry: 'index.docker.io', repository: 'nginx', tag: '1' }],
    [
      '602401143452.dkr.ecr.us-west-2.amazonaws.com/eks/kube-proxy:v1.31.2-minimal-eksbuild.1',
      { registry: '602401143452.dkr.ecr.us-west-2.amazonaws.com', repository: 'eks/kube-proxy', tag: 'v1.31.2-minimal-eksbuild.1' },
    ],
    [
      '961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn/eks/coredns:v1.11.4-eksbuild.2',
      { registry: '961992271922.dkr.ecr.cn-northwest-1.amazonaws.com.cn', repository: 'eks/coredns', tag: 'v1.11.4-eksbuild.2' },
    ],
    ['public.ecr.aws/karpenter/controller:1.3.3', { registry: 'public.ecr.aws', repository: 'karpenter/controller', tag: '1.3.3' }],
    [
      `registry.k8s.io/ingress-nginx/controller:v1.12.0@${sha256}`,
      { registry: 'registry.k8s.io', repository: 'ingress-nginx/controller', tag: 'v1.12.0', digest: sha256 },
    ],
    // A port is no tag, a tag is no port.
    ['localhost:5000/kube-proxy:v1.31.2', { registry: 'localhost:5000', repository: 'kube-proxy', tag: 'v1.31.2' }],
    ['localhost:5000/kube-proxy', { registry: 'localhost:5000', repository: 'kube-proxy' }],
    ['localhost/kube-proxy', { registry: 'localhost', repository: 'kube-proxy' }],
    ['mirror:8443/eks/kube-proxy:v1', { registry: 'mirror:8443', repository: 'eks/kube-proxy', tag: 'v1' }],
    ['localhost:5000', { repository: 'localhost', tag: '5000' }],
    ['test.com:5000', { repository: 'test.com', tag: '5000' }],
    ['192.168.1.1:5000/repo:5050', { registry: '192.168.1.1:5000', repository: 'repo', tag: '5050' }],
    ['[2001:db8::1]:5000/repo:tag', { registry: '[2001:db8::1]:5000', repository: 'repo', tag: 'tag' }],
    // Digests.
    [`nginx@${sha256}`, { repository: 'nginx', digest: sha256 }],
    [`localhost:5000/nginx@${sha512}`, { registry: 'localhost:5000', repository: 'nginx', digest: sha512 }],
    [`nginx:1.2@${sha384}`, { repository: 'nginx', tag: '1.2', digest: sha384 }],
    // The first component is a path unless it looks like a host.
    ['foo_bar.com:8080', { repository: 'foo_bar.com', tag: '8080' }],
    ['foo/foo_bar.com:8080', { repository: 'foo/foo_bar.com', tag: '8080' }],
    ['Mirror/nginx', { registry: 'Mirror', repository: 'nginx' }],
    ['lowercase:Uppercase', { repository: 'lowercase', tag: 'Uppercase' }],
    ['a__b/c---d/e.f', { repository: 'a__b/c---d/e.f' }],
    ['a:_tag', { repository: 'a', tag: '_tag' }],
    [`a:${'t'.repeat(128)}`, { repository: 'a', tag: 't'.repeat(128) }],
    [`docker.io/${'a/'.repeat(127)}a`, { registry: 'docker.io', repository: `${'a/'.repeat(127)}a` }],
    [`example.com/${'a'.repeat(64)}`, { registry: 'example.com', repository: 'a'.repeat(64) }],
  ])('%s', (image, parts) => {
    expect(parseImageReference(image)).toEqual(reference(parts));
  });

  it.each([
    ['nothing', ''],
    ['a tag alone', ':justtag'],
    ['a digest alone', `@${sha256}`],
    ['an empty tag', 'nginx:'],
    ['an empty digest', 'nginx@'],
    ['a digest that is too short', 'nginx@sha256:ffff'],
    ['a digest in upper case', `nginx@${sha256.toUpperCase()}`],
    ['an unknown digest algorithm', `nginx@md5:${'f'.repeat(32)}`],
    ['a digest before the tag', `nginx@${sha256}:1.2`],
    ['upper case in the path', 'localhost:5000/Nginx'],
    ['upper case without a registry', 'Nginx:1.2'],
    ['a registry alone', 'localhost:5000/'],
    ['an empty first component', '/nginx'],
    ['an empty component', 'docker.io//nginx'],
    ['a port that is no number', 'mirror:x/nginx'],
    ['a scheme', 'https://docker.io/nginx'],
    ['a space', 'nginx :1.2'],
    ['a line break at the end', 'nginx:1.2\n'],
    ['a template that was not filled in', '{{ .Values.image }}:{{ .Values.tag }}'],
    ['three underscores', 'a___b'],
    ['a separator at the end', 'nginx-'],
    ['a host that begins with a hyphen', '-a.com/nginx'],
    ['an IPv6 zone', '[fe80::1%eth0]:5000/repo'],
    ['a tag of 129 characters', `a:${'t'.repeat(129)}`],
    ['a path of 256 characters', `docker.io/${'a/'.repeat(127)}aa`],
    ['an image id', 'a'.repeat(64)],
  ])('refuses %s', (_, image) => {
    expect(parseImageReference(image)).toBeUndefined();
  });

  it('reads back what was written', () => {
    const registry = fc.constantFrom(
      'localhost',
      'localhost:5000',
      'mirror:443',
      'ghcr.io',
      '111122223333.dkr.ecr.eu-west-1.amazonaws.com',
      '[::1]:5000',
    );
    const repository = fc
      .array(fc.stringMatching(/^[a-z0-9]{1,5}((\.|_|__|-{1,3})[a-z0-9]{1,5}){0,2}$/), { minLength: 1, maxLength: 4 })
      .map((components) => components.join('/'));
    const tag = fc.stringMatching(/^[A-Za-z0-9_][A-Za-z0-9_.-]{0,20}$/);
    const digest = fc.stringMatching(/^[0-9a-f]{64}$/).map((hex) => `sha256:${hex}`);
    const nullable = <T>(arbitrary: fc.Arbitrary<T>) => fc.option(arbitrary, { nil: null });
    const parts = fc
      .record({ registry: nullable(registry), repository, tag: nullable(tag), digest: nullable(digest) })
      // Without a registry, a first component that looks like one is read as one: that is the rule, not a lost part.
      .filter((one) => one.registry !== null || !/^(localhost|[^/]*\.[^/]*)\//.test(one.repository));
    fc.assert(
      fc.property(parts, (one) => {
        expect(parseImageReference(written(one))).toEqual(one);
      }),
    );
  });

  it('accepts only what its parts spell out again, and never throws', () => {
    const piece = fc.constantFrom('a', '0', 'B', 'b.c', 'localhost', '5000', ':', '/', '@', '-', '_', '[', ']', ' ', sha256);
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join('')),
        (image) => {
          const parsed = parseImageReference(image);
          if (parsed) expect(written(parsed)).toBe(image);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

function written({ registry, repository, tag, digest }: ImageReference): string {
  return `${registry === null ? '' : `${registry}/`}${repository}${tag === null ? '' : `:${tag}`}${digest === null ? '' : `@${digest}`}`;
}
