'use strict';
/* A large file sent to chatd in both ways Qiniu's clients have, and read back, while the server's memory is watched. */
const crypto = require('node:crypto');
const http = require('node:http');
const { Readable } = require('node:stream');

const MB = 1 << 20;
const PIECE = crypto.randomBytes(MB);
const BOUNDARY = 'chatd-bench';

/* size bytes, a MB at a time, between two texts. */
function* content(size, before = '', after = '') {
  if (before) yield Buffer.from(before);
  for (let sent = 0; sent < size; sent += MB) yield PIECE.subarray(0, Math.min(MB, size - sent));
  if (after) yield Buffer.from(after);
}

/* Sends body, an iterable of buffers of length bytes in all, as fast as it is taken; the JSON of the answer. */
function send(server, method, path, headers, length, body) {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: server.host, port: server.port, method, path, headers: { ...headers, 'Content-Length': length } }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (more) => (text += more)).on('end', () =>
        (answer.statusCode === 200 ? resolve(JSON.parse(text)) : reject(new Error(`${method} ${path}: ${answer.statusCode} ${text}`))));
    });
    request.on('error', reject);
    Readable.from(body, { objectMode: false, highWaterMark: MB }).pipe(request);
  });
}

async function byForm(server, token, size) {
  const before = `--${BOUNDARY}\r\nContent-Disposition: form-data; name="token"\r\n\r\n${token}\r\n` +
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="large.bin"\r\nContent-Type: application/octet-stream\r\n\r\n`;
  const after = `\r\n--${BOUNDARY}--\r\n`;
  return send(server, 'POST', '/qiniu', { 'Content-Type': `multipart/form-data; boundary=${BOUNDARY}` },
    before.length + size + after.length, content(size, before, after));
}

const PART = 4 * MB; /* what qiniu-js cuts a file into */

async function byParts(server, token, size) {
  const at = '/qiniu/buckets/chatd/objects/~/uploads';
  const headers = { Authorization: `UpToken ${token}`, 'Content-Type': 'application/json' };
  const { uploadId } = await send(server, 'POST', at, headers, 0, []);
  const parts = [];
  for (let sent = 0; sent < size; sent += PART) {
    const length = Math.min(PART, size - sent);
    const { etag } = await send(server, 'PUT', `${at}/${uploadId}/${parts.length + 1}`, headers, length, content(length));
    parts.push({ etag, partNumber: parts.length + 1 });
  }
  const end = Buffer.from(JSON.stringify({ parts }));
  return send(server, 'POST', `${at}/${uploadId}`, headers, end.length, [end]);
}

/* Reads a file; fails unless it is what was sent. */
function fetchBack(server, key, size) {
  const sum = crypto.createHash('sha256');
  const wanted = crypto.createHash('sha256');
  for (const piece of content(size)) wanted.update(piece);
  return new Promise((resolve, reject) => {
    http.get({ host: server.host, port: server.port, path: `/files/${key}` }, (answer) => {
      answer.on('data', (bytes) => sum.update(bytes)).on('error', reject).on('end', () =>
        (sum.digest('hex') === wanted.digest('hex') ? resolve() : reject(new Error(`/files/${key} is not what was sent`))));
    }).on('error', reject);
  });
}

module.exports = { byForm, byParts, fetchBack };
