'use strict';
/* Backups: made while people talk, by an administrator and by the program, each a data folder that a server runs on. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, runChatd, tempDir } = require('../harness/server.js');
const { freeim, Person } = require('../harness/client.js');
const { request } = require('../harness/http.js');
const { makeAdmin } = require('../harness/setup.js');
const { until } = require('../harness/wait.js');

const DENIED = ['没有权限', { status: 403, error: 'forbidden' }];
const EXIT_FAILED = 1;
const EXIT_USAGE = 2;

let server, f, admin, alice, bob, picture;
const dirs = [];
const newDir = () => {
  dirs.push(tempDir());
  return dirs.at(-1);
};
before(async () => {
  server = await startServer();
  f = freeim(server);
  admin = await makeAdmin(server);
  [alice, bob] = await f.people('talker', 2);
  await f.befriend(alice, bob);
  picture = await upload(alice, 'a stored file');
});
after(async () => {
  await server?.stop();
  dirs.forEach((one) => fs.rmSync(one, { recursive: true, force: true }));
});

async function upload(person, text) {
  const { uploadToken } = await person.ok('GET /upload/qiniu/params');
  const form = new FormData();
  form.set('token', uploadToken);
  form.set('file', new Blob([text]), 'a.bin');
  const answer = await fetch(`${server.url}/qiniu`, { method: 'POST', body: form });
  assert.equal(answer.status, 200);
  return (await answer.json()).key;
}

const backups = (...more) => path.join(server.dataDir, 'backups', ...more);

/* Bob's history, read page by page from a server running on a copy of folder. */
async function withCopyOf(folder, check) {
  const copy = path.join(newDir(), 'data');
  fs.cpSync(folder, copy, { recursive: true });
  const other = await startServer({ dataDir: copy });
  try {
    return await check(other);
  } finally {
    await other.stop();
  }
}

test('made while people talk, it holds what was answered before, whole, with files and keys', async () => {
  const said = [];
  const least = 20;
  let made;
  const talk = async () => {
    for (let i = 0; !made || said.length < least; i++) {
      await alice.say(bob, `line ${i}`);
      said.push(`line ${i}`);
    }
  };
  const back = async () => {
    await until(() => said.length >= least, 'something to be said');
    const before = said.length;
    made = await admin.ok('POST /admin/backups');
    return before;
  };
  const [answered] = await Promise.all([back(), talk()]);
  assert.match(made.name, /^\d{8}T\d{6}Z$/);
  assert.equal(made.files, 1);
  assert.equal(made.fileBytes, 'a stored file'.length);
  await withCopyOf(backups(made.name), async (other) => {
    const again = new Person(other, { name: bob.name, token: bob.token, id: bob.id });
    const bodies = [];
    for (let seq = 0, items = [0]; items.length > 0; seq += items.length) {
      ({ items } = await again.history(alice, { afterSeq: seq, limit: 500 }));
      bodies.push(...items.map((one) => one.body));
    }
    assert.ok(bodies.length >= answered, `${bodies.length} of ${answered}`);
    assert.deepEqual(bodies, said.slice(0, bodies.length));
    const file = await request(other, 'GET', `/files/${picture}`);
    assert.deepEqual([file.status, file.text], [200, 'a stored file']);
    await freeim(other).nobody.ok('POST /login/basic', freeim(other).credentials(bob.name));
  });
});

test('they are listed with the newest first, and a store is offered for download', async () => {
  const old = backups('20200101T000000Z');
  fs.mkdirSync(old);
  fs.writeFileSync(path.join(old, 'chatd.db'), 'x');
  fs.mkdirSync(backups('other'));
  const { items } = await admin.ok('GET /admin/backups');
  assert.equal(items.length, 2);
  assert.deepEqual(items[1], { name: '20200101T000000Z', madeAt: '2020-01-01T00:00:00Z', storeBytes: 1 });
  const headers = { Authorization: admin.token };
  const store = await request(server, 'GET', `/api/v1/admin/backups/${items[0].name}/store`, { headers });
  assert.equal(store.status, 200);
  assert.match(store.headers['content-disposition'], /^attachment; filename="chatd-\d{8}T\d{6}Z\.db"$/);
  assert.ok(store.text.startsWith('SQLite format 3\0'));
  assert.equal(Number(store.headers['content-length']), items[0].storeBytes);
  for (const name of ['20210101T000000Z', 'other', '..', '%2e%2e', '20200101T000000Z%2f..']) {
    const refused = await request(server, 'GET', `/api/v1/admin/backups/${name}/store`, { headers });
    assert.ok([400, 404].includes(refused.status), `${name}: ${refused.status}`);
  }
});

test('the oldest beyond seven go; what is no backup stays', async () => {
  for (let i = 1; i <= 9; i++) {
    fs.mkdirSync(backups(`2020010${i}T000000Z`), { recursive: true });
    fs.writeFileSync(backups(`2020010${i}T000000Z`, 'chatd.db'), 'x');
  }
  await new Promise((resolve) => setTimeout(resolve, 1100)); /* named by the second */
  const { name } = await admin.ok('POST /admin/backups');
  const names = (await admin.ok('GET /admin/backups')).items.map((one) => one.name);
  assert.equal(names.length, 7);
  assert.equal(names[0], name);
  assert.deepEqual(names.slice(-5), [9, 8, 7, 6, 5].map((i) => `2020010${i}T000000Z`));
  assert.ok(fs.existsSync(backups('other')));
});

test('nobody else may', async () => {
  const before = fs.readdirSync(backups());
  for (const row of ['POST /admin/backups', 'GET /admin/backups', `GET /admin/backups/${before[0]}/store`]) await bob.refused(row, {}, ...DENIED);
  assert.deepEqual(fs.readdirSync(backups()), before);
});

describe('chatd backup FOLDER', () => {
  const back = (dataDir, ...args) => runChatd(['-s', `data_dir=${dataDir}`, 'backup', ...args]);

  test('beside a running server', async () => {
    const folder = path.join(newDir(), 'copy');
    await alice.say(bob, 'the last word');
    const { code, stdout, stderr } = await back(server.dataDir, folder);
    assert.deepEqual([code, stderr], [0, '']);
    assert.match(stdout, /copy: the store \(\d+\.\d MB, checked\) and 1 files \(0\.0 MB\)\n$/);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o700);
    for (const name of fs.readdirSync(folder)) assert.equal(fs.statSync(path.join(folder, name)).mode & 0o077, 0, name);
    await withCopyOf(folder, async (other) => {
      const { items } = await new Person(other, { token: bob.token }).history(alice, { sort: 'id:desc', limit: 1 });
      assert.equal(items[0].body, 'the last word');
    });
  });

  test('never over something, never without a name', async () => {
    const folder = newDir();
    const refused = await back(server.dataDir, folder);
    assert.deepEqual([refused.code, refused.stdout], [EXIT_FAILED, '']);
    assert.match(refused.stderr, /^chatd: cannot make .*: File exists\n$/);
    assert.deepEqual(fs.readdirSync(folder), []);
    assert.equal((await back(server.dataDir)).code, EXIT_USAGE);
    assert.equal((await back(server.dataDir, path.join(folder, 'a'), 'b')).code, EXIT_USAGE);
  });

  test('of no store, or of a damaged one, there is none', async () => {
    const folder = newDir();
    const none = await back(newDir(), path.join(folder, 'none'));
    assert.equal(none.code, EXIT_FAILED);
    const damaged = path.join(folder, 'damaged');
    assert.equal((await back(server.dataDir, damaged)).code, 0);
    const store = path.join(damaged, 'chatd.db');
    const bytes = fs.readFileSync(store);
    bytes.fill(0xff, 4096 * 20, 4096 * 40);
    fs.writeFileSync(store, bytes);
    const refused = await back(damaged, path.join(folder, 'copy'));
    assert.equal(refused.code, EXIT_FAILED);
    assert.match(refused.stderr, /^chatd: .*\n$/);
    assert.deepEqual(fs.readdirSync(folder), ['damaged']);
  });
});
