'use strict';
/* A browser on the LAN: it warns before the local CA is trusted, is content afterwards (service workers and all), and
 * refuses what the CA must not sign (product.md 3.1). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { execFileSync } = require('node:child_process');
const crypto = require('node:crypto');
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const { startServer, tempDir } = require('../harness/server.js');
const { missing, launch, visit } = require('../harness/browser.js');
const { lanAddress } = require('../harness/lan.js');

const skip = missing;
let server, lan, home, url, plain, trusting, doubting;

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
    server = await startServer({ set: { listen: ['0s', '0'] } });
    url = `https://${lan.host}:${server.port}`;
    plain = `http://${lan.host}:${new URL(server.listeners[1].url).port}`;
    trustIn(home);
    const env = (dir) => ({ ...process.env, HOME: dir });
    fs.mkdirSync(path.join(home, 'nobody'));
    trusting = await launch({ flags: ['--host-resolver-rules=MAP example.com 127.0.0.1'], env: env(home), isWhole: true });
    doubting = await launch({ env: env(path.join(home, 'nobody')), isWhole: true });
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

/* ---- the landing page at plain http ---- */

/* What browsers write into the console of any such page, and of one whose probe is refused. */
const EXPECTED = /Cross-Origin-Opener-Policy header has been ignored|ERR_CERT_AUTHORITY_INVALID/;
const unexpected = (visitor) => visitor.complaints.filter((one) => !EXPECTED.test(one));

test('a browser that trusts the CA is sent from http to https at once, with what stands behind the #', { skip }, async () => {
    const alice = await visit(trusting, `${plain}/#/chats~find`, strict);
    await alice.page.waitForURL(`${url}/#/chats~find`);
    await alice.id('account').waitFor();
    await alice.context.close();
});

test('one that does not is told why and how, in its language and for its system', { skip }, async () => {
    const windows = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36';
    const bob = await visit(doubting, `${plain}/#/chats`, { ...strict, locale: 'zh-CN', userAgent: windows });
    await bob.id('continue').waitFor();
    assert.equal(await bob.page.locator('html').getAttribute('lang'), 'zh-CN');
    assert.equal(await bob.id('system-windows').getAttribute('aria-pressed'), 'true');
    assert.equal(await bob.id('continue').getAttribute('href'), `${url}/#/chats`);
    assert.equal(await bob.id('fetch-ca').getAttribute('href'), 'ca.crt');
    await bob.id('system-ios').click();
    assert.equal(await bob.id('fetch-ca').getAttribute('href'), 'ca.mobileconfig');
    const print = new crypto.X509Certificate(fs.readFileSync(path.join(server.dataDir, 'ca-cert.pem'))).fingerprint256;
    assert.equal((await bob.id('fingerprint').textContent()).replace(/ /g, ''), print.replace(/:/g, '').match(/.{16}/g).join(''));
    const [download] = await Promise.all([bob.page.waitForEvent('download'), bob.id('system-linux').click(),
        bob.page.evaluate(() => location.assign('ca.pem'))]);
    assert.equal(download.suggestedFilename(), 'chatd-ca.pem');
    assert.deepEqual(unexpected(bob), []);
    await bob.context.close();
});

test('and may go on without: registered and chatting at plain http', { skip }, async () => {
    const bob = await visit(doubting, plain, strict);
    await bob.id('skip').click();
    await bob.id('account').waitFor();
    assert.equal(new URL(bob.page.url()).origin, plain);
    assert.equal(await bob.page.evaluate(() => typeof navigator.mediaDevices), 'undefined', 'why there are no calls here');
    await bob.enter('register', `lan${process.pid}`, 'secret1');
    assert.ok(bob.accountId > 0);
    assert.deepEqual(unexpected(bob), []);
    await bob.context.close();
});

test('the page notices when the certificate becomes trusted', { skip }, async () => {
    const bob = await visit(trusting, `${plain}/trust.html`, strict);
    await bob.page.getByTestId('state').filter({ hasText: '✓' }).waitFor();
    await bob.context.close();
});

test('the landing page fits phones and desks in both themes and languages, and is kept as pictures', { skip }, async () => {
    const bob = await visit(doubting, plain, strict);
    for (const locale of ['en', 'zh-CN']) {
        await bob.page.locator(`button[lang=${locale}]`).click();
        await bob.page.locator(`html[lang=${locale}]`).waitFor();
        for (const [width, height] of [[390, 844], [1280, 800]]) {
            await bob.page.setViewportSize({ width, height });
            assert.equal(await bob.page.evaluate(() => document.documentElement.scrollWidth), width, `${locale} ${width}`);
            const small = await bob.page.locator('main a, main button, main summary').evaluateAll((all) =>
                all.filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.textContent));
            assert.deepEqual(small, [], `targets of 44 px: ${locale} ${width}`);
            for (const colorScheme of ['light', 'dark']) {
                await bob.page.emulateMedia({ colorScheme });
                await bob.screenshot(`trust-${width}-${colorScheme}-${locale}`);
            }
        }
    }
    await bob.context.close();
});
