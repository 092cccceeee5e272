import packageJson from '../../package.json' with { type: 'json' };

/** Name and version under which every API sees us, so that our own calls can be told from others, and left out of what is judged. */
export const product = { name: packageJson.name, version: packageJson.version } as const;

/** `User-Agent` of requests to Kubernetes API servers. */
export const userAgent = `${product.name}/${product.version}`;

/** Whether a user agent is ours, of whatever version; an API may give the name alone. */
export function isOurUserAgent(agent: string): boolean {
  return agent === product.name || agent.startsWith(`${product.name}/`);
}
