'use strict';
/* How often things may be done (reliability.md T8, T52, T58, T67): each limit answers 429 with Retry-After, hurts nobody
 * else, stores nothing, and ends. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { pause } = require('../harness/wait.js');

const SLOW_DOWN = '操作太频繁，请稍后再试';

let server, f;
before(async () => {
    server = await startServer({ set: { rate_limits: 'on' } });
    f = freeim(server);
});
after(() => server?.stop());

/* Does something until it is refused: how often it went through, and the refusal. */
async function exhaust(once, most) {
    for (let i = 0; i < most; i++) {
        const answer = await once(i);
        if (answer.status === 429) return { through: i, refusal: answer };
        assert.equal(answer.body.code, 0, answer.text);
    }
    throw new Error(`${most} times, and never refused`);
}

function assertSlowDown({ body, headers }) {
    assert.equal(body.message, SLOW_DOWN);
    assert.equal(body.result.error, 'rate_limited');
    assert.match(headers['retry-after'] || '', /^[1-9]\d*$/);
}

test('captchas are limited per address, and a forged address is nothing', async () => {
    let forged = 0;
    const ask = (localAddress) =>
        f.nobody.call(
            'GET /captcha/image',
            { type: 'login' },
            {
                localAddress,
                headers: {
                    'X-Forwarded-For': `10.0.0.${forged++}`,
                    'X-Real-IP': `10.0.1.${forged}`,
                    Forwarded: `for=10.0.2.${forged}`,
                },
            },
        );
    const { through, refusal } = await exhaust(() => ask('127.0.0.5'), 200);
    assert.ok(through >= 60 && through < 120, `${through} captchas`);
    assertSlowDown(refusal);
    assert.equal((await ask('127.0.0.6')).status, 200);
    await pause(Number(refusal.headers['retry-after']) * 1000);
    assert.equal((await ask('127.0.0.5')).status, 200);
});

test('searching is limited per account', async () => {
    const [alice, bob] = await f.people('find', 2);
    const { through, refusal } = await exhaust(() => alice.call('GET /friends/search', { account: bob.name }), 100);
    assert.ok(through >= 30 && through <= 45, `${through} searches`);
    assertSlowDown(refusal);
    assert.equal((await bob.call('GET /friends/search', { account: alice.name })).body.result.total, 1);
    await alice.ok('GET /me/info');
});

test('sending is limited per account; what is refused is not stored, and it goes on after a moment', async () => {
    const [alice, bob] = await f.people('flood', 2);
    const send = (who, to, body) => who.call('POST /chat/send', { toId: to.id, ope: 'friend', type: 'text', body });
    const answers = await Promise.all(Array.from({ length: 150 }, (_, i) => send(alice, bob, `m${i}`)));
    const through = answers.filter((one) => one.status === 200).length;
    assert.ok(through >= 60 && through < 150, `${through} messages`);
    for (const one of answers.filter((answer) => answer.status !== 200)) assertSlowDown(one);
    assert.equal((await bob.history(alice, { limit: 500 })).total, through);
    assert.equal((await send(bob, alice, 'mine is another count')).status, 200);
    await pause(Number(answers.find((one) => one.status === 429).headers['retry-after']) * 1000);
    assert.equal((await send(alice, bob, 'later')).status, 200);
});

test('registering is limited per address', async () => {
    const join = (i, localAddress) =>
        f.nobody.call('POST /register/basic', f.credentials(`mass-${localAddress}-${i}`), { localAddress });
    const { through, refusal } = await exhaust((i) => join(i, '127.0.0.7'), 200);
    assert.ok(through >= 50 && through <= 110, `${through} accounts`);
    assertSlowDown(refusal);
    assert.equal((await join(0, '127.0.0.8')).body.code, 0);
});
