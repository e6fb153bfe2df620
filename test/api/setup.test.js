'use strict';
/* The first administrator: a one-time link printed at the first start, or by `chatd setup-link`; never a password that
 * is the same everywhere. Expected values: handlers/README.md, admin; app/domain/setup.h. */
const { test, describe } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, runChatd } = require('../harness/server.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { printedToken, anotherToken, makeAdmin } = require('../harness/setup.js');
const { request } = require('../harness/http.js');
const { codeFromOutbox, outbox } = require('../harness/post.js');
const { sql } = require('../harness/sql.js');
const { until } = require('../harness/wait.js');

const SETUP = 'POST /setup';
const USED = ['链接已失效', { status: 403, error: 'bad_setup' }];

/* Runs body with a server of its own. */
async function withServer(set, body) {
    const server = await startServer({ set });
    try {
        await body(server, freeim(server));
    } finally {
        await server.stop();
    }
}

const isAdmin = async (person) => (await person.call('GET /admin/overview')).body.code === 0;

describe('the link', () => {
    test('makes the first administrator, once', () =>
        withServer({}, async (server, f) => {
            const token = printedToken(server);
            assert.ok(token, `no link was printed: ${server.stdout}`);
            const made = await f.nobody.ok(SETUP, { token, username: 'boss', password: PASSWORD, siteName: '二楼的聊天' });
            const boss = await f.login('boss');
            assert.ok(await isAdmin(boss));
            assert.ok((await f.nobody.call('GET /me/info', {}, { token: made.token })).body.result.account.id === boss.id);
            assert.equal((await f.nobody.ok('GET /site/config')).siteName, '二楼的聊天');
            await codeFromOutbox(f, 'email', 'guest@example.org');
            assert.match(outbox(server)[0].text, /^【二楼的聊天】/);
            await f.nobody.refused(SETUP, { token, username: 'boss2', password: PASSWORD }, ...USED);
            await f.nobody.refused(SETUP, { token, username: 'boss', password: PASSWORD }, ...USED);
        }));

    test('is printed by no further start once there is an administrator; before that, each start prints another, and all are good', () =>
        withServer({}, async (server, f) => {
            const first = printedToken(server);
            await server.restart();
            const second = printedToken(server);
            assert.ok(second && second !== first);
            await server.restart();
            const third = printedToken(server);
            f.nobody.server = server;
            await f.nobody.ok(SETUP, { token: first, username: 'boss', password: PASSWORD });
            /* Using one ends all others. */
            for (const token of [second, third])
                await f.nobody.refused(SETUP, { token, username: 'other', password: PASSWORD }, ...USED);
            await server.restart();
            assert.equal(printedToken(server), null);
            assert.doesNotMatch(server.stdout, /setup/);
        }));

    test('comes from `chatd setup-link` too, while the server runs and while it does not', () =>
        withServer({}, async (server, f) => {
            await f.nobody.ok(SETUP, { token: printedToken(server), username: 'boss', password: PASSWORD });
            const [carol] = await f.people('promoted', 1);
            assert.equal(await isAdmin(carol), false);
            const running = await anotherToken(server);
            await f.nobody.ok(SETUP, { token: running, username: carol.name, password: PASSWORD });
            assert.ok(await isAdmin(carol));
            await server.halt();
            const stopped = await anotherToken(server);
            await server.start();
            assert.equal(printedToken(server), null);
            await f.nobody.ok(SETUP, { token: stopped, username: 'third', password: PASSWORD });
            assert.ok(await isAdmin(await f.login('third')));
        }));

    test('on an empty folder: setup-link alone makes the store', async () => {
        const dataDir = fs.mkdtempSync(path.join(require('node:os').tmpdir(), 'chatd-test-'));
        try {
            const ran = await runChatd(['-s', `data_dir=${dataDir}/new`, '-s', 'listen=8080, 8443s', 'setup-link']);
            assert.equal(ran.code, 0, ran.stderr);
            assert.match(ran.stdout, /^http:\/\/localhost:8080\/setup#[0-9a-f]{40}\n$/);
        } finally {
            fs.rmSync(dataDir, { recursive: true, force: true });
        }
    });

    test('expires after 24 hours', () =>
        withServer({}, async (server, f) => {
            const [token, other] = [printedToken(server), await anotherToken(server)];
            const lives = sql(server, 'SELECT expires_at_ms - created_at_ms FROM setup_tokens').split('\n');
            assert.deepEqual(lives, ['86400000', '86400000']);
            sql(server, `UPDATE setup_tokens SET expires_at_ms = ${Date.now() - 1}`);
            for (const one of [token, other])
                await f.nobody.refused(SETUP, { token: one, username: 'boss', password: PASSWORD }, ...USED);
        }));

    test('is stored as a hash only, and no log line holds it', () =>
        withServer({ log_level: 'debug' }, async (server, f) => {
            const token = printedToken(server);
            const stored = sql(server, 'SELECT token_hash FROM setup_tokens');
            assert.match(stored, /^[0-9a-f]{64}$/);
            assert.ok(!stored.includes(token));
            await f.nobody.ok(SETUP, { token, username: 'boss', password: PASSWORD });
            await f.nobody.call(SETUP, { token, username: 'boss', password: PASSWORD });
            await until(() => server.stderr.includes('path=/api/v1/setup'), 'the request in the log');
            assert.ok(!server.stderr.includes(token));
        }));
});

describe('what a link does not do', () => {
    test('a wrong password, a bad name or a missing field leave it good', () =>
        withServer({}, async (server, f) => {
            const [dan] = await f.people('dan', 1);
            const token = printedToken(server);
            const refusals = [
                [{ username: dan.name, password: 'wrong-1' }, '账号或密码错误'],
                [{ username: 'system', password: PASSWORD }, '该用户名不可使用'],
                [{ username: ' boss', password: PASSWORD }, '参数不合法'],
                [{ username: 'boss', password: 'short' }, '参数不合法'],
                [{ password: PASSWORD }, '参数不合法'],
                [{ username: 'boss' }, '参数不合法'],
                [{ username: 'boss', password: PASSWORD, siteName: 'x'.repeat(65) }, '参数不合法'],
            ];
            for (const [fields, message] of refusals) await f.nobody.refused(SETUP, { token, ...fields }, message);
            assert.equal(await isAdmin(dan), false);
            await f.nobody.ok(SETUP, { token, username: dan.name, password: PASSWORD });
            assert.ok(await isAdmin(dan));
        }));

    test('tokens nobody issued are refused: empty, altered, somebody else’s hash', () =>
        withServer({}, async (server, f) => {
            const token = printedToken(server);
            const hash = sql(server, 'SELECT token_hash FROM setup_tokens');
            const wrong = [token.slice(0, -1), `${token}0`, token.toUpperCase() === token ? 'x' : token.toUpperCase(), hash, '0'.repeat(40), "' OR 1=1 --"];
            for (const one of wrong)
                await f.nobody.refused(SETUP, { token: one, username: 'boss', password: PASSWORD }, ...USED);
            await f.nobody.refused(SETUP, { token: '', username: 'boss', password: PASSWORD }, '参数不合法');
            /* In a query it would stand in other people's logs. */
            const asked = await request(server, 'POST', `/api/v1/setup?token=${token}&username=boss&password=${PASSWORD}`);
            assert.equal(JSON.parse(asked.text).code, 1);
        }));

    test('two who use it at once: one of them', () =>
        withServer({}, async (server, f) => {
            const token = printedToken(server);
            const answers = await Promise.all(
                [1, 2, 3, 4].map((i) => f.nobody.call(SETUP, { token, username: `boss${i}`, password: PASSWORD })),
            );
            assert.deepEqual(answers.map((one) => one.body.code).sort(), [0, 1, 1, 1]);
            assert.equal(sql(server, 'SELECT count(*) FROM users'), '1');
        }));

    test('tries are slowed down', () =>
        withServer({ rate_limits: 'on' }, async (server, f) => {
            const token = '0'.repeat(40);
            for (let i = 0; i < 30; i++) await f.nobody.refused(SETUP, { token, username: 'b', password: PASSWORD }, ...USED);
            await f.nobody.refused(SETUP, { token, username: 'b', password: PASSWORD }, '操作太频繁，请稍后再试', { status: 429 });
        }));

    test('registration may be closed', () =>
        withServer({ registration: 'closed' }, async (server, f) => {
            await f.nobody.ok(SETUP, { token: printedToken(server), username: 'boss', password: PASSWORD });
            assert.ok(await isAdmin(await f.login('boss')));
        }));
});

describe('the site name', () => {
    test('of chat.conf wins where it says something of its own', () =>
        withServer({ site_name: 'from the file' }, async (server, f) => {
            await f.nobody.ok(SETUP, { token: printedToken(server), username: 'boss', password: PASSWORD, siteName: 'from the page' });
            assert.equal((await f.nobody.ok('GET /site/config')).siteName, 'from the file');
        }));
});

test('the page of the link is the web client', () =>
    withServer({}, async (server) => {
        const [page, home] = [await request(server, 'GET', '/setup'), await request(server, 'GET', '/')];
        assert.equal(page.status, 200);
        assert.equal(page.text, home.text);
        await makeAdmin(server);
    }));
