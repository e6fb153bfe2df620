'use strict';
/* Qiniu's own SDKs, unmodified, upload to chatd: the node package and the browser package, each a small file by form
 * and a large one in parts, with progress; what comes back has the same SHA-256. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const { startServer, tempDir } = require('../harness/server.js');
const { freeim } = require('../harness/client.js');
const { request } = require('../harness/http.js');
const { installBrowser } = require('../harness/xhr.js');

const SMALL = 300 * 1024;
const LARGE = 40 * 1024 * 1024;

let server, alice, params, dir;
const files = {};
before(async () => {
  installBrowser();
  server = await startServer({ set: { upload_file_bytes: '64M' } });
  alice = await freeim(server).register('alice');
  params = await alice.ok('GET /upload/qiniu/params');
  dir = tempDir();
  for (const [name, size] of [['small', SMALL], ['large', LARGE]]) {
    const bytes = crypto.randomBytes(size);
    files[name] = { at: path.join(dir, `${name}.dat`), bytes, size, sum: sha256(bytes) };
    fs.writeFileSync(files[name].at, bytes);
  }
});
after(async () => {
  if (dir) fs.rmSync(dir, { recursive: true, force: true });
  await server?.stop();
});

const sha256 = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

/* Qiniu's etag, written a second time from its description. */
function qetag(bytes) {
  const sums = [];
  for (let at = 0; at === 0 || at < bytes.length; at += 1 << 22) sums.push(crypto.createHash('sha1').update(bytes.subarray(at, at + (1 << 22))).digest());
  const sum = sums.length === 1 ? sums[0] : crypto.createHash('sha1').update(Buffer.concat(sums)).digest();
  return Buffer.concat([Buffer.from([sums.length === 1 ? 0x16 : 0x96]), sum]).toString('base64url');
}

async function assertStored(answer, file) {
  assert.match(answer.key, /^[0-9a-f]{32}(\.[a-z0-9]{1,8})?$/, 'the server names the file');
  assert.equal(answer.hash, qetag(file.bytes));
  const back = await request(server, 'GET', new URL(`${params.accessDomain}/${answer.key}`).pathname);
  assert.equal(back.status, 200);
  assert.equal(back.bytes.length, file.size);
  assert.equal(sha256(back.bytes), file.sum);
}

/* Progress rises to the size. */
function assertProgress(seen, size) {
  assert.ok(seen.length > 1, `progress was told ${seen.length} times`);
  for (let i = 1; i < seen.length; i++) assert.ok(seen[i] >= seen[i - 1], 'progress fell');
  assert.equal(seen.at(-1), size);
}

describe('qiniu (node)', () => {
  const qiniu = require('qiniu');
  const config = () => {
    const host = `${server.host}:${server.port}/qiniu`;
    return new qiniu.conf.Config({ useHttpsDomain: false, zone: new qiniu.conf.Zone([host], [host], '') });
  };

  test('a form upload of 300 KB', async () => {
    const uploader = new qiniu.form_up.FormUploader(config());
    const { data, resp } = await uploader.putFile(params.uploadToken, null, files.small.at, new qiniu.form_up.PutExtra());
    assert.equal(resp.statusCode, 200, JSON.stringify(data));
    assert.ok(resp.headers['x-reqid']);
    await assertStored(data, files.small);
  });

  test('a key of the client\'s is taken for a wish, not for a name', async () => {
    const uploader = new qiniu.form_up.FormUploader(config());
    const { data } = await uploader.putFile(params.uploadToken, '../../etc/passwd.png', files.small.at, new qiniu.form_up.PutExtra());
    await assertStored(data, files.small);
  });

  for (const version of ['v2', 'v1'])
    test(`a resumable upload of 40 MB, ${version}`, async () => {
      const uploader = new qiniu.resume_up.ResumeUploader(config());
      const seen = [];
      const extra = qiniu.resume_up.PutExtra.create('holiday.dat', {}, null, null, (done) => seen.push(done), 4 << 20, version);
      const { data, resp } = await uploader.putFile(params.uploadToken, null, files.large.at, extra);
      assert.equal(resp.statusCode, 200, JSON.stringify(data));
      assertProgress(seen, LARGE);
      await assertStored(data, files.large);
    });

  test('a refusal arrives as the SDK knows it', async () => {
    const uploader = new qiniu.form_up.FormUploader(config());
    const bad = params.uploadToken.replace(/:[^:]*:/, ':AAAAAAAAAAAAAAAAAAAAAAAAAAA=:');
    const { data, resp } = await uploader.putFile(bad, null, files.small.at, new qiniu.form_up.PutExtra());
    assert.equal(resp.statusCode, 401);
    assert.deepEqual(data, { error: 'bad token' });
  });
});

describe('qiniu-js (browser)', () => {
  function upload(file, putExtra = {}, more = {}) {
    const qiniu = require('qiniu-js');
    const seen = [];
    const config = { uphost: `${server.host}:${server.port}/qiniu`, upprotocol: 'http', disableStatisticsReport: true, ...more };
    const blob = new File([file.bytes], 'Ünïcode 名.dat', { type: 'image/svg+xml' });
    return new Promise((resolve, reject) =>
      qiniu.upload(blob, null, params.uploadToken, putExtra, config).subscribe({
        next: ({ total }) => seen.push(total.loaded),
        error: reject,
        complete: (answer) => resolve({ answer, seen }),
      }));
  }

  test('a direct upload of 300 KB', async () => {
    const { answer, seen } = await upload(files.small);
    assert.ok(seen.length > 1);
    await assertStored(answer, files.small);
  });

  test('a resumable upload of 40 MB, three parts at once, their MD5 checked by the server', async () => {
    const { answer, seen } = await upload(files.large, { fname: 'holiday.dat' }, { checkByServer: true });
    assert.ok(seen.length > 10 && seen.at(-1) >= LARGE);
    await assertStored(answer, files.large);
  });

  test('nothing but the files is left', () => {
    assert.deepEqual(fs.readdirSync(path.join(server.dataDir, 'tmp')), []);
    assert.deepEqual(fs.readdirSync(path.join(server.dataDir, 'parts')), []);
  });
});
