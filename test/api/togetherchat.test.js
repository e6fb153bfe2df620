'use strict';
/* togetherchat by HTTP: the tables of errors (facts 1.1 and 1.2), tokens and refresh cookies, pages, rooms and who may
 * do what in them. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const { startServer } = require('../harness/server.js');
const { togetherchat, connect, PASSWORD, DIRECT_ROOM_FIRST } = require('../harness/togetherchat.js');
const { freeim } = require('../harness/client.js');

let server, t, f, alice, bob, carol, dan;
before(async () => {
    server = await startServer();
    t = togetherchat(server);
    f = freeim(server);
    [alice, bob, carol, dan] = await t.people('together', 4);
});
after(() => server?.stop());

const NOT_ALLOWED = [9002, '您无权操作~'];
const NO_GROUP = [9001, '该群不存在~'];
const NOT_IN = [9010, '您不在该群组中'];

test('validation names every field, in the document\'s words', async () => {
    const rows = [
        ['POST /user/register', {}, 'username用户名不能为空,password密码不能为空'],
        ['POST /user/register', { username: ' ', password: 'secret12' }, 'username用户名不能为空'],
        ['POST /user/register', { username: 'a', password: '12345' }, 'username用户名长度必须在2-20个字符之间,password密码长度必须在6-20个字符之间'],
        ['POST /user/register', { username: 'a'.repeat(21), password: 'a'.repeat(21) }, 'username用户名长度必须在2-20个字符之间,password密码长度必须在6-20个字符之间'],
        ['POST /user/login', { username: '' }, 'username用户名不能为空,password密码不能为空'],
        ['POST /group', { name: '  ' }, 'name群组名称不能为空'],
        ['POST /group', { name: 'n'.repeat(51), description: 'd'.repeat(201) }, 'name群组名称不能超过50个字符,description群组简介不能超过200个字符'],
        ['PUT /group', {}, 'id群组ID不能为空'],
        ['POST /groupMember', {}, 'groupId群组ID不能为空,userIds用户ID列表不能为空'],
        ['PUT /groupMember', {}, 'groupId群组ID不能为空,userId用户ID不能为空,role角色类型不能为空'],
        ['DELETE /groupMember', {}, 'groupId群组ID不能为空,userId用户ID不能为空'],
        ['GET /groupMember/page', {}, 'groupId群组ID不能为空'],
    ];
    for (const [row, fields, text] of rows) await alice.refused(row, fields, -2, text);
});

test('what is wrong with a request has its status and number', async () => {
    const busy = { status: 415 };
    await alice.refused('GET /user/login', {}, -1, "不支持'GET'请求", { status: 405 });
    await t.nobody.refused('PUT /user/register', {}, -1, "不支持'PUT'请求", { status: 405, cookie: '' });
    await alice.refused('GET /nowhere', {}, -1, '接口不存在', { status: 404 });
    await alice.refused('POST /group', {}, -2, '参数校验失败', { body: '{"name":' });
    await alice.refused('POST /group', {}, -2, '不支持的内容类型', { ...busy, body: 'x', headers: { 'Content-Type': 'text/plain' } });
    await alice.refused('GET /user/info/abc', {}, -2, 'id格式有误');
    await alice.refused('GET /user/info/99999999', {}, 10001, '用户不存在');
    await t.nobody.refused('POST /user/login', { username: 'nobody-here', password: PASSWORD }, 10001, '用户不存在');
    await t.nobody.refused('POST /user/login', { username: alice.name, password: 'wrong-7' }, 10003, '密码错误');
    await t.nobody.refused('POST /user/register', { username: alice.name, password: PASSWORD }, 10002, '用户名已存在');
    await t.nobody.refused('GET /user/info/me', {}, 401, 'access token无效', { status: 401, cookie: '' });
});

test('too many requests are told when to come back', async () => {
    const strict = await startServer({ set: { rate_limits: 'on' } });
    try {
        const s = togetherchat(strict);
        await s.nobody.ok('POST /user/register', { username: 'victim', password: PASSWORD });
        let last;
        for (let i = 0; i < 6; i++) last = await s.nobody.call('POST /user/login', { username: 'victim', password: 'wrong-7' });
        assert.equal(last.status, 429);
        assert.deepEqual(last.body, { success: false, errCode: -3, errMsg: '请求太频繁了，请稍后再试哦~~' });
        assert.match(last.headers['retry-after'], /^[1-9]\d*$/);
    } finally {
        await strict.stop();
    }
});

test('forged and foreign tokens are refused', async () => {
    const [head, claims, mac] = alice.token.split('.');
    const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));
    const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const own = decode(claims);
    assert.equal(own.userId, alice.id);
    assert.equal(own.userName, alice.name);
    assert.equal(own.exp - own.iat, 1800);
    assert.ok(own.jti && own.iss);
    const hmac = (text, key, alg = 'sha256') => crypto.createHmac(alg, key).update(text).digest('base64url');
    const signed = (h, c, key = '') => `${encode(h)}.${encode(c)}.${hmac(`${encode(h)}.${encode(c)}`, key)}`;
    const person = await f.register('foreigner');
    const forged = [
        String(alice.id), `${alice.id}.0`, '-1', '0', 'null', 'undefined', '{}', alice.token.slice(0, -1), `${alice.token}A`,
        `${head}.${claims}.`, `${head}.${claims}`, `${head}.${encode({ ...own, userId: bob.id })}.${mac}`,
        `${head}.${encode({ ...own, exp: own.exp + 9999 })}.${mac}`, `${encode({ alg: 'none', typ: 'JWT' })}.${claims}.`,
        `${encode({ alg: 'none' })}.${claims}.${mac}`, signed({ alg: 'HS256', typ: 'JWT' }, own), signed({ alg: 'HS256', typ: 'JWT' }, own, 'LunaRain'),
        `${encode({ alg: 'HS512', typ: 'JWT' })}.${claims}.${hmac('x', 'y', 'sha512')}`, `${claims}.${head}.${mac}`, person.token,
    ];
    assert.equal(forged.length, 20);
    for (const token of forged) await alice.refused('GET /user/info/me', {}, 401, 'access token无效', { status: 401, token });
    const answer = await alice.call('GET /user/info/me', {}, { token: '', headers: { Authorization: `bEaReR ${alice.token}` } });
    assert.equal(answer.status, 200);
    await person.refused('GET /me/info', {}, '登录超时', { status: 401, token: alice.token });
});

/* ---- refresh cookies ---- */

test('the refresh cookie is for nobody but the server', async () => {
    const answer = await t.nobody.call('POST /user/login', { username: bob.name, password: PASSWORD }, { cookie: '' });
    const [cookie] = answer.headers['set-cookie'];
    const [pair, ...flags] = cookie.split('; ');
    assert.match(pair, /^refresh_token=[0-9a-f]{64}$/);
    assert.deepEqual(flags.sort(), ['HttpOnly', 'Max-Age=604800', 'Path=/', 'SameSite=Lax']);
});

test('a page of another site cannot use the cookie', async () => {
    const one = await t.login(bob.name);
    for (const row of ['POST /user/refresh', 'GET /user/logout']) {
        const options = { cookie: one.cookie, headers: { Origin: 'https://elsewhere.example' } };
        await t.nobody.refused(row, {}, 9002, '您无权操作~', { status: 403, ...options });
    }
    const own = { cookie: one.cookie, headers: { Origin: server.url } };
    assert.equal((await t.nobody.call('POST /user/refresh', {}, own)).status, 200);
});

const refreshed = (cookie) => t.nobody.call('POST /user/refresh', {}, { cookie });
const cookieOf = (answer) => /^refresh_token=([^;]*)/.exec(answer.headers['set-cookie'][0])[1];
const stillIn = async (token) => (await t.nobody.call('GET /user/info/me', {}, { token, cookie: '' })).status === 200;

test('ten parallel refreshes give one successor', async () => {
    const one = await t.login(bob.name);
    const answers = await Promise.all(Array.from({ length: 10 }, () => refreshed(one.cookie)));
    for (const answer of answers) assert.equal(answer.status, 200, answer.text);
    assert.equal(new Set(answers.map(cookieOf)).size, 1);
    for (const answer of answers) assert.ok(await stillIn(answer.body.data));
    assert.equal((await refreshed(cookieOf(answers[0]))).status, 200);
});

test('logging out ends the session, its tokens and its sockets, and only those', async () => {
    const [one, other] = [await t.login(carol.name), await t.login(carol.name)];
    const socket = await connect(one);
    const cookie = one.cookie;
    const answer = await one.call('GET /user/logout');
    assert.equal(answer.status, 200);
    assert.match(answer.headers['set-cookie'][0], /^refresh_token=; Max-Age=0;/);
    assert.equal(await socket.closed(), 4401);
    assert.equal(await stillIn(one.token), false);
    assert.equal((await refreshed(cookie)).status, 400);
    assert.ok(await stillIn(other.token));
    await t.nobody.ok('GET /user/logout', {}, { cookie }); /* again: nothing is left to end */
    await t.nobody.refused('GET /user/logout', {}, 400, 'refresh token无效', { cookie: '' });
    await t.nobody.refused('POST /user/refresh', {}, 400, 'refresh token无效', { cookie: '' });
    await t.nobody.refused('POST /user/refresh', {}, 400, 'refresh token无效', { cookie: 'f'.repeat(64) });
});

/* ---- pages ---- */

test('pages continue from the last thing and know their end', async () => {
    const [reader, other] = await t.people('pager', 2);
    const made = [];
    for (let i = 0; i < 6; i++) made.push((await t.group(reader, [], { name: `page ${i}` })).id);
    const direct = await t.direct(reader, other);
    const order = [direct.id, ...made.reverse()];
    const first = await reader.ok('GET /group/page', { pageSize: 3 });
    assert.deepEqual(first.list.map((one) => one.id), order.slice(0, 3));
    assert.deepEqual([first.isLast, first.cursor], [false, order[2]]);
    for (const cursor of [`${first.cursor}`, `${first.cursor}.0`, `${first.cursor}e0`]) {
        const { list } = await reader.ok('GET /group/page', { pageSize: 2, cursor });
        assert.deepEqual(list.map((one) => one.id), order.slice(3, 5));
    }
    const last = await reader.ok('GET /group/page', { 'request[cursor]': order[4], 'request.pageSize': 2 });
    assert.deepEqual([last.isLast, last.list.length], [true, 2], 'a full last page says so at once');
    assert.deepEqual(await reader.ok('GET /group/page', { cursor: order[6] }), { isLast: true, list: [] });
    assert.equal((await reader.ok('GET /group/page', { pageSize: -5 })).list.length, 1);
    assert.equal((await reader.ok('GET /group/page', { pageSize: 1000 })).list.length, 7);
    assert.equal((await reader.ok('GET /group/page', { keyword: 'AGE 3' })).list.length, 1);
    for (const fields of [{ pageSize: 'null' }, { cursor: 'x' }])
        assert.equal((await reader.call('GET /group/page', fields)).body.errCode, -2);
});

/* ---- rooms ---- */

test('a group: who may do what', async () => {
    const erin = await t.register(t.uniq('erin'));
    const group = await t.group(alice, [bob, alice, bob, carol], { description: 'd' });
    assert.deepEqual([group.creatorId, group.memberCount, group.description], [alice.id, 3, 'd']);
    const groupId = group.id;
    const roles = async () => Object.fromEntries((await alice.ok('GET /groupMember/page', { groupId })).list.map((one) => [one.userId, one.role]));
    assert.deepEqual(await roles(), { [alice.id]: 1, [bob.id]: 3, [carol.id]: 3 });
    await alice.refused('POST /group', { name: 'n', memberIds: [99999999] }, 10001, '用户不存在');

    await alice.refused('PUT /groupMember', { groupId: 9999998, userId: bob.id, role: 2 }, ...NO_GROUP);
    await alice.refused('PUT /groupMember', { groupId, userId: erin.id, role: 2 }, 9009, '该成员不在群组中');
    await erin.refused('PUT /groupMember', { groupId, userId: bob.id, role: 2 }, ...NOT_IN);
    await bob.refused('PUT /groupMember', { groupId, userId: carol.id, role: 2 }, ...NOT_ALLOWED);
    await alice.refused('PUT /groupMember', { groupId, userId: alice.id, role: 3 }, ...NOT_ALLOWED);
    for (const role of [1, 4, 5, 0]) await alice.refused('PUT /groupMember', { groupId, userId: bob.id, role }, -2, 'role角色类型有误');
    await alice.ok('PUT /groupMember', { groupId, userId: bob.id, role: 2 });

    await carol.refused('PUT /group', { id: groupId, name: 'x' }, ...NOT_ALLOWED);
    await erin.refused('PUT /group', { id: groupId, name: 'x' }, ...NOT_ALLOWED);
    await alice.refused('PUT /group', { id: 9999998, name: 'x' }, ...NO_GROUP);
    const renamed = await bob.ok('PUT /group', { id: groupId, name: 'renamed' });
    assert.deepEqual([renamed.name, renamed.description, renamed.creatorId, renamed.memberCount], ['renamed', 'd', alice.id, 3]);
    await erin.refused('GET /group/' + groupId, {}, 9004, '非法操作，用户不存在群聊中~');
    await erin.refused('GET /group/9999998', {}, ...NO_GROUP);

    await carol.refused('POST /groupMember', { groupId, userIds: [erin.id] }, ...NOT_ALLOWED);
    await bob.ok('POST /groupMember', { groupId, userIds: [erin.id, carol.id] });
    await bob.ok('POST /groupMember', { groupId, userIds: [] });
    assert.deepEqual(await roles(), { [alice.id]: 1, [bob.id]: 2, [carol.id]: 3, [erin.id]: 3 });

    await alice.ok('PUT /groupMember', { groupId, userId: carol.id, role: 2 });
    await bob.refused('DELETE /groupMember', { groupId, userId: carol.id }, ...NOT_ALLOWED);
    await bob.refused('DELETE /groupMember', { groupId, userId: alice.id }, ...NOT_ALLOWED);
    await erin.refused('DELETE /groupMember', { groupId, userId: bob.id }, ...NOT_ALLOWED);
    await alice.refused('DELETE /groupMember', { groupId, userId: alice.id }, 9008, '群主唯一，不能退出群聊，请申请转让或解散');
    await bob.ok('DELETE /groupMember', { groupId, userId: erin.id });
    await alice.ok('DELETE /groupMember', { groupId, userId: carol.id });
    await bob.refused('DELETE /group/' + groupId, {}, ...NOT_ALLOWED);
    await alice.ok('DELETE /group/' + groupId, {});
    await alice.refused('GET /group/' + groupId, {}, ...NO_GROUP);
    await alice.refused('GET /groupMember/page', { groupId }, ...NO_GROUP);
});

test('a direct room is the conversation of the two, and nobody manages it', async () => {
    const room = await t.direct(alice, dan);
    assert.ok(room.id > DIRECT_ROOM_FIRST);
    assert.deepEqual([room.name, room.memberCount], [dan.name, 2]);
    assert.equal((await dan.ok('POST /group', { name: 'x', type: 4, memberIds: [dan.id, alice.id] })).id, room.id);
    for (const memberIds of [[], [alice.id], [bob.id, dan.id]]) await alice.refused('POST /group', { name: 'x', type: 4, memberIds }, 102, '参数有误');
    const { list } = await alice.ok('GET /groupMember/page', { groupId: room.id });
    assert.deepEqual(list.map((one) => [one.userId, one.role]).sort(), [[alice.id, 5], [dan.id, 5]].sort());
    await alice.refused('POST /groupMember', { groupId: room.id, userIds: [bob.id] }, ...NOT_ALLOWED);
    await alice.refused('DELETE /groupMember', { groupId: room.id, userId: dan.id }, ...NOT_ALLOWED);
    await alice.refused('PUT /group', { id: room.id, name: 'mine' }, ...NOT_ALLOWED);
    await alice.refused('PUT /group', { id: room.id, name: ' \t ' }, -2, 'name群组名称不能为空');
    await alice.refused('DELETE /group/' + room.id, {}, ...NOT_ALLOWED);
    await bob.refused('GET /group/' + room.id, {}, ...NO_GROUP);
    await bob.refused('POST /chat/message', { groupId: room.id, messageType: 1, content: 'x' }, ...NO_GROUP);
    await bob.refused('GET /chat/message/page', { groupId: room.id }, ...NO_GROUP);
});

/* ---- who is here ---- */

test('who hides when they are here is away, to all but themselves', async () => {
    const [here, looks] = await t.people('here', 2);
    const socket = await connect(here);
    const status = async (who, whose) => {
        const { activeStatus, lastLoginTime } = await who.ok(`GET /user/info/${whose}`);
        return [activeStatus, lastLoginTime !== undefined];
    };
    assert.deepEqual(await status(looks, here.id), ['1', true]);
    assert.deepEqual(await status(here, looks.id), ['2', true]);
    const hidden = await f.login(here.name, { password: PASSWORD });
    await hidden.ok('PUT /settings', { lastSeen: 'contacts' });
    assert.deepEqual(await status(looks, here.id), ['2', false]);
    assert.deepEqual(await status(here, 'me'), ['1', true]);
    await f.befriend(hidden, await f.login(looks.name, { password: PASSWORD }));
    assert.deepEqual(await status(looks, here.id), ['1', true]);
    await hidden.ok('PUT /settings', { lastSeen: 'nobody' });
    assert.deepEqual(await status(looks, here.id), ['2', false]);
    assert.deepEqual(await status(here, looks.id), ['2', false], 'who shows it to nobody sees nobody\'s');
    await socket.close();
});

/* ---- messages ---- */

test('messages: sent, edited, deleted, and read by those who may', async () => {
    const group = await t.group(alice, [bob, carol]);
    const sent = await alice.say(group, 'helo', { clientId: 'c-1' });
    assert.deepEqual([sent.content, sent.status, sent.messageType, sent.userId], ['helo', 0, 1, alice.id]);
    assert.equal((await alice.say(group, 'helo', { clientId: 'c-1' })).messageID, sent.messageID);
    const reply = await bob.say(group, 'hi', { replayMessageId: sent.messageID });
    assert.equal(reply.replyMessageId, sent.messageID);
    await bob.refused('PUT /chat/message', { messageID: sent.messageID, content: 'x' }, 1001, '无法修改他人的消息');
    await bob.refused('PUT /chat/message', { messageID: reply.messageID, userId: alice.id, content: 'x' }, 1001, '无法修改他人的消息');
    await alice.refused('PUT /chat/message', { messageID: 999999, content: 'x' }, 1000, '消息不存在~');
    const edited = await alice.ok('PUT /chat/message', { messageID: sent.messageID, groupId: group.id, content: 'hello' });
    assert.deepEqual([edited.content, edited.status, edited.syncId], ['hello', 2, sent.syncId]);
    await bob.refused('DELETE /chat/message', { messageID: sent.messageID, groupId: group.id, ownerId: bob.id }, 1002, '你无法删除别人的信息哦~');
    await dan.refused('DELETE /chat/message', { messageID: sent.messageID, groupId: group.id }, 1003, '状态异常');
    await dan.refused('POST /chat/message', { groupId: group.id, messageType: 1, content: 'x' }, ...NOT_IN);
    await dan.refused('GET /chat/message', { messageId: sent.messageID }, 1000, '消息不存在~');
    await alice.ok('DELETE /chat/message', { messageID: reply.messageID, groupId: group.id });
    assert.deepEqual((await bob.history(group)).list.filter((one) => one.messageType === 1).map((one) => one.content), ['hello']);
    const all = await bob.history(group, { afterSyncId: 0 });
    assert.deepEqual(all.list.slice(-2).map((one) => [one.status, one.content]), [[2, 'hello'], [1, '']]);
    await alice.refused('POST /chat/message', { groupId: group.id, messageType: 1, content: 'x'.repeat(1025) }, -2, 'content消息内容不能超过1024个字符');
    await alice.refused('POST /chat/message', { groupId: group.id, messageType: 6, content: 'x' }, -2, 'messageType消息类型有误');
    await alice.refused('POST /chat/message', { groupId: group.id, messageType: 2, content: 'x' }, -2, 'body不能为空');
    await alice.refused('POST /chat/message', { groupId: group.id, messageType: 2, content: 'x', body: { url: 'javascript:alert(1)' } }, -2, 'body格式有误');
});

test('what was uploaded and what is forwarded keeps what it says', async () => {
    const group = await t.group(alice, [bob]);
    const image = { size: 12, url: 'https://example.org/a.png', fileName: 'a.png', width: 3, height: 4 };
    const sent = await alice.say(group, 'look', { messageType: 2, body: image });
    assert.deepEqual([sent.content, sent.extra], ['look', { imageMessage: image }]);
    const changed = await alice.ok('PUT /chat/message', { messageID: sent.messageID, content: 'look here' });
    assert.deepEqual([changed.content, changed.extra], ['look here', { imageMessage: image }]);
    const sound = { size: 9, url: '/files/x.ogg', fileName: 'x.ogg', second: 7 };
    assert.deepEqual((await alice.say(group, 'hm', { messageType: 7, body: sound })).extra, { soundMessage: sound });
    const forward = await alice.say(group, 'chat of two', { messageType: 5, body: { messageList: [sent] } });
    assert.equal(forward.extra.forwardMessage.messageList[0].content, 'look');
    assert.equal(forward.extra.forwardMessage.messageList[0].userId, alice.id);
});
