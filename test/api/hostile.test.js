'use strict';
/* Requests no client sends, over plain sockets (reliability.md 1.1, T48, T53, T54, T56, T65). Each must be answered
 * with a clear error or a closed connection; right after it a good request on a new connection is answered at once;
 * and when all is over the server does nothing. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const net = require('node:net');
const zlib = require('node:zlib');
const { startServer } = require('../harness/server.js');
const { request, raw } = require('../harness/http.js');
const { freeim, multipart } = require('../harness/client.js');
const { SLOW, pause, until, within } = require('../harness/wait.js');

let server, f, alice, bob;
before(async () => {
    server = await startServer({ set: { request_body_bytes: '256K' } });
    f = freeim(server);
    [alice, bob] = await f.people('hostile', 2);
});
after(() => server?.stop());

/* The server is well: a good request is answered quickly. */
async function alive() {
    const { status, ms } = await request(server, 'GET', '/api/v1/site/config');
    assert.equal(status, 200);
    assert.ok(ms < 1000 * SLOW, `a good request took ${ms} ms`);
}

/* Processor time over 300 ms falls to nothing: no worker spins. */
async function idle() {
    await until(async () => {
        const before = server.cpuMs();
        await pause(300);
        return server.cpuMs() - before <= 30;
    }, 'the server to be idle');
}

const crlf = (lines) => `${lines.join('\r\n')}\r\n`;
const post = (path, headers, body) =>
    Buffer.concat([Buffer.from(crlf([`POST ${path} HTTP/1.1`, 'Host: x', ...headers]) + '\r\n'), Buffer.from(body)]);
const form = (body, path = '/api/v1/register/basic') =>
    post(path, ['Content-Type: application/x-www-form-urlencoded', `Content-Length: ${Buffer.byteLength(body)}`], body);
const json = (body, path = '/api/v1/register/basic') =>
    post(
        path,
        [
            'Content-Type: application/json',
            `Content-Length: ${Buffer.byteLength(body)}`,
            `Authorization: ${alice.token}`,
        ],
        body,
    );

/* The answer to bytes: one of `statuses`, or a closed connection where that is allowed. */
async function refused(bytes, statuses, { mayClose = true, envelope = false, mustClose = false, ...options } = {}) {
    const got = await raw(server, bytes, options);
    const answer = got.answers[0];
    if (!answer)
        assert.ok(
            mayClose && got.closed,
            `no answer, and the connection is ${got.closed ? 'closed' : 'open'}: ${got.bytes}`,
        );
    else {
        assert.ok(statuses.includes(answer.status), `${answer.status} ${answer.body}`);
        const body = JSON.parse(answer.body);
        if (envelope) assert.deepEqual([Object.keys(body), body.code], [['code', 'result', 'message'], 1]);
        assert.ok(!/civetweb|sqlite|\.c:/i.test(answer.head + answer.body));
    }
    assert.ok(got.answers.length <= 1, `one request got ${got.answers.length} answers: ${got.bytes}`);
    if (mustClose && answer) assert.match(answer.headers.connection || '', /close/i);
    await alive();
    return answer;
}

describe('JSON', () => {
    const deep = (open, close, n) => open.repeat(n) + close.repeat(n);
    for (const n of [33, 1000, 100000])
        test(`nested ${n} deep`, async () => {
            for (const body of [
                deep('[', ']', n),
                `{"account":${deep('[', ']', n)}}`,
                deep('{"a":', '}', n).replace(':}', ':1}'),
                '['.repeat(n),
                '{"a":'.repeat(n),
            ])
                for (const path of ['/api/v1/register/basic', '/api/v1/chat/send']) {
                    const tooLong = Buffer.byteLength(body) > 262144;
                    await refused(json(body, path), tooLong ? [413] : [400, 413], { envelope: true });
                }
        });
    test('32 levels are read', async () => {
        const answer = await raw(server, json(`{"account":"x","a":${deep('[', ']', 31)}}`));
        assert.equal(answer.answers[0].status, 200);
    });
    test('too many values, huge numbers, doubled keys', async () => {
        await refused(json(`{"a":[${'1,'.repeat(6000)}1]}`), [413], { envelope: true, mayClose: false });
        await refused(json(`{"toId":${'9'.repeat(5000)}}`), [400], { envelope: true, mayClose: false });
        await refused(json('{"toId":1,"toId":2}'), [400], { envelope: true, mayClose: false });
        await refused(json(`{"toId":1${'0'.repeat(400)}e-400}`, '/api/v1/chat/send'), [200, 400], {
            envelope: true,
            mayClose: false,
        });
    });
});

describe('bodies', () => {
    test('10 MB', async () => {
        const head =
            crlf([
                'POST /api/v1/register/basic HTTP/1.1',
                'Host: x',
                'Content-Type: application/json',
                'Content-Length: 10485760',
            ]) + '\r\n';
        const block = Buffer.alloc(65536, 0x20);
        await refused([head, ...Array(160).fill(block)], [413], { envelope: true });
        /* Announced only: the answer does not wait for what will not be read. */
        await refused(head, [413], { envelope: true, mayClose: false, mustClose: true });
        await refused(head.replace('10485760', '2147483648'), [413], {
            envelope: true,
            mayClose: false,
            mustClose: true,
        });
        await refused(head.replace('\r\n\r\n', '\r\nExpect: 100-continue\r\n\r\n'), [413], {
            envelope: true,
            mayClose: false,
            mustClose: true,
        });
    });
    test('as large as allowed is fine, one byte more is not', async () => {
        const fill = (n) => `{"a":"${'x'.repeat(n - 8)}"}`;
        assert.equal((await raw(server, json(fill(262144)))).answers[0].status, 200);
        await refused(json(fill(262145)), [413], { envelope: true });
    });
    for (const body of ['a=\0b&c=d', '\0', 'account=x&password=\0\0\0', '\0='.repeat(1000), 'a=%00', 'account=\0'])
        test(`a form with NUL: ${JSON.stringify(body.slice(0, 24))}`, async () => {
            await refused(form(body), [400], { envelope: true, mayClose: false });
            await idle();
        });
    test('a form of 100,000 pairs', () =>
        refused(form('a=1&'.repeat(60000)), [413], { envelope: true, mayClose: false }));
    test('a query of 300 pairs', () =>
        refused(`GET /api/v1/captcha/image?${'a=1&'.repeat(300)} HTTP/1.1\r\nHost: x\r\n\r\n`, [413], {
            envelope: true,
            mayClose: false,
        }));
    test('gzip that unpacks to 200 MB', async () => {
        const started = server.rssKb();
        const bomb = zlib.gzipSync(Buffer.alloc(200 * 1048576), { level: 9 });
        const small = bomb.subarray(0, 262000);
        for (const body of [small, zlib.gzipSync(Buffer.alloc(2 * 1048576))])
            await refused(
                post(
                    '/api/v1/register/basic',
                    ['Content-Type: application/json', 'Content-Encoding: gzip', `Content-Length: ${body.length}`],
                    body,
                ),
                [413],
                { envelope: true, mayClose: false },
            );
        if (!process.env.SAN)
            assert.ok(server.rssKb() - started < 8192, `memory grew by ${server.rssKb() - started} kB`);
    });
    test('broken compression', async () => {
        const good = zlib.gzipSync('{"a":1}');
        for (const [encoding, body] of [
            ['gzip', 'not gzip'],
            ['gzip', good.subarray(0, 10)],
            ['gzip', Buffer.concat([good, Buffer.from('more')])],
            ['deflate', good],
            ['br', good],
            ['gzip, gzip', good],
            ['', 'x'],
            ['compress', good],
        ])
            await refused(
                post(
                    '/api/v1/register/basic',
                    [
                        'Content-Type: application/json',
                        `Content-Encoding: ${encoding}`,
                        `Content-Length: ${body.length}`,
                    ],
                    body,
                ),
                [400, 413, 415],
                { envelope: true, mayClose: false },
            );
    });
});

describe('multipart', () => {
    const send = (type, body) =>
        post('/api/v1/register/basic', [`Content-Type: ${type}`, `Content-Length: ${Buffer.byteLength(body)}`], body);
    const good = multipart({ account: 'x' });
    const cases = {
        '300 parts': multipart(Object.fromEntries(Array.from({ length: 300 }, (_, i) => [`f${i}`, 'x']))),
        'no end': { type: good.type, body: good.body.slice(0, -6) },
        'cut in a head': { type: good.type, body: good.body.slice(0, 30) },
        'no boundary': { type: 'multipart/form-data', body: good.body },
        'an empty boundary': { type: 'multipart/form-data; boundary=', body: good.body },
        'another boundary': { type: 'multipart/form-data; boundary=other', body: good.body },
        'a boundary of 200': multipart({ a: 1 }, 'b'.repeat(200)),
        'a part without a name': { type: good.type, body: good.body.replace('; name="account"', '') },
        'a head of 20 KB': {
            type: good.type,
            body: good.body.replace('\r\n\r\nx', `\r\nX: ${'y'.repeat(20000)}\r\n\r\nx`),
        },
        'a name with NUL': { type: good.type, body: good.body.replace('"account"', '"acc\0unt"') },
        nothing: { type: good.type, body: '' },
        'an end and 50 KB behind it': { type: 'multipart/form-data; boundary=-', body: '-'.repeat(50000) },
    };
    for (const [name, { type, body }] of Object.entries(cases))
        test(name, () =>
            refused(
                send(type, body),
                name === 'nothing' || name === 'an end and 50 KB behind it' ? [200] : [400, 413],
                { envelope: true, mayClose: false },
            ),
        );
});

describe('chunks', () => {
    const head = crlf([
        'POST /api/v1/chat/send HTTP/1.1',
        'Host: x',
        'Transfer-Encoding: chunked',
        'Content-Type: application/json',
    ]);
    const text = () => `${head}Authorization: ${alice.token}\r\n\r\n`;
    const chunk = (body) => `${Buffer.byteLength(body).toString(16)}\r\n${body}\r\n`;
    const message = (body) => JSON.stringify({ toId: bob.id, ope: 'friend', type: 'text', body });

    test('good ones are read', async () => {
        const body = message('in chunks');
        const got = await raw(server, [text(), chunk(body.slice(0, 10)), chunk(body.slice(10)), '0\r\n\r\n']);
        assert.equal(JSON.parse(got.answers[0].body).result.body, 'in chunks');
    });
    const broken = {
        'no number': (body) => `zz\r\n${body}\r\n0\r\n\r\n`,
        'a negative number': (body) => `-5\r\n${body}\r\n0\r\n\r\n`,
        'a number of 17 digits': (body) => `fffffffffffffffff\r\n${body}`,
        'a number too large': () => 'ffffffffffffffff\r\nx',
        'no line end behind': (body) => `${Buffer.byteLength(body).toString(16)}\r\n${body}XX0\r\n\r\n`,
        'too short a number': (body) => `5\r\n${body}\r\n0\r\n\r\n`,
        'a missing last chunk': (body) => chunk(body),
        'cut inside a chunk': (body) => chunk(body).slice(0, 20),
        'more than allowed': () => `${chunk('x'.repeat(60000)).repeat(6)}0\r\n\r\n`,
    };
    for (const [name, make] of Object.entries(broken))
        test(`${name} stores nothing`, async () => {
            const body = message(`broken: ${name}`);
            await refused([text(), make(body)], [400, 408, 413], { end: true });
            const { items } = await bob.history(alice, { limit: 500 });
            assert.ok(!items.some((one) => one.body.startsWith('broken')), 'half a request was believed');
        });
    test('a length that promises more than comes stores nothing', async () => {
        const body = message('broken: short');
        await refused(
            post(
                '/api/v1/chat/send',
                [
                    'Content-Type: application/json',
                    `Authorization: ${alice.token}`,
                    `Content-Length: ${Buffer.byteLength(body) + 10}`,
                ],
                body,
            ),
            [400, 408],
            { end: true },
        );
        assert.ok(!(await bob.history(alice, { limit: 500 })).items.some((one) => one.body.startsWith('broken')));
    });
});

describe('framing two readers could read in two ways', () => {
    const inner = 'GET /api/v1/site/config HTTP/1.1\r\nHost: x\r\n\r\n';
    const with_ = (...lines) =>
        crlf(['POST /api/v1/register/basic HTTP/1.1', 'Host: x', 'Content-Type: application/json', ...lines]) + '\r\n';
    const cases = {
        'two lengths': ['Content-Length: 2', 'Content-Length: 2'],
        'two different lengths': ['Content-Length: 2', 'Content-Length: 50'],
        'a list of lengths': ['Content-Length: 2, 2'],
        'chunked and a length': ['Transfer-Encoding: chunked', 'Content-Length: 2'],
        'a length and chunked': ['Content-Length: 2', 'Transfer-Encoding: chunked'],
        '5x': ['Content-Length: 5x'],
        '+5': ['Content-Length: +5'],
        '-5': ['Content-Length: -5'],
        '0x10': ['Content-Length: 0x10'],
        '5.0': ['Content-Length: 5.0'],
        '2^64+5': ['Content-Length: 18446744073709551621'],
        '2^63': ['Content-Length: 9223372036854775808'],
        'an empty length': ['Content-Length:'],
        'a space before the colon of a length': ['Content-Length : 2'],
        'a space before the colon of an encoding': ['Transfer-Encoding : chunked'],
        'a tab before a colon': ['Content-Length\t: 2'],
        'two encodings': ['Transfer-Encoding: chunked', 'Transfer-Encoding: identity'],
        'an unknown encoding': ['Transfer-Encoding: xchunked'],
        'gzip, chunked': ['Transfer-Encoding: gzip, chunked'],
        'chunked, identity': ['Transfer-Encoding: chunked, identity'],
        'chunked in quotes': ['Transfer-Encoding: "chunked"'],
        'two hosts': ['Host: y', 'Content-Length: 2'],
        'a line without a colon': ['nonsense', 'Content-Length: 2'],
        'a folded line': ['X-A: b', ' Content-Length: 2', 'Content-Length: 2'],
        'an empty name': [': x', 'Content-Length: 2'],
        'a name with a NUL': ['X\0Y: x', 'Content-Length: 2'],
    };
    for (const [name, lines] of Object.entries(cases))
        test(`${name} is refused, and nothing behind it is heard`, () =>
            refused(with_(...lines) + '{}' + inner, [400, 411, 413, 501], {
                mustClose: true,
                answers: 2,
                ms: 3000 * SLOW,
            }));
});

describe('heads', () => {
    const get = (path, ...lines) => crlf([`GET ${path} HTTP/1.1`, 'Host: x', ...lines]) + '\r\n';
    const fill = (n) => Array.from({ length: n }, (_, i) => `X-${i}: y`);
    test('60 lines are fine, 64 and 300 are not', async () => {
        assert.equal((await raw(server, get('/api/v1/site/config', ...fill(60)))).answers[0].status, 200);
        for (const n of [64, 100, 300])
            await refused(get('/api/v1/site/config', ...fill(n)), [431], { mayClose: false, mustClose: true });
    });
    test('an encoding behind 64 other lines does not slip by', () =>
        refused(get('/api/v1/site/config', ...fill(63), 'Transfer-Encoding: chunked', 'Content-Length: 5') + 'hello', [431]));
    test('a line of 20 KB', () => refused(get('/api/v1/site/config', `X: ${'y'.repeat(20000)}`), [400, 413, 431]));
    test('1 MB without an end', () => refused(Array(16).fill(Buffer.alloc(65536, 0x78)), [400, 413, 414, 431]));
    test('a path of 15 KB', () => refused(get(`/${'a'.repeat(15000)}`), [400, 414], { mayClose: false }));
    test('a query of 15 KB is read, one of 20 KB is not', async () => {
        assert.equal((await raw(server, get(`/api/v1/site/config?${'a'.repeat(15000)}`))).answers[0].status, 200);
        await refused(get(`/api/v1/site/config?${'a'.repeat(20000)}`), [400, 413, 414, 431]);
    });

    const paths = [
        '/api/v1/%2e%2e%2fsite/config',
        '/%2e%2e%2f%2e%2e%2fetc/passwd',
        '/..%2f..%2f..%2fetc%2fpasswd',
        '/../../etc/passwd',
        '/....//....//etc/passwd',
        '/.%2e/.%2e/etc/passwd',
        '/\\..\\..\\etc\\passwd',
        '/%5c..%5c..%5cetc%5cpasswd',
        '/js/../../../etc/passwd',
        '/js/%2e%2e/%2e%2e/main.c',
        '/.git/config',
        '/js/.hidden',
        '/%252e%252e%252fetc/passwd',
        '/index.html%00.js',
        '/%c0%ae%c0%ae/etc/passwd',
    ];
    for (const path of paths)
        test(`${path} leads nowhere`, async () => {
            const {
                answers: [answer],
            } = await raw(server, get(path));
            assert.ok([400, 403, 404].includes(answer.status), `${answer.status} ${answer.body.slice(0, 200)}`);
            assert.ok(!/root:|repositoryformat|int main/.test(answer.body));
        });
    const control = [
        '/api/v1/me/info%0d%0aX-Injected:%20yes',
        '/%0d%0aSet-Cookie:%20a=b',
        '/api/v1/site/config%00',
        '/a%01b',
        '/%7f',
        '/%ff%fe',
        '/api/v1/site/config%0a',
    ];
    for (const path of control)
        test(`${path} is no path, and writes no header`, async () => {
            const {
                answers: [answer],
            } = await raw(server, get(path));
            assert.ok([400, 404].includes(answer.status), String(answer.status));
            assert.ok(!/x-injected|set-cookie/i.test(answer.head));
            assert.ok(!/[^\n\x20-\x7e\u0080-\uffff]/.test(server.stderr), 'a control character stands in the log');
        });
    test('what a client sends is not sent back', async () => {
        const canary = '<svg/onload=alert(1)>';
        for (const bytes of [
            get(`/${encodeURIComponent(canary)}`),
            get('/api/v1/nothing', `Origin: ${canary}`, `X-Request-Id: ${canary}`),
            get(`/api/v1/me/info?t=${encodeURIComponent(canary)}`),
            get('/api/v1/site/config', `Host: ${canary}`),
            get('/api/v1/ws', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Protocol: ${canary}`),
        ])
            assert.ok(!(await raw(server, bytes)).bytes.includes(canary));
    });

    for (const method of [
        'PATCH',
        'PUT',
        'DELETE',
        'TRACE',
        'CONNECT',
        'FOO',
        'get',
        'GETT',
        'PROPFIND',
        'MKCOL',
        'LOCK',
        'X'.repeat(200),
    ])
        test(`${method.slice(0, 10)} is refused`, async () => {
            for (const path of ['/api/v1/site/config', '/api/v1/me/info', '/', '/nothing'])
                await refused(
                    crlf([`${method} ${path} HTTP/1.1`, 'Host: x', 'Content-Length: 0']) + '\r\n',
                    [400, 404, 405, 501],
                );
        });

    const garbage = {
        'an empty line': '\r\n\r\n\r\n',
        'no version': 'GET /\r\n\r\n',
        'HTTP/2.0': 'GET / HTTP/2.0\r\nHost: x\r\n\r\n',
        'HTTP/9.9': 'GET / HTTP/9.9\r\nHost: x\r\n\r\n',
        'a preface of HTTP/2': 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n',
        'a TLS hello': Buffer.from('16030100a5010000a10303', 'hex'),
        zeroes: Buffer.alloc(4096),
        'random bytes': Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 7919) % 256)),
        'no path': 'GET HTTP/1.1\r\nHost: x\r\n\r\n',
        'a star': 'GET * HTTP/1.1\r\nHost: x\r\n\r\n',
        'a relative path': 'GET site/config HTTP/1.1\r\nHost: x\r\n\r\n',
        SSH: 'SSH-2.0-OpenSSH_9.2\r\n',
    };
    for (const [name, bytes] of Object.entries(garbage))
        test(`${name} harms nobody`, async () => {
            const got = await raw(server, bytes, { end: true });
            assert.ok(got.closed || got.answers.length > 0);
            for (const { status } of got.answers)
                assert.ok(status >= 400 && status < 600 && status !== 500, String(status));
            await alive();
        });
});

describe('old and hasty clients', () => {
    test('HTTP/1.0 is answered and closed', async () => {
        const got = await raw(server, 'GET /api/v1/site/config HTTP/1.0\r\n\r\n', { answers: 2 });
        assert.deepEqual([got.answers.length, got.answers[0].status, got.closed], [1, 200, true]);
    });
    test('requests sent in one piece are answered in order', async () => {
        const one = (path) => `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
        const body = JSON.stringify({ toId: bob.id, ope: 'friend', type: 'text', body: 'pipelined' });
        const bytes = Buffer.concat([
            Buffer.from(one('/api/v1/site/config') + one('/api/v1/me/info')),
            json(body, '/api/v1/chat/send'),
            Buffer.from(one('/nothing') + one('/api/v1/site/config')),
        ]);
        const got = await raw(server, bytes, { answers: 5 });
        assert.deepEqual(
            got.answers.map((answer) => answer.status),
            [200, 401, 200, 404, 200],
        );
        assert.equal(JSON.parse(got.answers[2].body).result.body, 'pipelined');
    });
    test('an error does not spoil the connection for what follows', async () => {
        const got = await raw(
            server,
            Buffer.concat([
                json('{"broken'),
                form('a=%zz'),
                json('[]', '/api/v1/me/info'),
                Buffer.from('GET /api/v1/site/config HTTP/1.1\r\nHost: x\r\n\r\n'),
            ]),
            { answers: 4 },
        );
        assert.deepEqual(
            got.answers.map((answer) => answer.status),
            [400, 400, 405, 200],
        );
    });
    test('Expect: 100-continue is invited, then answered', async () => {
        const body = '{"account":"x"}';
        const got = await raw(server, [
            post(
                '/api/v1/register/basic',
                ['Content-Type: application/json', `Content-Length: ${body.length}`, 'Expect: 100-continue'],
                '',
            ),
            body,
        ]);
        assert.match(got.bytes.toString(), /^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 /);
    });
    test('a client that hangs up in the middle of anything leaves nothing behind', async () => {
        const whole = json(
            JSON.stringify({ toId: bob.id, ope: 'friend', type: 'text', body: 'hung up' }),
            '/api/v1/chat/send',
        );
        for (let cut = 1; cut < whole.length; cut += 7) {
            const socket = net.connect(server.port, server.host);
            await within(new Promise((resolve) => socket.write(whole.subarray(0, cut), resolve)), 'a write');
            if (cut % 2) socket.resetAndDestroy?.();
            socket.destroy();
        }
        await alive();
        assert.ok(!(await bob.history(alice, { limit: 500 })).items.some((one) => one.body === 'hung up'));
    });
    test('half requests, slow or silent, end by themselves and hold up nobody', async () => {
        const starts = [
            '',
            'G',
            'GET /api/v1/site/config HTTP/1.1\r\nHo',
            'GET /api/v1/site/config HTTP/1.1\r\nHost: x\r\n',
            'POST /api/v1/register/basic HTTP/1.1\r\nHost: x\r\nContent-Length: 100\r\n\r\nhalf',
            'POST /api/v1/register/basic HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab',
        ];
        const slow = starts
            .flatMap((start) => [start, start])
            .map((start, i) => {
                const socket = net.connect(server.port, server.host);
                socket.on('error', () => {});
                socket.resume();
                socket.write(start);
                /* Every second one drips on: a byte a second must not keep it alive. */
                const drip = i % 2 ? setInterval(() => socket.write('a'), 1000) : null;
                return new Promise((resolve) =>
                    socket.on('close', () => {
                        clearInterval(drip);
                        resolve();
                    }),
                );
            });
        for (let i = 0; i < 20; i++) await alive();
        await within(Promise.all(slow), 'half requests to be ended', 25000 * SLOW);
        await alive();
    });
});

test('afterwards the server is idle, and has not grown', async () => {
    await idle();
    await alive();
    if (!process.env.SAN) assert.ok(server.rssKb() < 120000, `${server.rssKb()} kB`);
});
