'use strict';
/* What people and groups may be that no landed row can make them yet: with an address and a number, locked, blocked,
 * muted, a manager. Their state is written into the database of a stopped server; how every row treats them is tested
 * as for all others (reliability.md T13, T20, T25 to T27). */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { handshake } = require('../harness/rawws.js');
const { missing, alter } = require('../harness/sql.js');

const TAKEN = '账号已存在';
const NO_ACCOUNT = '账号不存在';
const LOCKED = '账号被封禁';
const BLOCKED = '对方已将您加入黑名单';
const MUTED = '您已被禁言';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const known = (name, play) => test(name, { skip: missing }, play);

known('an e-mail address and a mobile number log in, and nobody else may be called by them', async () => {
    const [alice] = await f.people('mail', 1);
    await alter(server, `UPDATE users SET email = 'alice@example.org', mobile = '15712345678' WHERE id = ${alice.id}`);
    for (const account of ['alice@example.org', 'ALICE@example.org', '15712345678', alice.name])
        assert.equal((await f.login(account)).id, alice.id, account);
    for (const account of ['alice@example.org', 'Alice@Example.Org', '15712345678'])
        await f.nobody.refused('POST /register/basic', f.credentials(account), TAKEN);
    const { account } = await alice.ok('GET /me/info');
    assert.deepEqual([account.email, account.mobile], ['alice@example.org', '15712345678']);
});

known('address, number and place are for friends and oneself, whoever else looks', async () => {
    const [alice, friend, stranger, owner] = await f.people('shy', 4);
    await f.befriend(alice, friend);
    await alice.ok('POST /friends/add', { toId: owner.id, reason: '' });
    const group = await f.group(owner, [stranger]);
    await alice.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
    await alter(
        server,
        `UPDATE users SET email = 'shy@secret.example', mobile = '13900001111', longitude = 113.887611,
         latitude = 22.802167, city = 'SecretCity' WHERE id = ${alice.id}`,
    );
    const secrets = /shy@secret\.example|13900001111|113\.8876|SecretCity/;
    const lookups = [
        [stranger, 'GET /friends/search', { account: alice.name }],
        [stranger, 'GET /friends/search', { account: 'shy@secret.example' }],
        [owner, 'GET /friends/add/applies', {}],
        [owner, 'GET /chatGroups/join', {}],
    ];
    for (const [who, row, fields] of lookups) {
        const answer = await who.call(row, fields);
        assert.equal(answer.body.result.total, 1, row);
        assert.ok(!secrets.test(answer.text), `${row}: ${answer.text}`);
    }
    await owner.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: alice.id, status: 'pass' });
    const info = await stranger.call('GET /chatGroups/info', { groupId: group.id });
    assert.ok(info.text.includes(alice.name) && !secrets.test(info.text), info.text);
    const list = await friend.call('GET /friends');
    assert.ok(list.text.includes('shy@secret.example') && !/113\.88|SecretCity/.test(list.text), list.text);
    assert.equal((await alice.ok('GET /me/info')).account.longitude, 113.887611);
});

known('a locked account is out everywhere, and only who knows its password is told why', async () => {
    const [alice, bob] = await f.people('lock', 2);
    await f.befriend(alice, bob);
    await alice.say(bob, 'before');
    await alter(server, `UPDATE users SET enabled = 0 WHERE id = ${alice.id}`);
    await alice.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
    await alice.refused('POST /chat/send', { toId: bob.id, ope: 'friend', type: 'text', body: 'x' }, LOGGED_OUT, {
        status: 401,
    });
    assert.equal((await handshake(server, { token: alice.token })).status, 401);
    await f.nobody.refused('POST /login/basic', f.credentials(alice.name), LOCKED);
    await f.nobody.refused(
        'POST /login/basic',
        f.credentials(alice.name, { password: 'wrong-password' }),
        '账号或密码错误',
    );
    await f.nobody.refused('POST /register/basic', f.credentials(alice.name), TAKEN);
    await bob.refused('POST /chat/send', { toId: alice.id, ope: 'friend', type: 'text', body: 'x' }, NO_ACCOUNT);
    assert.equal((await bob.ok('GET /friends/search', { account: alice.name })).total, 0);
    assert.deepEqual(
        (await bob.history(alice)).items.map((one) => one.body),
        ['before'],
        'what was said stays',
    );
    await alter(server, `UPDATE users SET enabled = 1 WHERE id = ${alice.id}`);
    await alice.ok('GET /me/info');
});

known('who is blocked can neither write, type nor ask; the other way round nothing changes', async () => {
    const [alice, eve] = await f.people('block', 2);
    await alter(
        server,
        `INSERT INTO contacts (user_id, peer_id, is_friend, is_blocked, created_at_ms, updated_at_ms)
         VALUES (${alice.id}, ${eve.id}, 0, 1, 1, 1)`,
    );
    const [atAlice, atEve] = [await connect(alice), await connect(eve)];
    await eve.refused('POST /chat/send', { toId: alice.id, ope: 'friend', type: 'text', body: 'x' }, BLOCKED, {
        error: 'blocked',
    });
    await eve.refused('POST /friends/add', { toId: alice.id }, BLOCKED);
    await atEve.send({ toId: alice.id, ope: 'friend', type: 'input', status: 'normal' });
    assert.equal(JSON.parse((await atEve.frame({ type: 'error' })).body).error, 'blocked');
    await atAlice.none({ type: 'input' });
    await alice.say(eve, 'I may');
    await atEve.frame({ body: 'I may' });
    assert.deepEqual((await alice.ok('GET /friends')).items, []);
    const { items } = await alice.ok('GET /friends', { blacklist: 1 });
    assert.deepEqual(
        items.map((one) => one.account.id),
        [eve.id],
    );
    assert.deepEqual((await eve.ok('GET /friends', { blacklist: 1 })).items, []);
    await atAlice.close();
    await atEve.close();
});

known('a blocked friend stays a friend who may not write', async () => {
    const [alice, bob] = await f.people('bfriend', 2);
    await f.befriend(alice, bob);
    await alter(server, `UPDATE contacts SET is_blocked = 1 WHERE user_id = ${alice.id} AND peer_id = ${bob.id}`);
    await bob.refused('POST /chat/send', { toId: alice.id, ope: 'friend', type: 'text', body: 'x' }, BLOCKED);
    await alice.say(bob, 'x');
    assert.deepEqual((await alice.ok('GET /friends')).items, []);
    assert.equal((await bob.ok('GET /friends')).items.length, 1);
});

known('who is muted cannot write or type in that group, and only there, until the time is over', async () => {
    const [alice, bob, carol] = await f.people('mute', 3);
    const [group, other] = [await f.group(alice, [bob, carol]), await f.group(alice, [bob])];
    const until = Date.now() + 3600000;
    await alter(
        server,
        `UPDATE members SET muted_until_ms = ${until} WHERE group_id = ${group.id} AND user_id = ${bob.id}`,
    );
    const socket = await connect(bob);
    await bob.refused('POST /chat/send', { toId: group.id, ope: 'group', type: 'text', body: 'x' }, MUTED, {
        error: 'muted',
    });
    await socket.send({ toId: group.id, ope: 'group', type: 'input', status: 'normal' });
    assert.equal(JSON.parse((await socket.frame({ type: 'error' })).body).error, 'muted');
    await bob.say(other, 'elsewhere');
    await carol.say(group, 'heard by bob');
    await socket.frame({ body: 'heard by bob' });
    const { items } = await bob.history(group.id, { sort: 'id:desc', limit: 1 });
    assert.deepEqual([items[0].fromId, items[0].body], [carol.id, 'heard by bob'], 'muted people read on');
    assert.equal((await bob.history(group.id, { messageType: 'text' })).total, 1);
    const info = await alice.ok('GET /chatGroups/info', { groupId: group.id });
    assert.deepEqual(
        info.membersList.map((one) => [one.account.id, one.isBanned]),
        [
            [alice.id, false],
            [bob.id, true],
            [carol.id, false],
        ],
    );
    assert.equal((await bob.ok('GET /chatGroups/info', { groupId: group.id })).selfInfo.isBanned, true);
    await socket.close();
    await alter(server, `UPDATE members SET muted_until_ms = ${Date.now() - 1000} WHERE group_id = ${group.id}`);
    await bob.say(group, 'again');
});

known('a manager answers requests like the owner; who was one and is not any more does not', async () => {
    const [alice, bob, carol, dave] = await f.people('mgr', 4);
    const group = await f.group(alice, [bob]);
    await carol.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
    const asManager = (role) =>
        `UPDATE members SET role = ${role} WHERE group_id = ${group.id} AND user_id = ${bob.id}`;
    await alter(server, asManager(2));
    /* Whoever manages now sees what was asked before. */
    const { items } = await bob.ok('GET /chatGroups/join');
    assert.deepEqual(
        items.map((one) => one.account.id),
        [carol.id],
    );
    const socket = await connect(bob);
    await dave.ok('POST /chatGroups/join', { groupId: group.id, reason: '' });
    await socket.frame({ type: 'joinGroup', fromId: dave.id });
    await bob.ok('POST /chatGroups/join/reply', { groupId: group.id, accountId: carol.id, status: 'pass' });
    const info = await carol.ok('GET /chatGroups/info', { groupId: group.id });
    assert.deepEqual(
        info.membersList.map((one) => one.role),
        ['owner', 'manager', 'general'],
    );
    await socket.close();
    await alter(server, asManager(1));
    await bob.refused(
        'POST /chatGroups/join/reply',
        { groupId: group.id, accountId: dave.id, status: 'pass' },
        '您不是群聊管理员',
    );
    assert.deepEqual((await bob.ok('GET /chatGroups/join')).items, []);
});

known('a dissolved group is gone for its members too', async () => {
    const [alice, bob] = await f.people('diss', 2);
    const group = await f.group(alice, [bob]);
    await alice.say(group, 'x');
    await alter(server, `UPDATE groups SET dissolved_at_ms = 1 WHERE id = ${group.id}`);
    const gone = '群聊不存在';
    await bob.refused('GET /chatGroups/info', { groupId: group.id }, gone);
    await bob.refused('POST /chat/send', { toId: group.id, ope: 'group', type: 'text', body: 'x' }, gone);
    await bob.refused('GET /chat/messages', { toId: group.id }, gone);
    await bob.refused('POST /chat/read', { toId: group.id }, gone);
    assert.deepEqual((await bob.ok('GET /chatGroups')).items, []);
    assert.equal(await bob.conversation(group), undefined);
});
