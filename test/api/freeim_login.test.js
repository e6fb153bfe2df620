'use strict';
/* freeim 登录/注册: register/basic, login/basic and their fields, names, passwords and limits of guessing.
 * Captchas have a file of their own. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS, PASSWORD, PARAM } = require('../harness/client.js');
const { claimsOf } = require('../harness/secrets.js');
const { connect } = require('../harness/chat.js');
const { pause } = require('../harness/wait.js');

const TAKEN = '账号已存在';
const NO_CHINESE = '用户名不能包含中文';
const RESERVED = '该用户名不可使用';
const NO_ACCOUNT = '账号不存在';
const WRONG = '账号或密码错误';
const SLOW_DOWN = '操作太频繁，请稍后再试';

let server, f;
before(async () => {
    server = await startServer();
    f = freeim(server);
});
after(() => server?.stop());

const register = (account, more, options) =>
    f.nobody.call('POST /register/basic', f.credentials(account, more), options);

describe('register/basic', () => {
    for (const as of ENCODINGS)
        test(`works with ${as}, and the new token opens the account`, async () => {
            const name = f.uniq('reg');
            const { token } = await f.nobody.ok('POST /register/basic', f.credentials(name), { as });
            const { account } = await f.nobody.ok('GET /me/info', {}, { token });
            assert.equal(account.username, name);
            assert.equal(account.nickname, name);
            assert.equal(account.email, '');
            assert.ok(account.id >= 10000000, 'account ids start at 10000000');
        });

    test('the token is the JWT of the document: HS256, id, iat, exp 7 days later', async () => {
        const person = await f.register(f.uniq('jwt'));
        const [head] = person.token.split('.');
        assert.deepEqual(JSON.parse(Buffer.from(head, 'base64url')), { alg: 'HS256', typ: 'JWT' });
        const claims = claimsOf(person.token);
        assert.equal(claims.id, person.id);
        assert.equal(claims.exp - claims.iat, 604800);
        assert.ok(Math.abs(claims.iat - Date.now() / 1000) < 60);
    });

    test('a captcha is not asked for where captchas are switched off, and what is sent is ignored', async () => {
        await f.nobody.ok('POST /register/basic', f.credentials(f.uniq('nocap'), { captchaKey: 'x', captcha: '0000' }));
        const { captchaKey, captcha, ...bare } = f.credentials(f.uniq('nocap'));
        await f.nobody.ok('POST /register/basic', bare);
    });

    const names = [
        ['a', 'one character'],
        ['x'.repeat(50), '50 characters'],
        ['15000000001', 'digits, as in the document'],
        ["o'brien", 'a quote'],
        ['a%b_c', 'the wildcards of SQL'],
        ['Łukasz-Ωmega', 'letters beyond ASCII'],
        ['😀'.repeat(3), 'emoji'],
        ['mail@example.org', 'an address'],
        ['<script>alert(1)</script>', 'markup is just a name'],
        ['a b', 'a space inside'],
    ];
    for (const [name, why] of names)
        test(`takes ${why} as a name`, async () => {
            const person = await f.register(name);
            const again = await f.login(name);
            assert.equal(again.id, person.id);
        });

    const refusals = [
        ['张三', NO_CHINESE, 'a Chinese name'],
        ['bob张', NO_CHINESE, 'one Chinese character at the end'],
        ['㐀', NO_CHINESE, 'a character of extension A'],
        ['𠀀', NO_CHINESE, 'a character of extension B'],
        ['', PARAM, 'an empty name'],
        ['x'.repeat(51), PARAM, '51 characters'],
        [' bob', PARAM, 'a space in front'],
        ['bob ', PARAM, 'a space behind'],
        ['bo\tb', PARAM, 'a tab'],
        ['bo\nb', PARAM, 'a line end'],
        ['bo\u007fb', PARAM, 'a delete character'],
        ['admin', RESERVED, 'admin'],
        ['ADMIN', RESERVED, 'ADMIN'],
        ['system', RESERVED, 'system'],
        ['fileHelper', RESERVED, 'fileHelper'],
        ['search', RESERVED, 'a path segment of another dialect'],
        ['devices', RESERVED, 'another one'],
        ['blacklists', RESERVED, 'a third'],
    ];
    for (const [name, message, why] of refusals)
        test(`refuses ${why}`, () => f.nobody.refused('POST /register/basic', f.credentials(name), message));

    const passwords = [
        ['12345', false, '5 characters'],
        ['123456', true, '6 characters'],
        ['x'.repeat(50), true, '50 characters'],
        ['x'.repeat(51), false, '51 characters'],
        ['密码密码密码', true, '6 characters of 3 bytes'],
        ['密码密码密', false, '5 characters of 3 bytes'],
        ['  pass  ', true, 'spaces count and are kept'],
        ['%00+&=?"\\', true, 'every kind of punctuation'],
    ];
    for (const [password, good, why] of passwords)
        test(`${good ? 'takes' : 'refuses'} a password of ${why}`, async () => {
            const name = f.uniq('pw');
            if (!good) return f.nobody.refused('POST /register/basic', f.credentials(name, { password }), PARAM);
            await f.register(name, { password });
            await f.login(name, { password });
            await f.nobody.refused(
                'POST /login/basic',
                f.credentials(name, { password: `${password.slice(0, -1)}Z` }),
                WRONG,
            );
        });

    test('a name is taken once, in whatever case', async () => {
        const name = f.uniq('Taken');
        await f.register(name);
        for (const other of [name, name.toLowerCase(), name.toUpperCase()])
            await f.nobody.refused('POST /register/basic', f.credentials(other), TAKEN, { error: 'account_exists' });
    });

    test('20 people want one name at once: one gets it', async () => {
        const name = f.uniq('race');
        const answers = await Promise.all(Array.from({ length: 20 }, () => register(name)));
        assert.equal(answers.filter((one) => one.body.code === 0).length, 1);
        for (const one of answers.filter((answer) => answer.body.code !== 0)) assert.equal(one.body.message, TAKEN);
    });

    test('an existing account is told before the price of a hash is paid, and nothing changes in it', async () => {
        const name = f.uniq('keep');
        await f.register(name);
        await f.nobody.refused('POST /register/basic', f.credentials(name, { password: 'another-one' }), TAKEN);
        await f.login(name);
    });

    test('switched off, it says so and makes nothing', async () => {
        await server.restart({ registration: 'closed' });
        await f.nobody.refused('POST /register/basic', f.credentials('late'), '账号注册通道已关闭');
        await server.restart({ registration: 'open' });
        await f.nobody.refused('POST /login/basic', f.credentials('late'), NO_ACCOUNT);
    });
});

describe('login/basic', () => {
    for (const as of ENCODINGS)
        test(`works with ${as}`, async () => {
            const person = await f.register(f.uniq('log'));
            const { token } = await f.nobody.ok('POST /login/basic', f.credentials(person.name), { as });
            assert.equal((await f.nobody.ok('GET /me/info', {}, { token })).account.id, person.id);
        });

    test('every login is a session of its own; the others live on', async () => {
        const one = await f.register(f.uniq('many'));
        const two = await f.login(one.name);
        assert.notEqual(one.token, two.token);
        for (const person of [one, two]) await person.ok('GET /me/info');
    });

    test('a wrong password and an unknown account differ in the documented text and in nothing else', async () => {
        const person = await f.register(f.uniq('who'));
        const wrong = await f.nobody.refused(
            'POST /login/basic',
            f.credentials(person.name, { password: 'wrong-password' }),
            WRONG,
        );
        const unknown = await f.nobody.refused('POST /login/basic', f.credentials('nobody-here'), NO_ACCOUNT);
        const shape = (answer) => [
            answer.status,
            Object.keys(answer.body),
            Object.keys(answer.body.result),
            Object.keys(answer.headers),
        ];
        assert.deepEqual(shape(wrong), shape(unknown));
        assert.equal(wrong.headers.authorization, undefined);
    });

    test('SQL in the account finds nobody', async () => {
        await f.register(f.uniq('sql'));
        for (const account of ["' OR 1=1 --", "x' UNION SELECT * FROM users --", '%', '_', '*'])
            await f.nobody.refused('POST /login/basic', f.credentials(account), NO_ACCOUNT);
    });

    test('the answer to an unknown account takes as long as a wrong password', async () => {
        const costly = await startServer({ set: { password_cost: 14 } });
        try {
            const g = freeim(costly);
            const { name } = await g.register('timed');
            const fastest = async (account) => {
                let best = Infinity;
                for (let i = 0; i < 8; i++)
                    best = Math.min(
                        best,
                        (
                            await g.nobody.call(
                                'POST /login/basic',
                                g.credentials(account, { password: 'wrong-password' }),
                            )
                        ).ms,
                    );
                return best;
            };
            const [wrong, unknown] = [await fastest(name), await fastest('nobody-here')];
            assert.ok(
                unknown > wrong / 2 && wrong > unknown / 2,
                `wrong password ${wrong} ms, unknown account ${unknown} ms`,
            );
        } finally {
            await costly.stop();
        }
    });
});

describe('fields of both', () => {
    for (const row of ['POST /register/basic', 'POST /login/basic']) {
        const good = () => f.credentials(f.uniq('field'));
        for (const name of ['account', 'password', 'platform'])
            test(`${row} without ${name}`, async () => {
                const { [name]: gone, ...rest } = good();
                for (const as of ENCODINGS) {
                    const answer = await f.nobody.refused(row, rest, PARAM, { as });
                    assert.match(answer.body.result.info, new RegExp(`^${name}`));
                    await f.nobody.refused(row, { ...rest, [name]: '' }, PARAM, { as });
                }
            });
        test(`${row} with values of another JSON type`, async () => {
            for (const value of [{}, [], ['a'], { a: 1 }, null])
                await f.nobody.refused(row, { ...good(), account: value }, PARAM);
        });
        test(`${row} with a body that is no form of anything`, async () => {
            for (const [type, body] of [
                ['application/json', '{"account":'],
                ['application/json', '[]'],
                ['application/json', '"x"'],
                ['application/json', ''],
                ['text/plain', 'account=x'],
                ['application/xml', '<a/>'],
                ['multipart/form-data', 'x'],
            ]) {
                const answer = await f.nobody.call(row, {}, { body, headers: { 'Content-Type': type } });
                assert.ok([200, 400].includes(answer.status), `${type} ${body}: ${answer.status}`);
                assert.equal(answer.body.code, 1);
                assert.equal(answer.body.message, PARAM);
            }
        });
    }
});

describe('guessing', () => {
    let guarded, g;
    before(async () => {
        guarded = await startServer({ set: { rate_limits: 'on', sockets_per_user: 5 } });
        g = freeim(guarded);
    });
    after(() => guarded?.stop());
    const guess = (account, password, localAddress) =>
        g.nobody.call('POST /login/basic', g.credentials(account, { password }), { localAddress });

    test('200 wrong tries: 429 after 5, with Retry-After; nobody else is hurt; the right one gets in again', async () => {
        const victim = await g.register('victim');
        const other = await g.register('other');
        const socket = await connect(victim);
        const tries = [];
        for (let i = 0; i < 200; i++) tries.push(await guess('victim', `wrong-${i}`, '127.0.0.2'));
        const statuses = tries.map((one) => one.status);
        assert.deepEqual(statuses.slice(0, 5), [200, 200, 200, 200, 200]);
        assert.deepEqual(statuses.slice(5, 50), Array(45).fill(429));
        assert.ok(
            statuses.filter((one) => one === 200).length <= 8,
            `${statuses.filter((one) => one === 200).length} tries were let through`,
        );
        const refused = tries.find((one) => one.status === 429);
        assert.equal(refused.body.message, SLOW_DOWN);
        assert.equal(refused.body.result.error, 'rate_limited');
        assert.match(refused.headers['retry-after'], /^\d+$/);
        const wait = Number(refused.headers['retry-after']);
        assert.ok(wait >= 1 && wait <= 10, `Retry-After: ${wait}`);

        /* The account's limit, not the address's: from elsewhere, by its right password, and in other spellings. */
        assert.equal((await guess('victim', PASSWORD, '127.0.0.3')).status, 429);
        assert.equal((await guess('VICTIM', PASSWORD, '127.0.0.3')).status, 429);
        /* Throttled, not locked: who is in stays in, and so does everybody else. */
        await victim.ok('GET /me/info');
        await socket.roundTrip();
        await g.login('other');
        await other.ok('GET /me/info');

        for (let i = 0; ; i++) {
            const answer = await guess('victim', PASSWORD, '127.0.0.3');
            if (answer.status === 200) {
                assert.equal(answer.body.code, 0);
                break;
            }
            assert.ok(i < 3, 'the right password is still refused after Retry-After');
            await pause(Number(answer.headers['retry-after']) * 1000);
        }
        /* And the right password forgives the wrong ones. */
        for (let i = 0; i < 4; i++) assert.equal((await guess('victim', `wrong-again-${i}`, '127.0.0.3')).status, 200);
        await socket.close();
    });

    test('an account that does not exist is limited alike', async () => {
        const statuses = [];
        for (let i = 0; i < 8; i++) statuses.push((await guess('never-was', `wrong-${i}`, '127.0.0.4')).status);
        assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429, 429, 429]);
    });
});

test('passwords and tokens do not reach the log', async () => {
    const password = 'canary-PaSsWoRd-1947';
    const person = await f.register(f.uniq('canary'), { password });
    await f.nobody.call('POST /login/basic', f.credentials(person.name, { password: `${password}x` }));
    await person.ok('GET /me/info', {}, { t: person.token });
    await f.nobody.call('GET /me/info', {}, { t: 'eyJhbGciOiJIUzI1NiJ9.e30.x' });
    const socket = await connect(person, { path: `/api/v1/ws?t=${person.token}`, token: '' });
    await socket.close();
    await server.restart();
    assert.ok(!server.stderrAll.includes('canary-PaSsWoRd'), 'a password stands in the log');
    assert.ok(!/eyJ/.test(server.stderrAll), 'a token stands in the log');
});
