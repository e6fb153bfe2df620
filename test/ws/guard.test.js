'use strict';
/* RFC 6455 as reliability.md section 4 lists it, sent by hand. That a message arrived whole is seen by its answer: a
 * freeim ping frame is answered, whatever else stands in it. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const WebSocket = require('ws');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { OP, open, frameBytes, closePayload, handshake } = require('../harness/rawws.js');
const { SAN, SLOW, until, within } = require('../harness/wait.js');

const MIB = 1048576;

let server, f, alice;
before(async () => {
    server = await startServer({ set: { sockets_per_user: 100 } });
    f = freeim(server);
    [alice] = await f.people('guard', 1);
});
after(() => server?.stop());

const socket = (options) => open(server, alice.token, options);

/* A ping frame of freeim's that is exactly size bytes long. */
function pingText(size, fill = 'x') {
    const shell = '{"type":"ping","pad":""}';
    assert.ok(size >= shell.length);
    return shell.replace('""', `"${fill.repeat(size - shell.length)}"`);
}

async function answered(ws, what) {
    const frame = JSON.parse(await ws.expect(OP.TEXT, what));
    assert.equal(frame.type, 'ping', what);
}

/* The socket still works. */
async function works(ws, what = 'the socket works') {
    await ws.text(pingText(40));
    await answered(ws, what);
}

/* A new socket that is closed with this code after these bytes; everybody else's goes on. */
async function closes(bytes, codes, { prelude } = {}) {
    const [ws, other] = [await socket(), await socket()];
    if (prelude) await prelude(ws);
    await ws.write(bytes);
    const code = await ws.closed();
    assert.ok([].concat(codes).includes(code), `closed with ${code}, not ${codes}`);
    await works(other, 'another socket after that');
    await other.close(1000);
    assert.equal(await other.closed(), 1000);
}

describe('1 framing', () => {
    for (const size of [25, 125, 126, 127, 128, 65535, 65536, 200000, MIB])
        test(`a text of ${size} bytes`, async () => {
            const ws = await socket();
            await ws.text(pingText(size));
            await answered(ws);
            ws.destroy();
        });
    test('a text of 0 bytes is no JSON: a notice, and the socket stays', async () => {
        const ws = await socket();
        await ws.text('');
        assert.equal(JSON.parse(await ws.expect(OP.TEXT)).type, 'error');
        await works(ws);
        ws.destroy();
    });
    for (const size of [0, 125, 126, 65536])
        test(`a binary of ${size} bytes is 1003`, () =>
            closes(frameBytes({ opcode: OP.BINARY, payload: Buffer.alloc(size, 7) }), 1003));
    for (const size of [40, 300, 70000])
        test(`a text of ${size} bytes in single bytes`, async () => {
            const ws = await socket();
            const bytes = frameBytes({ payload: pingText(size) });
            const step = size > 1000 ? 997 : 1;
            for (let i = 0; i < bytes.length; i += step) await ws.write(bytes.subarray(i, i + step));
            await answered(ws);
            ws.destroy();
        });
    test('many messages in one piece are answered one by one', async () => {
        const ws = await socket();
        await ws.write(Buffer.concat(Array.from({ length: 200 }, () => frameBytes({ payload: pingText(100) }))));
        for (let i = 0; i < 200; i++) await answered(ws);
        ws.destroy();
    });
    test("the server's frames are whole, unmasked, with no reserved bit", async () => {
        const ws = await socket();
        await ws.text(pingText(40));
        const { fin, rsv, masked, opcode } = await ws.next();
        assert.deepEqual({ fin, rsv, masked, opcode }, { fin: true, rsv: 0, masked: false, opcode: OP.TEXT });
        ws.destroy();
    });
    for (const [bytes, name] of [
        [2, '16'],
        [8, '64'],
    ])
        test(`a short length written with ${name} bits: refused, or read right (the engine does not show it)`, async (t) => {
            const ws = await socket();
            await ws.send({ payload: pingText(40), lengthBytes: bytes });
            const frame = await ws.next();
            const isRead = frame?.opcode === OP.TEXT && JSON.parse(frame.payload).type === 'ping';
            const isRefused = frame === null || (frame.opcode === OP.CLOSE && frame.payload.readUInt16BE(0) === 1002);
            assert.ok(isRead || isRefused);
            t.diagnostic(`non-minimal ${name}-bit length: ${isRead ? 'accepted (documented gap)' : 'refused'}`);
            ws.destroy();
        });
    test('an unmasked frame: refused, or read right (the engine does not show it)', async (t) => {
        const ws = await socket();
        await ws.send({ payload: pingText(40), mask: false });
        const frame = await ws.next();
        const isRead = frame?.opcode === OP.TEXT && JSON.parse(frame.payload).type === 'ping';
        assert.ok(isRead || frame === null || frame.opcode === OP.CLOSE);
        t.diagnostic(`unmasked client frame: ${isRead ? 'accepted (documented gap)' : 'refused'}`);
        ws.destroy();
    });
});

describe('2 ping and pong', () => {
    for (const size of [0, 1, 8, 124, 125])
        test(`a ping of ${size} bytes comes back`, async () => {
            const ws = await socket();
            const payload = Buffer.from(Array.from({ length: size }, (_, i) => (i * 37) % 256));
            await ws.ping(payload);
            assert.deepEqual(await ws.expect(OP.PONG), payload);
            ws.destroy();
        });
    test('a ping of 126 bytes is 1002', () =>
        closes(frameBytes({ opcode: OP.PING, payload: Buffer.alloc(126) }), 1002));
    test('a ping in single bytes', async () => {
        const ws = await socket();
        for (const byte of frameBytes({ opcode: OP.PING, payload: Buffer.alloc(125, 9) }))
            await ws.write(Buffer.from([byte]));
        assert.equal((await ws.expect(OP.PONG)).length, 125);
        ws.destroy();
    });
    test('pongs nobody asked for are ignored', async () => {
        const ws = await socket();
        for (const payload of ['', 'unasked', Buffer.alloc(125)]) await ws.send({ opcode: OP.PONG, payload });
        await works(ws);
        ws.destroy();
    });
    test('10 pings are answered in order', async () => {
        const ws = await socket();
        await ws.write(
            Buffer.concat(Array.from({ length: 10 }, (_, i) => frameBytes({ opcode: OP.PING, payload: `ping ${i}` }))),
        );
        for (let i = 0; i < 10; i++) assert.equal((await ws.expect(OP.PONG)).toString(), `ping ${i}`);
        ws.destroy();
    });
});

describe('3 reserved bits', () => {
    for (const rsv of [1, 2, 3, 4, 5, 6, 7])
        for (const [name, opcode, payload] of [
            ['text', OP.TEXT, pingText(40)],
            ['ping', OP.PING, ''],
            ['close', OP.CLOSE, closePayload(1000)],
            ['pong', OP.PONG, ''],
        ])
            test(`bits ${rsv} on a ${name} are 1002`, () => closes(frameBytes({ rsv, opcode, payload }), 1002));
});

describe('4 opcodes', () => {
    for (const opcode of [3, 4, 5, 6, 7, 11, 12, 13, 14, 15])
        test(`opcode ${opcode} is 1002`, async () => {
            await closes(frameBytes({ opcode, payload: '' }), 1002);
            await closes(frameBytes({ opcode, payload: 'with a payload' }), 1002, { prelude: works });
            await closes(
                Buffer.concat([frameBytes({ fin: false, payload: '{"type"' }), frameBytes({ opcode, payload: '' })]),
                1002,
            );
        });
});

describe('5 fragments', () => {
    const pieces = (...list) =>
        Buffer.concat(
            list.map((payload, i) =>
                frameBytes({ opcode: i === 0 ? OP.TEXT : OP.CONTINUATION, fin: i === list.length - 1, payload }),
            ),
        );
    const split = (text, n) =>
        Array.from({ length: n }, (_, i) =>
            text.slice(Math.floor((i * text.length) / n), Math.floor(((i + 1) * text.length) / n)),
        );

    for (const n of [2, 3, 10, 64])
        test(`a message in ${n} pieces`, async () => {
            const ws = await socket();
            await ws.write(pieces(...split(pingText(500), n)));
            await answered(ws);
            await works(ws);
            ws.destroy();
        });
    test('empty pieces count for nothing', async () => {
        const ws = await socket();
        await ws.write(pieces('', pingText(40), '', ''));
        await answered(ws);
        await ws.write(pieces('', '', ''));
        assert.equal(JSON.parse(await ws.expect(OP.TEXT)).type, 'error');
        ws.destroy();
    });
    test('pings between the pieces are answered at once', async () => {
        const ws = await socket();
        const [one, two, three] = split(pingText(90), 3);
        await ws.write(
            Buffer.concat([frameBytes({ fin: false, payload: one }), frameBytes({ opcode: OP.PING, payload: 'p1' })]),
        );
        assert.equal((await ws.expect(OP.PONG)).toString(), 'p1');
        await ws.write(
            Buffer.concat([
                frameBytes({ fin: false, opcode: OP.CONTINUATION, payload: two }),
                frameBytes({ opcode: OP.PING, payload: 'p2' }),
                frameBytes({ opcode: OP.CONTINUATION, payload: three }),
            ]),
        );
        assert.equal((await ws.expect(OP.PONG)).toString(), 'p2');
        await answered(ws);
        ws.destroy();
    });
    test('a close between the pieces closes', () =>
        closes(
            Buffer.concat([
                frameBytes({ fin: false, payload: 'x' }),
                frameBytes({ opcode: OP.CLOSE, payload: closePayload(1000) }),
            ]),
            1000,
        ));
    for (const [name, opcode] of [
        ['ping', OP.PING],
        ['pong', OP.PONG],
        ['close', OP.CLOSE],
    ])
        test(`a ${name} in pieces is 1002`, () =>
            closes(frameBytes({ fin: false, opcode, payload: opcode === OP.CLOSE ? closePayload(1000) : 'x' }), 1002));
    for (const fin of [true, false])
        test(`a continuation of nothing (fin ${fin}) is 1002`, async () => {
            await closes(frameBytes({ opcode: OP.CONTINUATION, fin, payload: 'x' }), 1002);
            await closes(frameBytes({ opcode: OP.CONTINUATION, fin, payload: '' }), 1002, {
                prelude: async (ws) => {
                    await ws.write(pieces(...split(pingText(40), 2)));
                    await answered(ws);
                },
            });
        });
    for (const opcode of [OP.TEXT, OP.BINARY])
        test(`a new message (${opcode}) inside one is 1002`, () =>
            closes(
                Buffer.concat([
                    frameBytes({ fin: false, payload: 'x' }),
                    frameBytes({ opcode, payload: pingText(40) }),
                ]),
                1002,
            ));
    test('65 pieces are too many', () => closes(pieces(...split(pingText(500), 65)), [1008, 1009]));
    test('pieces that are too large together are 1009', () =>
        closes(pieces(...Array(5).fill('x'.repeat(MIB / 4))), 1009));
    test('as large as allowed together', async () => {
        const ws = await socket();
        await ws.write(pieces(...split(pingText(MIB), 4)));
        await answered(ws);
        ws.destroy();
    });
    test('a binary in pieces is 1003', () =>
        closes(
            Buffer.concat([
                frameBytes({ opcode: OP.BINARY, fin: false, payload: 'x' }),
                frameBytes({ opcode: OP.CONTINUATION, payload: 'y' }),
            ]),
            1003,
        ));
});

describe('6 UTF-8', () => {
    const inJson = (bytes) => Buffer.concat([Buffer.from('{"type":"ping","pad":"'), bytes, Buffer.from('"}')]);
    const good = {
        greek: 'κόσμε',
        'the last of 2 bytes': '\u07ff',
        'the first of 3': '\u0800',
        'below the surrogates': '\ud7ff',
        'above them': '\ue000',
        'the replacement': '\ufffd',
        'a noncharacter': '\uffff',
        'the first of 4': '\u{10000}',
        'the last of all': '\u{10ffff}',
    };
    for (const [name, text] of Object.entries(good))
        test(`${name} is fine, whole and split anywhere`, async () => {
            const ws = await socket();
            const bytes = inJson(Buffer.from(text));
            await ws.send({ payload: bytes });
            await answered(ws);
            const at = 22;
            for (let cut = at; cut <= at + Buffer.byteLength(text); cut++) {
                await ws.write(
                    Buffer.concat([
                        frameBytes({ fin: false, payload: bytes.subarray(0, cut) }),
                        frameBytes({ opcode: OP.CONTINUATION, payload: bytes.subarray(cut) }),
                    ]),
                );
                await answered(ws, `split at ${cut}`);
            }
            ws.destroy();
        });
    const bad = {
        'a lone continuation byte': [0x80],
        'a cut sequence of 2': [0xc3],
        'of 3': [0xe2, 0x82],
        'of 4': [0xf0, 0x9f, 0x98],
        'an overlong slash': [0xc0, 0xaf],
        'overlong of 3': [0xe0, 0x80, 0xaf],
        'overlong of 4': [0xf0, 0x80, 0x80, 0xaf],
        'an overlong NUL': [0xc0, 0x80],
        'a high surrogate': [0xed, 0xa0, 0x80],
        'a low surrogate': [0xed, 0xbf, 0xbf],
        'a pair of surrogates': [0xed, 0xa0, 0x80, 0xed, 0xb0, 0x80],
        'above 10FFFF': [0xf4, 0x90, 0x80, 0x80],
        'five bytes': [0xf8, 0x88, 0x80, 0x80, 0x80],
        FE: [0xfe],
        FF: [0xff],
    };
    for (const [name, bytes] of Object.entries(bad))
        test(`${name} is 1007, whole and in pieces`, async () => {
            const whole = inJson(Buffer.from(bytes));
            await closes(frameBytes({ payload: whole }), 1007);
            for (let cut = 22; cut <= 22 + bytes.length; cut++)
                await closes(
                    Buffer.concat([
                        frameBytes({ fin: false, payload: whole.subarray(0, cut) }),
                        frameBytes({ opcode: OP.CONTINUATION, payload: whole.subarray(cut) }),
                    ]),
                    1007,
                );
        });
});

describe('7 closing', () => {
    for (const code of [1000, 1001, 1002, 1003, 1007, 1008, 1009, 1010, 1011, 1012, 1013, 1014, 3000, 3999, 4000, 4999])
        test(`${code} comes back`, () =>
            closes(frameBytes({ opcode: OP.CLOSE, payload: closePayload(code, 'why not') }), code));
    for (const code of [0, 1, 999, 1004, 1005, 1006, 1015, 1016, 1100, 2000, 2999, 5000, 65535])
        test(`${code} is 1002`, () => closes(frameBytes({ opcode: OP.CLOSE, payload: closePayload(code) }), 1002));
    test('without a code it comes back without one', () => closes(frameBytes({ opcode: OP.CLOSE }), 0));
    test('half a code is 1002', () => closes(frameBytes({ opcode: OP.CLOSE, payload: Buffer.from([3]) }), 1002));
    test('a reason of 123 bytes is fine, of 124 is 1002', async () => {
        await closes(frameBytes({ opcode: OP.CLOSE, payload: closePayload(1000, 'x'.repeat(123)) }), 1000);
        await closes(frameBytes({ opcode: OP.CLOSE, payload: closePayload(1000, 'x'.repeat(124)) }), 1002);
    });
    test('a reason that is not UTF-8 is 1007', () =>
        closes(frameBytes({ opcode: OP.CLOSE, payload: closePayload(1000, Buffer.from([0xff])) }), 1007));
    test('what comes after a close is not heard', async () => {
        const ws = await socket();
        await ws.write(
            Buffer.concat([
                frameBytes({ opcode: OP.CLOSE, payload: closePayload(1000) }),
                frameBytes({ payload: pingText(40) }),
                frameBytes({ opcode: OP.PING, payload: 'late' }),
            ]),
        );
        const frame = await ws.next();
        assert.equal(frame.opcode, OP.CLOSE);
        assert.equal(await ws.next(), null, 'something came after the close');
    });
    test('a connection that is cut, anywhere, disturbs nobody', async () => {
        const bytes = frameBytes({ payload: pingText(300) });
        for (let cut = 0; cut < 20; cut++) {
            const ws = await socket();
            await ws.write(bytes.subarray(0, cut));
            ws.destroy();
        }
        await works(await socket());
    });
});

describe('9 limits', () => {
    test('one byte more than the limit is 1009', async () => {
        await closes(frameBytes({ payload: 'x'.repeat(1000), announce: MIB + 1, lengthBytes: 8 }), 1009);
        /* With all of it under way the connection may be reset before the Close is read. */
        await closes(frameBytes({ payload: pingText(MIB + 1) }), [1009, 1006]);
    });
    const lengths = {
        '2 MiB': 2 * MIB,
        '16 MiB': 16 * MIB,
        '2 GiB': 2 ** 31,
        '2 GiB less some': 0x7ffeffff,
        '4 GiB': 2 ** 32,
        '2^62': 2n ** 62n,
        'the top bit': 2n ** 63n,
        'all bits': 2n ** 64n - 1n,
    };
    for (const [name, announce] of Object.entries(lengths))
        test(`a head that promises ${name} takes no memory`, async () => {
            await works(await socket());
            const before = server.rssKb();
            for (const opcode of [OP.TEXT, OP.BINARY, OP.CONTINUATION]) {
                const ws = await socket();
                await ws.send({ opcode, payload: 'x'.repeat(1000), announce, lengthBytes: 8 });
                /* The engine ends the connection itself above 0x7FFF0000. */
                assert.ok([1009, 1002, 1006].includes(await ws.closed()));
            }
            if (!SAN) assert.ok(server.rssKb() - before < 4096, `memory grew by ${server.rssKb() - before} kB`);
            await works(await socket());
        });
    test('a control frame that promises 64 KiB is refused', () =>
        closes(frameBytes({ opcode: OP.PING, payload: Buffer.alloc(65536) }), 1002));
    test('a flood of fragments takes no memory', async () => {
        /* Built once, before anybody waits: masking 20,000 frames keeps this process from hearing any answer, and for each
         * of ten sockets it did so for longer than they wait. */
        const flood = Buffer.concat([
            frameBytes({ fin: false, payload: 'x' }),
            ...Array.from({ length: 20000 }, () => frameBytes({ fin: false, opcode: OP.CONTINUATION, payload: 'x' })),
        ]);
        const before = server.rssKb();
        const floods = await Promise.all(
            Array.from({ length: 10 }, async () => {
                const ws = await socket();
                await ws.write(flood);
                return ws.closed();
            }),
        );
        for (const code of floods) assert.ok([1008, 1009, 1006].includes(code), String(code));
        if (!SAN) assert.ok(server.rssKb() - before < 4096, `memory grew by ${server.rssKb() - before} kB`);
    });
    test('40 half messages of 1 MiB take no more than they hold, and give it back', async () => {
        const sockets = await Promise.all(Array.from({ length: 40 }, () => socket()));
        const before = server.rssKb();
        await Promise.all(sockets.map((ws) => ws.send({ fin: false, payload: 'x'.repeat(MIB / 2) })));
        await Promise.all(sockets.map((ws) => ws.ping('there')));
        await Promise.all(sockets.map((ws) => ws.expect(OP.PONG)));
        if (!SAN) assert.ok(server.rssKb() - before < 80 * 1024, `memory grew by ${server.rssKb() - before} kB`);
        for (const ws of sockets) ws.destroy();
        await works(await socket());
    });
});

describe('deadlines', { concurrency: true }, () => {
    test('half a frame is ended after 10 s, a silent socket is not', async () => {
        const [half, dripping, quiet] = [await socket(), await socket(), await socket()];
        const bytes = frameBytes({ payload: pingText(300) });
        await half.write(bytes.subarray(0, 20));
        const started = Date.now();
        let at = 0;
        const drip = setInterval(() => dripping.write(bytes.subarray(at, ++at)), 300);
        const codes = await Promise.all([half.closed(20000 * SLOW), dripping.closed(30000 * SLOW)]);
        clearInterval(drip);
        for (const code of codes) assert.ok([1002, 1006].includes(code), String(code));
        assert.ok(Date.now() - started > 8000, 'it was given its time');
        await works(quiet);
        quiet.destroy();
    });
    test('a silent socket is asked, and ended when it does not answer', async () => {
        const other = await startServer({ set: { socket_ping_seconds: 5, socket_timeout_seconds: 10 } });
        try {
            const g = freeim(other);
            const [person] = await g.people('beat', 1);
            /* Nobody takes the deaf one's frames off its list, so its pings stay unanswered. */
            const [deaf, good] = [await open(other, person.token), await open(other, person.token)];
            const answering = (async () => {
                let pings = 0;
                for (;;) {
                    await until(() => good.frames.length > 0 || good.ended, 'a ping of the server', 20000 * SLOW);
                    if (good.ended) return pings;
                    const frame = good.frames.shift();
                    if (frame.opcode === OP.CLOSE) return pings;
                    assert.equal(frame.opcode, OP.PING);
                    pings++;
                    await good.send({ opcode: OP.PONG, payload: frame.payload });
                }
            })();
            await until(() => deaf.ended, 'the deaf socket to be ended', 25000 * SLOW);
            assert.equal(deaf.frames[0].opcode, OP.PING);
            await works(good, 'the one that answered its pings');
            await good.close(1000);
            assert.ok((await answering) >= 1);
        } finally {
            await other.stop();
        }
    });
    test('who sends faster than allowed is 1008', async () => {
        const other = await startServer({ set: { rate_limits: 'on' } });
        try {
            const g = freeim(other);
            const [person, peer] = await g.people('rate', 2);
            const [loud, calm] = [await open(other, person.token), await open(other, peer.token)];
            await loud.write(Buffer.concat(Array.from({ length: 600 }, () => frameBytes({ payload: pingText(40) }))));
            assert.equal(await loud.closed(), 1008);
            await works(calm);
            calm.destroy();
        } finally {
            await other.stop();
        }
    });
});

describe('handshake', () => {
    const shake = (options) => handshake(server, { token: alice.token, ...options });
    const assertStatus = async (options, statuses) => {
        const { status, ws, body } = await shake(options);
        ws?.destroy();
        assert.ok(
            [].concat(statuses).includes(status),
            `${status}: ${body} ${JSON.stringify({ ...options, token: undefined })}`,
        );
    };

    test('101 with the right answer to the key, no extension, no subprotocol, no token', async () => {
        const { status, headers, accept, ws } = await shake({
            headers: {
                'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
                'Sec-WebSocket-Protocol': 'evil<script>, chat',
            },
        });
        assert.deepEqual(
            [status, headers['sec-websocket-accept'], headers.upgrade?.toLowerCase()],
            [101, accept, 'websocket'],
        );
        for (const name of [
            'sec-websocket-extensions',
            'sec-websocket-protocol',
            'authorization',
            'access-control-allow-origin',
        ])
            assert.equal(headers[name], undefined, name);
        await works(ws);
        ws.destroy();
    });
    for (const version of ['0', '8', '12', '14', '130', 'x', '', null])
        test(`version ${version} is 426 or 400`, () =>
            assertStatus({ headers: { 'Sec-WebSocket-Version': version } }, [400, 426]));
    for (const method of ['POST', 'PUT', 'HEAD', 'DELETE', 'OPTIONS'])
        test(`${method} opens nothing`, () => assertStatus({ method }, [200, 204, 400, 405, 426]));
    for (const key of [
        '',
        'abc',
        'x'.repeat(24),
        `${'A'.repeat(21)}===`,
        'A'.repeat(22),
        `${'A'.repeat(30)}==`,
        `${'!'.repeat(22)}==`,
        null,
    ])
        test(`the key ${key} is 400`, () => assertStatus({ headers: { 'Sec-WebSocket-Key': key } }, [400, 426]));
    test('HTTP/1.0 opens nothing', () => assertStatus({ version: 'HTTP/1.0' }, [400, 426, 505]));
    test('without Upgrade it is a request like any other', async () => {
        await assertStatus({ headers: { Upgrade: null, Connection: null } }, [400, 426]);
        await assertStatus({ headers: { Upgrade: 'h2c' } }, [400, 426]);
        await assertStatus({ headers: { Connection: 'close' } }, [400, 426]);
    });
    test('no token, a bad one, one in the wrong place: 401 in the envelope', async () => {
        for (const options of [
            { token: '' },
            { token: 'x.y.z' },
            { token: '', path: '/api/v1/ws?t=' },
            { token: '', path: '/api/v1/ws?token=x' },
            { token: '', headers: { Cookie: 't=x' } },
        ]) {
            const { status, body } = await shake(options);
            assert.deepEqual([status, JSON.parse(body)], [401, { code: 1, result: null, message: '登录超时' }]);
        }
    });
    test('a token as header, as Bearer and as ?t=', async () => {
        for (const options of [
            {},
            { headers: { Authorization: `Bearer ${alice.token}` } },
            { token: '', path: `/api/v1/ws?t=${alice.token}` },
            { token: '', path: `/api/v1/ws?platform=h5&t=${encodeURIComponent(alice.token)}` },
        ])
            await assertStatus(options, 101);
    });
    test('other paths open nothing', async () => {
        for (const path of [
            '/api/v1/ws/',
            '/api/v1/ws/sub',
            '/api/v1/wsX',
            '/api/v1/WS',
            '/ws',
            '/',
            '/api/v1/me/info',
            '/api/v1/site/config',
            '/api/v1/ws%00',
            '/api/v1/ws;x',
        ])
            await assertStatus({ path }, [400, 404, 405]);
    });
    test('a body in the handshake is 400', () => assertStatus({ headers: { 'Content-Length': '5' } }, 400));
    const origins = {
        'https://evil.example': 403,
        null: 403,
        '': [101, 403],
        'http://evil.example:80': 403,
        'chrome-extension://abc': 403,
        'file://': 403,
        'javascript:x': 403,
    };
    for (const [origin, status] of Object.entries(origins))
        test(`Origin ${origin} is ${status}`, () => assertStatus({ headers: { Origin: origin } }, status));
    test('the own page may, over either scheme; what only looks like it may not', async () => {
        const own = `${server.host}:${server.port}`;
        for (const origin of [`http://${own}`, `https://${own}`])
            await assertStatus({ headers: { Origin: origin } }, 101);
        for (const origin of [
            `http://${server.host}`,
            `http://${own}.evil.example`,
            `http://${own}/x`,
            `http://x@${own}`,
            `ftp://${own}`,
            own,
            `http://${server.host}:${server.port + 1}`,
        ])
            await assertStatus({ headers: { Origin: origin } }, 403);
    });
    test('an Origin is refused before the token is looked at', () =>
        assertStatus({ token: '', headers: { Origin: 'https://evil.example' } }, 403));
    test('a listed Origin may', async () => {
        const other = await startServer({ set: { cors_origins: 'https://app.example' } });
        try {
            const [person] = await freeim(other).people('listed', 1);
            for (const [origin, want] of [
                ['https://app.example', 101],
                ['https://app.example.evil', 403],
                ['http://app.example', 403],
            ]) {
                const { status, ws } = await handshake(other, { token: person.token, headers: { Origin: origin } });
                ws?.destroy();
                assert.equal(status, want, origin);
            }
        } finally {
            await other.stop();
        }
    });
});

describe('limits of sockets', () => {
    test('per person and all together, 503 above, and a closed one makes room', async () => {
        const other = await startServer({ set: { max_sockets: 6, sockets_per_user: 3 } });
        try {
            const [one, two, three] = await freeim(other).people('limit', 3);
            const tryOpen = async (person) => {
                const { status, ws, body } = await handshake(other, { token: person.token });
                if (status !== 101) assert.ok(body.length > 0 && status === 503, `${status} ${body}`);
                return ws;
            };
            const mine = [await tryOpen(one), await tryOpen(one), await tryOpen(one)];
            assert.equal(await tryOpen(one), null, 'the fourth of one person');
            const theirs = [await tryOpen(two), await tryOpen(two), await tryOpen(two)];
            assert.equal(await tryOpen(three), null, 'the seventh of all');
            await one.ok('GET /me/info'); /* plain requests keep their threads */
            await mine[0].close(1000);
            await mine[0].closed();
            mine[1].destroy();
            const again = await until(() => tryOpen(one), 'a place to be free');
            await until(() => tryOpen(three), 'another');
            await works(again);
            for (const ws of [...mine, ...theirs]) ws.destroy();
        } finally {
            await other.stop();
        }
    });
    test('per address', async () => {
        const other = await startServer({ set: { sockets_per_address: 2 } });
        try {
            const [person] = await freeim(other).people('addr', 1);
            const from = async (localAddress) => {
                const { status, ws } = await handshake(other, { token: person.token, localAddress });
                return { status, ws };
            };
            const open = [await from('127.0.0.1'), await from('127.0.0.1')];
            assert.equal((await from('127.0.0.1')).status, 503);
            open.push(await from('127.0.0.9'));
            assert.deepEqual(
                open.map((one) => one.status),
                [101, 101, 101],
            );
            open[0].ws.destroy();
            const again = await until(async () => (await from('127.0.0.1')).ws, 'a place of that address');
            for (const { ws } of open) ws.destroy();
            again.destroy();
        } finally {
            await other.stop();
        }
    });
    test('a failed handshake gives its place back', async () => {
        const other = await startServer({ set: { max_sockets: 2, sockets_per_user: 2 } });
        try {
            const [person] = await freeim(other).people('back', 1);
            for (let i = 0; i < 20; i++) {
                assert.equal(
                    (await handshake(other, { token: person.token, headers: { 'Sec-WebSocket-Key': 'bad' } })).ws,
                    null,
                );
                (
                    await handshake(other, { token: person.token, headers: { 'Sec-WebSocket-Protocol': 'x' } })
                ).ws?.destroy();
                await until(async () => {
                    const { ws } = await handshake(other, { token: person.token });
                    ws?.destroy();
                    return ws;
                }, `a place in round ${i}`);
            }
        } finally {
            await other.stop();
        }
    });
});

describe('a client of another make (npm ws)', () => {
    const connect = (options = {}) => {
        const ws = new WebSocket(`${server.wsUrl}/api/v1/ws`, { headers: { Authorization: alice.token }, ...options });
        return within(
            new Promise((resolve, reject) => {
                ws.once('message', () => resolve(ws)); /* the greeting */
                ws.once('error', reject);
            }),
            'ws to open',
        );
    };
    const message = (ws) =>
        within(new Promise((resolve) => ws.once('message', (data) => resolve(JSON.parse(data)))), 'a message');

    test('opens without compression, talks in every size, pings, closes', async () => {
        const ws = await connect({ perMessageDeflate: true });
        assert.equal(ws.extensions, '');
        for (const size of [25, 126, 65536, MIB]) {
            const got = message(ws);
            ws.send(pingText(size));
            assert.equal((await got).type, 'ping');
        }
        const pong = new Promise((resolve) => ws.once('pong', (data) => resolve(data.toString())));
        ws.ping('hello');
        assert.equal(await within(pong, 'a pong'), 'hello');
        const closed = new Promise((resolve) => ws.once('close', (code) => resolve(code)));
        ws.close(4000, 'bye');
        assert.equal(await within(closed, 'the close'), 4000);
    });
    test('fragments, a binary, a message too large', async () => {
        const ws = await connect();
        const got = message(ws);
        for (const [piece, fin] of [
            ['{"type":', false],
            ['"pi', false],
            ['ng"}', true],
        ])
            ws.send(piece, { fin });
        assert.equal((await got).type, 'ping');
        ws.terminate();
        for (const [data, want] of [
            [Buffer.from([1, 2, 3]), [1003]],
            [pingText(MIB + 1), [1009, 1006]],
        ]) {
            const one = await connect();
            one.on('error', () => {});
            const code = new Promise((resolve) => one.once('close', resolve));
            one.send(data);
            assert.ok(want.includes(await within(code, 'the close')));
        }
    });
    test('is refused without a token', async () => {
        const ws = new WebSocket(`${server.wsUrl}/api/v1/ws`);
        const status = new Promise((resolve) => ws.once('unexpected-response', (rq, rs) => resolve(rs.statusCode)));
        ws.on('error', () => {});
        assert.equal(await within(status, 'the refusal'), 401);
    });
});
