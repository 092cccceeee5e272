import packageJson from '../../package.json' with { type: 'json' };

/** Name and version under which every API sees us, so that our own calls can be told from others, and left out of what is judged. */
export const product = { name: packageJson.name, version: packageJson.version } as const;

/** `User-Agent` of requests to Kubernetes API servers. */
export const userAgent = `${product.name}/${product.version}`;
