'use strict';
/* GET /captcha/image and what asks for one: four digits in a picture, one use, bound to what it was asked for. */
const { test, before, after } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS, PARAM } = require('../harness/client.js');
const { captchaAnswer, readPng } = require('../harness/secrets.js');

const BAD = '验证码错误';
const EXPIRED = '验证码过期，请刷新后重试';

let server, f;
before(async () => {
    server = await startServer({ set: { captcha: 'on' } });
    f = freeim(server);
});
after(() => server?.stop());

const picture = (type) => f.nobody.ok('GET /captcha/image', { type });

/* A captcha and its right answer, as the fields register and login take. */
async function solved(type) {
    const { key } = await picture(type);
    return { captchaKey: key, captcha: await captchaAnswer(server, key) };
}
const wrongOf = (answer) => String((Number(answer) + 1) % 10000).padStart(4, '0');

test('the picture is a PNG of 82 x 32 with something drawn on it, a new one each time', async () => {
    const seen = new Set();
    for (const type of ['login', 'register']) {
        for (let i = 0; i < 3; i++) {
            const { captcha } = await picture(type);
            const png = readPng(Buffer.from(captcha, 'base64'));
            assert.deepEqual([png.width, png.height], [82, 32]);
            assert.ok(new Set(png.pixels).size > 3, 'the picture is blank');
            seen.add(captcha);
        }
    }
    assert.equal(seen.size, 6);
});

test('type must be login or register, in every encoding', async () => {
    for (const as of ENCODINGS) {
        if (as !== 'query') continue; /* a GET of a browser has no body; the encodings of bodies are below */
        await f.nobody.refused('GET /captcha/image', {}, PARAM, { as });
        await f.nobody.refused('GET /captcha/image', { type: '' }, PARAM, { as });
        await f.nobody.refused('GET /captcha/image', { type: 'pay' }, PARAM, { as });
        await f.nobody.refused('GET /captcha/image', { type: 'Login' }, PARAM, { as });
    }
    await f.nobody.ok('GET /captcha/image', { type: 'login' }, { as: 'multipart' });
});

test('the right answer registers, and logs in', async () => {
    const name = f.uniq('cap');
    await f.nobody.ok('POST /register/basic', f.credentials(name, await solved('register')));
    await f.nobody.ok('POST /login/basic', f.credentials(name, await solved('login')));
});

test('a captcha is used up by the first try, right or wrong', async () => {
    const name = f.uniq('once');
    const right = await solved('register');
    await f.nobody.ok('POST /register/basic', f.credentials(name, right));
    await f.nobody.refused('POST /register/basic', f.credentials(f.uniq('once'), right), EXPIRED, {
        error: 'captcha_expired',
    });

    const second = await solved('login');
    await f.nobody.refused(
        'POST /login/basic',
        f.credentials(name, { ...second, captcha: wrongOf(second.captcha) }),
        BAD,
        { error: 'bad_captcha' },
    );
    await f.nobody.refused('POST /login/basic', f.credentials(name, second), EXPIRED);
});

test('one made for login does not register, nor the other way round', async () => {
    const name = f.uniq('kind');
    await f.nobody.refused('POST /register/basic', f.credentials(name, await solved('login')), BAD);
    await f.nobody.ok('POST /register/basic', f.credentials(name, await solved('register')));
    await f.nobody.refused('POST /login/basic', f.credentials(name, await solved('register')), BAD);
});

test('without one, or with half of one, it is as expired', async () => {
    for (const row of ['POST /register/basic', 'POST /login/basic']) {
        const { key } = await picture('login');
        const { captchaKey, captcha, ...bare } = f.credentials('somebody');
        await f.nobody.refused(row, bare, EXPIRED);
        await f.nobody.refused(row, f.credentials('somebody'), EXPIRED);
        await f.nobody.refused(row, { ...bare, captcha: '1234' }, EXPIRED);
        await f.nobody.refused(
            row,
            { ...bare, captchaKey: '00000000-0000-4000-8000-000000000000', captcha: '1234' },
            EXPIRED,
        );
        await f.nobody.refused(row, { ...bare, captchaKey: "' OR 1=1 --", captcha: '1234' }, EXPIRED);
        const half = await f.nobody.call(row, { ...bare, captchaKey: key });
        assert.ok([BAD, EXPIRED].includes(half.body.message), half.text);
    }
});

test('a wrong captcha tells nothing of the account', async () => {
    const name = f.uniq('quiet');
    await f.nobody.ok('POST /register/basic', f.credentials(name, await solved('register')));
    for (const account of [name, 'nobody-at-all']) {
        const { captchaKey, captcha } = await solved('login');
        await f.nobody.refused(
            'POST /login/basic',
            f.credentials(account, { captchaKey, captcha: wrongOf(captcha) }),
            BAD,
        );
    }
});

test('20 tries with one right answer at once: one gets in', async () => {
    const right = await solved('register');
    const stem = f.uniq('burst');
    const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) =>
            f.nobody.call('POST /register/basic', f.credentials(`${stem}-${i}`, right)),
        ),
    );
    const won = answers.filter((one) => one.body.code === 0);
    assert.equal(won.length, 1);
    for (const one of answers.filter((answer) => answer.body.code !== 0)) assert.equal(one.body.message, EXPIRED);
});

test('a captcha of before a restart still counts', async () => {
    const right = await solved('register');
    await server.restart();
    await f.nobody.ok('POST /register/basic', f.credentials(f.uniq('later'), right));
});
