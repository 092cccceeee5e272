/** The parts of a container image reference as it is written: nothing is added (no `docker.io`, `library/` or `latest`). */
export interface ImageReference {
  /** Host with its port, e.g. `localhost:5000`; null where the runtime's default registry is meant. */
  readonly registry: string | null;
  /** Path inside the registry, e.g. `eks/kube-proxy`. */
  readonly repository: string;
  /** Null where only a digest, or nothing, is given. It says what was meant; with a digest beside it, the digest decides what runs. */
  readonly tag: string | null;
  /** Algorithm and hex digits, e.g. `sha256:…`. */
  readonly digest: string | null;
}

const domainComponent = '[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?';
const host = `(?:${domainComponent}(?:\\.${domainComponent})*|\\[[a-fA-F0-9:]+\\])`;
const pathComponent = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*';
const repository = `${pathComponent}(?:/${pathComponent})*`;
const tag = '[\\w][\\w.-]{0,127}';
/** The algorithms that the OCI image specification registers and go-digest verifies, with their lengths.
 *  @see https://github.com/opencontainers/go-digest/blob/v1.0.0/algorithm.go */
const digest = 'sha256:[a-f0-9]{64}|sha384:[a-f0-9]{96}|sha512:[a-f0-9]{128}';

const registryPattern = new RegExp(`^${host}(?::[0-9]+)?$`);
const remainderPattern = new RegExp(`^(?<repository>${repository})(?::(?<tag>${tag}))?(?:@(?<digest>${digest}))?$`);

/** Characters of a repository path.
 *  @see https://github.com/distribution/reference/blob/v0.6.0/reference.go RepositoryNameTotalLengthMax */
const longestRepository = 255;

/** Reads a container's `image`; undefined when no runtime would accept it.
 *  Grammar and the rule for the first component are those of containerd and Docker.
 *  @see https://github.com/distribution/reference/blob/v0.6.0/reference.go the grammar
 *  @see https://github.com/distribution/reference/blob/v0.6.0/normalize.go splitDockerDomain */
export function parseImageReference(image: string): ImageReference | undefined {
  const slash = image.indexOf('/');
  const first = image.slice(0, Math.max(slash, 0));
  const registry = namesRegistry(first) ? first : null;
  if (registry !== null && !registryPattern.test(registry)) return undefined;

  const parts = remainderPattern.exec(registry === null ? image : image.slice(slash + 1))?.groups;
  if (parts?.repository === undefined || parts.repository.length > longestRepository) return undefined;
  if (isBareIdentifier(image)) return undefined;
  return { registry, repository: parts.repository, tag: parts.tag ?? null, digest: parts.digest ?? null };
}

/** Whether what stands before the first slash is a registry and not a path: it has a dot or a port, is `localhost`, or has an upper-case
 *  letter, which a path cannot have. So `localhost:5000/kube-proxy` and `ghcr.io/x`, but not `bitnami/nginx`. */
function namesRegistry(first: string): boolean {
  return /[.:]/.test(first) || first === 'localhost' || first !== first.toLowerCase();
}

/** 64 hex digits alone are the id of an image on a node, never the name of one. */
function isBareIdentifier(image: string): boolean {
  return /^[a-f0-9]{64}$/.test(image);
}
