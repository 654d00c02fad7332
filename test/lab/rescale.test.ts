import { describeRescale } from './rows/stories/rescale.ts';

describeRescale('2.3');
