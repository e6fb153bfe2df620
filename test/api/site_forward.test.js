'use strict';
/* Passing messages on (handlers/README.md, site). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

const ROW = 'POST /messages/forward';
let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const place = (one) => ({ ope: one.id < 10000000 ? 'group' : 'friend', toId: one.id });

test('each again, to several at once; who refuses stops nobody', async () => {
    const [alice, bob, carol, dan] = await f.people('fwd', 4);
    const group = await f.group(alice, [carol]);
    const text = await bob.say(alice, 'pass this on');
    const url = `${server.url}/files/x.png`;
    const picture = await bob.say(alice, url, { type: 'pic', extra: '{"width":3,"name":"猫.png"}' });
    await dan.ok('POST /friends/blaklist', { toId: alice.id });
    const socket = await connect(carol);
    const fields = { ids: [picture.id, text.id], to: [place(dan), place(group), place(carol)], clientMsgId: 'f-1' };
    const { items } = await alice.ok(ROW, fields);
    assert.deepEqual(
        items.map((one) => [one.ope, one.toId, one.error, one.messages.map((m) => [m.type, m.body, m.fromId, m.extra])]),
        [
            ['friend', dan.id, 'blocked', []],
            ...[group, carol].map((to) => [
                place(to).ope,
                to.id,
                null,
                [
                    ['text', 'pass this on', alice.id, undefined],
                    ['pic', url, alice.id, picture.extra],
                ],
            ]),
        ],
    );
    await socket.frame({ type: 'pic', toId: group.id });
    await socket.frame({ type: 'pic', toId: carol.id });
    const again = await alice.ok(ROW, fields);
    assert.deepEqual(
        again.items.map((one) => one.messages.map((m) => m.id)),
        items.map((one) => one.messages.map((m) => m.id)),
        'a resend sends nothing twice',
    );
    await socket.close();
});

test('many as one, with who said what when', async () => {
    const [alice, bob, carol] = await f.people('merge', 3);
    const first = await bob.say(alice, '第一句');
    const second = await alice.say(bob, 'https://x/files/a.png', { type: 'pic', extra: '{"width":7}' });
    const { items } = await alice.ok(ROW, { ids: [first.id, second.id], to: [place(carol)], merged: 1, title: '聊天记录' });
    const [sent] = items[0].messages;
    assert.deepEqual([sent.type, items[0].messages.length], ['forward', 1]);
    assert.ok(sent.body.startsWith(`${bob.name}: 第一句\n`), sent.body);
    assert.deepEqual(JSON.parse(sent.extra), {
        title: '聊天记录',
        items: [
            { fromId: bob.id, name: bob.name, type: 'text', body: '第一句', at: Date.parse(first.createdAt) },
            { fromId: alice.id, name: alice.name, type: 'pic', body: 'https://x/files/a.png', at: Date.parse(second.createdAt), extra: { width: 7 } },
        ],
    });
});

test('is refused with a reason', async () => {
    const [alice, bob, carol] = await f.people('fwdno', 3);
    const message = await alice.say(bob, 'between us');
    const good = { ids: [message.id], to: [place(carol)] };
    await alice.refused(ROW, good, LOGGED_OUT, { status: 401, token: '' });
    const foreign = await carol.refused(ROW, { ids: [message.id], to: [place(alice)] }, '消息不存在', { error: 'no_message' });
    assert.ok(!foreign.text.includes('between us'));
    await alice.refused(ROW, { ...good, ids: [message.id, 987654321] }, '消息不存在', { error: 'no_message' });
    for (const bad of [{ ids: [] }, { ids: 'x' }, { to: [] }, { to: 'x' }, { to: [{ ope: 'group', toId: carol.id }] }, { to: Array(11).fill(place(carol)) }, { title: 'x'.repeat(101) }])
        await alice.refused(ROW, { ...good, ...bad }, PARAM);
    await alice.ok('POST /chat/revocation', { toId: bob.id, id: message.id, ope: 'friend' });
    await alice.refused(ROW, good, '消息不存在', { error: 'no_message' });
    assert.deepEqual((await carol.history(alice)).items, []);
});
