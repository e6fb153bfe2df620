'use strict';
/* TLS on the certificate chatd makes for itself: which versions, what of the certificate, and that reading and
 * writing one connection from two threads spoils nothing (reliability.md 1.1 row 20a). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const tls = require('node:tls');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { open, handshake } = require('../harness/rawws.js');
const { SLOW, within } = require('../harness/wait.js');

let server, f;
before(async () => {
    server = await startServer({ set: { listen: '127.0.0.1:0s' } });
    f = freeim(server);
});
after(() => server?.stop());

function dial(options) {
    return within(
        new Promise((resolve, reject) => {
            const socket = tls.connect({ host: server.host, port: server.port, rejectUnauthorized: false, ...options });
            socket.once('secureConnect', () => resolve(socket));
            socket.once('error', reject);
        }),
        'a TLS handshake',
    );
}

for (const version of ['TLSv1.2', 'TLSv1.3'])
    test(`${version} works, for requests and sockets`, async () => {
        const options = { minVersion: version, maxVersion: version };
        const socket = await dial(options);
        assert.equal(socket.getProtocol(), version);
        socket.destroy();
        const [alice] = await f.people('tls', 1);
        const ws = await open(server, alice.token, { tls: options });
        await ws.text({ type: 'ping' });
        assert.equal(JSON.parse(await ws.expect(1)).type, 'ping');
        await ws.close(1000);
        assert.equal(await ws.closed(), 1000);
    });

for (const version of ['TLSv1', 'TLSv1.1'])
    test(`${version} is refused`, () =>
        assert.rejects(dial({ minVersion: version, maxVersion: version, ciphers: 'ALL:@SECLEVEL=0' }), (error) =>
            /alert|protocol|ECONNRESET|disconnected/i.test(`${error.code} ${error.message}`),
        ));

test('weak ciphers are refused', () =>
    assert.rejects(
        dial({ maxVersion: 'TLSv1.2', ciphers: 'NULL:aNULL:EXPORT:RC4:@SECLEVEL=0' }),
        (error) => error instanceof Error,
    ));

/* Not the certificate: that follows the machine's addresses. */
test('key and authority are the same after a restart, and the certificate says how long it lasts', async () => {
    const print = async () => {
        const socket = await dial({});
        const { pubkey, issuer, valid_to: to } = socket.getPeerCertificate();
        socket.destroy();
        assert.ok(Date.parse(to) > Date.now() + 300 * 86400000, `valid until ${to}`);
        return `${issuer.CN} ${pubkey.toString('hex')} ${fs.readFileSync(path.join(server.dataDir, 'ca-cert.pem'))}`;
    };
    const before = await print();
    await server.restart();
    assert.equal(await print(), before);
    for (const name of ['tls-key.pem']) assert.equal(fs.statSync(path.join(server.dataDir, name)).mode & 0o777, 0o600);
});

test("browsers are pinned to TLS by a certificate of the owner's, not by one we made", async () => {
    assert.equal((await request(server, 'GET', '/api/v1/site/config')).headers['strict-transport-security'], undefined);
    const own = await startServer({
        set: {
            listen: '127.0.0.1:0s',
            tls_cert: path.join(server.dataDir, 'tls-cert.pem'),
            tls_key: path.join(server.dataDir, 'tls-key.pem'),
        },
    });
    try {
        assert.match((await request(own, 'GET', '/api/v1/site/config')).headers['strict-transport-security'], /max-age=\d{7}/);
        assert.ok(!fs.existsSync(path.join(own.dataDir, 'tls-key.pem')), 'no second key is made');
    } finally {
        await own.stop();
    }
});

test('plain requests, garbage and half a handshake on the TLS port harm nobody', async () => {
    const dials = [
        'GET / HTTP/1.1\r\nHost: x\r\n\r\n',
        Buffer.from('16030100a5010000a10303', 'hex'),
        Buffer.alloc(5000, 0xff),
        '',
    ].map(
        (bytes) =>
            new Promise((resolve) => {
                const socket = net.connect(server.port, server.host, () => socket.write(bytes || 'x'));
                socket.on('error', () => {});
                socket.on('close', resolve);
                socket.resume();
            }),
    );
    for (let i = 0; i < 10; i++) assert.equal((await request(server, 'GET', '/api/v1/site/config')).status, 200);
    await within(Promise.all(dials), 'them to be ended', 25000 * SLOW);
});

test('an Origin of the own page is https here', async () => {
    const [alice] = await f.people('origin', 1);
    const own = `${server.host}:${server.port}`;
    for (const [origin, want] of [
        [`https://${own}`, 101],
        ['https://evil.example', 403],
    ]) {
        const { status, ws } = await handshake(server, { token: alice.token, headers: { Origin: origin } });
        ws?.destroy();
        assert.equal(status, want, origin);
    }
});

test('many senders, large messages and clients that write while they read: every frame is whole and in order', async () => {
    const people = await f.people('load', 8);
    const group = await f.group(people[0], people.slice(1));
    const sockets = await Promise.all(people.map((one) => connect(one)));
    const begin = 7; /* that many came in */
    const total = 6 * 25;
    let over = false;
    /* Each socket keeps its reading thread busy while the sender thread writes to it. */
    const chatter = sockets.map(async (socket, i) => {
        for (let n = 0; !over; n++) {
            await socket.send({
                toId: people[(i + 1) % 8].id,
                ope: 'friend',
                type: 'input',
                status: n % 2 ? 'normal' : 'finish',
                pad: 'y'.repeat(n % 3000),
            });
            await socket.roundTrip();
        }
    });
    await within(
        Promise.all(
            people.slice(0, 6).map(async (one, who) => {
                for (let i = 0; i < 25; i++) await one.say(group, `${who}:${i}:${'z'.repeat(20000 + who * 1000 + i)}`);
            }),
        ),
        'six people to write',
        60000 * SLOW,
    );
    for (const socket of sockets) {
        for (let seq = begin + 1; seq <= begin + total; seq++) {
            const { seq: got, body } = await socket.frame({ type: 'text' });
            const [who, i, pad] = body.split(':');
            assert.deepEqual([got, pad.length], [seq, 20000 + Number(who) * 1000 + Number(i)]);
        }
    }
    over = true;
    await Promise.all(chatter);
    for (const socket of sockets) assert.ok(!socket.ended);
    await Promise.all(sockets.map((one) => one.close()));
});
