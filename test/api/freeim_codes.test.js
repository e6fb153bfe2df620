'use strict';
/* freeim 登录/注册 by codes: captcha/email, captcha/mobile, login/email, login/mobile, reset/password/*. The codes travel for
 * real: to an SMTP server, to a web hook, or into files. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, runChatd } = require('../harness/server.js');
const { freeim, ENCODINGS, PASSWORD, PARAM } = require('../harness/client.js');
const { startSmtp, startReceiver, isSigned, outbox, codeIn, codeFromOutbox } = require('../harness/post.js');
const { connect } = require('../harness/chat.js');
const { until } = require('../harness/wait.js');

const BAD = '验证码错误';
const EXPIRED = '验证码过期，请刷新后重试';
const NO_ACCOUNT = '账号不存在';
const SLOW_DOWN = '操作太频繁，请稍后再试';
const SECRET = 'secret-of-the-hook';

const wrongOf = (code) => String((Number(code) + 1) % 100000).padStart(5, '0');

/* What differs between mail and SMS. */
const KINDS = {
  email: { address: (stem) => `${stem}@example.org`, bad: ['x', '@', 'a@b@c.org', 'a b@c.org', 'a@b.org\r\nRCPT TO:<x@y.org>', 'a@b.org\nBcc: x@y.org', '<a@b.org>', 'a@b.org,c@d.org', `${'x'.repeat(95)}@b.org`, 'é@b.org'] },
  mobile: { address: (stem) => `157${String(parseInt(stem.replace(/\D/g, ''), 10)).padStart(8, '0')}`, bad: ['1234', 'abcde', '157 1234 5678', '1571234567\n', '123456789012345678901', '+', '1571234-5678', "1' OR 1=1"] },
};

let server, f;
before(async () => {
  server = await startServer();
  f = freeim(server);
});
after(() => server?.stop());

for (const [kind, { address, bad }] of Object.entries(KINDS)) {
  const login = `POST /login/${kind}`;
  const reset = `POST /reset/password/${kind}`;
  const fresh = () => address(f.uniq('code'));
  const ask = (to, more) => codeFromOutbox(f, kind, to, more);
  const fields = (to, captcha, more) => ({ [kind]: to, captcha, platform: 'h5', ...more });
  const resetting = (to, captcha, password) => ({ [kind]: to, captcha, password });

  describe(kind, () => {
    test('the first login makes the account, the next ones find it; a password is wanted until there is one', async () => {
      const to = fresh();
      const first = await f.nobody.ok(login, fields(to, await ask(to)));
      assert.equal(first.needUpdatePassword, true);
      const { account } = await f.nobody.ok('GET /me/info', {}, { token: first.token });
      assert.equal(account[kind], to);
      assert.equal(account.username, to);
      const second = await f.nobody.ok(login, fields(to, await ask(to)));
      assert.equal((await f.nobody.ok('GET /me/info', {}, { token: second.token })).account.id, account.id);
      await f.nobody.refused('POST /login/basic', f.credentials(to), '账号或密码错误');
      await f.nobody.ok('PUT /me/update/password', { password: PASSWORD }, { token: second.token });
      assert.equal((await f.nobody.ok(login, fields(to, await ask(to)))).needUpdatePassword, false);
      assert.equal((await f.login(to)).id, account.id);
    });

    test('the address is nobody else\'s to see', async () => {
      const to = fresh();
      const { token } = await f.nobody.ok(login, fields(to, await ask(to)));
      const { id } = (await f.nobody.ok('GET /me/info', {}, { token })).account;
      const stranger = await f.register(f.uniq('stranger'));
      const answer = await stranger.call('GET /friends/search', { account: String(id) });
      assert.equal(answer.body.result.items[0].id, id);
      assert.ok(!answer.text.includes(to), answer.text);
      /* Who knows it finds its owner. */
      assert.equal((await stranger.ok('GET /friends/search', { account: to })).items[0].id, id);
    });

    for (const as of ENCODINGS)
      test(`login and reset work with ${as}`, async () => {
        const to = fresh();
        await f.nobody.ok(login, fields(to, await ask(to)), { as });
        await f.nobody.ok(reset, resetting(to, await ask(to), 'another-1'), { as });
        await f.login(to, { password: 'another-1' });
      });

    test('a code serves once', async () => {
      const to = fresh();
      const code = await ask(to);
      assert.match(code, /^\d{5}$/);
      await f.nobody.ok(login, fields(to, code));
      await f.nobody.refused(login, fields(to, code), EXPIRED, { error: 'captcha_expired' });
    });

    test('20 logins with one code at once: one gets in', async () => {
      const to = fresh();
      const code = await ask(to);
      const answers = await Promise.all(Array.from({ length: 20 }, () => f.nobody.call(login, fields(to, code))));
      assert.equal(answers.filter((one) => one.body.code === 0).length, 1);
      for (const one of answers.filter((answer) => answer.body.code !== 0)) assert.equal(one.body.message, EXPIRED);
    });

    test('the sixth guess is refused with the right code', async () => {
      const to = fresh();
      const code = await ask(to);
      for (let i = 0; i < 5; i++) await f.nobody.refused(login, fields(to, wrongOf(code)), BAD, { error: 'bad_captcha' });
      await f.nobody.refused(login, fields(to, code), EXPIRED);
      await f.nobody.refused(reset, resetting(to, code, PASSWORD), EXPIRED);
      await f.nobody.ok(login, fields(to, await ask(to)));
    });

    test('20 wrong guesses at once: five are judged', async () => {
      const to = fresh();
      const code = await ask(to);
      const answers = await Promise.all(Array.from({ length: 20 }, () => f.nobody.call(login, fields(to, wrongOf(code)))));
      assert.equal(answers.filter((one) => one.body.message === BAD).length, 5);
      assert.equal(answers.filter((one) => one.body.message === EXPIRED).length, 15);
    });

    test('a code is bound to its address, and to its type if it has one', async () => {
      const [a, b] = [fresh(), fresh()];
      const codeA = await ask(a);
      await f.nobody.refused(login, fields(b, codeA), EXPIRED);
      const codeB = await ask(b);
      if (codeA !== codeB) await f.nobody.refused(login, fields(b, codeA), BAD);
      await f.nobody.ok(login, fields(a, codeA));
      await f.nobody.ok(login, fields(b, codeB));
      await f.nobody.refused(reset, resetting(b, await ask(b, { type: 'login' }), PASSWORD), BAD);
      await f.nobody.refused(login, fields(b, await ask(b, { type: 'reset' })), BAD);
      await f.nobody.ok(reset, resetting(b, await ask(b, { type: 'reset' }), PASSWORD));
      await f.nobody.refused(`GET /captcha/${kind}`, { [kind]: b, type: 'pay' }, PARAM);
    });

    test('a code of before a restart still counts, as do its wrong tries', async () => {
      const to = fresh();
      const code = await ask(to);
      for (let i = 0; i < 4; i++) await f.nobody.refused(login, fields(to, wrongOf(code)), BAD);
      await server.restart();
      await f.nobody.ok(login, fields(to, code));
    });

    test('resetting ends every session and its sockets; the new password is the only one', async () => {
      const to = fresh();
      const { token } = await f.nobody.ok(login, fields(to, await ask(to)));
      const socket = await connect({ server, token });
      await f.nobody.ok(reset, resetting(to, await ask(to), 'reset-pass-1'));
      assert.equal(await socket.closed(), 4401);
      await f.nobody.refused('GET /me/info', {}, '登录超时', { status: 401, token });
      await f.login(to, { password: 'reset-pass-1' });
      await f.nobody.refused('POST /login/basic', f.credentials(to), '账号或密码错误');
    });

    test('who proved an address without an account is told so, and the code is used up', async () => {
      const to = fresh();
      const code = await ask(to);
      await f.nobody.refused(reset, resetting(to, code, PASSWORD), NO_ACCOUNT);
      await f.nobody.refused(login, fields(to, code), EXPIRED);
    });

    test('asking tells nothing of whether there is an account', async () => {
      const to = fresh();
      await f.nobody.ok(login, fields(to, await ask(to)));
      const [known, unknown] = [await f.nobody.call(`GET /captcha/${kind}`, { [kind]: to }), await f.nobody.call(`GET /captcha/${kind}`, { [kind]: fresh() })];
      assert.equal(known.text, unknown.text);
      const guess = (one) => f.nobody.call(reset, resetting(one, 'x', PASSWORD));
      assert.equal((await guess(address(f.uniq('never9')))).body.message, EXPIRED);
    });

    test('fields that are missing, empty or no address', async () => {
      for (const row of [`GET /captcha/${kind}`, login, reset])
        for (const one of ['', ...bad]) {
          const answer = await f.nobody.refused(row, row === reset ? resetting(one, '12345', PASSWORD) : fields(one, '12345'), PARAM);
          assert.match(answer.body.result.info, new RegExp(`^${kind}`));
        }
      const to = fresh();
      for (const [row, all] of [[login, fields(to, '12345')], [reset, resetting(to, '12345', PASSWORD)]])
        for (const name of Object.keys(all)) {
          const { [name]: gone, ...rest } = all;
          await f.nobody.refused(row, rest, PARAM);
          await f.nobody.refused(row, { ...all, [name]: '' }, PARAM);
        }
      for (const password of ['12345', 'x'.repeat(51)]) await f.nobody.refused(reset, resetting(to, '12345', password), PARAM);
      assert.deepEqual(outbox(server).filter((one) => bad.includes(one.to)), []);
    });

    test('where registration is closed, a new address gets no account and an old one gets in', async () => {
      const [old, late] = [fresh(), fresh()];
      await f.nobody.ok(login, fields(old, await ask(old)));
      await server.restart({ registration: 'closed' });
      await f.nobody.ok(login, fields(old, await ask(old)));
      await f.nobody.refused(login, fields(late, await ask(late)), '账号注册通道已关闭');
      await server.restart({ registration: 'open' });
    });
  });
}

test('an address that somebody took for a name: each gets into their own account', async () => {
  const to = `${f.uniq('squat')}@example.org`;
  const squatter = await f.register(to);
  const { token } = await f.nobody.ok('POST /login/email', { email: to, captcha: await codeFromOutbox(f, 'email', to), platform: 'h5' });
  const owner = (await f.nobody.ok('GET /me/info', {}, { token })).account;
  assert.notEqual(owner.id, squatter.id);
  await f.nobody.ok('PUT /me/update/password', { password: 'the-owners' }, { token });
  assert.equal((await f.login(to, { password: 'the-owners' })).id, owner.id);
  assert.equal((await f.login(to)).id, squatter.id);
});

test('without mail.url and sms.url letters are files only the server\'s user can read, and the log says so once', async () => {
  await codeFromOutbox(f, 'email', 'file@example.org');
  await codeFromOutbox(f, 'mobile', '15700000001');
  const letter = outbox(server).find((one) => one.to === 'file@example.org');
  assert.equal(letter.purpose, 'code');
  assert.match(letter.subject, /^chatd /);
  const folder = path.join(server.dataDir, 'outbox');
  assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
  assert.equal(fs.statSync(path.join(folder, letter.name)).mode & 0o777, 0o600);
  assert.equal(server.stderr.match(/outbox/g).length, 1);
});

describe('limits', () => {
  let guarded, g;
  before(async () => {
    guarded = await startServer({ set: { rate_limits: 'on' } });
    g = freeim(guarded);
  });
  after(() => guarded?.stop());
  const ask = (email, localAddress) => g.nobody.call('GET /captcha/email', { email }, { localAddress });

  test('one a minute for an address, in whatever spelling, from wherever, and after a restart', async () => {
    assert.equal((await ask('limit@example.org')).status, 200);
    for (const [email, from] of [['limit@example.org'], ['LIMIT@Example.ORG'], ['limit@example.org', '127.0.0.2']]) {
      const answer = await ask(email, from);
      assert.equal(answer.status, 429);
      assert.equal(answer.body.message, SLOW_DOWN);
      const wait = Number(answer.headers['retry-after']);
      assert.ok(wait >= 1 && wait <= 60, `Retry-After: ${wait}`);
    }
    await guarded.restart();
    assert.equal((await ask('limit@example.org')).status, 429);
    assert.equal((await ask('other@example.org')).status, 200);
    assert.equal(outbox(guarded).filter((one) => one.to === 'limit@example.org').length, 1);
  });

  test('20 askings at once: one letter', async () => {
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask('burst@example.org')));
    assert.equal(answers.filter((one) => one.status === 200).length, 1);
    assert.equal(answers.filter((one) => one.status === 429).length, 19);
  });

  test('one peer cannot write to everybody', async () => {
    const statuses = [];
    for (let i = 0; i < 110; i++) statuses.push((await ask(`many${i}@example.org`, '127.0.0.9')).status);
    assert.equal(statuses.filter((one) => one === 200).length, 100);
    assert.equal((await ask('many111@example.org', '127.0.0.10')).status, 200);
  });
});

describe('mail by SMTP', () => {
  let smtp, mailer, g;
  const start = async (options, set = {}) => {
    smtp = await startSmtp(options);
    mailer = await startServer({ set: { 'mail.url': smtp.url, 'mail.from': 'chat@example.org', site_name: '二楼 Chat', ...set } });
    g = freeim(mailer);
  };
  const stop = async () => {
    const log = mailer?.stderrAll || '';
    await mailer?.stop();
    await smtp?.stop();
    mailer = smtp = null;
    return log;
  };
  after(stop);
  const login = async (email) => g.nobody.ok('POST /login/email', { email, captcha: await smtp.code(email), platform: 'h5' });

  test('a login code arrives as a mail anybody can read', async () => {
    await start();
    await g.nobody.ok('GET /captcha/email', { email: 'Reader@example.org', type: 'login' });
    const mail = await smtp.mail('reader@example.org');
    assert.equal(mail.from, 'chat@example.org');
    assert.deepEqual(mail.to, ['reader@example.org']);
    assert.equal(mail.headers.from, '二楼 Chat <chat@example.org>');
    assert.equal(mail.headers.to, '<reader@example.org>');
    assert.match(mail.headers.subject, /^二楼 Chat /);
    assert.ok(Math.abs(Date.parse(mail.headers.date) - Date.now()) < 60000, mail.headers.date);
    assert.match(mail.headers['message-id'], /^<[0-9a-f]{32}@example\.org>$/);
    assert.equal(mail.headers['content-type'], 'text/plain; charset=utf-8');
    assert.match(mail.text, /^【二楼 Chat】验证码：\d{5}/);
    assert.equal((await login('reader@example.org')).needUpdatePassword, true);
    assert.equal(smtp.transcript.find((line) => /AUTH/.test(line)), undefined);
    const code = codeIn(mail.text);
    const log = await stop();
    assert.ok(!log.includes(code) && !log.includes('reader@'), 'the log holds a code or an address');
    assert.ok(!log.includes('outbox/'), log);
  });

  for (const kind of ['PLAIN', 'LOGIN'])
    test(`logs in with AUTH ${kind}`, async () => {
      await start({ auth: kind, user: 'chat@example.org', password: 'p:a@ss w/örd' });
      await g.nobody.ok('GET /captcha/email', { email: 'auth@example.org' });
      assert.equal((await smtp.mail('auth@example.org')).user, `${kind} chat@example.org`);
      const log = await stop();
      assert.ok(!/p:a|p%3Aa/.test(log), 'the password stands in the log');
    });

  describe('with TLS', () => {
    /* The certificate of a test server stands for a mail server's own authority. */
    let keys, ca;
    before(async () => {
      const donor = await startServer({ set: { listen: '127.0.0.1:0s' } });
      const file = (name) => fs.readFileSync(path.join(donor.dataDir, name));
      keys = { key: file('tls-key.pem'), cert: file('tls-cert.pem') };
      await donor.stop();
      ca = path.join(server.dataDir, 'authority.pem');
      fs.writeFileSync(ca, keys.cert);
    });

    test('STARTTLS is used where it is offered, and the password goes over it', async () => {
      await start({ starttls: true, auth: 'PLAIN', user: 'u', password: 'p', tls: keys }, { tls_ca: ca });
      await g.nobody.ok('GET /captcha/email', { email: 'starttls@example.org' });
      const mail = await smtp.mail('starttls@example.org');
      assert.equal(mail.secure, true);
      assert.equal(mail.user, 'PLAIN u');
      await stop();
    });

    test('smtps is encrypted from the start', async () => {
      await start({ implicit: true, auth: 'LOGIN', user: 'u', password: 'p', tls: keys }, { tls_ca: ca });
      await g.nobody.ok('GET /captcha/email', { email: 'smtps@example.org' });
      assert.equal((await smtp.mail('smtps@example.org')).user, 'LOGIN u');
      await stop();
    });

    test('a certificate nobody vouches for gets neither mail nor password', async () => {
      await start({ starttls: true, auth: 'PLAIN', user: 'u', password: 'p', tls: keys });
      await g.nobody.ok('GET /captcha/email', { email: 'forged@example.org' });
      await until(() => /event=post msg="mail .*certificate/i.test(mailer.stderr), 'the refusal in the log');
      assert.equal(smtp.mails.length, 0);
      assert.equal(smtp.transcript.find((line) => /^C: AUTH/.test(line)), undefined);
      await stop();
    });
  });

  test('a mail server that is busy for a moment is tried again; one that says no is not', async () => {
    await start({ answers: ['451 later', '550 no'] });
    await g.nobody.ok('GET /captcha/email', { email: 'again@example.org' });
    await until(() => /it will be tried again/.test(mailer.stderr), 'the first try to fail');
    await g.nobody.ok('GET /captcha/email', { email: 'never@example.org' });
    await until(() => /given up/.test(mailer.stderr), 'the second letter to be given up');
    await login('again@example.org');
    assert.equal(smtp.mails.length, 1);
    await stop();
  });

  test('a silent mail server holds up neither SMS nor requests nor the end', async () => {
    await start({ silent: true });
    await g.nobody.ok('GET /captcha/email', { email: 'silent@example.org' });
    await until(() => smtp.connections > 0, 'a connection');
    const code = await codeFromOutbox(g, 'mobile', '15700000002');
    await g.nobody.ok('POST /login/mobile', { mobile: '15700000002', captcha: code, platform: 'h5' });
    for (let i = 0; i < 300; i++) {
      const answer = await g.nobody.call('GET /captcha/email', { email: `queue${i}@example.org` });
      if (answer.status === 503) break;
      assert.ok(i < 299, 'the queue has no end');
    }
    await stop(); /* within its ten seconds, or this throws */
  });
});

describe('SMS by web hook', () => {
  let receiver, sender, g;
  const start = async (options) => {
    receiver = await startReceiver(options);
    sender = await startServer({ set: { 'sms.url': receiver.url, 'sms.secret': SECRET } });
    g = freeim(sender);
  };
  const stop = async () => {
    await sender?.stop();
    await receiver?.stop();
    sender = receiver = null;
  };
  after(stop);

  test('a code arrives as signed JSON and logs in', async () => {
    await start();
    await g.nobody.ok('GET /captcha/mobile', { mobile: '+8615712345678', type: 'login' });
    const request = await receiver.message('+8615712345678');
    assert.equal(request.method, 'POST');
    assert.equal(request.url, '/send?key=k');
    assert.match(request.headers['content-type'], /^application\/json/);
    assert.deepEqual(Object.keys(request.body), ['to', 'text', 'purpose']);
    assert.equal(request.body.purpose, 'login');
    assert.ok(isSigned(request, SECRET));
    assert.ok(!isSigned(request, `${SECRET}x`));
    assert.ok(!isSigned({ ...request, raw: request.raw.replace('login', 'reset') }, SECRET));
    const code = codeIn(request.body.text);
    await g.nobody.ok('POST /login/mobile', { mobile: '+8615712345678', captcha: code, platform: 'ios' });
    const log = sender.stderr;
    assert.ok(!log.includes(code) && !log.includes('15712345678') && !log.includes(SECRET), 'the log holds what it must not');
    await stop();
  });

  test('a gateway in trouble gets the same message again, one that refuses does not; redirections are not followed', async () => {
    await start({ statuses: [503, 200, 400, 302] });
    await g.nobody.ok('GET /captcha/mobile', { mobile: '15700000003' });
    await until(() => receiver.requests.length === 2, 'a second try');
    const [first, second] = receiver.requests;
    assert.equal(first.raw, second.raw);
    assert.equal(first.headers['x-chatd-id'], second.headers['x-chatd-id']);
    assert.ok(isSigned(second, SECRET));
    for (const mobile of ['15700000004', '15700000005']) await g.nobody.ok('GET /captcha/mobile', { mobile });
    await until(() => (sender.stderr.match(/given up/g) || []).length === 2, 'two to be given up');
    assert.equal(receiver.requests.length, 4);
    await stop();
  });
});

test('half a configuration is refused with a sentence', async () => {
  for (const [set, sentence] of [
    ['mail.url=smtp://u:hunter2@localhost', /mail\.from/],
    ['sms.url=http://localhost/', /sms\.secret/],
    ['mail.from=not-an-address', /mail\.from must be an e-mail address/],
  ]) {
    const { code, stderr } = await runChatd(['-s', set, '--check-config']);
    assert.equal(code, 78);
    assert.match(stderr, sentence);
    assert.ok(!stderr.includes('hunter2'));
  }
});
