import { describeFaults } from './fault-matrix.ts';
import { evictions } from './fault-scenarios/evictions.ts';
import { loadBalancing } from './fault-scenarios/load-balancing.ts';

describeFaults('F-40', 'F-69', { ...evictions, ...loadBalancing });
