'use strict';
/* What whoever starts chatd sees: a person in a terminal where to go, a program the lines it reads (product.md 5). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { tempDir, CHATD } = require('../harness/server.js');
const { lanAddress } = require('../harness/lan.js');
const { readTerminal } = require('../harness/qr.js');
const { SLOW, until, within } = require('../harness/wait.js');

let lan, dir;
before(() => {
    lan = lanAddress();
    dir = tempDir();
});
after(() => {
    lan.release();
    fs.rmSync(dir, { recursive: true, force: true });
});

/* chatd until it is ready, in a pseudo-terminal with tty; what it printed, and how it ended. */
async function run({ tty, set }) {
    const args = Object.entries({ data_dir: dir, max_sockets: 10, http_threads: 4, ...set })
        .flatMap(([key, value]) => [value].flat().flatMap((one) => ['-s', `${key}=${one}`]));
    /* exec: dash, where script finds no $SHELL, would stay in between and answer Ctrl-C itself. */
    const command = `exec ${[CHATD, ...args].map((word) => `'${word}'`).join(' ')}`;
    const child = tty ? spawn('script', ['-qec', command, '/dev/null'], { stdio: ['pipe', 'pipe', 'pipe'] }) : spawn(CHATD, args);
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text) => (out += text));
    child.stderr.resume();
    const ended = new Promise((resolve) => child.once('close', resolve));
    await until(() => /^ready\r?$/m.test(out), `ready:\n${out}`, 20000 * SLOW);
    if (tty) child.stdin.write('\x03'); /* Ctrl-C */
    else child.kill('SIGTERM');
    const status = await within(ended, 'chatd to end', 15000 * SLOW);
    return { out: out.replace(/\r/g, ''), status };
}

const LISTEN = ['0', '0s', '127.0.0.1:0 freeim'];
const urls = (out) => [...new Set(out.match(/https?:\/\/\S+/g))];

test('a terminal: data, every address, the fingerprint, a QR code, and Ctrl-C stops it', async () => {
    const { out, status } = await run({ tty: true, set: { listen: LISTEN } });
    assert.equal(status, 0);
    assert.doesNotMatch(out, /^listening /m);
    assert.ok(out.includes(`Data       ${fs.realpathSync(dir)}`), out);
    const found = urls(out);
    for (const start of ['http://localhost:', 'https://localhost:', 'http://127.0.0.1:', `https://${lan.host}:`])
        assert.ok(found.some((one) => one.startsWith(start)), `${start} in ${out}`);
    const print = new crypto.X509Certificate(fs.readFileSync(path.join(dir, 'ca-cert.pem'))).fingerprint256;
    assert.ok(out.replace(/\s/g, '').includes(print), out);
    assert.match(out, /Ctrl-C stops/);
    const shown = readTerminal(out);
    assert.ok(found.includes(shown) && /^http:/.test(shown) && !/localhost|127\./.test(shown), `${shown} of ${found}`);
});

test('without the landing page the code leads to https', async () => {
    const { out } = await run({ tty: false, set: { listen: ['0s'], greeting: 'on' } });
    assert.match(readTerminal(out), /^https:\/\/(?!localhost)/);
});

test('listeners of this machine alone: no network, no code', async () => {
    const { out } = await run({ tty: false, set: { listen: ['127.0.0.1:0', '127.0.0.1:0s'], greeting: 'on' } });
    assert.doesNotMatch(out, /Network|\x1b/);
    assert.match(out, /Here {7}http:\/\/127\.0\.0\.1:/);
});

test('a pipe: the lines that programs read, and nothing of the greeting; the same with greeting = off in a terminal', async () => {
    for (const how of [{ tty: false, set: { listen: LISTEN } }, { tty: true, set: { listen: LISTEN, greeting: 'off' } }]) {
        const { out } = await run(how);
        const lines = out.split('\n').filter((line) => /^(listening|ready)/.test(line));
        assert.equal(lines.length, 4, out);
        assert.match(lines[0], /^listening http:\/\/localhost:\d+$/);
        assert.match(lines[1], /^listening https:\/\/localhost:\d+$/);
        assert.match(lines[2], /^listening http:\/\/127\.0\.0\.1:\d+ freeim$/);
        assert.equal(lines[3], 'ready');
        assert.doesNotMatch(out, /Network|Ctrl-C|█/);
    }
});
