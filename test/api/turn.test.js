'use strict';
/* ICE servers for clients, and that a real coturn with the configuration we print takes the credentials we make, and no
 * others (product.md 3.13). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const { startServer, runChatd, tempDir } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { missing, allocate, freePort, startCoturn } = require('../harness/turn.js');

const SECRET = 'north-7yNq2xVbWf4K';
let server, f, port, urls;
before(async () => {
    port = await freePort();
    urls = `turn:127.0.0.1:${port}?transport=udp`;
    server = await startServer({
        set: { 'stun.urls': 'stun:stun.example.org stun:127.0.0.1:3478', 'turn.urls': urls, 'turn.secret': SECRET },
    });
    f = freeim(server);
});
after(() => server?.stop());

const turnOf = ({ iceServers }) => iceServers.find((one) => one.username);
const sign = (username, secret) => crypto.createHmac('sha1', secret).update(username).digest('base64');

describe('iceServers', () => {
    test('name the servers of chat.conf, with credentials for this person and a while', async () => {
        const [alice] = await f.people('ice', 1);
        const now = Date.now() / 1000;
        const answer = await alice.ok('GET /ice');
        assert.equal(answer.ttl, 86400);
        assert.deepEqual(answer.iceServers[0], { urls: ['stun:stun.example.org', 'stun:127.0.0.1:3478'] });
        const { urls: turn, username, credential } = answer.iceServers[1];
        assert.deepEqual(turn, [urls]);
        const [expiry, who] = username.split(':').map(Number);
        assert.equal(who, alice.id);
        assert.ok(Math.abs(expiry - now - 86400) < 60, `expires in ${expiry - now} s`);
        assert.equal(credential, sign(username, SECRET));
    });

    test('come with every call, and the secret never', async () => {
        const [alice, bob] = await f.people('call', 2);
        const made = await alice.call('POST /calls', { toIds: [bob.id], video: 0 });
        assert.equal(turnOf(made.body.result).username.split(':')[1], String(alice.id));
        const entered = await bob.ok(`POST /calls/${made.body.result.callId}/enter`);
        assert.equal(turnOf(entered).username.split(':')[1], String(bob.id));
        assert.ok(!made.text.includes(SECRET));
    });
});

describe('turn-config', () => {
    const config = (...sets) => runChatd([...sets.flatMap((one) => ['-s', one]), 'turn-config']);

    test('says what coturn must know', async () => {
        const { code, stdout } = await config('turn.urls=turns:turn.example.org turn:turn.example.org:3479', `turn.secret=${SECRET}`);
        assert.equal(code, 0);
        const lines = stdout.split('\n');
        for (const line of ['realm=turn.example.org', 'listening-port=3479', 'tls-listening-port=5349', 'use-auth-secret', `static-auth-secret=${SECRET}`])
            assert.ok(lines.includes(line), `${line} in\n${stdout}`);
        assert.ok(!lines.includes('lt-cred-mech')); /* the two do not go together */
    });

    test('needs a server to configure', async () => {
        const { code, stdout, stderr } = await config();
        assert.deepEqual([code, stdout], [78, '']);
        assert.match(stderr, /^chatd: turn\.urls: [^\n]+\n$/);
    });

    test('half of the keys, or what is no URL, is a bad configuration', async () => {
        for (const sets of [
            ['turn.urls=turn:a.example.org'],
            [`turn.secret=${SECRET}`],
            ['turn.urls=http://a.example.org', `turn.secret=${SECRET}`],
            ['turn.urls=turn:', `turn.secret=${SECRET}`],
            ['stun.urls=turn:a.example.org'],
            ['turn.urls=turn:a.example.org', 'turn.secret=short'],
        ]) {
            const { code, stderr } = await config(...sets);
            assert.equal(code, 78, sets.join(' '));
            assert.match(stderr, /^chatd: [^\n]*(turn\.urls|turn\.secret|stun\.urls)[^\n]*\n$/);
        }
    });
});

test('coturn takes a credential made by chatd, and no wrong, old or foreign one', { skip: missing }, async () => {
    const dir = tempDir();
    const { stdout } = await runChatd(['-s', `turn.urls=${urls}`, '-s', `turn.secret=${SECRET}`, 'turn-config']);
    const coturn = await startCoturn(stdout, port, dir);
    try {
        const [alice] = await f.people('turn', 1);
        const { username, credential } = turnOf(await alice.ok('GET /ice'));
        assert.deepEqual(await allocate(port, username, credential), { allocated: true });
        const refused = { allocated: false, code: 401 };
        assert.deepEqual(await allocate(port, username, sign(username, `${SECRET}!`)), refused);
        assert.deepEqual(await allocate(port, username.replace(/\d$/, (digit) => 9 - digit), credential), refused);
        const old = `${Math.floor(Date.now() / 1000) - 10}:${alice.id}`;
        assert.deepEqual(await allocate(port, old, sign(old, SECRET)), refused);
        assert.deepEqual(await allocate(port, username, credential), { allocated: true }, coturn.output());
    } finally {
        coturn.kill('SIGKILL');
        await coturn.ended;
        fs.rmSync(dir, { recursive: true, force: true });
    }
});
