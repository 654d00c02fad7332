import { describeSourceFaults } from './rows/stories/source-faults.ts';

describeSourceFaults('2.3');
