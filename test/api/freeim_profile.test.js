'use strict';
/* freeim 个人信息: me/update/info and me/update/password. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const { startServer } = require('../harness/server.js');
const { freeim, ENCODINGS, PASSWORD, PARAM, LOGGED_OUT } = require('../harness/client.js');
const { connect } = require('../harness/chat.js');

const INFO = 'PUT /me/update/info';
const SECRET = 'PUT /me/update/password';
const WRONG = '账号或密码错误';

let server, f;
before(async () => {
  server = await startServer();
  f = freeim(server);
});
after(() => server?.stop());

const me = async (person) => (await person.ok('GET /me/info')).account;

const FULL = { nickname: '小明 😀', avatar: 'https://example.org/a.png', gender: '男', birth: '2000-02-29', intro: 'line one\nline two', longitude: 113.5,
  latitude: -22.25, country: '中国', province: '广东', city: '深圳', district: '南山' };
const EMPTY = Object.fromEntries(Object.entries(FULL).map(([key, value]) => [key, typeof value === 'number' ? 0 : '']));

describe('me/update/info', () => {
  for (const as of ENCODINGS)
    test(`sets every field with ${as}; empty texts and 0 leave them`, async () => {
      const person = await f.register(f.uniq('prof'));
      assert.equal(await person.ok(INFO, FULL, { as }), null);
      const account = await me(person);
      for (const [key, value] of Object.entries(FULL)) assert.deepEqual(account[key], value, key);
      assert.ok(account.age >= 26, `age ${account.age}`);
      await person.ok(INFO, EMPTY, { as });
      await person.ok(INFO, {}, { as });
      assert.deepEqual(await me(person), account);
    });

  for (const [key, value] of Object.entries(FULL))
    test(`${key} alone changes nothing else`, async () => {
      const person = await f.register(f.uniq('one'));
      const before = await me(person);
      await person.ok(INFO, { [key]: value });
      const { age, ...after } = await me(person);
      const { age: none, ...rest } = before;
      assert.deepEqual(after, { ...rest, [key]: value });
      assert.equal(age > 0, key === 'birth');
    });

  test('null in JSON is as absent', async () => {
    const person = await f.register(f.uniq('null'));
    await person.ok(INFO, FULL);
    const before = await me(person);
    await person.ok(INFO, Object.fromEntries(Object.keys(FULL).map((key) => [key, null])));
    assert.deepEqual(await me(person), before);
  });

  test('it is the caller\'s account whatever else is sent, and only what may be changed', async () => {
    const [alice, bob] = await f.people('whose', 2);
    const before = await me(bob);
    await alice.ok(INFO, { id: bob.id, toId: bob.id, username: 'root', email: 'x@y.org', mobile: '15712345678', enabled: 0, password: 'x', age: 99, nickname: 'N' });
    assert.deepEqual(await me(bob), before);
    const account = await me(alice);
    assert.deepEqual([account.id, account.username, account.email, account.mobile, account.age, account.nickname], [alice.id, alice.name, '', '', 0, 'N']);
  });

  const refusals = [
    ['nickname', 'x'.repeat(51)], ['nickname', 'a\nb'], ['nickname', 'a\u0000b'], ['nickname', {}], ['nickname', ['x']], ['avatar', 'x'.repeat(501)],
    ['avatar', 'a\r\nb'], ['gender', 'x'.repeat(11)], ['intro', 'x'.repeat(1001)], ['country', 'x'.repeat(51)], ['province', 'x'.repeat(51)],
    ['city', 'x'.repeat(51)], ['district', 'x'.repeat(51)], ['district', '\u001b[2J'],
    ['birth', '2001-02-29'], ['birth', '1999-13-01'], ['birth', '99-01-01'], ['birth', '2999-01-01'], ['birth', '1999/01/01'], ['birth', '19990101'],
    ['birth', 'yesterday'], ['birth', '1999-01-01x'], ['birth', '1799-01-01'],
    ['longitude', 180.0001], ['longitude', -181], ['longitude', 'east'], ['longitude', '1e400'], ['longitude', 'nan'], ['longitude', {}], ['longitude', true],
    ['latitude', 85.06], ['latitude', -90], ['latitude', '0x10'],
  ];
  for (const [key, value] of refusals)
    test(`refuses ${key} ${JSON.stringify(value).slice(0, 40)} and changes nothing`, async () => {
      const person = await f.register(f.uniq('bad'));
      const before = await me(person);
      const answer = await person.call(INFO, { country: 'changed', city: 'changed', [key]: value });
      assert.equal(answer.body.code, 1, answer.text);
      assert.equal(answer.body.message, PARAM);
      assert.deepEqual(await me(person), before);
    });

  test('limits are in characters', async () => {
    const person = await f.register(f.uniq('chars'));
    await person.ok(INFO, { nickname: '名'.repeat(50), intro: '字'.repeat(1000), longitude: 180, latitude: -85.05 });
    const account = await me(person);
    assert.equal([...account.nickname].length, 50);
    assert.deepEqual([account.longitude, account.latitude], [180, -85.05]);
  });

  test('with both coordinates one is found nearby, with half a place not; the other half completes it', async () => {
    const [alice, bob, carol] = await f.people('place', 3);
    await alice.ok(INFO, { longitude: 7.1, latitude: 51.1 });
    await bob.ok(INFO, { longitude: 7.2 });
    const near = async () => (await carol.ok('GET /friends/near', { longitude: 7.15, latitude: 51.15 })).items.map((one) => one.id);
    assert.deepEqual(await near(), [alice.id]);
    await bob.ok(INFO, { latitude: 51.2 });
    assert.deepEqual((await near()).sort(), [alice.id, bob.id].sort());
    assert.equal((await me(alice)).longitude, 7.1);
  });

  test('what one tells is there after a crash', async () => {
    const person = await f.register(f.uniq('crash'));
    await person.ok(INFO, FULL);
    const before = await me(person);
    await server.kill9();
    await server.start();
    assert.deepEqual(await me(person), before);
  });

  test('not without a token, not with GET or POST', async () => {
    const person = await f.register(f.uniq('door'));
    for (const row of [INFO, SECRET]) {
      await f.nobody.refused(row, { nickname: 'x', password: PASSWORD }, LOGGED_OUT, { status: 401 });
      for (const method of ['GET', 'POST', 'DELETE']) assert.equal((await person.call(row.replace('PUT', method), { nickname: 'x' })).status, 405);
    }
  });
});

describe('me/update/password', () => {
  for (const as of ENCODINGS)
    test(`sets it with ${as}; the old one is worth nothing`, async () => {
      const person = await f.register(f.uniq('pass'));
      assert.equal(await person.ok(SECRET, { password: 'a-new-one-9' }, { as }), null);
      await f.nobody.refused('POST /login/basic', f.credentials(person.name), WRONG);
      await f.login(person.name, { password: 'a-new-one-9' });
    });

  test('the caller stays, everybody else who was logged in goes, sockets included', async () => {
    const here = await f.register(f.uniq('here'));
    const there = await f.login(here.name);
    const other = await f.register(f.uniq('other'));
    const [mine, theirs, foreign] = [await connect(here), await connect(there), await connect(other)];
    await here.ok(SECRET, { password: 'a-new-one-9' });
    assert.equal(await theirs.closed(), 4401);
    await there.refused('GET /me/info', {}, LOGGED_OUT, { status: 401 });
    await here.ok('GET /me/info');
    await mine.roundTrip();
    await other.ok('GET /me/info');
    await foreign.roundTrip();
    for (const socket of [mine, foreign]) await socket.close();
  });

  test('passwords that no login could send are refused', async () => {
    const person = await f.register(f.uniq('len'));
    for (const password of [undefined, '', '12345', 'x'.repeat(51), {}, ['123456']])
      await person.refused(SECRET, { password }, PARAM);
    await f.login(person.name);
  });

  test('nobody sets passwords all day', async () => {
    const guarded = await startServer({ set: { rate_limits: 'on' } });
    try {
      const g = freeim(guarded);
      const person = await g.register('busy');
      const statuses = [];
      for (let i = 0; i < 6; i++) statuses.push((await person.call(SECRET, { password: `password-${i}` })).status);
      assert.deepEqual(statuses, [200, 200, 200, 200, 200, 429]);
      await g.login('busy', { password: 'password-4' });
    } finally {
      await guarded.stop();
    }
  });
});
