'use strict';
/* Changes a server's database by hand: for states that no landed row can make. Needs the sqlite3 program. */
const { spawnSync } = require('node:child_process');
const path = require('node:path');

/* Why this machine cannot, or false. */
const missing = spawnSync('sqlite3', ['--version']).status === 0 ? false : 'no sqlite3 program on this machine';

/* Stops the server, runs the statements, starts it again. */
async function alter(server, statements) {
    await server.halt();
    const ran = spawnSync('sqlite3', ['-bail', path.join(server.dataDir, 'chatd.db'), statements], {
        encoding: 'utf8',
    });
    if (ran.status !== 0) throw new Error(`sqlite3: ${ran.stderr}`);
    await server.start();
    return ran.stdout.trim();
}

/* Runs statements beside the running server and gives what they print. */
function sql(server, statements) {
    const file = path.join(server.dataDir, 'chatd.db');
    const ran = spawnSync('sqlite3', ['-bail', '-cmd', '.timeout 5000', file, statements], { encoding: 'utf8' });
    if (ran.status !== 0) throw new Error(`sqlite3: ${ran.stderr}`);
    return ran.stdout.trim();
}

module.exports = { missing, alter, sql };
