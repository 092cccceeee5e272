import type { TestProject } from 'vitest/node';
import { setUp } from './global-setup.ts';
import { troubleWorld } from './trouble/world.ts';

/** Starts the world of seeded trouble; its test fills it. */
export default (project: TestProject) => setUp(project, troubleWorld, () => {});
