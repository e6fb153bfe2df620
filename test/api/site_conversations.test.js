'use strict';
/* Each person's own view of a conversation (handlers/README.md, site): settings, clearing, delivered, mentioned. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { until } = require('../harness/wait.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const kind = (to) => (to.id < 10000000 ? 'group' : 'friend');
const at = (to) => `/conversations/${kind(to)}/${to.id}`;
const list = async (who, more) => (await who.ok('GET /conversations', more)).items;
/* The list is by time, in milliseconds. */
const later = (message) => until(() => Date.now() > Date.parse(message.createdAt), 'a millisecond to pass');
const DEFAULT = { muteUntil: 0, notify: 'default', pinned: false, hidden: false, markedUnread: false, clearedSeq: 0 };

describe('settings of a conversation', () => {
    test('are listed, each alone, and change nothing else', async () => {
        const [alice, bob] = await f.people('cset', 2);
        await bob.say(alice, 'hello');
        const state = async () => {
            const { muteUntil, notify, pinned, hidden, markedUnread, clearedSeq } = await alice.conversation(bob);
            return { muteUntil, notify, pinned, hidden, markedUnread, clearedSeq };
        };
        let expected = DEFAULT;
        assert.deepEqual(await state(), expected);
        for (const change of [
            { muteUntil: 4102444800000 },
            { notify: 'mentions' },
            { pinned: true },
            { markedUnread: true },
            { muteUntil: 0, notify: 'none' },
            { pinned: 0, markedUnread: 0, notify: 'default' },
        ]) {
            expected = { ...expected, ...change, pinned: !!(change.pinned ?? expected.pinned), markedUnread: !!(change.markedUnread ?? expected.markedUnread) };
            assert.deepEqual(await alice.ok(`PUT ${at(bob)}/settings`, change), expected);
            assert.deepEqual(await state(), expected);
        }
        assert.equal((await bob.conversation(alice)).pinned, false);
    });

    test('pinned ones come first, hidden ones are listed apart until something new is said', async () => {
        const [alice, bob, carol] = await f.people('cpin', 3);
        await later(await bob.say(alice, 'first'));
        await carol.say(alice, 'second');
        const names = async (more) => (await list(alice, more)).map((one) => one.targetId);
        assert.deepEqual(await names(), [carol.id, bob.id]);
        await alice.ok(`PUT ${at(bob)}/settings`, { pinned: 1 });
        assert.deepEqual(await names(), [bob.id, carol.id]);
        await alice.ok(`PUT ${at(carol)}/settings`, { hidden: 1 });
        assert.deepEqual(await names(), [bob.id]);
        assert.deepEqual(await names({ hidden: 1 }), [carol.id]);
        await carol.say(alice, 'hello?');
        assert.deepEqual(await names(), [bob.id, carol.id]);
        assert.deepEqual(await names({ hidden: 1 }), []);
    });

    test('reach the other devices of the person, and nobody else', async () => {
        const [alice, bob] = await f.people('cframe', 2);
        const group = await f.group(alice, [bob]);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        await alice.ok(`PUT ${at(group)}/settings`, { pinned: 1 });
        const frame = await atAlice.frame({ type: 'conversation', fromId: alice.id, toId: group.id, ope: 'group' });
        assert.deepEqual(JSON.parse(frame.body), { ...DEFAULT, pinned: true });
        await alice.ok(`PUT ${at(group)}/settings`, { pinned: 1 });
        await atAlice.none({ type: 'conversation' }, 'nothing changed');
        await atBob.none({ type: 'conversation' });
        await alice.ok(`PUT ${at(group)}/settings`, { markedUnread: 1 });
        await atAlice.frame({ type: 'conversation' });
        await alice.ok('POST /chat/read', { toId: group.id });
        assert.equal((await alice.conversation(group)).markedUnread, false);
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('are refused with a reason', async () => {
        const [alice, bob] = await f.people('cno', 2);
        const group = await f.group(bob);
        const nobody = { id: 99999999 };
        for (const [row, fields] of [
            ['PUT', { pinned: 1 }],
            ['POST', {}],
            ['DELETE', {}],
        ]) {
            const end = { PUT: '/settings', POST: '/clear', DELETE: '' }[row];
            await alice.refused(`${row} ${at(bob)}${end}`, fields, LOGGED_OUT, { status: 401, token: '' });
            await alice.refused(`${row} ${at(nobody)}${end}`, fields, '账号不存在', { error: 'no_account' });
            await alice.refused(`${row} ${at(alice)}${end}`, fields, '不能对自己进行此操作', { error: 'self' });
            await alice.refused(`${row} ${at(group)}${end}`, fields, '你不是是此群聊成员', { error: 'not_member' });
            await alice.refused(`${row} /conversations/group/8888888${end}`, fields, '群聊不存在', { error: 'no_group' });
            await alice.refused(`${row} /conversations/group/${bob.id}${end}`, fields, PARAM);
            await alice.refused(`${row} /conversations/friend/${group.id}${end}`, fields, PARAM);
            await alice.refused(`${row} /conversations/room/${bob.id}${end}`, fields, PARAM);
            await alice.refused(`${row} /conversations/friend/x${end}`, fields, PARAM);
        }
        for (const fields of [{ notify: 'loud' }, { muteUntil: -1 }, { muteUntil: 'x' }, { pinned: 2 }, { hidden: 'x' }])
            await alice.refused(`PUT ${at(bob)}/settings`, fields, PARAM);
        await alice.refused('GET /conversations', { hidden: 'x' }, PARAM);
    });
});

describe('a cleared conversation', () => {
    test('is empty for the one who cleared it alone', async () => {
        const [alice, bob] = await f.people('clear', 2);
        for (let i = 0; i < 3; i++) await bob.say(alice, `secret ${i}`);
        const socket = await connect(alice);
        assert.deepEqual(await alice.ok(`POST ${at(bob)}/clear`), { ...DEFAULT, clearedSeq: 3 });
        assert.equal(JSON.parse((await socket.frame({ type: 'conversation' })).body).clearedSeq, 3);
        const line = await alice.conversation(bob);
        assert.deepEqual([line.unread, line.last, line.clearedSeq, line.readSeq], [0, null, 3, 0]);
        for (const more of [{}, { afterSeq: 0 }, { beforeSeq: 4 }, { sort: 'seq:desc' }, { messageType: 'text' }]) {
            const answer = await alice.call('GET /chat/messages', { toId: bob.id, ...more });
            assert.deepEqual(answer.body.result, { items: [], total: 0 });
        }
        assert.equal((await bob.history(alice)).total, 3);
        await bob.say(alice, 'news');
        assert.deepEqual(
            (await alice.history(bob)).items.map((one) => [one.seq, one.body]),
            [[4, 'news']],
        );
        assert.equal((await alice.conversation(bob)).unread, 1);
        await socket.close();
    });

    test('deleted, leaves the list until something new is said', async () => {
        const [alice, bob] = await f.people('cdel', 2);
        const old = await bob.say(alice, 'old secret');
        assert.deepEqual(await alice.ok(`DELETE ${at(bob)}`), { ...DEFAULT, clearedSeq: 1, hidden: true });
        assert.deepEqual(await list(alice), []);
        await alice.refused(`POST /messages/${old.id}/reactions`, { emoji: '👍' }, '消息不存在', { error: 'no_message' });
        await bob.say(alice, 'new');
        const answer = await alice.call('GET /conversations');
        assert.deepEqual([answer.body.result.items.length, answer.body.result.items[0].last.body], [1, 'new']);
        assert.ok(!answer.text.includes('old secret'));
    });
});

describe('delivered', () => {
    test('is told by a device that has it, by reading a page, and by having read', async () => {
        const [alice, bob] = await f.people('deliver', 2);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        const seqs = async () => {
            const { lastSeq, peerDeliveredSeq, peerReadSeq } = await alice.conversation(bob);
            return [lastSeq, peerDeliveredSeq, peerReadSeq];
        };
        const first = await alice.say(bob, 'one');
        assert.deepEqual(await seqs(), [1, 0, 0]);
        await atBob.frame({ id: first.id });
        await atBob.send({ type: 'delivered', ope: 'friend', toId: alice.id, seq: 1 });
        const frame = await atAlice.frame({ type: 'delivered', fromId: bob.id, toId: alice.id, ope: 'friend' });
        assert.equal(frame.seq, 1);
        assert.deepEqual(await seqs(), [1, 1, 0]);
        await atBob.send({ type: 'delivered', ope: 'friend', toId: alice.id, seq: 1 });
        await atBob.roundTrip();
        await atAlice.none({ type: 'delivered' }, 'it was known');

        await alice.say(bob, 'two');
        await bob.history(alice, { afterSeq: 1 });
        assert.equal((await atAlice.frame({ type: 'delivered' })).seq, 2);
        assert.deepEqual(await seqs(), [2, 2, 0]);
        await alice.say(bob, 'three');
        await bob.ok('POST /chat/read', { toId: alice.id });
        await atAlice.frame({ type: 'read', fromId: bob.id });
        assert.deepEqual(await seqs(), [3, 3, 3]);
        for (const socket of [atAlice, atBob]) await socket.close();
    });

    test('frames that say nothing sensible are refused', async () => {
        const [alice, bob] = await f.people('delno', 2);
        const socket = await connect(alice);
        for (const more of [{}, { toId: bob.id }, { toId: 'x', seq: 1 }, { toId: 5, seq: 1 }, { toId: bob.id, seq: -1 }]) {
            await socket.send({ type: 'delivered', ...more });
            const { body } = await socket.frame({ type: 'error' });
            assert.deepEqual(JSON.parse(body), { error: 'bad_field' });
        }
        await socket.send({ type: 'delivered', toId: 99999999, seq: 1 });
        assert.deepEqual(JSON.parse((await socket.frame({ type: 'error' })).body), { error: 'no_account' });
        await socket.close();
    });
});

test('unread mentions are counted until they are read', async () => {
    const [alice, bob, carol] = await f.people('mcount', 3);
    const group = await f.group(alice, [bob, carol]);
    const call = (more) => alice.say(group, '@', more);
    await call({ mentions: [bob.id] });
    await call({ mentionAll: 1 });
    await call({});
    const counts = () => Promise.all([bob, carol, alice].map(async (one) => (await one.conversation(group)).mentioned));
    assert.deepEqual(await counts(), [2, 1, 0]);
    await bob.ok('POST /chat/read', { toId: group.id });
    assert.deepEqual(await counts(), [0, 1, 0]);
});
