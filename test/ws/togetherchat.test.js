'use strict';
/* togetherchat's socket, and two dialects in one group: a freeim person and a togetherchat person see each other's
 * messages, recalls, edits, reading and typing live, and the same history. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const chat = require('../harness/chat.js');
const { togetherchat, connect, DIRECT_ROOM_FIRST } = require('../harness/togetherchat.js');

let server, t, f, alice, bob;
before(async () => {
    server = await startServer({ set: { listen: ['127.0.0.1:0', '127.0.0.1:0 togetherchat'] } });
    t = togetherchat(server);
    f = freeim(server);
    alice = await f.register('alice'); /* freeim */
    bob = await t.register('bob'); /* togetherchat */
});
after(() => server?.stop());

const settled = (one) => ({ id: one.id ?? one.messageID, seq: one.seq ?? one.syncId, from: one.fromId ?? one.userId });

test('a freeim person and a togetherchat person in one group', async () => {
    const group = await t.group(bob, [alice]);
    const [atAlice, atBob] = [await chat.connect(alice), await connect(bob)];
    const groupId = group.id;

    const hello = await alice.say(groupId, 'hello bob');
    const seen = (await atBob.frame(3, { message: { content: 'hello bob' } })).message;
    assert.deepEqual(settled(seen), settled(hello));
    assert.deepEqual([seen.groupId, seen.status, seen.messageType], [groupId, 0, 1]);

    await atBob.send(3, { groupId, messageType: 1, content: 'hello alice', body: {}, clientId: 'b-1' });
    const ack = await atBob.frame(100, { clientId: 'b-1' });
    const got = await atAlice.frame({ type: 'text', body: 'hello alice' });
    assert.deepEqual(settled(got), settled(ack));
    await atBob.send(3, { groupId, messageType: 1, content: 'hello alice', clientId: 'b-1' });
    assert.equal((await atBob.frame(100, { clientId: 'b-1' })).messageID, ack.messageID, 'a resend is the same message');

    await alice.ok('POST /chat/revocation', { toId: groupId, id: hello.id, ope: 'group' });
    await atBob.frame(3, { message: { messageID: hello.id, status: 1, content: '' } });
    await bob.ok('PUT /chat/message', { messageID: ack.messageID, content: 'hello, Alice' });
    const edited = await atAlice.frame({ id: ack.messageID, body: 'hello, Alice' });
    assert.ok(edited.editedAt);
    await atBob.frame(3, { message: { messageID: ack.messageID, status: 2 } });

    await alice.ok('POST /chat/read', { toId: groupId });
    await atBob.frame(102, { groupId, userId: alice.id });
    const more = await alice.say(groupId, 'more');
    await atBob.send(102, { groupId });
    assert.equal((await atAlice.frame({ type: 'read', fromId: bob.id })).seq, more.seq);

    await atAlice.send({ toId: groupId, ope: 'group', type: 'input', status: 'normal' });
    await atBob.frame(101, { groupId, userId: alice.id, active: true });
    await atBob.send(101, { groupId, active: false });
    await atAlice.frame({ type: 'input', fromId: bob.id, toId: groupId, status: 'finish' });

    await bob.ok('DELETE /chat/message', { messageID: more.id, groupId });
    await atAlice.frame({ id: more.id, status: 'revocation' });
    const here = (await alice.history(groupId, { sort: 'seq:asc', afterSeq: 0 })).items;
    const there = (await bob.history(groupId, { afterSyncId: 0 })).list;
    assert.deepEqual(here.slice(-there.length).map(settled), there.slice(-here.length).map(settled));
    for (const socket of [atAlice, atBob]) await socket.close();
});

test('the two in a direct room', async () => {
    const room = await t.direct(bob, alice);
    const [atAlice, atBob] = [await chat.connect(alice), await connect(bob)];
    await alice.say(bob, 'psst');
    const { message } = await atBob.frame(3, { message: { content: 'psst' } });
    assert.equal(message.groupId, room.id);
    assert.ok(room.id > DIRECT_ROOM_FIRST);
    await atBob.send(102, { groupId: room.id });
    await atAlice.frame({ type: 'read', fromId: bob.id });
    await atBob.send(3, { groupId: room.id, messageType: 1, content: 'yes?' });
    await atAlice.frame({ type: 'text', body: 'yes?', fromId: bob.id, toId: alice.id });
    await atAlice.send({ toId: bob.id, ope: 'friend', type: 'input' });
    await atBob.frame(101, { groupId: room.id, userId: alice.id });
    for (const socket of [atAlice, atBob]) await socket.close();
});

test('people coming, going and changing, and the end of a group', async () => {
    const [owner, second, third] = await t.people('member', 3);
    const sockets = [await connect(owner), await connect(second), await connect(third)];
    const [, atSecond, atThird] = sockets;
    const { id } = await t.group(owner, [second]);
    await atSecond.frame(11, { roomId: id, changeType: 1, userIds: [second.id] });
    await owner.ok('POST /groupMember', { groupId: id, userIds: [third.id] });
    for (const socket of sockets) await socket.frame(11, { roomId: id, changeType: 1, userIds: [third.id] });
    await owner.ok('PUT /groupMember', { groupId: id, userId: second.id, role: 2 });
    await atThird.frame(11, { roomId: id, changeType: 3, userIds: [second.id] });
    await second.ok('DELETE /groupMember', { groupId: id, userId: third.id });
    for (const socket of sockets) await socket.frame(11, { roomId: id, changeType: 2, userIds: [third.id] });
    await owner.ok('DELETE /group/' + id);
    await atSecond.frame(14, { roomId: id });
    await atThird.none(14, { roomId: id });
    const direct = await t.direct(owner, third);
    await atThird.frame(11, { roomId: direct.id, changeType: 1, userIds: [third.id] });
    for (const socket of sockets) await socket.close();
});

test('frames come flat, wrapped or as text; what is wrong with one is told', async () => {
    const group = await t.group(bob, []);
    const socket = await connect(bob);
    const data = { groupId: group.id, messageType: 1, content: 'x' };
    await socket.sendRaw({ type: 3, ...data, content: 'flat' });
    await socket.frame(3, { message: { content: 'flat' } });
    await socket.send(3, JSON.stringify({ ...data, content: 'as text' }));
    await socket.frame(3, { message: { content: 'as text', userId: bob.id } });
    await socket.send(3, { ...data, userId: alice.id, sourceId: alice.id, content: 'me' });
    assert.equal((await socket.frame(3, { message: { content: 'me' } })).message.userId, bob.id);
    await socket.send(3, { clientId: 'bad' });
    const bad = await socket.frame(103, { type: 3, clientId: 'bad' });
    assert.deepEqual([bad.errCode, bad.errMsg], [-2, 'groupId群组ID不能为空,messageType消息类型不能为空,content消息内容不能为空']);
    await socket.send(3, { ...data, groupId: 9999998 });
    await socket.frame(103, { type: 3, errCode: 9001 });
    await socket.send(101, {});
    await socket.frame(103, { type: 101, errCode: -2 });
    await socket.send(99, {});
    await socket.frame(103, { type: 99 });
    await socket.sendRaw({ no: 'type' });
    await socket.frame(103, { errCode: -2 });
    await socket.send(1, {});
    await socket.roundTrip();
    await socket.close();
});

test('a listener of its own answers at /', async () => {
    const own = server.listeners.find((one) => one.dialect === 'togetherchat');
    const at = new URL(own.url);
    const there = { ...server, host: at.hostname, port: Number(at.port), tls: false };
    const socket = await connect(bob, { server: there, path: `/?token=${bob.token}` });
    await socket.roundTrip();
    await socket.close();
    const answer = await bob.call('GET //user/info/me', {}, { listener: own.url });
    assert.equal(answer.body.data.userId, bob.id);
});
