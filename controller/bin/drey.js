#!/usr/bin/env node
import('../dist/drey.js').catch((error) => {
  if (error?.code !== 'ERR_MODULE_NOT_FOUND') throw error;
  console.error('DREY-NOT-BUILT: the bundle is missing; hint: run `npm ci` at the root of the checkout');
  process.exitCode = 2;
});
