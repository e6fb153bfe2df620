'use strict';
/* A browser on the LAN: it warns before the local CA is trusted, is content afterwards (service workers and all), and
 * refuses what the CA must not sign (product.md 3.1). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const { startServer, tempDir } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { lanAddress } = require('../harness/lan.js');

const skip = missing;
let server, lan, home, url, trusting, doubting;

/* A home folder whose browser trusts the CA, as `chatd trust` says it is done. */
function trustIn(dir) {
    const db = path.join(dir, '.pki/nssdb');
    fs.mkdirSync(db, { recursive: true });
    execFileSync('certutil', ['-d', `sql:${db}`, '-N', '--empty-password']);
    execFileSync('certutil', ['-d', `sql:${db}`, '-A', '-t', 'C,,', '-n', 'chatd', '-i', path.join(server.dataDir, 'ca-cert.pem')]);
}

before(async () => {
    if (skip) return;
    lan = lanAddress();
    home = tempDir();
    server = await startServer({ set: { listen: '0s' } });
    url = `https://${lan.host}:${server.port}`;
    trustIn(home);
    const env = (dir) => ({ ...process.env, HOME: dir });
    fs.mkdirSync(path.join(home, 'nobody'));
    trusting = await launch(['--host-resolver-rules=MAP example.com 127.0.0.1'], env(home));
    doubting = await launch([], env(path.join(home, 'nobody')));
});
after(async () => {
    await trusting?.close();
    await doubting?.close();
    await server?.stop();
    lan?.release();
    if (home) fs.rmSync(home, { recursive: true, force: true });
});

const strict = { ignoreHTTPSErrors: false };

test('a browser that does not trust the CA shows its warning instead of the page', { skip }, () =>
    assert.rejects(visit(doubting, url, strict), /ERR_CERT_AUTHORITY_INVALID/));

test('one that does opens the LAN address without a word, as a secure place', { skip }, async () => {
    const alice = await visit(trusting, url, strict);
    await alice.id('account').waitFor();
    assert.deepEqual(await alice.page.evaluate(() => [isSecureContext, typeof navigator.mediaDevices, typeof crypto.randomUUID]), [true, 'object', 'function']);
    assert.deepEqual(alice.complaints, []);
    await alice.context.close();
});

/* What installing the client needs, and what no clicked-away warning gives. */
test('and lets the page have a service worker', { skip }, async () => {
    const alice = await visit(trusting, url, strict);
    const outcome = await alice.page.evaluate(() => {
        const script = trustedTypes.createPolicy('test', { createScriptURL: (text) => text }).createScriptURL('/no-such-worker.js');
        return navigator.serviceWorker.register(script).then(() => 'registered', (error) => error.message);
    });
    assert.match(outcome, /bad HTTP response code \(404\)/, 'only the script is missing');
    await alice.context.close();
});

test('what the CA signs for another name is refused even there', { skip }, async () => {
    const openssl = (...args) => execFileSync('openssl', args, { cwd: home, stdio: ['ignore', 'pipe', 'pipe'] });
    openssl('req', '-new', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'k.pem', '-subj', '/CN=x', '-out', 'r.pem');
    fs.writeFileSync(path.join(home, 'ext'), 'subjectAltName=DNS:example.com\nextendedKeyUsage=serverAuth\nbasicConstraints=CA:FALSE\n');
    openssl('x509', '-req', '-in', 'r.pem', '-CA', path.join(server.dataDir, 'ca-cert.pem'), '-CAkey', path.join(server.dataDir, 'ca-key.pem'),
        '-set_serial', '1', '-days', '30', '-extfile', 'ext', '-out', 'c.pem');
    const bank = https.createServer({ key: fs.readFileSync(path.join(home, 'k.pem')), cert: fs.readFileSync(path.join(home, 'c.pem')) }, (rq, rs) => rs.end('money'));
    await new Promise((resolve) => bank.listen(0, '127.0.0.1', resolve));
    try {
        await assert.rejects(visit(trusting, `https://example.com:${bank.address().port}/`, strict), /ERR_CERT_(INVALID|AUTHORITY_INVALID)/);
    } finally {
        bank.close();
    }
});
