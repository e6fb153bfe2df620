'use strict';
/* One reader stops reading (reliability.md T56, P4): twenty others get every message in time, the stalled one is
 * closed once its queue is full, the server's memory stays bounded, and what the stalled one missed is exactly what
 * it gets from its last number on. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { open, OP } = require('../harness/rawws.js');
const { SAN, SLOW, until } = require('../harness/wait.js');

const READERS = 20;
const BEGIN = READERS + 1; /* the notices of all who came in: the first message is the next */
const MESSAGES = 400;
const BODY = 'x'.repeat(30000);

for (const [name, listen] of [
    ['ws', '127.0.0.1:0'],
    ['wss', '127.0.0.1:0s'],
]) {
    test(`over ${name}`, async () => {
        const server = await startServer({ set: { listen } });
        try {
            const f = freeim(server);
            const [sender, stalled, ...readers] = await f.people('stall', READERS + 2);
            const group = await f.group(sender, [stalled, ...readers]);
            const sockets = await Promise.all(readers.map((one) => connect(one)));
            const deaf = await open(server, stalled.token);
            await deaf.ping('in');
            await deaf.expect(OP.PONG);
            deaf.pause();
            const rss = server.rssKb();

            let slowest = 0;
            let sent = 0;
            while (sent < MESSAGES && !/queue was full/.test(server.stderr)) {
                const started = Date.now();
                const body = `${sent} ${BODY}`;
                const { seq } = await sender.say(group, body);
                sent++;
                assert.equal(seq, BEGIN + sent);
                await Promise.all(sockets.map(async (one) => assert.equal((await one.frame({ seq })).body, body)));
                slowest = Math.max(slowest, Date.now() - started);
            }
            await until(() => /queue was full/.test(server.stderr), 'the stalled reader to be dropped');
            assert.ok(slowest < 1000 * SLOW, `a message took ${slowest} ms to reach everybody`);
            if (!SAN) assert.ok(server.rssKb() - rss < 16384, `memory grew by ${server.rssKb() - rss} kB`);

            /* It wakes up: what it had been sent is the beginning, whole and in order, and then it is told to come back. */
            deaf.resume();
            let have = BEGIN;
            let code = 1006;
            for (;;) {
                const frame = await deaf.next('what was queued');
                if (frame === null) break;
                if (frame.opcode === OP.CLOSE) code = frame.payload.readUInt16BE(0);
                else assert.equal(JSON.parse(frame.payload).seq, ++have);
            }
            assert.ok([1013, 1006].includes(code), `closed with ${code}`);
            assert.ok(have < BEGIN + sent, 'it was not stalled at all');
            const missed = [];
            for (let after = have; ;) {
                const { items } = await stalled.history(group.id, { afterSeq: after, limit: 50 });
                if (items.length === 0) break;
                missed.push(...items);
                after = items.at(-1).seq;
            }
            assert.deepEqual(
                missed.map((one) => one.seq),
                Array.from({ length: BEGIN + sent - have }, (_, i) => have + 1 + i),
            );
            assert.deepEqual(
                missed.map((one) => one.body),
                missed.map((one) => `${one.seq - BEGIN - 1} ${BODY}`),
            );

            /* Back again, it hears live what comes next. */
            const again = await connect(stalled);
            const { seq } = await sender.say(group, 'welcome back');
            await again.frame({ seq, body: 'welcome back' });
            await Promise.all([again, ...sockets].map((one) => one.close()));
        } finally {
            await server.stop();
        }
    });
}

test('ten stalled readers at once, and requests are answered all the while', async () => {
    const server = await startServer({ set: { socket_queue_bytes: '64K' } });
    try {
        const f = freeim(server);
        const [sender, reader, ...others] = await f.people('many', 12);
        const group = await f.group(sender, [reader, ...others]);
        const deaf = await Promise.all(others.map((one) => open(server, one.token)));
        await Promise.all(deaf.map((one) => one.ping('in').then(() => one.expect(OP.PONG))));
        deaf.forEach((one) => one.pause());
        const good = await connect(reader);
        const dropped = () => server.stderr.match(/queue was full/g)?.length || 0;
        for (let i = 0; i < MESSAGES && dropped() < 10; i++) {
            const { seq } = await sender.say(group, `${i} ${BODY}`);
            await good.frame({ seq });
            const { ms } = await reader.call('GET /me/info');
            assert.ok(ms < 1000 * SLOW, `a request took ${ms} ms`);
        }
        await until(() => dropped() === 10, 'all ten to be dropped');
        deaf.forEach((one) => one.destroy());
        await good.close();
    } finally {
        await server.stop();
    }
});
