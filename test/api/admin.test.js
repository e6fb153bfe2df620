'use strict';
/* /api/v1/admin: everything the operator's page does, and that nobody else does it. Expected values:
 * handlers/README.md, admin. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, PASSWORD, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');
const { togetherchat, connect: connectTogether } = require('../harness/togetherchat.js');
const { makeAdmin } = require('../harness/setup.js');
const { sql } = require('../harness/sql.js');
const { SLOW, until } = require('../harness/wait.js');
const spec = require('../harness/spec.js');

let server, f, admin;
before(async () => {
    server = await startServer();
    f = freeim(server);
    admin = await makeAdmin(server);
});
after(() => server?.stop());

const DENIED = ['没有权限', { status: 403, error: 'forbidden' }];
const isOff = (person) => sql(server, `SELECT enabled FROM users WHERE id = ${person.id}`) === '0';
const names = async (fields) => (await admin.ok('GET /admin/people', fields)).items.map((one) => one.username);
const one = async (person) => (await admin.ok('GET /admin/people', { q: person.name })).items.find((it) => it.id === person.id);

/* row -> fields with which it would succeed. */
const ROWS = (target, group) => [
    ['GET /admin/overview', {}],
    ['GET /admin/people', {}],
    [`PUT /admin/people/${target.id}/enabled`, { on: false }],
    [`PUT /admin/people/${target.id}/admin`, { on: true }],
    [`POST /admin/people/${target.id}/password`, {}],
    [`POST /admin/people/${target.id}/logout`, {}],
    ['GET /admin/groups', {}],
    [`GET /admin/groups/${group.id}/members`, {}],
    [`DELETE /admin/groups/${group.id}`, {}],
    ['GET /admin/online', {}],
    ['GET /admin/log', {}],
];

describe('who may', () => {
    test('nobody, an ordinary account and a former administrator may nothing at all, and nothing happens', async () => {
        const [target, ordinary, former] = await f.people('deny', 3);
        const group = await f.group(target, [ordinary]);
        await admin.ok(`PUT /admin/people/${former.id}/admin`, { on: true });
        await former.ok('GET /admin/overview');
        await admin.ok(`PUT /admin/people/${former.id}/admin`, { on: false });
        const before = sql(server, 'SELECT id, enabled, is_admin, password_hash FROM users ORDER BY id');
        for (const [row, fields] of ROWS(target, group)) {
            await f.nobody.refused(row, fields, LOGGED_OUT, { status: 401 });
            for (const person of [ordinary, former, target]) await person.refused(row, fields, ...DENIED);
        }
        assert.equal(sql(server, 'SELECT id, enabled, is_admin, password_hash FROM users ORDER BY id'), before);
        await target.ok('GET /chatGroups/info', { groupId: group.id });
        await target.ok('GET /me/info');
    });

    test('an administrator does not turn on themselves', async () => {
        for (const [row, fields] of [
            [`PUT /admin/people/${admin.id}/enabled`, { on: false }],
            [`PUT /admin/people/${admin.id}/admin`, { on: false }],
            [`POST /admin/people/${admin.id}/password`, {}],
        ])
            await admin.refused(row, fields, '不能对自己进行此操作', { error: 'self' });
        await admin.ok('GET /admin/overview');
    });

    test('what is not there is said so; bad fields too', async () => {
        for (const [row, fields] of [
            ['PUT /admin/people/99999999/enabled', { on: false }],
            ['PUT /admin/people/99999999/admin', { on: true }],
            ['POST /admin/people/99999999/password', {}],
            ['POST /admin/people/99999999/logout', {}],
        ])
            await admin.refused(row, fields, '账号不存在', { error: 'no_account' });
        await admin.refused('GET /admin/groups/999999/members', {}, '群聊不存在');
        await admin.refused('DELETE /admin/groups/999999', {}, '群聊不存在');
        for (const [row, fields] of [
            [`PUT /admin/people/${admin.id}/enabled`, {}],
            [`PUT /admin/people/${admin.id}/enabled`, { on: 'maybe' }],
            ['PUT /admin/people/x/enabled', { on: false }],
            ['GET /admin/people', { state: 'x' }],
            ['GET /admin/people', { limit: 101 }],
            ['GET /admin/log', { level: 'loud' }],
            ['GET /admin/groups', { beforeId: 'x' }],
        ])
            await admin.refused(row, fields, '参数不合法');
    });
});

test('anybody may ask whether they may', async () => {
    const [ordinary] = await f.people('asks', 1);
    assert.deepEqual(await admin.ok('GET /admin/me'), { admin: true });
    assert.deepEqual(await ordinary.ok('GET /admin/me'), { admin: false });
    await f.nobody.refused('GET /admin/me', {}, LOGGED_OUT, { status: 401 });
});

describe('people', () => {
    test('are found by the beginning of name, nickname, e-mail, number or id', async () => {
        const [ann, anna, bob] = await Promise.all(['Annabel', 'annalena', 'bertram'].map((name) => f.register(name)));
        sql(server, `UPDATE users SET email = 'ann@example.org', mobile = '15712345678' WHERE id = ${ann.id}`);
        await anna.ok('PUT /me/update/info', { nickname: '安娜' });
        assert.deepEqual(await names({ q: 'anna' }), ['Annabel', 'annalena']);
        assert.deepEqual(await names({ q: 'ANNAL' }), ['annalena']);
        assert.deepEqual(await names({ q: 'ann@' }), ['Annabel']);
        assert.deepEqual(await names({ q: '157' }), ['Annabel']);
        assert.deepEqual(await names({ q: '安' }), ['annalena']);
        assert.deepEqual(await names({ q: String(bob.id) }), ['bertram']);
        assert.ok((await names({ q: String(bob.id).slice(0, 6) })).includes('bertram'));
        for (const q of ['nna', '%', '_', "'", 'annabel ', '0', '999999999999']) assert.deepEqual(await names({ q }), [], q);
    });

    test('are listed the newest first, a page at a time', async () => {
        const made = await f.people('page', 5);
        const newest = made.map((person) => person.id).sort((a, b) => b - a);
        const all = [];
        let beforeId = newest[0] + 1;
        for (;;) {
            const { items } = await admin.ok('GET /admin/people', { beforeId, limit: 2 });
            if (items.length === 0) break;
            all.push(...items.map((item) => item.id));
            beforeId = all.at(-1);
        }
        assert.deepEqual(all.slice(0, 5), newest);
        assert.equal(all.at(-1), admin.id);
        assert.deepEqual([...all].sort((a, b) => b - a), all);
    });

    test('disabling ends every session within two seconds, in each dialect, and says why; enabling lets in again', async () => {
        const [eve] = await f.people('off', 1);
        const t = togetherchat(server);
        const eveThere = await t.login(eve.name, PASSWORD);
        const [here, there] = [await connect(eve), await connectTogether(eveThere)];
        const began = Date.now();
        await admin.ok(`PUT /admin/people/${eve.id}/enabled`, { on: false });
        assert.deepEqual(JSON.parse((await here.frame({ type: 'logout' })).body), { reason: 'disabled' });
        await there.frame(111, { reason: 'disabled' });
        assert.deepEqual([await here.closed(), await there.closed()], [4401, 4401]);
        assert.ok(Date.now() - began < 2000 * SLOW, 'within two seconds');
        assert.ok(isOff(eve));
        assert.deepEqual(await names({ q: eve.name, state: 'disabled' }), [eve.name]);
        assert.ok((await names({ state: 'disabled' })).includes(eve.name));
        await eve.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        await eveThere.refused('GET /user/info/me', {}, 401, 'access token无效', { status: 401 });
        await f.nobody.refused('POST /login/basic', f.credentials(eve.name), '账号被封禁');
        const refused = await t.nobody.call('POST /user/login', { username: eve.name, password: PASSWORD });
        assert.equal(refused.body.errMsg, '账号已被禁用');
        await admin.ok(`PUT /admin/people/${eve.id}/enabled`, { on: true });
        await f.login(eve.name);
        assert.deepEqual(await names({ q: eve.name, state: 'disabled' }), []);
    });

    test('signing out ends every session but not the account', async () => {
        const [fay] = await f.people('out', 1);
        const socket = await connect(fay);
        await admin.ok(`POST /admin/people/${fay.id}/logout`);
        assert.deepEqual(JSON.parse((await socket.frame({ type: 'logout' })).body), { reason: 'signedOut' });
        assert.equal(await socket.closed(), 4401);
        await fay.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        await f.login(fay.name);
    });

    test('a reset password is made up, shown once, and the old one and all sessions are gone', async () => {
        const [gil] = await f.people('reset', 1);
        const socket = await connect(gil);
        const { password } = await admin.ok(`POST /admin/people/${gil.id}/password`);
        assert.equal(await socket.closed(), 4401);
        await gil.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
        await f.nobody.refused('POST /login/basic', f.credentials(gil.name), '账号或密码错误');
        await f.login(gil.name, { password });
        const again = await admin.ok(`POST /admin/people/${gil.id}/password`);
        assert.notEqual(again.password, password);
        assert.ok(!server.stderr.includes(password), 'no log line holds it');
    });

    test('may be made administrators, and ordinary again', async () => {
        const [hal] = await f.people('helper', 1);
        await admin.ok(`PUT /admin/people/${hal.id}/admin`, { on: true });
        assert.deepEqual((await names({ state: 'admin' })).sort(), [admin.name, hal.name].sort());
        await hal.ok('GET /admin/overview');
        await admin.ok(`PUT /admin/people/${hal.id}/enabled`, { on: false });
        await admin.ok(`PUT /admin/people/${hal.id}/enabled`, { on: true });
        const back = await f.login(hal.name);
        await back.ok('GET /admin/overview');
        await admin.ok(`PUT /admin/people/${hal.id}/admin`, { on: false });
        await back.refused('GET /admin/overview', {}, ...DENIED);
    });

    test('are shown as they are: online, wrong passwords, times', async () => {
        const [ida] = await f.people('shown', 1);
        assert.equal((await one(ida)).online, false);
        const socket = await connect(ida);
        assert.equal((await one(ida)).online, true);
        await f.nobody.call('POST /login/basic', f.credentials(ida.name, { password: 'wrong-1' }));
        const shown = await one(ida);
        assert.equal(shown.passwordErrors, 1);
        assert.ok(Math.abs(Date.parse(shown.lastLoginAt) - Date.now()) < 60000 * SLOW);
        await socket.close();
    });
});

test('people who use the server are seen, give or take a minute', { timeout: 120000 * SLOW }, async () => {
    /* The writing is a job of once a minute whose first run is at the start. */
    const other = await startServer();
    try {
        const g = freeim(other);
        const boss = await makeAdmin(other);
        const [jan] = await g.people('seen', 1);
        const began = Date.now();
        await jan.ok('GET /me/info');
        const seen = async () => (await boss.ok('GET /admin/people', { q: jan.name })).items[0].lastSeenAt;
        const at = await until(seen, 'the time to be written', 90000);
        assert.ok(Math.abs(Date.parse(at) - began) < 90000);
    } finally {
        await other.stop();
    }
});

describe('groups', () => {
    test('are listed the newest first, found by name, handle and id, with owner, size and last activity', async () => {
        const [kim, lee] = await f.people('groups', 2);
        const group = await f.group(kim, [lee], { name: '二楼项目组' });
        await kim.say(group, 'hello');
        const { items } = await admin.ok('GET /admin/groups', { limit: 1 });
        assert.deepEqual([items[0].id, items[0].name, items[0].members, items[0].ownerName, items[0].closed], [group.id, '二楼项目组', 2, kim.name, false]);
        assert.ok(Math.abs(Date.parse(items[0].lastAt) - Date.now()) < 60000 * SLOW);
        assert.ok(items[0].messages >= 2, 'the join and the hello');
        for (const q of ['项目', String(group.id), items[0].handle])
            assert.deepEqual((await admin.ok('GET /admin/groups', { q })).items.map((it) => it.id), [group.id], q);
        assert.deepEqual((await admin.ok('GET /admin/groups', { q: 'no such group' })).items, []);
        const members = (await admin.ok(`GET /admin/groups/${group.id}/members`)).items;
        assert.deepEqual(members.map((it) => [it.username, it.role]), [[kim.name, 'owner'], [lee.name, 'member']]);
    });

    test('may be ended by an administrator who is not in them; the members hear of it', async () => {
        const [max, ned] = await f.people('ended', 2);
        const group = await f.group(max, [ned]);
        const socket = await connect(ned);
        await admin.ok(`DELETE /admin/groups/${group.id}`);
        await socket.frame({ type: 'groupDissolve', toId: group.id, fromId: admin.id });
        await max.refused('GET /chatGroups/info', { groupId: group.id }, '群聊不存在');
        assert.deepEqual((await admin.ok('GET /admin/groups', { q: String(group.id) })).items, []);
        await admin.refused(`DELETE /admin/groups/${group.id}`, {}, '群聊不存在');
        await socket.close();
    });
});

describe('the machine', () => {
    test('who is online: every socket, its dialect, address and since when', async () => {
        const [olga] = await f.people('online', 1);
        const mine = async () => (await admin.ok('GET /admin/online')).items.filter((it) => it.id === olga.id);
        assert.deepEqual(await mine(), []);
        const sockets = [await connect(olga), await connectTogether(await togetherchat(server).login(olga.name, PASSWORD))];
        const rows = await mine();
        assert.deepEqual(rows.map((it) => [it.username, it.dialect, it.address]), [
            [olga.name, 'freeim', '127.0.0.1'],
            [olga.name, 'togetherchat', '127.0.0.1'],
        ]);
        assert.ok(Math.abs(Date.parse(rows[0].since) - Date.now()) < 60000 * SLOW);
        const { server: facts } = await admin.ok('GET /admin/overview');
        assert.ok(facts.usersOnline >= 1 && facts.sockets >= 2);
        for (const socket of sockets) await socket.close();
        await until(async () => (await mine()).length === 0, 'both sockets to be gone');
    });

    test('what is stored: counts that follow what happens', async () => {
        const storage = async () => (await admin.ok('GET /admin/overview')).storage;
        const before = await storage();
        const [pia, quin] = await f.people('storage', 2);
        await pia.say(quin, 'one');
        await pia.say(quin, 'two');
        const after = await storage();
        assert.equal(after.accounts, before.accounts + 2);
        assert.equal(after.messages, before.messages + 2);
        assert.equal(after.accounts, Number(sql(server, 'SELECT count(*) FROM users')));
        assert.ok(after.diskBytes >= after.diskFreeBytes && after.diskFreeBytes > 0);
    });

    test('the log: the newest first, by level and by words, and never a secret', async () => {
        const [rita] = await f.people('logged', 1);
        await rita.say(admin, 'a very private sentence');
        await admin.ok(`POST /admin/people/${rita.id}/logout`);
        const lines = async (fields) => (await admin.ok('GET /admin/log', fields)).items;
        const found = await lines({ q: `signed out user ${rita.id}` });
        assert.deepEqual(found.map((it) => [it.level, it.event, it.text]), [['info', 'admin', `actor=${admin.id} signed out user ${rita.id}`]]);
        const all = await lines({ limit: 1000 });
        const times = all.map((it) => Date.parse(it.at));
        assert.ok(times.every((at, i) => i === 0 || at <= times[i - 1]), 'the newest first');
        assert.equal((await lines({ limit: 3 })).length, 3);
        for (const it of await lines({ level: 'warn' })) assert.ok(['warn', 'error'].includes(it.level));
        const text = JSON.stringify(all);
        for (const secret of [rita.token, admin.token, PASSWORD, 'private sentence']) assert.ok(!text.includes(secret));
    });
});

test('every row was answered, well and badly', () => {
    const rows = spec.landed.site.filter((row) => row.includes('/admin/') && !row.includes('/backups')); /* api/backup */
    const missed = rows.filter((row) => !(spec.hits.get(row)?.good > 0 && spec.hits.get(row)?.bad > 0));
    console.log(`admin: ${rows.length - missed.length} of ${rows.length} rows`);
    assert.equal(rows.length, 12);
    assert.deepEqual(missed, []);
});
