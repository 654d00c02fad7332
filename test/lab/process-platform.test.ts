import { describePlatform } from '../contract/platform/suite.ts';
import { processHarness } from './process-harness.ts';

describePlatform('process', processHarness);
