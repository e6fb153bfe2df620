#!/usr/bin/env node
'use strict';
/* node test/crash/kill9.js [--rounds 100] [--clients 8] [--seed N] [--max-ms 800]
 * Kills a server that is being written to, again and again, and says in one line whether anything it had confirmed is
 * missing, twice, out of order or made up. Exit 0: nothing. --max-ms 2000 is the long version. */
const { parseArgs } = require('node:util');
const { KINDS } = require('./checker.js');
const { Crash } = require('./rounds.js');

const { values } = parseArgs({
  options: {
    rounds: { type: 'string', default: '100' },
    clients: { type: 'string', default: '8' },
    seed: { type: 'string', default: String(Date.now() % 1000000) },
    'max-ms': { type: 'string', default: '800' },
  },
});

function progress(round, crash) {
  if (process.stderr.isTTY || round % 10 === 0)
    process.stderr.write(`round ${round}: ${crash.history.acknowledged()} acked, restart ${crash.restartMs[crash.restartMs.length - 1]} ms\n`);
}

async function main() {
  const options = { rounds: +values.rounds, clients: +values.clients, seed: +values.seed, maxMs: +values['max-ms'], progress };
  const crash = new Crash(options);
  let isClean = false;
  try {
    const verdict = await crash.run();
    isClean = verdict.isClean;
    console.log(crash.summary(verdict));
    for (const kind of KINDS.slice(5)) if (verdict[kind] > 0) console.log(`${kind} ${verdict[kind]}`);
    for (const example of verdict.examples) console.log(`  ${example}`);
  } finally {
    await crash.close(isClean);
    if (!isClean) console.log(`seed ${options.seed}; history and store are kept in ${crash.dir}`);
  }
  process.exitCode = isClean ? 0 : 1;
}

main().catch((error) => {
  console.error(error);
  process.exit(1);
});
