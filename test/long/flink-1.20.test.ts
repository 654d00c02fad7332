import { describeHeal } from '../lab/rows/stories/heal.ts';
import { describeRescale } from '../lab/rows/stories/rescale.ts';
import { describeSourceFaults } from '../lab/rows/stories/source-faults.ts';

describeRescale('1.20');
describeHeal('1.20');
describeSourceFaults('1.20');
