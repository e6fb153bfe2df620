'use strict';
/* The node API: who may ask, its envelope and codes, and what each row does to people who use the other dialects.
 * Expected values are those of api/node.md and facts/room-and-node.md 5 to 11. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const os = require('node:os');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { togetherchat, connect: connectTogether, PASSWORD } = require('../harness/togetherchat.js');
const { request } = require('../harness/http.js');
const { Service, rows } = require('../harness/node.js');
const { sql } = require('../harness/sql.js');
const { until, SLOW } = require('../harness/wait.js');
const spec = require('../harness/spec.js');

const LISTEN = ['127.0.0.1:0', '127.0.0.1:0 node'];

let server, f, service;
before(async () => {
    server = await startServer({ set: { listen: LISTEN, max_sockets: 200 } });
    f = freeim(server);
    service = new Service(server);
});
after(() => server?.stop());

const nameOf = (person) => ({ username: person.name });
const GROUP = 'POST /sendGroupChatMessage';
const CREATED = 'POST /sendGroupCreateMessage';
const PAGE = 'POST /user/page';
const STATUS = 'PUT /user/setUserStatus/{username}/{status}';
const ONE = 'GET /user/{username}';

/* A group that the node API made, called name, whose first member is its owner. */
async function makeGroup(name, members) {
    await service.ok(CREATED, {
        json: [{ members: members.map((one) => one.name), reason: `您已被拉入群聊"${name}"!`, success: true, messageType: 10 }],
    });
    const { items } = await members[0].ok('GET /chatGroups');
    return items.find((one) => one.name === name);
}

describe('who may ask', () => {
    const SECRET = '3q9vJtW0mZrX5yLc';
    const ASK = 'GET /getOnlineUserCount';

    test('with a secret: who sends it in the password header, whatever their address; 401 and no body for all others', async () => {
        const guarded = await startServer({ set: { listen: ['127.0.0.1:0', '0.0.0.0:0 node'], 'node.secret': SECRET } });
        try {
            const port = new URL(guarded.listeners[1].url).port;
            const url = `http://127.0.0.1:${port}`;
            const nobody = new Service(guarded);
            for (const row of rows)
                await nobody.denied(row, { listener: url, at: { username: 'x', status: 'true' }, query: {} });
            const wrong = ['', SECRET.slice(0, -1), `${SECRET}x`, SECRET.toUpperCase(), ` ${SECRET.slice(1)}`, 'x'.repeat(16)];
            for (const password of wrong) await nobody.denied(ASK, { listener: url, headers: { password } });
            const good = new Service(guarded, SECRET);
            assert.equal(await good.ok(ASK, { listener: url }), 0);
            await nobody.denied(ASK, { listener: url, query: { password: SECRET } });
            /* A proxy may stand in between when there is a secret. */
            assert.equal(await good.ok(ASK, { listener: url, headers: { 'X-Forwarded-For': '203.0.113.9' } }), 0);
        } finally {
            await guarded.stop();
        }
    });

    test('wrong secrets are slowed down, per address, and the right one with them', async () => {
        const guarded = await startServer({ set: { listen: LISTEN, 'node.secret': SECRET, rate_limits: 'on' } });
        try {
            const [good, bad] = [new Service(guarded, SECRET), new Service(guarded, 'wrong-secret')];
            await good.ok(ASK);
            for (let i = 0; i < 10; i++) await bad.denied(ASK);
            const slowed = await bad.call(ASK);
            assert.equal(slowed.body.code, -1);
            assert.ok(Number(slowed.headers['retry-after']) >= 1);
            assert.equal((await good.call(ASK)).body.code, -1);
            await good.ok(ASK, { localAddress: '127.0.0.2' });
        } finally {
            await guarded.stop();
        }
    });

    test('without one: programs on this machine, not other machines, proxies or pages', async () => {
        await service.ok(ASK);
        const foreign = [
            { 'X-Forwarded-For': '203.0.113.9' },
            { 'X-Real-IP': '203.0.113.9' },
            { Forwarded: 'for=203.0.113.9' },
            { Origin: 'http://evil.example' },
            { Origin: 'null' },
            { Host: 'evil.example' },
            { Host: '127.0.0.1.evil.example' },
        ];
        for (const headers of foreign) await service.denied(ASK, { headers });
        for (const Host of ['localhost', 'LOCALHOST:9092', '[::1]:9092', '127.0.0.1', '127.0.1.1:80'])
            await service.ok(ASK, { headers: { Host } });
    });

    test('a caller on another address of the network is refused', async (t) => {
        const outside = Object.values(os.networkInterfaces()).flat().find((one) => one.family === 'IPv4' && !one.internal);
        if (!outside) return t.skip('this machine has no network address; test_dispatch.c covers the rule');
        const open = await startServer({ set: { listen: ['127.0.0.1:0', '0.0.0.0:0 node'] } });
        try {
            const port = new URL(open.listeners[1].url).port;
            const caller = new Service(open);
            await caller.ok(ASK, { listener: `http://127.0.0.1:${port}` });
            await caller.denied(ASK, { listener: `http://${outside.address}:${port}` });
            await caller.denied(ASK, { listener: `http://${outside.address}:${port}`, headers: { Host: 'localhost' } });
        } finally {
            await open.stop();
        }
    });

    test('nothing of it answers where people come in, and nothing of theirs here', async () => {
        for (const row of rows) {
            const [method, at] = row.split(' ');
            const answer = await request(server, method, at.replace(/\{\w+\}/g, 'true'), {
                headers: method === 'GET' ? {} : { 'Content-Type': 'application/json' },
                body: method === 'GET' ? undefined : '{}',
            });
            assert.doesNotMatch(answer.text, /isSuccess|timestamp/, `${row} answered on the shared listener`);
            assert.notEqual(answer.status, 401, row);
        }
        for (const at of ['/', '/api/v1/site/config', '/index.html']) {
            const answer = await request(server, 'GET', at, { listener: service.listener });
            assert.equal(answer.status, 404, at);
            assert.equal(JSON.parse(answer.text).code, 404, at);
        }
    });
});

describe('the envelope', () => {
    test('faults of the caller have their codes and name the path', async () => {
        const faults = [
            ['GET /joinMember', {}, 405, '不支持当前请求类型', '/joinMember'],
            ['DELETE /user/page', {}, 405, '不支持当前请求类型', '/user/page'],
            ['POST /joinMember', { query: { name: 'g' } }, -6, /member/, '/joinMember'],
            ['POST /removeMember', { query: { member: 'm' } }, -6, /name/, '/removeMember'],
            ['POST /reBalance/handler', { query: { host: 'h:1' } }, -6, /reBalanceNumber/, '/reBalance/handler'],
            ['POST /reBalance/handler', { query: { reBalanceNumber: 1 } }, -6, /host/, '/reBalance/handler'],
            ['POST /reBalance/handler', { query: { host: 'h', reBalanceNumber: 'x' } }, -3, /^参数类型解析异常/, '/reBalance/handler'],
            [STATUS, { at: { username: 'x', status: 'maybe' } }, -3, /^参数类型解析异常/, '/user/setUserStatus/x/maybe'],
            [PAGE, { body: '{"status":', type: 'application/json' }, -3, /^参数类型解析异常/, '/user/page'],
            [PAGE, { body: '', type: 'application/json' }, -3, /^参数类型解析异常/, '/user/page'],
            [PAGE, { json: { status: 'perhaps' } }, -3, /status/, '/user/page'],
            [PAGE, { json: { passwordErrorNum: 'x' } }, -3, /passwordErrorNum/, '/user/page'],
            [PAGE, { json: { registerTime: 'yesterday' } }, -3, /registerTime/, '/user/page'],
            [PAGE, { json: { registerTime: '2023-02-31 00:00:00' } }, -3, /registerTime/, '/user/page'],
            [PAGE, { json: [] }, -3, /^参数类型解析异常/, '/user/page'],
            [PAGE, { body: 'status=true', type: 'application/x-www-form-urlencoded' }, -7, '请求类型异常', '/user/page'],
            [PAGE, { body: '{}', type: 'text/plain' }, -7, '请求类型异常', '/user/page'],
            ['POST /send', { body: 'from=a&to=b&content=c', type: 'application/x-www-form-urlencoded' }, -7, '请求类型异常', '/send'],
            [GROUP, { json: { x: 'not a message' } }, -3, /^参数类型解析异常/, '/sendGroupChatMessage'],
            [CREATED, { json: {} }, -3, /^参数类型解析异常/, '/sendGroupCreateMessage'],
            [CREATED, { body: '[]', type: 'text/plain' }, -7, '请求类型异常', '/sendGroupCreateMessage'],
            [CREATED, { json: [{ members: [], success: true }] }, -1, '系统繁忙~请稍后再试~', '/sendGroupCreateMessage'],
            [CREATED, { json: [{ members: null }] }, -5, '空指针异常', '/sendGroupCreateMessage'],
            [CREATED, { json: [{}] }, -5, '空指针异常', '/sendGroupCreateMessage'],
        ];
        for (const [row, options, code, msg, path] of faults) {
            const body = await service.fails(row, options, code, msg);
            assert.equal(body.path, path, row);
        }
    });

    test('failures of the business name no path', async () => {
        const body = await service.fails('POST /joinMember', { query: { name: 'none', member: 'none' } }, -10, '添加失败');
        assert.equal(body.path, null);
    });
});

describe('users', () => {
    test('one by name: exactly that name, or null', async () => {
        const [alice] = await f.people('look', 1);
        const user = await service.ok(ONE, { at: nameOf(alice) });
        assert.deepEqual([user.username, user.status, user.passwordErrorNum, user.passwordErrorLastTime], [alice.name, true, 0, null]);
        assert.ok(Math.abs(Date.parse(`${user.registerTime.replace(' ', 'T')}+08:00`) - Date.now()) < 60000 * SLOW, 'in Shanghai');
        assert.ok(user.lastLoginTime >= user.registerTime);
        for (const username of [`${alice.name}x`, alice.name.slice(0, -1), '%', String(alice.id)])
            assert.equal(await service.ok(ONE, { at: { username } }), null, username);
    });

    test('wrong passwords are counted in every dialect, and a login sets them back', async () => {
        const [bob] = await f.people('wrong', 1);
        for (let i = 1; i <= 3; i++) {
            await f.nobody.call('POST /login/basic', f.credentials(bob.name, { password: 'wrong-1' }));
            assert.equal((await service.ok(ONE, { at: nameOf(bob) })).passwordErrorNum, i);
        }
        await request(server, 'POST', '/capi/user/login', {
            headers: { 'Content-Type': 'application/json' },
            body: JSON.stringify({ username: bob.name, password: 'wrong-1' }),
        });
        const before = await service.ok(ONE, { at: nameOf(bob) });
        assert.equal(before.passwordErrorNum, 4);
        assert.ok(before.passwordErrorLastTime >= before.registerTime);
        await f.login(bob.name);
        const after = await service.ok(ONE, { at: nameOf(bob) });
        assert.deepEqual([after.passwordErrorNum, after.passwordErrorLastTime], [0, before.passwordErrorLastTime]);
    });
});

describe('the page of users', () => {
    const DAY = 86400000;
    const BASE = Date.parse('2023-04-23T10:00:00+08:00');
    let paged, ask, names;

    /* 25 accounts: p00 the oldest, a day apart; every fifth disabled, every second with wrong passwords. */
    before(async () => {
        paged = await startServer({ set: { listen: LISTEN } });
        const rowsOf = Array.from({ length: 25 }, (_, i) => {
            const at = BASE + i * DAY + 123;
            const errors = i % 2;
            return `('${String(i).padStart(32, '0')}', 'p${String(i).padStart(2, '0')}', 'p', ${at}, ${at}, ${at + 5000}, ${i % 5 ? 1 : 0}, ${errors}, ${errors ? at + 9000 : 0})`;
        });
        sql(paged, `INSERT INTO users (uid, username, nickname, created_at_ms, updated_at_ms, last_login_at_ms, enabled,
            password_errors, password_error_at_ms) VALUES ${rowsOf.join(', ')}`);
        const own = new Service(paged);
        ask = (json = {}, query = {}) => own.ok(PAGE, { json, query });
        names = async (...of) => (await ask(...of)).records.map((one) => one.username);
    });
    after(() => paged?.stop());

    test('is the first ten, the newest first, when nothing is said', async () => {
        const page = await ask();
        assert.deepEqual({ ...page, records: page.records.length }, { current: 1, pages: 3, records: 10, searchCount: true, size: 10, total: 25 });
        assert.deepEqual(page.records[0], {
            lastLoginTime: '2023-05-17 10:00:05',
            passwordErrorLastTime: null,
            passwordErrorNum: 0,
            registerTime: '2023-05-17 10:00:00',
            status: true,
            username: 'p24',
        });
        assert.equal(page.records[9].username, 'p15');
    });

    test('the example of the document: "" is no filter, 0 and true are', async () => {
        const json = { lastLoginTime: '', passwordErrorLastTime: '', passwordErrorNum: 0, registerTime: '', status: true, username: '' };
        assert.equal((await ask(json)).total, 10);
        assert.equal((await ask({ lastLoginTime: null, status: null, username: null, passwordErrorNum: null })).total, 25);
    });

    test('current and size: defaults, beyond the end, capped at 100', async () => {
        const last = await ask({}, { current: 3 });
        assert.deepEqual([last.records.length, last.records[4].username], [5, 'p00']);
        const beyond = await ask({}, { current: 4 });
        assert.deepEqual([beyond.records, beyond.total, beyond.pages, beyond.current], [[], 25, 3, 4]);
        const cases = [
            [{ size: 100000 }, 100, 1, 25],
            [{ size: 101 }, 100, 1, 25],
            [{ size: 7, current: 2 }, 7, 4, 7],
            [{ size: 0 }, 0, 0, 0],
            [{ current: 0 }, 10, 3, 10],
            [{ current: -5 }, 10, 3, 10],
            [{ current: 999999999 }, 10, 3, 0],
        ];
        for (const [query, size, pages, count] of cases) {
            const page = await ask({}, query);
            assert.deepEqual([page.size, page.pages, page.records.length], [size, pages, count], JSON.stringify(query));
        }
    });

    test('every filter is equality, and all of them hold together', async () => {
        assert.deepEqual(await names({ username: 'p07' }), ['p07']);
        for (const username of ['p0', 'p%', 'p_7', 'nobody']) assert.deepEqual(await names({ username }), []);
        assert.deepEqual(await names({ status: false }), ['p20', 'p15', 'p10', 'p05', 'p00']);
        assert.equal((await ask({ passwordErrorNum: 1 })).total, 12);
        assert.equal((await ask({ passwordErrorNum: 2 })).total, 0);
        assert.deepEqual(await names({ status: false, passwordErrorNum: 1 }), ['p15', 'p05']);
        assert.deepEqual(await names({ username: 'p07', status: true }), ['p07']);
        assert.deepEqual(await names({ username: 'p07', status: false }), []);
        assert.deepEqual(await names({ username: 'p07', registerTime: '2023-04-30 10:00:00' }), ['p07']);
        assert.deepEqual(await names({ username: 'p07', passwordErrorNum: 0 }), []);
        assert.deepEqual(await names({ registerTime: '2023-04-28 10:00:00', status: false }), ['p05']);
        assert.deepEqual(await names({ lastLoginTime: '2023-04-28 10:00:05' }), ['p05']);
        assert.deepEqual(await names({ lastLoginTime: '2023-04-28 10:00:05', registerTime: '2023-04-29 10:00:00' }), []);
        assert.deepEqual(await names({ passwordErrorLastTime: '2023-04-28 10:00:09' }), ['p05']);
        assert.deepEqual(await names({ passwordErrorLastTime: '2023-04-28 10:00:10' }), []);
    });

    test('times are read as nodes and clients write them', async () => {
        const same = [
            '2023-04-28 10:00:00',
            '2023-04-28T10:00:00',
            '2023-04-28T10:00:00.123',
            '2023-04-28T02:00:00Z',
            '2023-04-28T04:00:00+02:00',
            [2023, 4, 28, 10, 0, 0, 123000000],
            [2023, 4, 28, 10, 0],
        ];
        for (const registerTime of same) assert.deepEqual(await names({ registerTime }), ['p05'], JSON.stringify(registerTime));
        assert.deepEqual(await names({ registerTime: '2023-04-28 10:00:01' }), []);
    });
});

describe('the status of a user', () => {
    test('disabling ends every session at once and lets nobody in; enabling lets them in again', async () => {
        const [carol] = await f.people('off', 1);
        const [first, second] = [await connect(carol), await connect(await f.login(carol.name))];
        const began = Date.now();
        assert.equal(await service.ok(STATUS, { at: { ...nameOf(carol), status: 'false' } }), true);
        for (const socket of [first, second]) {
            const told = await socket.frame({ type: 'logout', ope: 'system' });
            assert.deepEqual(JSON.parse(told.body), { reason: 'disabled' });
            assert.equal(await socket.closed(), 4401);
        }
        assert.ok(Date.now() - began < 2000 * SLOW, 'within two seconds');
        assert.equal((await service.ok(ONE, { at: nameOf(carol) })).status, false);
        await carol.refused('GET /me/info', {}, '登录超时', { status: 401 });
        await f.nobody.refused('POST /login/basic', f.credentials(carol.name), '账号被封禁');
        await f.nobody.refused('POST /login/basic', f.credentials(carol.name, { password: 'wrong-1' }), '账号或密码错误');
        assert.equal(await service.ok(STATUS, { at: { ...nameOf(carol), status: 'true' } }), true);
        await carol.refused('GET /me/info', {}, '登录超时', { status: 401 });
        await f.login(carol.name);
    });

    test('togetherchat: its socket is told and closed, and it lets nobody in', async () => {
        const t = togetherchat(server);
        const [dora] = await t.people('off', 1);
        const socket = await connectTogether(dora);
        const began = Date.now();
        await service.ok(STATUS, { at: { ...nameOf(dora), status: 'false' } });
        await socket.frame(111, { reason: 'disabled' });
        assert.equal(await socket.closed(), 4401);
        assert.ok(Date.now() - began < 2000 * SLOW, 'within two seconds');
        await dora.refused('GET /user/info/me', {}, 401, 'access token无效', { status: 401 });
        const entered = await t.nobody.call('POST /user/login', { username: dora.name, password: PASSWORD });
        assert.equal(entered.body.errMsg, '账号已被禁用');
    });

    test('is false, and no failure, for a name nobody has', async () => {
        assert.equal(await service.ok(STATUS, { at: { username: 'nobody-at-all', status: 'false' } }), false);
    });
});

describe('numbers', () => {
    test('people online are counted once, however many sockets they have', async () => {
        const count = () => service.ok('GET /getOnlineUserCount');
        const [one, two] = await f.people('count', 2);
        const start = await count();
        const sockets = [await connect(one), await connect(one), await connect(two)];
        assert.equal(await count(), start + 2);
        await sockets[0].close();
        assert.equal(await count(), start + 2);
        await sockets[1].close();
        await until(async () => (await count()) === start + 1, 'the first person to be gone');
        await sockets[2].close();
        await until(async () => (await count()) === start, 'both to be gone');
    });

    test('the port is where people connect', async () => {
        assert.equal(await service.ok('GET /port'), server.port);
    });
});

describe('POST /reBalance/handler', () => {
    test('moves nobody for 0, a negative number, and as many as there are', async () => {
        const [one] = await f.people('stay', 1);
        const socket = await connect(one);
        for (const reBalanceNumber of [0, -1, -2147483648, 1, 2, 2147483647])
            await service.ok('POST /reBalance/handler', { query: { host: '10.0.0.2:8080', reBalanceNumber } });
        await socket.none({ type: 'move' });
        await socket.close();
    });
});

describe('POST /send', () => {
    const send = (from, to, content, more = {}) => ({
        json: { from: from.name || from, to: to.name || to, content, messageType: 5, sequenceId: 1, time: '2023-04-23 10:00:00', ...more },
    });

    test('to somebody who is here: stored, pushed, true', async () => {
        const [alice, bob] = await f.people('send', 2);
        const [atAlice, atBob] = [await connect(alice), await connect(bob)];
        await service.ok('POST /send', send(alice, bob, '你好'));
        for (const socket of [atAlice, atBob]) await socket.frame({ type: 'text', body: '你好', fromId: alice.id, toId: bob.id });
        const { items } = await bob.history(alice);
        assert.deepEqual(items.map((one) => [one.body, one.fromId]), [['你好', alice.id]]);
        await atAlice.close();
        await atBob.close();
    });

    test('to somebody who is away: stored for when they come, and said', async () => {
        const [alice, bob] = await f.people('away', 2);
        await service.fails('POST /send', send(alice, bob, 'later'), -10, `对方用户"${bob.name}"不存在或者不在线`);
        assert.deepEqual((await bob.history(alice)).items.map((one) => one.body), ['later']);
        assert.equal((await bob.conversation(alice)).unread, 1);
    });

    test('is refused, and nothing is stored, when it cannot be said', async () => {
        const [alice, bob] = await f.people('refused', 2);
        const atBob = await connect(bob);
        const stored = () => sql(server, 'SELECT count(*) FROM messages');
        const before = stored();
        const cases = [
            [send(alice, 'nobody-at-all', 'x'), '对方用户"nobody-at-all"不存在或者不在线'],
            [send('nobody-at-all', bob, 'x'), '用户名不存在'],
            [send('', bob, 'x'), '缺失必要参数'],
            [send(alice, '', 'x'), '缺失必要参数'],
            [send(alice, bob, ''), '缺失必要参数'],
            [{ json: {} }, '缺失必要参数'],
            [send(alice, alice, 'x'), '不能发送给自己'],
        ];
        for (const [options, msg] of cases) await service.fails('POST /send', options, -10, msg);
        await bob.ok('POST /friends/blaklist', { toId: alice.id });
        await service.fails('POST /send', send(alice, bob, 'x'), -10, '对方已将发送者加入黑名单');
        await service.ok(STATUS, { at: { ...nameOf(alice), status: 'false' } });
        await service.fails('POST /send', send(alice, bob, 'x'), -10, '该账号已被禁用');
        assert.equal(stored(), before);
        await atBob.close();
    });
});

describe('groups', () => {
    const join = (name, member) => ({ query: { name, member: member.name || member } });

    test('a new group is a group in every dialect: its members are told and are in it', async () => {
        const [alice, bob, carol] = await f.people('made', 3);
        const atBob = await connect(bob);
        const group = await makeGroup('项目组', [alice, bob]);
        await atBob.frame({ type: 'groupJoin', toId: group.id });
        assert.deepEqual(sql(server, `SELECT handle FROM groups WHERE id = ${group.id}`), '项目组');
        /* One notice per member, as upstream sends them: further ones come in. */
        await makeGroup('项目组', [carol]);
        await makeGroup('项目组', [carol]);
        const { membersList } = await alice.ok('GET /chatGroups/info', { groupId: group.id });
        assert.deepEqual(membersList.map((one) => [one.account.username, one.role]), [
            [alice.name, 'owner'],
            [bob.name, 'general'],
            [carol.name, 'general'],
        ]);
        await atBob.close();
    });

    test('whoever is unknown, and what names no group, is skipped', async () => {
        const [alice] = await f.people('skip', 1);
        await service.ok(CREATED, {
            json: [
                { members: ['nobody-at-all'], reason: '您已被拉入群聊"ghosts"!', success: true },
                { members: [alice.name], reason: '欢迎', success: true },
                { members: [alice.name], reason: '您已被拉入群聊"failed"!', success: false },
            ],
        });
        assert.deepEqual((await alice.ok('GET /chatGroups')).items, []);
        await service.ok(CREATED, { json: [] });
        await service.ok(GROUP, { json: {} });
    });

    test('joining: at once, twice is once; not a closed, a full or an unknown group', async () => {
        const [alice, bob, carol] = await f.people('join', 3);
        const group = await makeGroup('join-me', [alice]);
        const atAlice = await connect(alice);
        await service.ok('POST /joinMember', join('join-me', bob));
        await atAlice.frame({ type: 'groupJoin', fromId: bob.id });
        await service.ok('POST /joinMember', join('join-me', bob));
        await atAlice.none({ type: 'groupJoin' });
        await bob.say(group, 'hello');
        for (const fault of [join('join-you', bob), join('join-me', 'nobody-at-all')])
            await service.fails('POST /joinMember', fault, -10, '添加失败');
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'join-me', intro: '', disbaleAddGroup: 1 });
        await service.fails('POST /joinMember', join('join-me', carol), -10, '添加失败');
        await service.ok('POST /joinMember', join('join-me', bob));
        await alice.ok('PUT /chatGroups', { groupId: group.id, name: 'join-me', intro: '', disbaleAddGroup: 0 });
        sql(server, `UPDATE groups SET member_limit = 2 WHERE id = ${group.id}`);
        await service.fails('POST /joinMember', join('join-me', carol), -10, '添加失败');
        await atAlice.close();
    });

    test('leaving: whoever is not in it has left; the owner hands over, the last one ends it', async () => {
        const [alice, bob, carol] = await f.people('leave', 3);
        const group = await makeGroup('leave-me', [alice, bob, carol]);
        const atCarol = await connect(carol);
        await service.ok('POST /removeMember', join('leave-me', alice));
        await atCarol.frame({ type: 'groupTransfer', toId: group.id });
        await atCarol.frame({ type: 'groupExit', fromId: alice.id });
        const { membersList } = await carol.ok('GET /chatGroups/info', { groupId: group.id });
        assert.deepEqual(membersList.map((one) => [one.account.username, one.role]), [[bob.name, 'owner'], [carol.name, 'general']]);
        for (const member of [alice, 'nobody-at-all']) await service.ok('POST /removeMember', join('leave-me', member));
        await service.ok('POST /removeMember', join('leave-me', carol));
        await service.ok('POST /removeMember', join('leave-me', bob));
        await service.fails('POST /removeMember', join('leave-me', bob), -10, '退出群聊失败');
        await bob.refused('GET /chatGroups/info', { groupId: group.id }, '群聊不存在');
        await atCarol.close();
    });

    test('what is said in one is stored once and reaches every member, whoever is named', async () => {
        const [alice, bob, carol] = await f.people('talk', 3);
        const group = await makeGroup('talk', [alice, bob, carol]);
        const [atBob, atCarol] = [await connect(bob), await connect(carol)];
        const said = (content, from = alice, groupName = 'talk') => ({
            from: from.name || from, content, groupName, messageType: 8, sequenceId: 7, success: true, time: '2023-04-23 10:00:00',
        });
        await service.ok(GROUP, { json: { [bob.name]: said('一'), [carol.name]: said('一'), 'nobody-at-all': said('一') } });
        for (const socket of [atBob, atCarol]) {
            await socket.frame({ type: 'text', body: '一', fromId: alice.id, toId: group.id });
            await socket.none({ type: 'text' });
        }
        await service.ok(GROUP, { json: { [bob.name]: said('二'), [carol.name]: said('三', bob) } });
        const texts = async () => (await bob.history(group)).items.filter((one) => one.type === 'text').map((one) => one.body);
        assert.deepEqual((await texts()).sort(), ['一', '三', '二'].sort());
        /* Upstream answers true whatever becomes of it: a stranger, no such group, a failure passed on. */
        const [dan] = await f.people('stranger', 1);
        await service.ok(GROUP, {
            json: { a: said('x', dan), b: said('x', alice, 'no-such-group'), c: said('x', 'nobody-at-all'), d: { ...said('y'), success: false } },
        });
        assert.equal((await texts()).length, 3);
        await atBob.close();
        await atCarol.close();
    });
});

describe('the rows', () => {
    test('each was answered, good and bad', () => spec.assertAllHit('node'));
});
