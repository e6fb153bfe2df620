'use strict';
/* What is ours and no document's: /site, the listeners, and what every answer carries whoever asked (headers, CORS,
 * methods, compression). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const zlib = require('node:zlib');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim, PARAM } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { assertClean } = require('../harness/spec.js');
const { until } = require('../harness/wait.js');

let server, f;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 freeim'], site_name: 'Übung & <b>' } });
    f = freeim(server);
});
after(() => server?.stop());

const get = (path, headers) => request(server, 'GET', path, { headers });

describe('/api/v1/site/config', () => {
    test('tells what a client must know, to anybody, and no more', async () => {
        const answer = await get('/api/v1/site/config');
        const { code, result } = JSON.parse(answer.text);
        assert.equal(code, 0);
        assert.deepEqual(Object.keys(result), [
            'siteName',
            'version',
            'build',
            'registration',
            'captcha',
            'recallSeconds',
            'messageBytes',
        ]);
        assert.deepEqual(
            { ...result, version: '', build: '' },
            {
                siteName: 'Übung & <b>',
                version: '',
                build: '',
                registration: 'open',
                captcha: false,
                recallSeconds: 120,
                messageBytes: 65535,
            },
        );
        assert.match(result.build, /^[0-9a-f]{32}$/);
        assert.match(result.version, /^\d+\.\d+\.\d+/);
        assertClean(answer.text, '/api/v1/site/config');
    });

    test('follows the configuration', async () => {
        const other = await startServer({ set: { captcha: 'on', registration: 'closed', recall_seconds: 7 } });
        try {
            const { result } = JSON.parse((await request(other, 'GET', '/api/v1/site/config')).text);
            assert.deepEqual([result.captcha, result.registration, result.recallSeconds], [true, 'closed', 7]);
        } finally {
            await other.stop();
        }
    });
});

describe('/api/v1/conversations', () => {
    /* The list is by time, in milliseconds. */
    const later = (message) => until(() => Date.now() > Date.parse(message.createdAt), 'a millisecond to pass');

    test("is the caller's, the latest first, with what was said last and how much is unread", async () => {
        const [alice, bob, carol] = await f.people('conv', 3);
        const list = async () => (await alice.ok('GET //api/v1/conversations')).items;
        assert.deepEqual(await list(), []);
        const group = await f.group(alice, [], { name: '群', avatar: 'http://a/x.png' });
        let items = await list();
        assert.deepEqual(
            [
                items.length,
                items[0].ope,
                items[0].targetId,
                items[0].name,
                items[0].avatar,
                items[0].unread,
                items[0].last,
            ],
            [1, 'group', group.id, '群', 'http://a/x.png', 0, null],
        );
        await f.admit(alice, group, bob);
        for (const one of [alice, bob]) {
            const { unread, lastSeq, last } = await one.conversation(group);
            assert.deepEqual([unread, lastSeq, last.ope, last.type, last.seq], [0, 1, 'system', 'groupJoin', 1]);
        }

        const first = await bob.say(alice, 'from bob');
        await later(first);
        const second = await carol.say(alice, 'from carol');
        await later(second);
        await bob.say(group, 'in the group');
        items = await list();
        assert.deepEqual(
            items.map((one) => [one.ope, one.targetId, one.name, one.unread, one.lastSeq, one.readSeq, one.last.body]),
            [
                ['group', group.id, '群', 1, 2, 0, 'in the group'],
                ['friend', carol.id, carol.name, 1, 1, 0, 'from carol'],
                ['friend', bob.id, bob.name, 1, 1, 0, 'from bob'],
            ],
        );
        await alice.say(bob, 'to bob');
        items = await list();
        assert.deepEqual(
            [items[0].targetId, items[0].unread, items[0].last.body, items[0].last.fromId],
            [bob.id, 0, 'to bob', alice.id],
        );
        assert.deepEqual((await carol.ok('GET //api/v1/conversations')).items.length, 1);
    });

    test('says who is online now', async () => {
        const [alice, bob] = await f.people('online', 2);
        await bob.say(alice, 'x');
        const online = async () => (await alice.conversation(bob)).online;
        assert.equal(await online(), false);
        const sockets = [await connect(bob), await connect(bob)];
        assert.equal(await online(), true);
        await sockets[0].close();
        assert.equal(await online(), true, 'one of two sockets is left');
        sockets[1].drop();
        await until(async () => !(await online()), 'a dropped socket to be noticed');
    });

    test('leaves out what a late member may not see', async () => {
        const [alice, bob] = await f.people('latelist', 2);
        const group = await f.group(alice);
        await alice.say(group, 'before bob');
        await f.admit(alice, group, bob);
        const answer = await bob.call('GET //api/v1/conversations');
        assert.ok(!answer.text.includes('before bob'));
        const line = await bob.conversation(group);
        assert.deepEqual([line.unread, line.last.type, JSON.parse(line.last.body).accountId], [0, 'groupJoin', bob.id]);
        await alice.say(group, 'for bob');
        assert.deepEqual(
            [(await bob.conversation(group)).unread, (await bob.conversation(group)).last.body],
            [1, 'for bob'],
        );
    });

    test('needs a user', async () => {
        const answer = await get('/api/v1/conversations');
        assert.equal(answer.status, 401);
        assert.equal(JSON.parse(answer.text).code, 1);
    });
});

describe('every answer', () => {
    const PATHS = [
        '/api/v1/site/config',
        '/api/v1/conversations',
        '/api/v1/me/info',
        '/api/v1/nothing',
        '/nothing',
        '/api/v1/chat/send',
        '/%00',
        '/',
    ];
    test('carries the security headers, whatever it says', async () => {
        for (const path of PATHS) {
            const { headers, status } = await get(path);
            const what = `${path} ${status}`;
            assert.equal(headers['x-content-type-options'], 'nosniff', what);
            if (path === '/%00') continue; /* refused before there is a path */
            assert.equal(headers['referrer-policy'], 'no-referrer', what);
            assert.match(headers['content-security-policy'], /default-src '(self|none)'/, what);
            assert.match(headers['content-security-policy'], /frame-ancestors 'none'/, what);
            assert.equal(headers['cross-origin-resource-policy'], 'same-origin', what);
            assert.equal(headers['access-control-allow-origin'], undefined, what);
            assert.equal(headers.server, undefined, what);
            assert.equal(headers['set-cookie'], undefined, what);
            if (status !== 200 || path !== '/') assert.equal(headers['cache-control'], 'no-store', what);
        }
    });

    test("a path that is not there is 404, in the dialect's envelope below its mount", async () => {
        const below = await get('/api/v1/nothing');
        assert.deepEqual(
            [below.status, JSON.parse(below.text).code, JSON.parse(below.text).message],
            [404, 1, '接口不存在'],
        );
        const elsewhere = await get('/nothing');
        assert.equal(elsewhere.status, 404);
        JSON.parse(elsewhere.text);
        for (const path of [
            '/api/v1',
            '/api/v1/',
            '/api/v1/chat',
            '/api/v1/chat/send/x',
            '/api/v1/CHAT/send',
            '/API/v1/chat/send',
            '/apiv1/chat/send',
            '/api/v1x/chat/send',
            '/site',
            '/sitex/config',
        ])
            assert.equal((await request(server, 'POST', path)).status, 404, path);
    });

    test('a method that is not there is 405 and names those that are', async () => {
        const cases = [
            ['PUT', '/api/v1/chat/send', 'POST, OPTIONS'],
            ['DELETE', '/api/v1/me/info', 'GET, HEAD, OPTIONS'],
            ['PATCH', '/api/v1/chat/send', 'POST, OPTIONS'],
            ['POST', '/api/v1/friends', 'GET, HEAD, DELETE, OPTIONS'],
            ['GET', '/api/v1/chat/send', 'POST, OPTIONS'],
            ['PUT', '/api/v1/chatGroups/join', 'GET, HEAD, POST, OPTIONS'],
            ['POST', '/api/v1/site/config', 'GET, HEAD, OPTIONS'],
        ];
        for (const [method, path, allow] of cases) {
            const answer = await request(server, method, path);
            assert.deepEqual([answer.status, answer.headers.allow], [405, allow], `${method} ${path}`);
            assert.equal(JSON.parse(answer.text).code, 1);
        }
    });

    test('is compressed for who takes that, and is the same', async () => {
        const alice = await f.register(f.uniq('gzip'));
        const bob = await f.register(f.uniq('gzip'));
        for (let i = 0; i < 20; i++) await alice.say(bob, 'something to compress '.repeat(10));
        const path = `/api/v1/chat/messages?toId=${bob.id}&t=${alice.token}`;
        const plain = await get(path);
        assert.equal(plain.headers['content-encoding'], undefined);
        for (const accepts of ['gzip', 'gzip, deflate, br', 'br;q=1, gzip;q=0.5']) {
            const packed = await get(path, { 'Accept-Encoding': accepts });
            assert.equal(packed.headers['content-encoding'], 'gzip', accepts);
            assert.ok(packed.bytes.length < plain.bytes.length / 3);
            assert.equal(zlib.gunzipSync(packed.bytes).toString(), plain.text);
            assert.match(packed.headers.vary, /Accept-Encoding/);
        }
        for (const accepts of ['identity', 'gzip;q=0', 'br', ''])
            assert.equal(
                (await get(path, { 'Accept-Encoding': accepts })).headers['content-encoding'],
                undefined,
                accepts,
            );
    });
});

test('compressed bodies are read', async () => {
    const [alice, bob] = await f.people('packed', 2);
    const body = JSON.stringify({ toId: bob.id, ope: 'friend', type: 'text', body: '压缩' });
    for (const [encoding, packed] of [
        ['gzip', zlib.gzipSync(body)],
        ['x-gzip', zlib.gzipSync(body)],
        ['deflate', zlib.deflateSync(body)],
        ['identity', body],
    ])
        assert.equal(
            (await alice.ok('POST /chat/send', {}, { body: packed, headers: { 'Content-Encoding': encoding } })).body,
            '压缩',
        );
});

describe('other sites', () => {
    const preflight = (to, origin) =>
        request(to, 'OPTIONS', '/api/v1/chat/send', {
            headers: {
                Origin: origin,
                'Access-Control-Request-Method': 'POST',
                'Access-Control-Request-Headers': 'authorization,content-type',
            },
        });
    const cors = (answer) => Object.keys(answer.headers).filter((name) => name.startsWith('access-control'));

    test('get nothing unless listed', async () => {
        for (const origin of ['https://evil.example', 'null', server.url]) {
            const asked = await preflight(server, origin);
            assert.equal(asked.status, 204);
            assert.deepEqual(cors(asked), [], origin);
            assert.deepEqual(cors(await get('/api/v1/site/config', { Origin: origin })), [], origin);
        }
    });

    test('listed exactly, they may call', async () => {
        const other = await startServer({ set: { cors_origins: 'https://app.example http://localhost:3000' } });
        try {
            for (const origin of ['https://app.example', 'http://localhost:3000']) {
                const asked = await preflight(other, origin);
                assert.equal(asked.headers['access-control-allow-origin'], origin);
                assert.match(asked.headers['access-control-allow-headers'], /Authorization/i);
                assert.match(asked.headers['access-control-allow-methods'], /POST/);
                assert.match(asked.headers.vary, /Origin/);
                const answer = await request(other, 'GET', '/api/v1/site/config', { headers: { Origin: origin } });
                assert.deepEqual(
                    [answer.headers['access-control-allow-origin'], answer.headers['access-control-allow-credentials']],
                    [origin, undefined],
                );
            }
            for (const origin of [
                'https://app.example.evil',
                'https://APP.example',
                'http://app.example',
                'https://app.example:444',
                'null',
                'https://app.exampl',
                '*',
            ])
                assert.deepEqual(cors(await preflight(other, origin)), [], origin);
        } finally {
            await other.stop();
        }
    });
});

describe('a listener of one dialect', () => {
    test('answers its rows below the mount and bare, and nothing else', async () => {
        assert.deepEqual(
            server.listeners.map((one) => one.dialect),
            ['', 'freeim'],
        );
        const own = server.listeners[1].url;
        const alice = await f.register(f.uniq('root'));
        const at = (path) => request(server, 'GET', path, { listener: own, headers: { Authorization: alice.token } });
        for (const path of ['/me/info', '/api/v1/me/info'])
            assert.equal(JSON.parse((await at(path)).text).result?.account.id, alice.id, path);
        for (const path of ['/api/v1/site/config', '/', '/index.html', '/api/v1/api/v1/me/info'])
            assert.equal((await at(path)).status, 404, path);
        assert.equal((await get('/me/info')).status, 404, 'the shared listener has no bare rows');
    });

    test('its people are the same people', async () => {
        const [alice, bob] = await f.people('same', 2);
        const socket = await connect(bob);
        const body = JSON.stringify({ toId: bob.id, ope: 'friend', type: 'text', body: 'across' });
        const answer = await request(server, 'POST', '/chat/send', {
            listener: server.listeners[1].url,
            body,
            headers: { Authorization: alice.token, 'Content-Type': 'application/json' },
        });
        assert.equal(JSON.parse(answer.text).code, 0);
        await socket.frame({ type: 'text', body: 'across' });
        await socket.close();
    });
});

test('a body nobody asked for is refused as clearly as a missing one', async () => {
    const alice = await f.register(f.uniq('body'));
    await alice.ok('GET /me/info', {}, { body: '{"x":1}', headers: { 'Content-Type': 'application/json' } });
    await alice.refused('POST /chat/send', {}, PARAM, { body: '' });
});
