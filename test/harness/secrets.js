'use strict';
/* What only somebody with the server's disk can do: sign tokens with its key, look up a captcha's answer. */
const crypto = require('node:crypto');
const fs = require('node:fs');
const path = require('node:path');
const zlib = require('node:zlib');
const { until } = require('./wait.js');

const b64 = (value) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');

/* Claims of a token, unchecked. */
const claimsOf = (token) => JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString('utf8'));

const jwtKey = (server) => fs.readFileSync(path.join(server.dataDir, 'jwt.key'));

function sign(key, claims, { alg = 'HS256', hash = 'sha256', header = { alg, typ: 'JWT' } } = {}) {
    const text = `${b64(header)}.${b64(claims)}`;
    return `${text}.${crypto.createHmac(hash, key).update(text).digest('base64url')}`;
}

/* Tokens made from a good one that must all be worthless (reliability.md T14): name -> token. */
function forgeries(server, token) {
    const key = jwtKey(server);
    const claims = claimsOf(token);
    const now = Math.floor(Date.now() / 1000);
    const [head, body, signature] = token.split('.');
    const flipped = `${signature[0] === 'A' ? 'B' : 'A'}${signature.slice(1)}`;
    const without = (name) => Object.fromEntries(Object.entries(claims).filter(([one]) => one !== name));
    return {
        'not a token': 'nonsense',
        'three empty parts': '..',
        'a space': `${head}.${body}. ${signature}`,
        'a flipped signature': `${head}.${body}.${flipped}`,
        'no signature': `${head}.${body}.`,
        'a cut signature': `${head}.${body}.${signature.slice(0, -2)}`,
        'a signature of As': `${head}.${body}.${'A'.repeat(signature.length)}`,
        'another body': `${head}.${b64({ ...claims, id: claims.id + 1 })}.${signature}`,
        'alg none': `${b64({ alg: 'none', typ: 'JWT' })}.${body}.`,
        'alg none with the signature': `${b64({ alg: 'none', typ: 'JWT' })}.${body}.${signature}`,
        'HS512 with our key': sign(key, claims, { alg: 'HS512', hash: 'sha512' }),
        'HS384 with our key': sign(key, claims, { alg: 'HS384', hash: 'sha384' }),
        'a foreign key': sign(crypto.randomBytes(32), claims),
        'an empty key': sign(Buffer.alloc(1), claims),
        'the default key of the original': sign(Buffer.from('secret'), claims),
        expired: sign(key, { ...claims, iat: now - 700000, exp: now - 100000 }),
        'expired a minute ago': sign(key, { ...claims, exp: now - 60 }),
        'no exp': sign(key, without('exp')),
        'exp as text': sign(key, { ...claims, exp: String(claims.exp) }),
        'no session': sign(key, without('jti')),
        'a session that never was': sign(key, { ...claims, jti: '999999' }),
        'session 0': sign(key, { ...claims, jti: '0' }),
        'somebody else with our session': sign(key, { ...claims, id: claims.id + 1 }),
        'another issuer': sign(key, { ...claims, iss: 'SZKJ' }),
        'no issuer': sign(key, without('iss')),
        'another purpose': sign(key, { ...claims, use: 'refresh' }),
        'no purpose': sign(key, without('use')),
        'id as text': sign(key, { ...claims, id: String(claims.id) }),
        'id 0': sign(key, { ...claims, id: 0 }),
        'far too long': sign(key, { ...claims, pad: 'x'.repeat(6000) }),
    };
}

/* The answer of the captcha with this key. It stands right behind key and purpose in the database's bytes, and the
 * write-ahead log keeps what was deleted since. */
function captchaAnswer(server, key) {
    return until(() => {
        for (const name of ['chatd.db-wal', 'chatd.db']) {
            const file = path.join(server.dataDir, name);
            if (!fs.existsSync(file)) continue;
            const match = new RegExp(`${key}(?:login|register)(\\d{4})`).exec(fs.readFileSync(file).toString('latin1'));
            if (match) return match[1];
        }
        return null;
    }, 'the captcha in the database');
}

/* Reads a PNG as far as it takes to know that it is one: {width, height, colours} after checking signature, every
 * chunk's CRC and that the pixels inflate to exactly the size announced. */
function readPng(bytes) {
    const fail = (what) => {
        throw new Error(`not a good PNG: ${what}`);
    };
    if (bytes.subarray(0, 8).toString('hex') !== '89504e470d0a1a0a') fail('signature');
    const chunks = [];
    for (let at = 8; at < bytes.length;) {
        const length = bytes.readUInt32BE(at);
        const type = bytes.subarray(at + 4, at + 8).toString('latin1');
        const data = bytes.subarray(at + 8, at + 8 + length);
        if (crc32(bytes.subarray(at + 4, at + 8 + length)) !== bytes.readUInt32BE(at + 8 + length))
            fail(`CRC of ${type}`);
        chunks.push({ type, data });
        at += 12 + length;
    }
    if (chunks[0]?.type !== 'IHDR' || chunks.at(-1).type !== 'IEND') fail('order of chunks');
    const head = chunks[0].data;
    const [width, height, depth, kind, interlace] = [
        head.readUInt32BE(0),
        head.readUInt32BE(4),
        head[8],
        head[9],
        head[12],
    ];
    const samples = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 }[kind] || fail('colour type');
    if (interlace !== 0) fail('interlaced');
    const pixels = zlib.inflateSync(Buffer.concat(chunks.filter((one) => one.type === 'IDAT').map((one) => one.data)));
    const row = 1 + Math.ceil((width * samples * depth) / 8);
    if (pixels.length !== row * height) fail(`${pixels.length} bytes of pixels for ${width} x ${height}`);
    return { width, height, pixels };
}

function crc32(bytes) {
    let crc = ~0;
    for (const byte of bytes) {
        crc ^= byte;
        for (let k = 0; k < 8; k++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    }
    return ~crc >>> 0;
}

module.exports = { claimsOf, jwtKey, sign, forgeries, captchaAnswer, readPng };
