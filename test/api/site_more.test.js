'use strict';
/* Pins, readers, devices, storage, group notices and nicknames (handlers/README.md, site). */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { request } = require('../harness/http.js');
const { freeim, PASSWORD, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const LOST = ['消息不存在', { error: 'no_message' }];
const nobody = { status: 401, token: '' };

describe('pins', () => {
    test('stand for both, are told, and are let go', async () => {
        const [alice, bob, carol] = await f.people('pin', 3);
        const message = await alice.say(bob, 'important');
        const socket = await connect(alice);
        await bob.ok(`POST /messages/${message.id}/pin`);
        const frame = await socket.frame({ type: 'pin', fromId: bob.id, toId: alice.id, ope: 'friend' });
        assert.deepEqual(JSON.parse(frame.body), { messageId: message.id, seq: 1, on: true });
        for (const [who, other] of [
            [alice, bob],
            [bob, alice],
        ]) {
            const { items } = await who.ok(`GET /conversations/friend/${other.id}/pins`);
            assert.deepEqual(
                items.map((one) => [one.message.id, one.message.body, one.byId]),
                [[message.id, 'important', bob.id]],
            );
        }
        await carol.refused(`POST /messages/${message.id}/pin`, {}, ...LOST);
        await carol.refused(`DELETE /messages/${message.id}/pin`, {}, ...LOST);
        await alice.ok(`DELETE /messages/${message.id}/pin`);
        assert.equal(JSON.parse((await socket.frame({ type: 'pin' })).body).on, false);
        assert.deepEqual((await bob.ok(`GET /conversations/friend/${alice.id}/pins`)).items, []);
        await socket.close();
    });

    test('in groups are for managers', async () => {
        const [alice, bob, carol] = await f.people('pingroup', 3);
        const group = await f.group(alice, [bob]);
        const message = await bob.say(group, 'please');
        await bob.refused(`POST /messages/${message.id}/pin`, {}, '您不是群聊管理员', { error: 'not_manager' });
        await alice.ok(`POST /messages/${message.id}/pin`);
        assert.equal((await bob.ok(`GET /conversations/group/${group.id}/pins`)).total, 1);
        const at = `GET /conversations/group/${group.id}/pins`;
        await carol.refused(at, {}, '你不是是此群聊成员', { error: 'not_member' });
        await carol.refused(at, {}, LOGGED_OUT, nobody);
        await bob.refused(`GET /conversations/friend/${group.id}/pins`, {}, PARAM);
        await bob.refused(`POST /messages/${message.id}/pin`, {}, LOGGED_OUT, nobody);
        await bob.refused(`DELETE /messages/${message.id}/pin`, {}, LOGGED_OUT, nobody);
        await bob.refused('POST /messages/x/pin', {}, PARAM);
    });
});

test('mentions are listed until they are read, and after that by where they stand', async () => {
    const [alice, bob, carol] = await f.people('mentions', 3);
    const group = await f.group(alice, [bob, carol]);
    const mine = await alice.say(group, 'you, bob', { mentions: [bob.id] });
    await alice.say(group, 'you, carol', { mentions: [carol.id] });
    const ours = await alice.say(group, 'all of you', { mentionAll: 1 });
    const row = `GET /conversations/group/${group.id}/mentions`;
    const seqs = async (who, more) => (await who.ok(row, more)).items.map((one) => one.seq);
    assert.deepEqual(await seqs(bob), [mine.seq, ours.seq]);
    assert.deepEqual(await seqs(bob, { afterSeq: mine.seq }), [ours.seq]);
    await bob.ok('POST /chat/read', { toId: group.id });
    assert.deepEqual(await seqs(bob), []);
    assert.deepEqual(await seqs(bob, { afterSeq: 0 }), [mine.seq, ours.seq]);
    await alice.ok('POST /chat/revocation', { toId: group.id, id: mine.id, ope: 'group' });
    assert.deepEqual(await seqs(bob, { afterSeq: 0 }), [ours.seq]);
    await bob.refused(row, { afterSeq: -1 }, PARAM);
    const stranger = await f.register(f.uniq('stranger'));
    await stranger.refused(row, {}, '你不是是此群聊成员', { error: 'not_member' });
    await f.nobody.refused(row, {}, LOGGED_OUT, { status: 401 });
});

test('readers of a message are for its sender, as far as they let it be known', async () => {
    const [alice, bob, carol, dan] = await f.people('readers', 4);
    const group = await f.group(alice, [bob, carol, dan]);
    const message = await alice.say(group, 'read me');
    await bob.ok('PUT /me/update/info', { nickname: 'Bobby' });
    await bob.ok('POST /chat/read', { toId: group.id });
    await dan.ok('PUT /settings', { readReceipts: 0 });
    await dan.ok('POST /chat/read', { toId: group.id });
    const row = `GET /messages/${message.id}/readers`;
    const { read, unread, hidden } = await alice.ok(row);
    assert.deepEqual(
        read.map((one) => [one.id, one.name]),
        [[bob.id, 'Bobby']],
    );
    assert.ok(Math.abs(Date.parse(read[0].readAt) - Date.now()) < 60000, read[0].readAt);
    assert.deepEqual([unread.map((one) => one.id), hidden], [[carol.id], 1]);
    await bob.refused(row, {}, '只能撤回自己的消息', { error: 'not_sender' });
    await f.nobody.refused(row, {}, LOGGED_OUT, { status: 401 });
    await (await f.register(f.uniq('stranger'))).refused(row, {}, ...LOST);
    await alice.refused('GET /messages/0/readers', {}, PARAM);
});

describe('devices', () => {
    test('are listed, and signed out one by one or all together', async () => {
        const here = await f.register(f.uniq('dev'));
        const there = await f.login(here.name, { platform: 'ios' });
        const third = await f.login(here.name);
        const [atHere, atThere] = [await connect(here), await connect(there)];
        const list = async () => (await here.ok('GET /devices')).items;
        const devices = await list();
        assert.deepEqual(
            devices.map((one) => [one.dialect, one.platform, one.address, one.online, one.current]),
            [
                ['freeim', 'h5', '127.0.0.1', false, false],
                ['freeim', 'ios', '127.0.0.1', true, false],
                ['freeim', 'h5', '127.0.0.1', true, true],
            ],
        );
        const other = await f.register(f.uniq('dev'));
        await other.refused(`DELETE /devices/${devices[1].id}`, {}, '设备不存在', { error: 'no_device' });
        await here.ok(`DELETE /devices/${devices[1].id}`);
        assert.equal(await atThere.closed(), 4401);
        await there.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        await here.refused(`DELETE /devices/${devices[1].id}`, {}, '设备不存在', { error: 'no_device' });
        assert.deepEqual(await here.ok('DELETE /devices'), { count: 1 });
        await third.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        assert.deepEqual((await list()).map((one) => one.current), [true]);
        await here.ok(`DELETE /devices/${devices[2].id}`);
        assert.equal(await atHere.closed(), 4401);
        await here.refused('GET /devices', {}, LOGGED_OUT, { status: 401 });
        assert.equal((await f.login(here.name)).password, PASSWORD);
        await other.ok('GET /me/info');
    });

    test('are refused with a reason', async () => {
        const alice = await f.register(f.uniq('devno'));
        await alice.refused('DELETE /devices/x', {}, PARAM);
        for (const row of ['GET /devices', 'DELETE /devices', 'DELETE /devices/1']) await alice.refused(row, {}, LOGGED_OUT, nobody);
    });
});

describe('storage', () => {
    async function upload(who, name, bytes) {
        const { uploadToken } = await who.ok('GET /upload/qiniu/params');
        const form = new FormData();
        form.append('token', uploadToken);
        form.append('file', new Blob([bytes]), name);
        return (await (await fetch(`${server.url}/qiniu`, { method: 'POST', body: form })).json()).key;
    }

    test('is counted, listed by pages, and files can be removed for good', async () => {
        const [alice, bob] = await f.people('store', 2);
        assert.deepEqual(await alice.ok('GET /storage'), { bytes: 0, count: 0, quota: 500 * 1048576 });
        const keys = [];
        for (const [name, size] of [
            ['一.txt', 10],
            ['two.txt', 200],
            ['three.txt', 3000],
        ])
            keys.push(await upload(alice, name, 'x'.repeat(size)));
        assert.deepEqual(await alice.ok('GET /storage'), { bytes: 3210, count: 3, quota: 500 * 1048576 });
        const first = await alice.ok('GET /files', { limit: 2 });
        assert.deepEqual(
            first.items.map((one) => [one.key, one.name, one.size]),
            [
                [keys[2], 'three.txt', 3000],
                [keys[1], 'two.txt', 200],
            ],
        );
        const rest = await alice.ok('GET /files', { limit: 2, beforeId: first.items[1].id });
        assert.deepEqual(
            rest.items.map((one) => [one.key, one.name]),
            [[keys[0], '一.txt']],
        );
        const fetched = (key) => request(server, 'GET', `/files/${key}`);
        assert.equal((await fetched(keys[1])).status, 200);
        await bob.refused(`DELETE /files/${keys[1]}`, {}, '文件不存在', { status: 404, error: 'no_file' });
        assert.equal((await fetched(keys[1])).status, 200);
        await alice.ok(`DELETE /files/${keys[1]}`);
        assert.equal((await fetched(keys[1])).status, 404);
        await alice.refused(`DELETE /files/${keys[1]}`, {}, '文件不存在', { status: 404, error: 'no_file' });
        assert.deepEqual(await alice.ok('GET /storage'), { bytes: 3010, count: 2, quota: 500 * 1048576 });
        assert.deepEqual((await bob.ok('GET /files')).items, []);
    });

    test('is refused with a reason', async () => {
        const alice = await f.register(f.uniq('storeno'));
        await alice.refused('GET /files', { limit: 0 - 1 }, PARAM);
        await alice.refused('GET /files', { limit: 201 }, PARAM);
        for (const row of ['GET /storage', 'GET /files', 'DELETE /files/x']) await alice.refused(row, {}, LOGGED_OUT, nobody);
    });
});

describe('a group', () => {
    test('has a notice its managers set', async () => {
        const [alice, bob, carol] = await f.people('notice', 3);
        const group = await f.group(alice, [bob]);
        const at = `/groups/${group.id}/notice`;
        assert.deepEqual(await bob.ok(`GET ${at}`), { text: '', byId: 0, updatedAt: null });
        const socket = await connect(bob);
        const { text, byId } = await alice.ok(`PUT ${at}`, { text: '周五聚餐\n六点' });
        assert.deepEqual([text, byId], ['周五聚餐\n六点', alice.id]);
        await socket.frame({ type: 'groupNotice', ope: 'system', fromId: alice.id, toId: group.id });
        assert.equal((await bob.ok(`GET ${at}`)).text, '周五聚餐\n六点');
        await bob.refused(`PUT ${at}`, { text: 'x' }, '您不是群聊管理员', { error: 'not_manager' });
        const foreign = await carol.refused(`GET ${at}`, {}, '你不是是此群聊成员', { error: 'not_member' });
        assert.ok(!foreign.text.includes('周五'));
        await alice.refused(`PUT ${at}`, { text: 'x'.repeat(2001) }, PARAM);
        await alice.refused('GET /groups/8888888/notice', {}, '群聊不存在', { error: 'no_group' });
        for (const row of [`GET ${at}`, `PUT ${at}`]) await alice.refused(row, {}, LOGGED_OUT, nobody);
        assert.equal((await alice.ok(`PUT ${at}`, { text: '' })).text, '');
        await socket.close();
    });

    test('knows its members by the names they choose', async () => {
        const [alice, bob, carol] = await f.people('nick', 3);
        const group = await f.group(alice, [bob]);
        const at = `PUT /groups/${group.id}/nickname`;
        const socket = await connect(alice);
        await bob.ok(at, { nickname: '小包' });
        const frame = await socket.frame({ type: 'groupNickname', fromId: bob.id, toId: group.id });
        assert.deepEqual(JSON.parse(frame.body), { nickname: '小包' });
        const { membersList } = await alice.ok('GET /chatGroups/info', { groupId: group.id });
        assert.deepEqual(
            membersList.map((one) => one.remark),
            ['', '小包'],
        );
        await carol.refused(at, { nickname: 'x' }, '你不是是此群聊成员', { error: 'not_member' });
        await bob.refused(at, { nickname: 'x'.repeat(51) }, PARAM);
        await bob.refused(at, { nickname: 'a\tb' }, PARAM);
        await bob.refused(at, { nickname: 'x' }, LOGGED_OUT, nobody);
        await socket.close();
    });
});
