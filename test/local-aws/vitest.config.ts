import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const patience = { testTimeout: 120_000, hookTimeout: 300_000, teardownTimeout: 60_000, fileParallelism: false };

/** `run --all`: what takes too long for every run is there too. */
const all = process.env.LOCAL_AWS_ALL === 'true';

/** Files in the order of their names, `pipeline` before `pipeline-deploy`: all files of a project share a world, and the first scan of a fleet
 *  can be seen only once. */
class ByName extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const nameOf = ({ project, moduleId }: TestSpecification) => `${project.name} ${moduleId.replace(/\.test\.ts$/, '')}`;
    return files.toSorted((a, b) => (nameOf(a) < nameOf(b) ? -1 : 1));
  }
}

/** The end-to-end layer; started by `run`, which prepares what the world needs. Each project has a world of its own, which serves all its
 *  files, one after the other: `laptop` is the command line and the world itself, `trouble` is a
 *  cluster with everything wrong, `pipeline` is what is deployed, `rotation` is what moves
 *  nodes and pods, alone; `rotate` is the same, deployed, and most of its faults with `--all` only. */
export default defineConfig({
  test: {
    maxWorkers: 1,
    sequence: { sequencer: ByName },
    projects: [
      {
        test: {
          ...patience,
          name: 'laptop',
          include: ['test/local-aws/**/*.test.ts'],
          exclude: ['test/local-aws/**/{pipeline,rotate,rotation,trouble}*.test.ts'],
          globalSetup: ['test/local-aws/global-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'trouble',
          include: ['test/local-aws/**/trouble*.test.ts'],
          globalSetup: ['test/local-aws/trouble-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'pipeline',
          include: ['test/local-aws/**/pipeline*.test.ts'],
          globalSetup: ['test/local-aws/pipeline-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          name: 'rotation',
          include: ['test/local-aws/**/rotation*.test.ts'],
          globalSetup: ['test/local-aws/rotation-setup.ts'],
        },
      },
      {
        test: {
          ...patience,
          testTimeout: 180_000,
          name: 'rotate',
          include: ['test/local-aws/**/rotate*.test.ts'],
          exclude: all ? [] : ['test/local-aws/**/rotate-more.test.ts'],
          globalSetup: ['test/local-aws/rotate-setup.ts'],
        },
      },
    ],
  },
});
