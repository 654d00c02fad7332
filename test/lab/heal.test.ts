import { describeHeal } from './rows/stories/heal.ts';

describeHeal('2.3');
