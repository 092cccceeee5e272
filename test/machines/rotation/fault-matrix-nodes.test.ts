import { describeFaults } from './fault-matrix.ts';
import { capacity } from './fault-scenarios/capacity.ts';
import { writers } from './fault-scenarios/writers.ts';

describeFaults('F-01', 'F-32', { ...capacity, ...writers });
