'use strict';
/* What people do with each other's messages (handlers/README.md, site): reactions, quotes. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

/* The order is by when each first came, in milliseconds: what a test does fast enough may tie. */
const sorted = (reactions) => reactions?.slice().sort((a, b) => (a.emoji < b.emoji ? -1 : 1));
const at = (message) => `/messages/${message.id}/reactions`;

describe('reactions', () => {
    test('are put, counted, shown in the list and taken back', async () => {
        const [alice, bob] = await f.people('react', 2);
        const plain = await alice.say(bob, 'no reactions');
        const message = await alice.say(bob, 'look');
        assert.deepEqual(await bob.ok(`POST ${at(message)}`, { emoji: '👍' }), {
            messageId: message.id,
            reactions: [{ emoji: '👍', count: 1, mine: true }],
        });
        const { reactions } = await alice.ok(`POST ${at(message)}`, { emoji: '👍' });
        assert.deepEqual(reactions, [{ emoji: '👍', count: 2, mine: true }]);
        await bob.ok(`POST ${at(message)}`, { emoji: '🎉' });
        const { items } = await alice.history(bob);
        assert.deepEqual(
            items.map((one) => [one.id, sorted(one.reactions)]),
            [
                [plain.id, undefined],
                [
                    message.id,
                    [
                        { emoji: '🎉', count: 1, mine: false },
                        { emoji: '👍', count: 2, mine: true },
                    ],
                ],
            ],
        );
        const after = await bob.ok(`DELETE ${at(message)}`, { emoji: '👍' });
        assert.deepEqual(sorted(after.reactions), [
            { emoji: '🎉', count: 1, mine: true },
            { emoji: '👍', count: 1, mine: false },
        ]);
    });

    test('reach the sockets of everybody who sees the message, and of nobody else', async () => {
        const [alice, bob, carol] = await f.people('reactws', 3);
        const group = await f.group(alice, [bob]);
        const message = await alice.say(group, 'in the group');
        await f.admit(alice, group, carol);
        const [atAlice, atBob, atBob2, atCarol] = await Promise.all([alice, bob, bob, carol].map((one) => connect(one)));
        await bob.ok(`POST ${at(message)}`, { emoji: '😀' });
        for (const socket of [atAlice, atBob, atBob2]) {
            const frame = await socket.frame({ type: 'reaction', fromId: bob.id, toId: group.id, ope: 'group' });
            assert.deepEqual(JSON.parse(frame.body), {
                messageId: message.id,
                seq: message.seq,
                emoji: '😀',
                on: true,
                count: 1,
            });
        }
        await atCarol.none({ type: 'reaction' }, 'who came later may not see the message');
        await bob.ok(`DELETE ${at(message)}`, { emoji: '😀' });
        const gone = JSON.parse((await atAlice.frame({ type: 'reaction' })).body);
        assert.deepEqual([gone.on, gone.count], [false, 0]);
        await bob.ok(`DELETE ${at(message)}`, { emoji: '😀' });
        await atAlice.none({ type: 'reaction' }, 'nothing changed');
        for (const socket of [atAlice, atBob, atBob2, atCarol]) await socket.close();
    });

    test('between two people name both, as each message does', async () => {
        const [alice, bob] = await f.people('reactdm', 2);
        const message = await alice.say(bob, 'hello');
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        await bob.ok(`POST ${at(message)}`, { emoji: '👍' });
        for (const socket of [atAlice, atBob])
            await socket.frame({ type: 'reaction', ope: 'friend', fromId: bob.id, toId: alice.id });
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('are refused with a reason', async () => {
        const [alice, bob, carol] = await f.people('reactno', 3);
        const message = await alice.say(bob, 'hello');
        for (const method of ['POST', 'DELETE']) {
            const row = `${method} ${at(message)}`;
            await bob.refused(row, { emoji: '👍' }, LOGGED_OUT, { status: 401, token: '' });
            for (const emoji of ['', 'x', '好', '👍👍', '<b>', '👍'.padEnd(200, '️')])
                await bob.refused(row, { emoji }, PARAM);
            await bob.refused(row, {}, PARAM);
            await bob.refused(`${method} /messages/x/reactions`, { emoji: '👍' }, PARAM);
            await bob.refused(`${method} /messages/987654321/reactions`, { emoji: '👍' }, '消息不存在', {
                error: 'no_message',
            });
            const foreign = await carol.refused(row, { emoji: '👍' }, '消息不存在', { error: 'no_message' });
            assert.ok(!foreign.text.includes('hello'));
        }
        for (const emoji of ['👍', '🎉', '😀', '😂', '❤️']) await bob.ok(`POST ${at(message)}`, { emoji });
        await bob.refused(`POST ${at(message)}`, { emoji: '😡' }, '数量已达上限', { error: 'too_many' });
        await alice.ok('POST /chat/revocation', { toId: bob.id, id: message.id, ope: 'friend' });
        await bob.refused(`POST ${at(message)}`, { emoji: '👍' }, '消息不存在', { error: 'no_message' });
        const { items } = await bob.history(alice, { sort: 'seq:asc' });
        assert.deepEqual([items[0].status, items[0].reactions], ['revocation', undefined]);
    });
});

describe('a quote', () => {
    test('comes with the message: in the answer, the frame and the list', async () => {
        const [alice, bob] = await f.people('quote', 2);
        const long = '长'.repeat(300);
        const question = await alice.say(bob, long);
        const socket = await connect(alice);
        const expected = {
            id: question.id,
            seq: question.seq,
            fromId: alice.id,
            type: 'text',
            body: '长'.repeat(200),
            status: 'normal',
        };
        const answer = await bob.say(alice, 'an answer', { replyToId: question.id });
        assert.deepEqual(answer.reply, expected);
        assert.deepEqual((await socket.frame({ type: 'text', id: answer.id })).reply, expected);
        assert.deepEqual((await alice.history(bob)).items.find((one) => one.id === answer.id).reply, expected);
        assert.equal(question.reply, undefined);

        await alice.ok('POST /chat/revocation', { toId: bob.id, id: question.id, ope: 'friend' });
        const listed = await bob.call('GET /chat/messages', { toId: alice.id });
        assert.deepEqual(listed.body.result.items[0].reply, { ...expected, body: '', status: 'revocation' });
        assert.ok(!listed.text.includes('长'));
        await socket.close();
    });

    test('of another conversation is refused', async () => {
        const [alice, bob, carol] = await f.people('quoteno', 3);
        const foreign = await alice.say(carol, 'secret');
        const answer = await bob.refused(
            'POST /chat/send',
            { toId: alice.id, ope: 'friend', type: 'text', body: 'x', replyToId: foreign.id },
            '消息不存在',
            { error: 'no_message' },
        );
        assert.ok(!answer.text.includes('secret'));
    });
});

describe('mentions', () => {
    const send = (to, more) => ({ toId: to.id, ope: to.id < 10000000 ? 'group' : 'friend', type: 'text', body: '@', ...more });

    test('name members, in the answer, the frame and the list', async () => {
        const [alice, bob, carol, dan] = await f.people('mention', 4);
        const group = await f.group(alice, [bob, carol]);
        const socket = await connect(bob);
        const sent = await alice.ok('POST /chat/send', send(group, { mentions: [carol.id, bob.id, bob.id, dan.id] }));
        const expected = [bob.id, carol.id].sort((a, b) => a - b);
        assert.deepEqual(sent.mentions, expected);
        assert.deepEqual((await socket.frame({ type: 'text', id: sent.id })).mentions, expected);
        const listed = (await carol.history(group)).items.find((one) => one.id === sent.id);
        assert.deepEqual([listed.mentions, listed.mentionAll], [expected, undefined]);
        await socket.close();
    });

    test('of everybody are for managers where the group is large', async () => {
        const small = await startServer({ set: { mention_all_members: 2 } });
        try {
            const g = freeim(small);
            const [alice, bob, carol] = await g.people('everybody', 3);
            const group = await g.group(alice, [bob]);
            const sent = await bob.ok('POST /chat/send', send(group, { mentionAll: true }));
            assert.deepEqual([sent.mentionAll, sent.mentions], [true, undefined]);
            await g.admit(alice, group, carol);
            await bob.refused('POST /chat/send', send(group, { mentionAll: 1 }), '您不是群聊管理员', {
                error: 'not_manager',
            });
            await alice.ok('POST /chat/send', send(group, { mentionAll: 1 }));
            await bob.ok('POST /chat/send', send(group, { mentionAll: 0 }));
        } finally {
            await small.stop();
        }
    });

    test('are refused between two people, and when they are too many', async () => {
        const [alice, bob] = await f.people('mentionno', 2);
        const group = await f.group(alice, [bob]);
        await alice.refused('POST /chat/send', send(bob, { mentions: [bob.id] }), PARAM);
        await alice.refused('POST /chat/send', send(bob, { mentionAll: true }), PARAM);
        await alice.refused('POST /chat/send', send(group, { mentions: ['x'] }), PARAM);
        const many = Array.from({ length: 101 }, (_, i) => 10000000 + i);
        await alice.refused('POST /chat/send', send(group, { mentions: many }), PARAM);
    });
});

test('an edited message says so, and keeps its reactions', async () => {
    const [alice, bob, carol] = await f.people('edit', 3);
    const message = await alice.say(bob, 'first');
    await bob.ok(`POST ${at(message)}`, { emoji: '👍' });
    const socket = await connect(bob);
    const row = `POST /messages/${message.id}/edit`;
    const changed = await alice.ok(row, { body: 'second' });
    assert.deepEqual([changed.id, changed.body, typeof changed.editedAt], [message.id, 'second', 'string']);
    const frame = await socket.frame({ type: 'text', id: message.id });
    assert.deepEqual([frame.body, frame.editedAt, frame.reactions], ['second', changed.editedAt, undefined]);
    const [listed] = (await bob.history(alice)).items;
    assert.deepEqual([listed.body, listed.editedAt, listed.reactions[0].mine], ['second', changed.editedAt, true]);
    await bob.refused(row, { body: 'x' }, '只能撤回自己的消息', { error: 'not_sender' });
    await carol.refused(row, { body: 'x' }, '消息不存在', { error: 'no_message' });
    await alice.refused(row, {}, PARAM);
    await alice.refused(row, { body: 'x', extra: '[]' }, PARAM);
    await alice.refused(row, { body: 'x' }, LOGGED_OUT, { status: 401, token: '' });
    await socket.close();
});
