'use strict';
/* freeim 聊天, afterwards: recall and read positions, and what both do to unread counts and to the conversation list
 * (reliability.md T28, T29, P6). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { until } = require('../harness/wait.js');

const NOT_YOURS = '只能撤回自己的消息';
const TOO_LATE = '超过2分钟消息无法撤回';
const NOT_MEMBER = '你不是是此群聊成员';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const recall = (person, id, more) => person.ok('POST /chat/revocation', { toId: 1, id, ope: 'friend' }, more);

describe('recall', () => {
    for (const as of ENCODINGS)
        test(`takes back one's own message with ${as}: blank for good, told to everybody`, async () => {
            const [alice, bob] = await f.people('recall', 2);
            const group = await f.group(alice, [bob]);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            for (const target of [bob, group]) {
                const sent = await alice.say(target, 'regretted', { type: 'pic' });
                const result = await alice.ok(
                    'POST /chat/revocation',
                    { toId: target.id, id: sent.id, ope: sent.ope },
                    { as },
                );
                assert.deepEqual(
                    [result.id, result.status, result.body, result.type, result.seq],
                    [sent.id, 'revocation', '', 'pic', sent.seq],
                );
                for (const socket of [atAlice, atBob]) {
                    const told = await socket.frame({ id: sent.id, status: 'revocation' });
                    assert.deepEqual([told.body, told.type, told.fromId, told.toId], ['', 'pic', alice.id, target.id]);
                }
                const bySeq = await bob.history(target === bob ? alice : group.id, { afterSeq: sent.seq - 1 });
                /* In the group the notice of bob's coming in is left. */
                assert.deepEqual(
                    [bySeq.items.length, bySeq.items[0].id, bySeq.items[0].body, bySeq.total],
                    [1, sent.id, '', target === bob ? 0 : 1],
                );
            }
            await atAlice.close();
            await atBob.close();
        });

    test('is for the sender only; who owns the group is not the sender either', async () => {
        const [alice, bob, eve] = await f.people('yours', 3);
        const group = await f.group(alice, [bob]);
        const direct = await alice.say(bob, 'mine');
        const inGroup = await bob.say(group, 'mine too');
        for (const [who, id] of [
            [bob, direct.id],
            [eve, direct.id],
            [alice, inGroup.id],
            [eve, inGroup.id],
            [alice, 999999999],
        ])
            await who.refused('POST /chat/revocation', { toId: bob.id, id, ope: 'friend' }, NOT_YOURS, {
                error: 'not_sender',
            });
        assert.equal((await bob.history(alice)).items[0].body, 'mine');
        assert.equal((await alice.history(group.id)).items.at(-1).body, 'mine too');
    });

    test('twice is as good as once, and tells nobody again', async () => {
        const [alice, bob] = await f.people('again', 2);
        const sent = await alice.say(bob, 'x');
        const first = await recall(alice, sent.id);
        const atBob = await connect(bob);
        assert.deepEqual(await recall(alice, sent.id), first);
        await atBob.none({ status: 'revocation' });
        await atBob.close();
    });

    test('has its time, and 0 is never', async () => {
        const other = await startServer({ set: { recall_seconds: 1 } });
        try {
            const g = freeim(other);
            const [alice, bob] = await g.people('slow', 2);
            const sent = await alice.say(bob, 'too old soon');
            const fresh = await alice.say(bob, 'fresh');
            await recall(alice, fresh.id);
            await until(() => Date.now() > Date.parse(sent.createdAt) + 1100, 'more than a second to pass');
            await alice.refused('POST /chat/revocation', { toId: bob.id, id: sent.id, ope: 'friend' }, TOO_LATE, {
                error: 'too_late',
            });
            assert.equal((await bob.history(alice)).items[0].body, 'too old soon');
            /* What was taken back in time stays taken back. */
            await recall(alice, fresh.id);
            await other.restart({ recall_seconds: 0 });
            const never = await alice.say(bob, 'never');
            await until(() => Date.now() > Date.parse(never.createdAt), 'a millisecond to pass');
            await alice.refused('POST /chat/revocation', { toId: bob.id, id: never.id, ope: 'friend' }, TOO_LATE);
        } finally {
            await other.stop();
        }
    });

    test('the text is nowhere any more, also after a restart', async () => {
        const [alice, bob] = await f.people('gone', 2);
        const sent = await alice.say(bob, 'a-very-secret-canary');
        await recall(alice, sent.id);
        await server.restart();
        for (const [row, fields] of [
            ['GET /chat/messages', { toId: alice.id, afterSeq: 0 }],
            ['GET //api/v1/conversations', {}],
        ])
            assert.ok(!(await bob.call(row, fields)).text.includes('canary'));
    });
});

describe('reading', () => {
    for (const as of ENCODINGS)
        test(`with ${as}: the sender hears of it, the reader's other devices too, and isRead turns`, async () => {
            const [alice, bob] = await f.people('read', 2);
            const [atAlice, atBob] = [await connect(alice), await connect(bob)];
            await alice.say(bob, 'one');
            await alice.say(bob, 'two');
            assert.deepEqual(
                (await alice.history(bob)).items.map((one) => one.isRead),
                [false, false],
            );
            await bob.ok('POST /chat/read', { toId: alice.id }, { as });
            for (const socket of [atAlice, atBob]) {
                const told = await socket.frame({ type: 'read' });
                assert.deepEqual(
                    [told.fromId, told.toId, told.ope, told.isRead, told.read, told.seq, told.body],
                    [bob.id, alice.id, 'friend', true, true, 2, ''],
                );
            }
            assert.deepEqual(
                (await alice.history(bob)).items.map((one) => one.isRead),
                [true, true],
            );
            assert.equal((await bob.conversation(alice)).unread, 0);
            assert.equal((await alice.conversation(bob)).peerReadSeq, 2);
            await atAlice.close();
            await atBob.close();
        });

    test('up to a number, never back, never beyond the last', async () => {
        const [alice, bob] = await f.people('mono', 2);
        for (let i = 0; i < 10; i++) await alice.say(bob, String(i));
        const state = async () => {
            const { readSeq, unread } = await bob.conversation(alice);
            return [readSeq, unread];
        };
        assert.deepEqual(await state(), [0, 10]);
        for (const [seq, want] of [
            [3, [3, 7]],
            [1, [3, 7]],
            [3, [3, 7]],
            [8, [8, 2]],
            [2, [8, 2]],
            [999999, [10, 0]],
            [1, [10, 0]],
        ]) {
            await bob.ok('POST /chat/read', { toId: alice.id, seq });
            assert.deepEqual(await state(), want, `after reading up to ${seq}`);
        }
        await alice.say(bob, 'new');
        assert.deepEqual(await state(), [10, 1]);
        await bob.ok('POST /chat/read', { toId: alice.id });
        assert.deepEqual(await state(), [11, 0]);
    });

    test('in any order at once, the highest stands', async () => {
        const [alice, bob] = await f.people('order', 2);
        for (let i = 0; i < 30; i++) await alice.say(bob, String(i));
        const atAlice = await connect(alice);
        const order = Array.from({ length: 29 }, (_, i) => ((i * 17) % 29) + 1);
        const seen = [];
        await Promise.all([
            ...order.map((seq) => bob.ok('POST /chat/read', { toId: alice.id, seq })),
            (async () => {
                for (;;) {
                    const told = await atAlice.frame({ type: 'read' });
                    seen.push(told.seq);
                    if (told.seq === 29) break;
                }
            })(),
        ]);
        assert.deepEqual(
            seen,
            [...new Set(seen)].sort((a, b) => a - b),
            'what the sender hears never falls',
        );
        const { readSeq, unread } = await bob.conversation(alice);
        assert.deepEqual([readSeq, unread], [29, 1]);
        await atAlice.close();
    });

    test('writing is reading what stands above', async () => {
        const [alice, bob] = await f.people('reply', 2);
        await alice.say(bob, 'question');
        assert.equal((await bob.conversation(alice)).unread, 1);
        await bob.say(alice, 'answer');
        assert.equal((await bob.conversation(alice)).unread, 0);
        assert.deepEqual([(await alice.conversation(bob)).unread, (await alice.conversation(bob)).peerReadSeq], [1, 2]);
    });

    test('in a group: whose messages were read hear of it, others do not', async () => {
        const [alice, bob, carol] = await f.people('gread', 3);
        const group = await f.group(alice, [bob, carol]);
        const [atAlice, atCarol] = [await connect(alice), await connect(carol)];
        const { seq } = await alice.say(group, 'for all');
        await bob.ok('POST /chat/read', { toId: group.id, ope: 'group' });
        const told = await atAlice.frame({ type: 'read' });
        assert.equal(seq, 3); /* two came in */
        assert.deepEqual([told.fromId, told.toId, told.ope, told.seq], [bob.id, group.id, 'group', seq]);
        await atCarol.frame({ type: 'text' });
        await atCarol.none({ type: 'read' });
        await atAlice.close();
        await atCarol.close();
    });

    test('where one may not, and where there is nothing', async () => {
        const [alice, bob, eve] = await f.people('noread', 3);
        const group = await f.group(alice, [bob]);
        await alice.say(group, 'x');
        await eve.refused('POST /chat/read', { toId: group.id }, NOT_MEMBER, { error: 'not_member' });
        await eve.refused('POST /chat/read', { toId: 99999999 }, '账号不存在');
        await eve.refused('POST /chat/read', { toId: 9999999 }, '群聊不存在');
        const atAlice = await connect(alice);
        await eve.ok('POST /chat/read', { toId: alice.id });
        await atAlice.none({ type: 'read' });
        await atAlice.close();
        assert.equal(await eve.conversation(alice), undefined, 'reading nothing begins no conversation');
    });

    test('one reads for oneself only', async () => {
        const [alice, bob, eve] = await f.people('self', 3);
        await alice.say(bob, 'for bob');
        await eve.say(bob, 'from eve');
        await eve.ok('POST /chat/read', { toId: bob.id, fromId: alice.id, accountId: bob.id });
        assert.equal((await bob.conversation(alice)).unread, 1);
        assert.deepEqual(
            (await alice.history(bob)).items.map((one) => one.isRead),
            [false],
        );
    });

    test('a recalled message is not unread any more', async () => {
        const [alice, bob] = await f.people('unrec', 2);
        const sent = await alice.say(bob, 'oops');
        await alice.say(bob, 'fine');
        assert.equal((await bob.conversation(alice)).unread, 2);
        await recall(alice, sent.id);
        assert.equal((await bob.conversation(alice)).unread, 1);
    });

    test('positions survive a restart and a crash', async () => {
        const [alice, bob] = await f.people('pos', 2);
        for (let i = 0; i < 5; i++) await alice.say(bob, String(i));
        await bob.ok('POST /chat/read', { toId: alice.id, seq: 3 });
        await server.kill9();
        await server.start();
        const { readSeq, unread, lastSeq } = await bob.conversation(alice);
        assert.deepEqual([readSeq, unread, lastSeq], [3, 2, 5]);
        await server.restart();
        assert.equal((await alice.conversation(bob)).peerReadSeq, 3);
    });
});
