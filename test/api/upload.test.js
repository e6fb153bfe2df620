'use strict';
/* Uploads and downloads by a client of our own: what the SDKs never send, what they never check, and what is left on
 * disk afterwards. */
const { test, before, after, describe } = require('node:test');
const assert = require('node:assert/strict');
const crypto = require('node:crypto');
const fs = require('node:fs');
const net = require('node:net');
const path = require('node:path');
const zlib = require('node:zlib');
const { startServer } = require('../harness/server.js');
const { freeim, PASSWORD } = require('../harness/client.js');
const { request, raw } = require('../harness/http.js');
const { until } = require('../harness/wait.js');

const MB = 1 << 20;
const LIMIT = 2 * MB;
const QUOTA = 6 * MB;

let server, f, alice, token;
before(async () => {
  server = await startServer({ set: { upload_file_bytes: LIMIT, upload_user_bytes: QUOTA, cors_origins: 'https://app.example' } });
  f = freeim(server);
  alice = await f.register('alice');
  token = await tokenOf(alice);
});
after(() => server?.stop());

const tokenOf = async (person) => (await person.ok('GET /upload/qiniu/params')).uploadToken;
const listed = (folder) => fs.readdirSync(path.join(server.dataDir, folder), { recursive: true, withFileTypes: true }).filter((one) => one.isFile()).map((one) => one.name);
const sum = (bytes) => crypto.createHash('sha256').update(bytes).digest('hex');

const BOUNDARY = 'x-chatd-test';
function form(fields) {
  const parts = fields.flatMap(([name, value, filename, type]) => [
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"${filename === undefined ? '' : `; filename="${filename}"`}\r\n`,
    `${type ? `Content-Type: ${type}\r\n` : ''}\r\n`, value, '\r\n']);
  return Buffer.concat([...parts, `--${BOUNDARY}--\r\n`].map((one) => Buffer.from(one)));
}
const FORM = { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` };

async function post(fields, at = '/qiniu', headers = {}) {
  const answer = await request(server, 'POST', at, { headers: { ...FORM, ...headers }, body: form(fields) });
  answer.body = JSON.parse(answer.text);
  return answer;
}

async function put(bytes, filename = 'a.bin', more = []) {
  const answer = await post([['token', token], ['file', bytes, filename], ...more]);
  assert.equal(answer.status, 200, answer.text);
  return answer.body;
}

async function refused(promise, status, error) {
  const answer = await promise;
  assert.equal(answer.status, status, answer.text);
  assert.deepEqual(JSON.parse(answer.text), { error });
  assert.match(answer.headers['x-reqid'], /^[\w-]{16}$/);
  return answer;
}

/* A call of the resumable protocol. */
const up = (method, at, body, headers = {}, auth = token) =>
  request(server, method, `/qiniu/buckets/chatd/objects/~/uploads${at}`, { body, headers: { Authorization: `UpToken ${auth}`, ...headers } });
const json = { 'Content-Type': 'application/json' };

describe('the token', () => {
  test('says what it must, and nothing secret is near it', async () => {
    const { accessDomain, uploadToken } = await alice.ok('GET /upload/qiniu/params');
    assert.equal(accessDomain, `${server.url}/files`);
    const [access, sign, policy, ...rest] = uploadToken.split(':');
    assert.equal(rest.length, 0);
    assert.match(access, /^[\w-]{40}$/);
    assert.match(sign, /^[\w-]{27}=$/);
    const said = JSON.parse(Buffer.from(policy, 'base64url'));
    const left = said.deadline - Date.now() / 1000;
    assert.ok(left > 3500 && left <= 3601, `deadline in ${left} s`);
    assert.deepEqual({ ...said, deadline: 0 }, { scope: 'chatd', deadline: 0, endUser: String(alice.id), insertOnly: 1, fsizeLimit: LIMIT, saveKey: '$(uuid)$(ext)', forceSaveKey: true });
    const key = path.join(server.dataDir, 'upload.key');
    assert.equal(fs.statSync(key).mode & 0o777, 0o600);
    const seed = fs.readFileSync(key);
    assert.equal(access, seed.subarray(0, 30).toString('base64url'));
    assert.equal(sign, crypto.createHmac('sha1', seed.subarray(30).toString('base64url')).update(policy).digest('base64').replaceAll('+', '-').replaceAll('/', '_'));
  });

  test('a Host header that is none is not repeated', async () => {
    const answer = await alice.call('GET /upload/qiniu/params', {}, { headers: { Host: 'a"b' } });
    assert.equal(answer.status, 400);
  });

  test('broken, foreign and old tokens are refused, form or parts', async () => {
    const [access, , policy] = token.split(':');
    const seed = fs.readFileSync(path.join(server.dataDir, 'upload.key'));
    const signed = (said) => {
      const text = Buffer.from(JSON.stringify(said)).toString('base64url');
      const sign = crypto.createHmac('sha1', seed.subarray(30).toString('base64url')).update(text).digest('base64url');
      return `${access}:${sign}=:${text}`;
    };
    const said = JSON.parse(Buffer.from(policy, 'base64url'));
    const file = ['file', 'x', 'a.txt'];
    await refused(post([file]), 401, 'token not specified');
    await refused(post([file, ['token', '']]), 401, 'token not specified');
    for (const bad of ['x', '::', `${access}::`, token.slice(0, -4), token.replace(/^./, (c) => (c === 'A' ? 'B' : 'A')), `${token}:`, signed({ ...said, scope: 'other' }),
      signed({ ...said, endUser: 99999999 }), signed({ ...said, endUser: undefined }), signed({ ...said, deadline: 'soon' }), signed([])]) {
      await refused(post([file, ['token', bad]]), 401, 'bad token');
      await refused(up('POST', '', '', {}, bad), 401, 'bad token');
    }
    const old = signed({ ...said, deadline: Math.floor(Date.now() / 1000) - 1 });
    await refused(post([['token', old], file]), 401, 'expired token');
    await refused(up('POST', '', '', {}, old), 401, 'expired token');
    await refused(request(server, 'POST', '/qiniu/buckets/chatd/objects/~/uploads', { body: '' }), 401, 'token not specified');
    assert.equal((await post([file, ['token', signed(said)]])).status, 200, 'the test signs as the server does');
    assert.deepEqual(listed('tmp'), []);
  });
});

describe('form upload', () => {
  test('takes the fields in any order, and the file back byte by byte', async () => {
    for (const bytes of [Buffer.alloc(0), Buffer.from('etag'), crypto.randomBytes(300 * 1024), Buffer.from(`\r\n--${BOUNDARY}`.repeat(1).slice(0, -1).repeat(5000))])
      for (const order of [['file', 'token', 'crc'], ['token', 'file', 'crc'], ['crc', 'token', 'file']]) {
        const all = { token: ['token', token], crc: ['crc32', String(zlib.crc32 ? zlib.crc32(bytes) : crc32(bytes))], file: ['file', bytes, 'a.bin'] };
        const answer = await post(order.map((name) => all[name]), '/qiniu/');
        assert.equal(answer.status, 200, answer.text);
        assert.match(answer.body.key, /^[0-9a-f]{32}\.bin$/);
        const back = await request(server, 'GET', `/files/${answer.body.key}`);
        assert.equal(sum(back.bytes), sum(bytes));
      }
  });

  test('the known etags', async () => {
    assert.equal((await put('')).hash, 'Fto5o-5ea0sNMlW_75VgGJCv2AcJ');
    assert.equal((await put('etag')).hash, 'FpLiADEaVoALPkdb8tJEJyRTXoe_');
  });

  test('what is wrong with a form is said, and nothing of it stays', async () => {
    const before = listed('files').length;
    const file = ['file', 'hello', 'a.txt'];
    await refused(post([['token', token], file, ['crc32', '1']]), 406, 'checksum does not match');
    await refused(post([['token', token], file, ['crc32', 'x']]), 400, 'crc32 must be a decimal number');
    await refused(post([['token', token]]), 400, 'file is not specified in multipart');
    await refused(post([['token', token], file, file]), 400, 'bad request');
    await refused(post([['token', token], ['other', 'hello', 'a.txt']]), 400, 'bad request');
    await refused(post([['token', token], ['file', Buffer.alloc(LIMIT + 1), 'a.txt']]), 413, 'request entity too large');
    await refused(post([['token', token], ['x:note', 'x'.repeat(70000)], file]), 413, 'request entity too large');
    await refused(request(server, 'POST', '/qiniu', { headers: { 'Content-Type': 'application/json' }, body: '{}' }), 400, 'bad request');
    await refused(request(server, 'POST', '/qiniu', { headers: FORM, body: form([file]).subarray(0, -8) }), 400, 'bad request');
    await refused(request(server, 'PUT', '/qiniu', {}), 405, 'method not allowed');
    assert.equal(listed('files').length, before);
    assert.deepEqual(listed('tmp'), []);
  });

  test('a file just as large as allowed passes', async () => {
    const bob = await f.register(f.uniq('edge'));
    const answer = await post([['token', await tokenOf(bob)], ['file', Buffer.alloc(LIMIT), 'a.bin']]);
    assert.equal(answer.status, 200, answer.text);
  });

  test('a person has a quota', async () => {
    const bob = await f.register(f.uniq('quota'));
    const his = await tokenOf(bob);
    for (let used = 0; used < QUOTA; used += LIMIT) assert.equal((await post([['token', his], ['file', Buffer.alloc(LIMIT), 'a']])).status, 200);
    const before = listed('files').length;
    await refused(post([['token', his], ['file', 'x', 'a']]), 403, 'storage quota exceeded');
    assert.equal(listed('files').length, before);
    assert.deepEqual(listed('tmp'), []);
  });

  test('names of all kinds name nothing on disk', async () => {
    for (const name of ['../../../evil.sh', '/etc/passwd', 'a\\b\\c.PNG', '.htaccess', 'x.html', 'x.svg', 'x.tar.gz', 'ünïcode.dat', 'no', 'x.toolongextension', 'a%00.png']) {
      const { key } = await put('x', name, [['key', name], ['fname', name]]);
      assert.match(key, /^[0-9a-f]{32}(\.(sh|png|gz|dat))?$/, name);
    }
    for (const name of listed('files')) assert.match(name, /^[0-9a-f]{32}$/);
  });

  test('a preflight of a listed site is answered', async () => {
    const answer = await request(server, 'OPTIONS', '/qiniu', { headers: { Origin: 'https://app.example', 'Access-Control-Request-Method': 'POST' } });
    assert.equal(answer.status, 204);
    assert.match(answer.headers['access-control-allow-methods'], /POST/);
    assert.match(answer.headers['access-control-allow-headers'], /Content-MD5/);
    const sent = await post([['token', token], ['file', 'x', 'a']], '/qiniu', { Origin: 'https://app.example' });
    assert.match(sent.headers['access-control-expose-headers'], /X-Reqid/);
  });
});

/* For node before 22.2. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let i = 0; i < 8; i++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

describe('resumable v2', () => {
  async function begin(auth) {
    const answer = await up('POST', '', '', {}, auth);
    assert.equal(answer.status, 200, answer.text);
    const { uploadId, expireAt } = JSON.parse(answer.text);
    assert.match(uploadId, /^[0-9a-f]{32}$/);
    assert.ok(expireAt > Date.now() / 1000 + 3600);
    return uploadId;
  }
  const part = async (id, number, bytes) => JSON.parse((await up('PUT', `/${id}/${number}`, bytes, { 'Content-MD5': md5(bytes) })).text);
  const md5 = (bytes) => crypto.createHash('md5').update(bytes).digest('hex');

  test('parts in any order, one sent again, joined as claimed; asked again, the same file', async () => {
    const pieces = [crypto.randomBytes(100000), crypto.randomBytes(1), crypto.randomBytes(200000)];
    const id = await begin();
    const etags = [];
    await part(id, 1, Buffer.from('to be replaced'));
    for (const i of [2, 0, 1]) {
      const answer = await part(id, i + 1, pieces[i]);
      assert.equal(answer.md5, md5(pieces[i]));
      etags[i] = answer.etag;
    }
    const list = JSON.parse((await up('GET', `/${id}?max-parts=2`)).text);
    assert.deepEqual(list.parts.map((one) => [one.partNumber, one.size, one.etag]), [[1, 100000, etags[0]], [2, 1, etags[1]]]);
    assert.equal(list.partNumberMarker, 2);
    const rest = JSON.parse((await up('GET', `/${id}?part-number-marker=2`)).text);
    assert.deepEqual(rest.parts.map((one) => one.partNumber), [3]);
    assert.equal(rest.partNumberMarker, 0);
    const claim = JSON.stringify({ parts: etags.map((etag, i) => ({ etag, partNumber: i + 1 })), fname: 'whole.txt' });
    const done = await up('POST', `/${id}`, claim, json);
    assert.equal(done.status, 200, done.text);
    const again = await up('POST', `/${id}`, claim, json);
    assert.equal(again.text, done.text);
    const back = await request(server, 'GET', `/files/${JSON.parse(done.text).key}`);
    assert.equal(sum(back.bytes), sum(Buffer.concat(pieces)));
    assert.deepEqual([listed('tmp'), listed('parts')], [[], []]);
    await refused(up('PUT', `/${id}/4`, 'late'), 612, 'no such uploadId');
  });

  test('what does not fit is refused', async () => {
    const id = await begin();
    const bob = await tokenOf(await f.register(f.uniq('parts')));
    const { etag } = await part(id, 2, Buffer.from('two'));
    await refused(up('PUT', `/${id}/1`, 'one', { 'Content-MD5': md5('other') }), 406, 'checksum does not match');
    for (const number of ['0', '10001', 'x', '-1']) assert.equal((await up('PUT', `/${id}/${number}`, 'x')).status, 400);
    await refused(up('PUT', `/${id}/3`, Buffer.alloc(LIMIT + 1)), 413, 'request entity too large');
    await refused(up('PUT', `/${id}/3`, 'not his', {}, bob), 612, 'no such uploadId');
    await refused(up('POST', `/${id}`, '{"parts":[]}', json, bob), 612, 'no such uploadId');
    await refused(up('DELETE', `/${id}`, undefined, {}, bob), 612, 'no such uploadId');
    await refused(up('PUT', `/${'0'.repeat(32)}/1`, 'x'), 612, 'no such uploadId');
    for (const parts of [undefined, {}, [], [{}], [{ etag, partNumber: 1 }], [{ etag: 'x', partNumber: 2 }], [{ etag, partNumber: 2 }, { etag, partNumber: 2 }], [{ etag: 5, partNumber: 2 }]])
      assert.equal((await up('POST', `/${id}`, JSON.stringify({ parts }), json)).status, 400, JSON.stringify(parts));
    await refused(request(server, 'POST', '/qiniu/buckets/other/objects/~/uploads', { body: '', headers: { Authorization: `UpToken ${token}` } }), 631, 'no such bucket');
    const gone = await up('DELETE', `/${id}`);
    assert.deepEqual([gone.status, gone.text], [200, '{}']);
    await refused(up('GET', `/${id}`), 612, 'no such uploadId');
    assert.deepEqual([listed('tmp'), listed('parts')], [[], []]);
  });

  test('parts that are not joined yet count for the quota, and the whole for the limit of a file', async () => {
    const his = await tokenOf(await f.register(f.uniq('weight')));
    const id = await begin(his);
    const etags = [];
    for (let n = 1; n <= 3; n++) etags.push(JSON.parse((await up('PUT', `/${id}/${n}`, Buffer.alloc(LIMIT), {}, his)).text).etag);
    await refused(up('PUT', `/${id}/4`, 'x', {}, his), 403, 'storage quota exceeded');
    const claim = (numbers) => JSON.stringify({ parts: numbers.map((n) => ({ etag: etags[n - 1], partNumber: n })) });
    await refused(up('POST', `/${id}`, claim([1, 2]), json, his), 413, 'request entity too large');
    assert.equal((await up('POST', `/${id}`, claim([3]), json, his)).status, 200, 'the quota counts a part once');
    assert.deepEqual([listed('tmp'), listed('parts')], [[], []]);
  });
});

describe('resumable v1', () => {
  const call = (at, body) => request(server, 'POST', `/qiniu${at}`, { body, headers: { Authorization: `UpToken ${token}`, 'Content-Type': 'application/octet-stream' } });

  test('blocks in chunks', async () => {
    const [a, b, c] = [crypto.randomBytes(1000), crypto.randomBytes(500), crypto.randomBytes(77)];
    const first = JSON.parse((await call('/mkblk/1500', a)).text);
    assert.equal(first.crc32, crc32(a));
    assert.equal(first.checksum, crypto.createHash('sha1').update(a).digest('base64').replaceAll('+', '-').replaceAll('/', '_'));
    assert.equal(first.offset, 1000);
    const second = JSON.parse((await call(`/bput/${first.ctx}/1000`, b)).text);
    assert.equal(second.offset, 1500);
    const other = JSON.parse((await call('/mkblk/77', c)).text);
    await refused(call('/mkfile/1', `${second.ctx},${other.ctx}`), 400, 'invalid argument');
    const name = Buffer.from('old.dat').toString('base64url');
    const done = await call(`/mkfile/1577/key/${name}/mimeType/${name}/fname/${name}`, `${second.ctx},${other.ctx}`);
    assert.equal(done.status, 200, done.text);
    const back = await request(server, 'GET', `/files/${JSON.parse(done.text).key}`);
    assert.equal(sum(back.bytes), sum(Buffer.concat([a, b, c])));
    assert.deepEqual([listed('tmp'), listed('parts')], [[], []]);
  });

  test('wrong offsets and contexts', async () => {
    const { ctx } = JSON.parse((await call('/mkblk/100', 'abc')).text);
    await refused(call(`/bput/${ctx}/2`, 'x'), 400, 'invalid argument');
    await refused(call('/mkblk/2', 'abc'), 400, 'invalid argument');
    assert.equal((await call('/mkblk/4194305', 'abc')).status, 400);
    await refused(call(`/bput/${'0'.repeat(32)}/0`, 'x'), 701, 'invalid ctx');
    await refused(call('/mkfile/3', '0'.repeat(32)), 701, 'invalid ctx');
  });
});

describe('downloads', () => {
  const get = (key, headers = {}, query = '') => request(server, 'GET', `/files/${key}${query}`, { headers });
  const png = Buffer.concat([Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), Buffer.from('<script>alert(1)</script>')]);

  test('ranges', async () => {
    const bytes = crypto.randomBytes(1000);
    const { key } = await put(bytes);
    for (const [range, from, to] of [['bytes=0-0', 0, 1], ['bytes=10-19', 10, 20], ['bytes=990-', 990, 1000], ['bytes=-5', 995, 1000], ['bytes=0-99999', 0, 1000], ['bytes=-9999', 0, 1000]]) {
      const answer = await get(key, { Range: range });
      assert.equal(answer.status, 206, range);
      assert.equal(answer.headers['content-range'], `bytes ${from}-${to - 1}/1000`);
      assert.ok(answer.bytes.equals(bytes.subarray(from, to)), range);
    }
    for (const range of ['bytes=5-2', 'bytes=a-b', 'items=0-1', 'bytes=0-1,5-6', 'bytes=-', 'bytes= 1-2']) assert.equal((await get(key, { Range: range })).status, 200, range);
    for (const range of ['bytes=1000-', 'bytes=5000-6000', 'bytes=-0']) {
      const answer = await get(key, { Range: range });
      assert.deepEqual([answer.status, answer.headers['content-range'], answer.bytes.length], [416, 'bytes */1000', 0], range);
    }
    const etag = (await get(key)).headers.etag;
    assert.equal((await get(key, { Range: 'bytes=0-1', 'If-Range': etag })).status, 206);
    assert.equal((await get(key, { Range: 'bytes=0-1', 'If-Range': '"other"' })).status, 200);
  });

  test('conditions and HEAD', async () => {
    const { key, hash } = await put('condition');
    const whole = await get(key);
    assert.equal(whole.headers.etag, `"${hash}"`);
    for (const headers of [{ 'If-None-Match': `"${hash}"` }, { 'If-None-Match': `"a", W/"${hash}"` }, { 'If-None-Match': '*' }, { 'If-Modified-Since': whole.headers['last-modified'] }]) {
      const answer = await get(key, headers);
      assert.deepEqual([answer.status, answer.bytes.length, answer.headers.etag], [304, 0, `"${hash}"`]);
    }
    assert.equal((await get(key, { 'If-None-Match': '"other"', 'If-Modified-Since': whole.headers['last-modified'] })).status, 200);
    const head = await request(server, 'HEAD', `/files/${key}`);
    assert.deepEqual([head.status, head.headers['content-length'], head.bytes.length], [200, '9', 0]);
    for (const missing of ['x', '0'.repeat(32), `${key}x`, key.slice(0, -1), `%2e%2e%2fchatd.db`, key.toUpperCase()]) assert.ok([400, 404].includes((await get(missing)).status), missing);
    assert.equal((await request(server, 'POST', `/files/${key}`, { body: 'x' })).status, 405);
    assert.equal((await get(key, {}, '?imageView2/1/w/200/h/200')).status, 200);
  });

  test('a picture is shown, whatever it was said to be; all else is saved and never run', async () => {
    const polyglots = [
      ['a.svg', '<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'], ['a.html', '<!doctype html><script>alert(1)</script>'], ['a.png', '<html><body>hi'],
      ['a.pdf', '%PDF-1.4'], ['a.xml', '<?xml version="1.0"?><?xml-stylesheet href="x"?>'], ['a.js', 'alert(1)'], ['a.swf', 'FWS\x09'], ['a.gif', 'GIF'], ['a.jpg', '\n\xff\xd8\xff'],
      ['a.txt', 'text'], ['a.css', 'body{}'], ['a.mhtml', 'MIME-Version: 1.0'], ['a.webp', 'RIFF1234WAVX'], ['a', ''], ['a.mp4', '<ftypisom'], ['a.exe', 'MZ'], ['a.zip', 'PK\x03\x04'],
      ['a.php', '<?php system("id");'], ['a.htaccess', 'AddType text/html .png'], ['a.ico', '\x00\x00\x01\x00'], ['a.wasm', '\x00asm'], ['a.png', ' \x89PNG\r\n\x1a\n'],
    ];
    for (const [name, text] of polyglots) {
      const { key } = await put(Buffer.from(text, 'latin1'), name);
      const { headers } = await get(key);
      assert.equal(headers['content-type'], 'application/octet-stream', name);
      assert.match(headers['content-disposition'], /^attachment; filename="/, name);
    }
    const shown = [[png, 'image/png', '.png'], ['GIF89a/*<script>*/', 'image/gif', '.gif'], ['\xff\xd8\xff\xe0', 'image/jpeg', '.jpg'], ['RIFF1234WEBP', 'image/webp', '.webp'], ['ID3\x04', 'audio/mpeg', '.mp3'],
      ['\0\0\0\x20ftypisom', 'video/mp4', '.mp4'], ['OggS', 'audio/ogg', '.ogg'], ['\x1a\x45\xdf\xa3....webm', 'video/webm', '.webm']];
    for (const [bytes, type, extension] of shown) {
      const { key } = await put(Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes, 'latin1'), 'evil.html');
      assert.ok(key.endsWith(extension), `${key} ${type}`);
      const { headers } = await get(key);
      assert.equal(headers['content-type'], type);
      assert.equal(headers['content-disposition'], undefined);
      assert.equal(headers['x-content-type-options'], 'nosniff');
      assert.match(headers['content-security-policy'], /^default-src 'none';.* sandbox$/);
    }
  });

  test('attname names the saved file, and cannot write headers', async () => {
    const { key } = await put(png, 'p.png');
    const named = await get(key, {}, `?attname=${encodeURIComponent('Ferien "2026" 名.png')}`);
    assert.equal(named.headers['content-disposition'], `attachment; filename="Ferien _2026_ ___.png"; filename*=UTF-8''Ferien%20%222026%22%20%E5%90%8D.png`);
    const evil = await get(key, {}, '?attname=a%0d%0aX-Evil:%201');
    assert.equal(evil.headers['x-evil'], undefined);
    assert.equal((await get(key, {}, '?attname=')).headers['content-disposition'], `attachment; filename="p.png"; filename*=UTF-8''p.png`);
  });
});

describe('cut off', () => {
  /* Sends bytes of a request that announces more, then drops the connection. */
  function cut(head, body) {
    return new Promise((resolve, reject) => {
      const socket = net.connect(server.port, server.host, () => socket.write(Buffer.concat([Buffer.from(head), body]), () => setImmediate(() => socket.destroy())));
      socket.on('close', resolve);
      socket.on('error', (error) => (error.code === 'ECONNRESET' ? resolve() : reject(error)));
    });
  }

  test('ten uploads cut in the middle leave nothing behind', async () => {
    const before = listed('files').length;
    const parts = listed('parts');
    const whole = form([['token', token], ['file', crypto.randomBytes(MB), 'a.bin']]);
    const id = JSON.parse((await up('POST', '', '')).text).uploadId;
    await Promise.all(Array.from({ length: 10 }, (_, i) => (i % 2 === 0
      ? cut(`POST /qiniu HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: ${whole.length}\r\n\r\n`, whole.subarray(0, Math.floor((whole.length * (i + 1)) / 11)))
      : cut(`PUT /qiniu/buckets/chatd/objects/~/uploads/${id}/${i} HTTP/1.1\r\nHost: x\r\nAuthorization: UpToken ${token}\r\nContent-Length: ${MB}\r\n\r\n`, whole.subarray(0, Math.floor((MB * (i + 1)) / 11))))));
    await until(() => listed('tmp').length === 0, 'tmp to be empty again');
    assert.equal(listed('files').length, before);
    assert.deepEqual(listed('parts'), parts);
    await up('DELETE', `/${id}`);
  });

  test('what a killed server left is swept at the next start; what it had answered is there', async () => {
    const { key } = await put('kept');
    const parts = listed('parts');
    const id = JSON.parse((await up('POST', '', '')).text).uploadId;
    const { etag } = JSON.parse((await up('PUT', `/${id}/1`, 'half')).text);
    const socket = net.connect(server.port, server.host);
    socket.on('error', () => {});
    socket.write(`PUT /qiniu/buckets/chatd/objects/~/uploads/${id}/2 HTTP/1.1\r\nHost: x\r\nAuthorization: UpToken ${token}\r\nContent-Length: 1000\r\n\r\nsome`);
    await until(() => listed('tmp').length === 1, 'a body to be on its way');
    await server.kill9();
    const files = path.join(server.dataDir, 'files');
    const stray = 'ab'.repeat(16);
    /* As if it had died between storing a file and committing its row; and a part without one. */
    fs.mkdirSync(path.join(files, 'ab'), { recursive: true });
    fs.writeFileSync(path.join(server.dataDir, 'tmp', stray), 'x');
    fs.linkSync(path.join(server.dataDir, 'tmp', stray), path.join(files, 'ab', stray));
    fs.linkSync(path.join(files, key.slice(0, 2), key.slice(0, 32)), path.join(server.dataDir, 'tmp', key.slice(0, 32)));
    fs.writeFileSync(path.join(server.dataDir, 'parts', stray), 'x');
    await server.start();
    assert.deepEqual(listed('tmp'), []);
    assert.equal(listed('parts').length, parts.length + 1);
    assert.ok(!listed('files').includes(stray));
    assert.equal((await request(server, 'GET', `/files/${key}`)).text, 'kept');
    const done = await up('POST', `/${id}`, JSON.stringify({ parts: [{ etag, partNumber: 1 }] }), json);
    assert.equal(done.status, 200, done.text);
    assert.deepEqual([listed('tmp'), listed('parts')], [[], parts]);
  });

  test('a part that is not what it was starts the upload over', async () => {
    const parts = listed('parts');
    const id = JSON.parse((await up('POST', '', '')).text).uploadId;
    const { etag } = JSON.parse((await up('PUT', `/${id}/1`, 'whole part')).text);
    const [name] = listed('parts').filter((one) => !parts.includes(one));
    fs.truncateSync(path.join(server.dataDir, 'parts', name), 3);
    await refused(up('POST', `/${id}`, JSON.stringify({ parts: [{ etag, partNumber: 1 }] }), json), 612, 'no such uploadId');
    assert.deepEqual(listed('tmp'), []);
    await up('DELETE', `/${id}`);
  });

  test('a refused body leaves the connection usable', async () => {
    const body = form([['file', crypto.randomBytes(MB), 'a.bin']]);
    const one = `POST /qiniu HTTP/1.1\r\nHost: x\r\nContent-Type: ${FORM['Content-Type']}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const { answers } = await raw(server, [Buffer.concat([Buffer.from(one), body]), 'GET /api/v1/site/config HTTP/1.1\r\nHost: x\r\n\r\n'], { answers: 2 });
    assert.deepEqual(answers.map((answer) => answer.status), [401, 200]);
  });
});

test('disabled uploads: below the disk floor they are refused, all else goes on', async () => {
  const full = await startServer({ set: { upload_disk_floor_percent: 100 } });
  try {
    const bob = await freeim(full).register('bob', { password: PASSWORD });
    const { uploadToken } = await bob.ok('GET /upload/qiniu/params');
    const answer = await request(full, 'POST', '/qiniu', { headers: FORM, body: form([['token', uploadToken], ['file', 'x', 'a']]) });
    assert.deepEqual([answer.status, answer.text], [507, '{"error":"no space left"}']);
    await bob.ok('GET /me/info');
    assert.deepEqual(fs.readdirSync(path.join(full.dataDir, 'tmp')), []);
  } finally {
    await full.stop();
  }
});

test('with keys of a Qiniu account, tokens and domain are that service\'s', async () => {
  const real = await startServer({ set: { 'qiniu.access_key': 'AccessKey0', 'qiniu.secret_key': 'SecretKey0', 'qiniu.bucket': 'theirs', 'qiniu.domain': 'https://cdn.example.org' } });
  try {
    const bob = await freeim(real).register('bob');
    const { accessDomain, uploadToken } = await bob.ok('GET /upload/qiniu/params');
    assert.equal(accessDomain, 'https://cdn.example.org');
    const [access, sign, policy] = uploadToken.split(':');
    assert.equal(access, 'AccessKey0');
    assert.equal(Buffer.from(sign, 'base64url').toString('hex'), crypto.createHmac('sha1', 'SecretKey0').update(policy).digest('hex'));
    assert.equal(JSON.parse(Buffer.from(policy, 'base64url')).scope, 'theirs');
    const answer = await request(real, 'POST', '/qiniu', { headers: FORM, body: form([['token', uploadToken], ['file', 'x', 'a']]) });
    assert.equal(answer.status, 401, 'our own disk does not take another service\'s tokens');
  } finally {
    await real.stop();
  }
});
