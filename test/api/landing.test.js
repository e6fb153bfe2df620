'use strict';
/* Plain http for browsers of other machines: the way to https first, and everything else as it was (product.md 3.1). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const net = require('node:net');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim } = require('../harness/client.js');
const { lanAddress } = require('../harness/lan.js');

const BROWSER = { Accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8' };
let server, lan, plain;
before(async () => {
    lan = lanAddress();
    server = await startServer({ set: { listen: ['0', '0s', '0 freeim'], site_name: 'Office' } });
    plain = `http://${lan.host}:${server.port}`;
});
after(async () => {
    await server?.stop();
    lan?.release();
});

const port = (which) => new URL(server.listeners[which].url).port;
/* To the LAN address a machine speaks from its LAN address, as another one would. */
const get = (file, headers = BROWSER, listener = plain) =>
    request(server, 'GET', file, { headers: { Host: new URL(listener).host, ...headers }, listener });
const isLanding = ({ text }) => text.includes('js/trust.js');
const isClient = ({ text }) => text.includes('js/main.js');

describe('GET /', () => {
    test('a browser by the LAN address gets the landing page, with a strict policy of its own', async () => {
        const answer = await get('/');
        assert.equal(answer.status, 200);
        assert.ok(isLanding(answer) && !isClient(answer), answer.text);
        const policy = answer.headers['content-security-policy'];
        assert.match(policy, /default-src 'self'; connect-src 'self' https:;/);
        assert.match(policy, /script-src 'self'; .*frame-ancestors 'none'; require-trusted-types-for 'script'/);
    });

    test('whoever goes on gets the client', async () => assert.ok(isClient(await get('/index.html'))));

    test('a program, a proxy, https and this machine itself get the client as ever', async () => {
        assert.ok(isClient(await get('/', { Accept: '*/*' })));
        assert.ok(isClient(await get('/', { ...BROWSER, 'X-Forwarded-Proto': 'https' })));
        assert.ok(isClient(await get('/', BROWSER, `https://${lan.host}:${port(1)}`)));
        assert.ok(isClient(await get('/', BROWSER, `http://127.0.0.1:${server.port}`)));
        assert.ok(isClient(await get('/', { ...BROWSER, Host: `localhost:${server.port}` }, `http://127.0.0.1:${server.port}`)));
    });

    test('calls of the APIs do not notice', async () => {
        const answer = await get('/api/v1/site/config');
        assert.equal(JSON.parse(answer.text).code, 0);
        const [alice] = await freeim(server).people('plain', 1);
        assert.ok(alice.id > 0);
    });

    test('landing = off, or no TLS listener: the client', async () => {
        for (const set of [{ listen: ['0', '0s'], landing: 'off' }, { listen: ['0'] }]) {
            const other = await startServer({ set });
            try {
                assert.ok(isClient(await get('/', BROWSER, `http://${lan.host}:${other.port}`)));
            } finally {
                await other.stop();
            }
        }
    });
});

describe('/ca.json', () => {
    const ask = async (host, listener = plain) => JSON.parse((await get('/ca.json', { Host: host }, listener)).text);

    test('names the CA, its fingerprint, and the same server by https; any page may read it', async () => {
        const answer = await get('/ca.json');
        const ca = new crypto.X509Certificate(fs.readFileSync(path.join(server.dataDir, 'ca-cert.pem')));
        assert.deepEqual(JSON.parse(answer.text), {
            siteName: 'Office',
            https: `https://${lan.host}:${port(1)}`,
            covered: true,
            name: ca.subject.replace('CN=', ''),
            fingerprint: ca.fingerprint256,
        });
        assert.equal(answer.headers['access-control-allow-origin'], '*');
    });

    test('an address the certificate is not for is replaced by one it is for', async () => {
        for (const host of ['203.0.113.5:8080', 'chat.example.org', '[2001:db8::1]:8080', 'evil"<x>']) {
            const { https, covered } = await ask(host);
            assert.equal(covered, true, host);
            const found = new URL(https).hostname.replace(/[[\]]/g, '');
            assert.ok(net.isIP(found) && !found.startsWith('127.') && found !== '::1', https);
        }
        assert.equal((await ask('localhost:1')).https, `https://localhost:${port(1)}`);
    });
});
